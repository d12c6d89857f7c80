package web_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/quote"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"of many who ask at the border of a quota exactly as many are admitted as it allows": quotaAtItsBorder,
		"a used up quota is said on the page, with until when and whom to turn to":           quotaOnAPage,
	})
	maps.Copy(sights, map[string]sight{
		"nuova con quote":          {who: "stranger", path: "/nuova"},
		"nuova con quota esaurita": {who: "stranger", path: "/nuova", form: "/nuova", with: []string{"codice_fiscale", "{person}", "numero_pratica", "2026/004711", "tipo", "residenza"}},
	})
}

// quotas has the stranger use up what they may ask for.
func (g *shown) quotas(t *testing.T) {
	t.Helper()
	g.rationed(g.people["stranger"].Ente, aDay, aMonth)
	ask := commands.RequestVisura{
		Comune: string(g.comune), Tipo: string(domain.Residenza), Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetto: commands.SoggettoRichiesto{CodiceFiscale: g.things["person"]},
	}
	if resp, body := g.say("stranger", http.MethodPut, visura(g.newID()), ask); resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%s: %s", resp.Status, body)
	}
}

// Of a user, and of an Ente.
var (
	aDay   = domain.Quota{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 1}
	aMonth = domain.Quota{Di: domain.DiEnte, Misura: domain.Richieste, Per: domain.AlMese, Limite: 5000}
)

// rationed has the act of an Ente allow so much.
func (w *world) rationed(ente domain.EnteID, quote ...domain.Quota) {
	w.t.Helper()
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: ente, Comune: w.comune}).Stream()
	draft := w.draft(ente, w.comune)
	draft.Massimo.Quote = quote
	enter(w, act, draft)
	enter(w, act, commands.ActivateConvenzione{})
}

func quotaAtItsBorder(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.rationed(w.ente, domain.Quota{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlMese, Limite: 100}, domain.Quota{Di: domain.DiEnte, Misura: domain.Soggetti, Per: domain.AlGiorno, Limite: 5000})
	var admitted, refused atomic.Int64
	var clients sync.WaitGroup
	for range 64 {
		clients.Go(func() {
			for range 2 {
				id, ask := w.newID(), w.ask(domain.Comunale)
				resp, body := w.say("operator", http.MethodPut, visura(id), ask)
				if resp.StatusCode == http.StatusAccepted {
					admitted.Add(1)
					resp, body = w.say("operator", http.MethodPut, visura(id), ask) // the answer was lost
				}
				switch resp.StatusCode {
				case http.StatusAccepted:
				case http.StatusTooManyRequests:
					refused.Add(1)
				default:
					t.Errorf("%s: %s", resp.Status, body)
				}
			}
		})
	}
	clients.Wait()
	if admitted.Load() != 100 || refused.Load() != 28 {
		t.Errorf("%d were admitted, %d refused", admitted.Load(), refused.Load())
	}
	w.settled(t)
	var counted, open int
	key := domain.Quota{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlMese}.Chiave(w.people["operator"].Actor, w.comune, o.now())
	if err := o.pool.QueryRow(t.Context(), `SELECT n, (SELECT count(*) FROM quota_richiesta r JOIN quota_attesa USING (visura_id) WHERE c.chiave = ANY (r.chiavi)) FROM quota_conto c WHERE chiave = $1`, key).Scan(&counted, &open); err != nil || counted != 100 || open != 0 {
		t.Errorf("counted %d, of which %d are not recorded: %v", counted, open, err)
	}
	// Of another user nothing was counted; what is refused for another reason counts nowhere.
	wrong := w.ask(domain.Comunale)
	wrong.Finalita = "TARI"
	if resp, body := w.say("colleague", http.MethodPut, visura(w.newID()), wrong); resp.StatusCode != http.StatusForbidden && resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%s: %s", resp.Status, body)
	}
	resp, body := w.say("colleague", http.MethodPut, visura(w.newID()), w.ask(domain.Comunale))
	if resp.StatusCode != http.StatusAccepted || !strings.HasPrefix(resp.Header.Get("RateLimit"), `"utente-mese";r=99;t=`) || !strings.HasPrefix(resp.Header.Get("RateLimit-Policy"), `"utente-mese";q=100;w=`) {
		t.Errorf("%s, %v: %s", resp.Status, resp.Header, body)
	}
	resp, body = w.say("operator", http.MethodPut, visura(w.newID()), w.ask(domain.Comunale))
	_, next := domain.Quota{Per: domain.AlMese}.Window(o.now())
	wait, err := strconv.Atoi(resp.Header.Get("Retry-After"))
	if over := time.Until(next); resp.StatusCode != http.StatusTooManyRequests || err != nil || wait < int(over.Seconds()) || wait > int(over.Seconds())+60 {
		t.Errorf("%s, to wait for %d s, %v: %s", resp.Status, wait, err, body)
	}
	if want := fmt.Sprintf(`"utente-mese";r=0;t=%d`, wait); resp.Header.Get("RateLimit") != want {
		t.Errorf("%q, want %q", resp.Header.Get("RateLimit"), want)
	}
	for _, part := range []string{`"code":"exhausted"`, `"field":"quota"`, "richieste al mese dell'utente (100)", helpdesk} {
		if !strings.Contains(string(body), part) {
			t.Errorf("%s lacks %s", body, part)
		}
	}
}

func quotaOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.rationed(w.ente, aDay, aMonth)
	b := w.acting(t, "operator")
	b.open(http.StatusOK, "/nuova").says("Oggi 0 richieste su 1", "Richieste al mese di tutto l’Ente: ne restano 5.000 su 5.000")
	ask := func(status int) *document {
		return b.open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", w.subject(), "numero_pratica", "2026/004711", "finalita", "ISEE", "tipo", "residenza").send(status)
	}
	ask(http.StatusOK).says("2026/004711")
	w.settled(t)
	b.open(http.StatusOK, "/nuova").says("Oggi 1 richiesta su 1", "ne restano 4.999 su 5.000")
	ask(http.StatusTooManyRequests).says("Quota esaurita", "La quota di richieste al giorno dell'utente (1) è esaurita", "alle 00:00", "A chi rivolgersi: "+helpdesk).silent("da correggere")
}

// lost is a store of a server that dies as it appends: before, or after it has.
type lost struct {
	commands.Store
	landed bool
}

func (s lost) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if s.landed {
		if _, err := s.Store.Append(ctx, stream, expected, events, m); err != nil {
			return domain.Position{}, err
		}
	}
	return domain.Position{}, errors.New("killed")
}

// It has an office of its own: what others count at once is reconciled, too.
func TestWhatACrashLeavesCountedIsReconciledWithWhatIsRecorded(t *testing.T) {
	o := openOffice(t)
	w := o.world(t, comuni[0], "")
	quota := domain.Quota{Di: domain.DiEnte, Misura: domain.Richieste, Per: domain.AlMese, Limite: 3}
	w.rationed(w.ente, quota)
	actor := w.people["operator"].Actor
	ask := func(store commands.Store) (domain.VisuraID, error) {
		id := domain.VisuraID(w.newID())
		h := &commands.Handler{Store: store, Secrets: o.keys, Quote: quote.New(o.pool), Now: o.now, NewID: o.newID}
		_, err := commands.Handle(t.Context(), h, id.Stream(), domain.Meta{By: actor}, w.ask(domain.Comunale))
		return id, err
	}
	recorded := 0
	for _, store := range []commands.Store{o.store, lost{o.store, false}, lost{o.store, true}} {
		id, _ := ask(store)
		recorded += count(w.history(string(id)), domain.VisuraRequested{}.EventType())
	}
	if _, err := ask(o.store); domain.CodeOf(err) != domain.Exhausted || recorded != 2 {
		t.Fatalf("with three counted, %d of them recorded: %v", recorded, err)
	}
	caught := func(context.Context) error { w.settled(t); return nil }
	if released, err := quote.New(o.pool).Reconcile(t.Context(), o.now().Add(time.Minute), caught); err != nil || released != 1 {
		t.Fatalf("released %d, %v", released, err)
	}
	if counted, err := o.quotaCount(t, quota.Chiave(actor, w.comune, o.now())); err != nil || counted != recorded {
		t.Errorf("counted %d, %v", counted, err)
	}
	if _, err := ask(o.store); err != nil {
		t.Errorf("the third: %v", err)
	}
	if _, err := ask(o.store); domain.CodeOf(err) != domain.Exhausted {
		t.Errorf("the fourth: %v", err)
	}
	// All that is lost with the database is made again of the events.
	if _, err := o.pool.Exec(t.Context(), `TRUNCATE quota_conto, quota_richiesta, quota_persona, quota_attesa`); err != nil {
		t.Fatal(err)
	}
	if err := o.runner.Rebuild(t.Context(), projections.Quote{}.Name()); err != nil {
		t.Fatal(err)
	}
	if counted, err := o.quotaCount(t, quota.Chiave(actor, w.comune, o.now())); err != nil || counted != 3 {
		t.Errorf("made again: %d, %v", counted, err)
	}
}

// quotaCount is what the ledger has counted under a key.
func (o *office) quotaCount(t *testing.T, key string) (n int, err error) {
	t.Helper()
	err = o.pool.QueryRow(t.Context(), `SELECT n FROM quota_conto WHERE chiave = $1`, key).Scan(&n)
	return n, err
}
