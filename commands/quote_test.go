package commands_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// A quota of each kind.
var (
	perUser   = domain.Quota{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 100}
	perEnte   = domain.Quota{Di: domain.DiEnte, Misura: domain.Soggetti, Per: domain.AlGiorno, Limite: 40}
	perComune = domain.Quota{Di: domain.DiComune, Misura: domain.Richieste, Per: domain.AlMinuto, Limite: 20}
)

// underQuotas is a world in which they are in force.
func underQuotas(g *given) {
	atMost(func(m *domain.Massimo) { m.Quote = []domain.Quota{perUser, perEnte} })(g)
	g.Parties.Comune.Regole.Quote = []domain.Quota{perComune}
}

// counting is a request that is counted, and stands so in them.
type counting struct {
	commands.RequestVisura
	conti []commands.Conto
}

func standing(conti ...commands.Conto) counting { return counting{ask, conti} }

func (c counting) Decide(g given) ([]domain.Event, error) {
	events, err := c.RequestVisura.Decide(g)
	if err != nil || len(events) == 0 {
		return nil, err
	}
	return c.Counted(g, events, c.conti)
}

func TestARequestBearsTheQuotasItCountsIn(t *testing.T) {
	bearing := func(user, ente, comune int) domain.VisuraRequested {
		return with(requested, func(r *domain.VisuraRequested) {
			r.Quote = []domain.QuotaContata{{Quota: perUser, Conto: user}, {Quota: perEnte, Conto: ente}, {Quota: perComune, Conto: comune}}
		})
	}
	counted := func(n int) commands.Conto { return commands.Conto{Conto: n} }
	full := func(n int) commands.Conto { return commands.Conto{Conto: n, Esaurita: true} }
	run(t, map[string]spec{
		"before it is counted":               {when: ask, but: underQuotas, then: events(bearing(0, 0, 0), immediate, started)},
		"with the counts":                    {when: standing(counted(7), counted(3), counted(20)), but: underQuotas, then: events(bearing(7, 3, 20), immediate, started)},
		"none where one is used up":          {when: standing(full(100), counted(3), counted(1)), but: underQuotas, fails: domain.Exhausted, field: "quota"},
		"of the Ente":                        {when: standing(counted(1), full(40), counted(1)), but: underQuotas, fails: domain.Exhausted, field: "quota"},
		"of the Comune":                      {when: standing(counted(1), counted(1), full(20)), but: underQuotas, fails: domain.Exhausted, field: "quota"},
		"a known person again, over a limit": {when: standing(counted(1), counted(60), counted(1)), but: underQuotas, then: events(bearing(1, 60, 1), immediate, started)},
		"repeated once all is used up":       {given: events(bearing(7, 3, 20), immediate, started), when: standing(full(100), full(40), full(20)), but: underQuotas},
		"refused for what it is, first":      {when: standing(full(100)), but: func(g *given) { underQuotas(g); g.Parties.Convenzione.Suspended = true }, fails: domain.Forbidden, field: "comune"},
	})
}

func TestAUsedUpQuotaSaysUntilWhenAndWhomToTurnTo(t *testing.T) {
	g := granted(mario)
	underQuotas(&g)
	_, err := standing(commands.Conto{Conto: 100, Esaurita: true}, commands.Conto{}, commands.Conto{}).Decide(g)
	refused, ok := err.(*domain.Error)
	if !ok {
		t.Fatal(err)
	}
	want := domain.Residuo{Quota: perUser, Window: 24 * time.Hour, Reset: 13*time.Hour + 30*time.Minute}
	if diff := cmp.Diff(&want, refused.Quota); diff != "" || !strings.Contains(refused.Message, "richieste al giorno dell'utente (100)") ||
		!strings.Contains(refused.Message, "24/11/2026 alle 00:00") || refused.Contact != act.Contatti.Assistenza {
		t.Errorf("%+v\n%s", refused, diff)
	}
	_, err = standing(commands.Conto{}, commands.Conto{}, commands.Conto{Conto: 20, Esaurita: true}).Decide(g)
	if refused := err.(*domain.Error); refused.Contact != g.Parties.Comune.Contatti.Assistenza {
		t.Errorf("the Comune's quota: %+v", refused)
	}
}

// fewest is a ledger in memory: so many requests are counted, each once.
type fewest struct {
	mu    sync.Mutex
	most  int
	seen  []domain.VisuraID
	calls int
}

func (l *fewest) Count(_ context.Context, id domain.VisuraID, _ time.Time, voci []domain.Voce) ([]commands.Conto, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	conti := make([]commands.Conto, len(voci))
	place := 0
	for i, seen := range l.seen {
		if seen == id {
			place = i + 1
		}
	}
	if place == 0 && len(l.seen) < l.most {
		l.seen = append(l.seen, id)
		place = len(l.seen)
	}
	for i := range conti {
		conti[i] = commands.Conto{Conto: place, Esaurita: place == 0}
	}
	return conti, nil
}

func TestARequestIsCountedOnceItWouldBeAdmitted(t *testing.T) {
	w := newTown()
	w.enter(string(conv.Stream()), changed(act, func(a *domain.ConvenzioneDrafted) { a.Massimo.Quote = []domain.Quota{perUser} }), domain.ConvenzioneActivated{Numero: 2})
	ledger := &fewest{most: 1}
	h := w.handler()
	h.Quote = ledger
	meta := domain.Meta{By: mario}
	elsewhere := ask
	elsewhere.Tipo = "morte"
	if _, err := commands.Handle(t.Context(), h, visura.Stream(), meta, elsewhere); domain.CodeOf(err) != domain.Forbidden || ledger.calls != 0 {
		t.Fatalf("a refused request: %v, counted %d times", err, ledger.calls)
	}
	done, err := commands.Handle(t.Context(), h, visura.Stream(), meta, ask)
	left := []domain.Residuo{{Quota: perUser, Resta: 99, Window: 24 * time.Hour, Reset: 13*time.Hour + 30*time.Minute}}
	if diff := cmp.Diff(left, done.Quote); err != nil || !done.Wrote || diff != "" {
		t.Fatalf("%+v, %v\n%s", done, err, diff)
	}
	if got := w.history()[0].(domain.VisuraRequested).Quote; len(got) != 1 || got[0].Conto != 1 {
		t.Errorf("recorded with %+v", got)
	}
	calls := ledger.calls
	if again, err := commands.Handle(t.Context(), h, visura.Stream(), meta, ask); err != nil || again.Wrote || ledger.calls != calls {
		t.Errorf("repeated: %+v, %v, counted %d times more", again, err, ledger.calls-calls)
	}
	another := domain.VisuraID("00000000-0000-4000-8000-00000000000b")
	if _, err := commands.Handle(t.Context(), h, another.Stream(), meta, ask); domain.CodeOf(err) != domain.Exhausted {
		t.Errorf("one too many: %v", err)
	}
	rehearsal, err := commands.Rehearse(t.Context(), h, domain.VisuraID("00000000-0000-4000-8000-00000000000c").Stream(), meta)
	if err != nil {
		t.Fatal(err)
	}
	calls = ledger.calls
	if _, err := rehearsal.Try(t.Context(), ask); err != nil || ledger.calls != calls {
		t.Errorf("rehearsed: %v, counted %d times", err, ledger.calls-calls)
	}
}

func TestWithoutQuotasNothingIsCounted(t *testing.T) {
	w := newTown()
	if done, err := commands.Handle(t.Context(), w.handler(), visura.Stream(), domain.Meta{By: mario}, ask); err != nil || len(done.Quote) != 0 {
		t.Errorf("%+v, %v", done, err)
	}
}
