package commands_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var ask = commands.RequestVisura{
	Comune: "042002", Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711",
	Soggetto: commands.SoggettoRichiesto{CodiceFiscale: string(rossi)},
}

// newTown is a world in which mario may request: every party has its stream but
// the Ente's, which nobody entered. The Comune's has revision 1, the profile's 2.
func newTown() *world {
	w := newWorld()
	w.enter(string(comune.Stream()), ancona, connected)
	w.enter(string(conv.Stream()), act, domain.ConvenzioneActivated{Numero: 1})
	w.enter(string(prof.Stream()), desk, desk, desk)
	w.enter(string(mario.Utente.Stream()), entry, holding(mario).Roles[0], domain.ProfileAssigned{Ente: ente, Comune: comune, Profile: prof},
		domain.InstructionsAccepted{Comune: comune})
	return w
}

// nationally has mario ask beyond the Comune too.
func (w *world) nationally() *world {
	w.enter(string(comune.Stream()), title)
	w.enterAs(string(mario.Utente.Stream()), luisa, domain.NazionaleGranted{Ente: ente, Comune: comune, Profile: prof})
	return w
}

// narrower is the profile without what is asked for.
var narrower = changed(desk, func(p *domain.ProfileDefined) { p.Tipi = []domain.TipoConcesso{{Tipo: domain.Nascita}} })

// headed has luisa head the Comune.
func (w *world) headed() *world {
	w.enter(string(luisa.Utente.Stream()), entry)
	w.enter(string(comune.Stream()), domain.TopNamed{Utente: luisa.Utente})
	return w
}

// marioFacts are the revisions on which a request of mario's rests.
func marioFacts(utente int64) map[string]int64 {
	return map[string]int64{
		string(mario.Utente.Stream()): utente, string(comune.Stream()): 1,
		string(conv.Stream()): 1, string(prof.Stream()): 2,
	}
}

func TestTheOutcomeTellsWhetherAnythingWasWritten(t *testing.T) {
	w := newTown()
	h := w.handler()
	first, err := commands.Handle(t.Context(), h, visura.Stream(), domain.Meta{By: mario}, ask)
	if err != nil || !first.Wrote {
		t.Fatalf("%+v, %v", first, err)
	}
	history := w.stream(string(visura.Stream()))
	if last := history[len(history)-1]; len(history) != 3 || last.Position != first.Position {
		t.Errorf("%d events, the last at %s, answered %s", len(history), last.Position, first.Position)
	}
	for name, handler := range map[string]*commands.Handler{"the same server": h, "another server": w.handler()} {
		again, err := commands.Handle(t.Context(), handler, visura.Stream(), domain.Meta{By: mario}, ask)
		if err != nil || again.Wrote || again.Position != first.Position {
			t.Errorf("repeated at %s: %+v, %v; first at %s", name, again, err, first.Position)
		}
	}
	if n := len(w.history()); n != 3 {
		t.Errorf("%d events", n)
	}
}

func TestARefusalWritesNothing(t *testing.T) {
	w := newTown()
	outcome, err := commands.Handle(t.Context(), w.handler(), visura.Stream(), domain.Meta{By: luisa}, ask)
	if domain.CodeOf(err) != domain.Forbidden || outcome.Wrote || outcome.Position != (domain.Position{}) || len(w.history()) != 0 {
		t.Errorf("%+v, %v; history %v", outcome, err, w.history())
	}
}

func TestWhatADecisionRestedOnIsRecorded(t *testing.T) {
	w := newTown()
	if _, err := commands.Handle(t.Context(), w.handler(), visura.Stream(), domain.Meta{By: mario}, ask); err != nil {
		t.Fatal(err)
	}
	for _, r := range w.stream(string(visura.Stream())) {
		if diff := cmp.Diff(marioFacts(3), r.Meta.Facts); diff != "" {
			t.Errorf("facts of %s (-want +got):\n%s", r.Event.EventType(), diff)
		}
	}
}

// Of the parties the town lacks the Ente.
func TestAnOutcomeSaysWhatTheDocumentShows(t *testing.T) {
	w := newTown()
	p := w.process()
	if _, err := commands.Handle(t.Context(), p.Handler, visura.Stream(), domain.Meta{By: mario}, ask); err != nil {
		t.Fatal(err)
	}
	if err := advance(t, p); err != nil {
		t.Fatal(err)
	}
	history := w.stream(string(visura.Stream()))
	last := history[len(history)-1]
	want := map[string]int64{
		string(mario.Utente.Stream()): 3, string(comune.Stream()): 1, string(ente.Stream()): commands.NoStream, string(conv.Stream()): 1,
	}
	if diff := cmp.Diff(want, last.Meta.Facts); last.Event.EventType() != "visura.issued.v1" || diff != "" {
		t.Errorf("facts of %s (-want +got):\n%s", last.Event.EventType(), diff)
	}
	for _, r := range history {
		if r.Meta.Correlation != history[0].Meta.Correlation {
			t.Errorf("%s belongs to %s, the request to %s", r.Event.EventType(), r.Meta.Correlation, history[0].Meta.Correlation)
		}
	}
}

func TestWhatRestsOnNothingHasNoFacts(t *testing.T) {
	w := newTown()
	w.record(requested, immediate, started)
	deferral := commands.DeferQuery{Attempt: 1, Class: domain.FailureRetry, Code: "999", Wait: time.Minute}
	if _, err := commands.Handle(t.Context(), w.handler(), visura.Stream(), domain.Meta{By: domain.Sistema}, deferral); err != nil {
		t.Fatal(err)
	}
	history := w.stream(string(visura.Stream()))
	if facts := history[len(history)-1].Meta.Facts; facts != nil {
		t.Errorf("facts %v", facts)
	}
}

// meddler is a store in which, before the first append, something else happens.
type meddler struct {
	*world
	happens func()
}

func (s *meddler) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if s.happens != nil {
		s.happens()
		s.happens = nil
	}
	return s.world.Append(ctx, stream, expected, events, m)
}

// After a conflict a command is decided on what is known then, and says so.
func TestAfterAConflictTheFactsAreThoseOfTheLastDecision(t *testing.T) {
	w := newTown().nationally()
	w.enter(string(luisa.Utente.Stream()), domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune})
	w.enter(string(comune.Stream()), domain.TopNamed{Utente: luisa.Utente})
	w.record(national, awaited)
	h := w.handlerOver(&meddler{w, func() {
		w.enter(string(luisa.Utente.Stream()), domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: altro})
		w.record(awaited)
	}})
	outcome, err := commands.Handle(t.Context(), h, visura.Stream(), domain.Meta{By: luisa}, commands.ApproveVisura{})
	if err != nil || !outcome.Wrote {
		t.Fatalf("%+v, %v", outcome, err)
	}
	history := w.stream(string(visura.Stream()))
	want := marioFacts(4)
	want[string(luisa.Utente.Stream())], want[string(comune.Stream())] = 1, 3
	if diff := cmp.Diff(want, history[len(history)-1].Meta.Facts); diff != "" {
		t.Errorf("facts (-want +got):\n%s", diff)
	}
}

// The right that was taken while the command was on its way counts.
func TestAfterAConflictARightThatIsGoneIsMissed(t *testing.T) {
	w := newTown()
	h := w.handlerOver(&meddler{w, func() {
		w.enter(string(prof.Stream()), narrower)
		w.record(domain.VisuraDownloaded{})
	}})
	_, err := commands.Handle(t.Context(), h, visura.Stream(), domain.Meta{By: mario}, ask)
	if refusal, ok := err.(*domain.Error); !ok || refusal.Code != domain.Forbidden || refusal.Field != "tipo" {
		t.Errorf("%v; history %v", err, w.history())
	}
}

func TestMetadataIsCompletedAndOtherwiseKept(t *testing.T) {
	w := newTown()
	by := mario
	by.Postazione, by.Session, by.Via = "p1", "s1", "00000000-0000-4000-8000-0000000000aa"
	w.enter(string(by.Via.Stream()), domain.ApplicativoRegistered{Ente: ente, Comuni: []domain.CodiceISTAT{comune}, Scopes: []domain.Scope{domain.ScopeRequest}},
		domain.TokenIssued{Token: "s1", Comuni: []domain.CodiceISTAT{comune}, Expires: now.Add(time.Hour)})
	given := domain.Meta{
		By: by, CommandID: "00000000-0000-4000-8000-0000000000b1", Correlation: "00000000-0000-4000-8000-0000000000b2",
		Causation: "00000000-0000-4000-8000-0000000000b3", Trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
		At: now.AddDate(-1, 0, 0), Facts: map[string]int64{"comune-000000": 7}, // the caller's say in these two counts for nothing
	}
	if _, err := commands.Handle(t.Context(), w.handler(), visura.Stream(), given, ask); err != nil {
		t.Fatal(err)
	}
	want := given
	want.At, want.Facts = now, marioFacts(3)
	want.Facts[string(by.Via.Stream())], want.Facts["postazione-p1"] = 1, commands.NoStream
	if diff := cmp.Diff(want, w.stream(string(visura.Stream()))[0].Meta); diff != "" {
		t.Errorf("metadata (-want +got):\n%s", diff)
	}
}

func TestIDsThatAreNotGivenAreMade(t *testing.T) {
	w := newTown()
	if _, err := commands.Handle(t.Context(), w.handler(), visura.Stream(), domain.Meta{By: mario}, ask); err != nil {
		t.Fatal(err)
	}
	m := w.stream(string(visura.Stream()))[0].Meta
	if m.CommandID == "" || m.Correlation != m.CommandID || m.Causation != m.CommandID {
		t.Errorf("command %q, correlation %q, causation %q", m.CommandID, m.Correlation, m.Causation)
	}
}

func TestSeveralAccessesAreEnteredAtOnce(t *testing.T) {
	w := newWorld()
	entries := []domain.AccessRecorded{
		{Action: "list-visure", Outcome: "ok", Shown: []string{"1", "2"}},
		{Action: "list-visure", Outcome: "ok", Shown: []string{"3"}},
	}
	if err := commands.RecordAccess(t.Context(), w.handler(), domain.Meta{By: mario}, entries...); err != nil {
		t.Fatal(err)
	}
	journal := w.stream(string(domain.AccessStream(mario.Utente, now)))
	var got []domain.AccessRecorded
	for _, r := range journal {
		got = append(got, r.Event.(domain.AccessRecorded))
	}
	if diff := cmp.Diff(entries, got); diff != "" {
		t.Errorf("journal (-want +got):\n%s", diff)
	}
	if journal[0].Meta.CommandID == "" || journal[0].Meta.CommandID != journal[1].Meta.CommandID {
		t.Errorf("entered by %q and %q", journal[0].Meta.CommandID, journal[1].Meta.CommandID)
	}
}

func TestAPersonEnteredHasTheIDTheirCodeGives(t *testing.T) {
	w := newWorld()
	register := commands.RegisterUtente{CodiceFiscale: rossi, Cognome: "Rossi", Nome: "Mario"}
	if outcome, err := commands.Handle(t.Context(), w.handler(), utente.Stream(), domain.Meta{By: domain.Sistema}, register); err != nil || !outcome.Wrote {
		t.Fatalf("%+v, %v", outcome, err)
	}
	if got := w.stream(string(utente.Stream()))[0].Event; got != entry {
		t.Errorf("entered %+v", got)
	}
	if _, err := commands.Handle(t.Context(), w.handler(), mario.Utente.Stream(), domain.Meta{By: domain.Sistema}, register); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("under another's id: %v", err)
	}
}

// Which registry a document was made from is recorded with it, and a document of
// any but ANPR's production is known as such.
func TestTheOutcomeCarriesTheEnvironmentAsked(t *testing.T) {
	for name, c := range map[string]struct {
		anpr      bool
		tipoInvio string
		want      domain.Ambiente
	}{
		"ANPR's production":                {true, "PROD", domain.Produzione},
		"ANPR's test":                      {true, "TEST", domain.Prova},
		"ANPR before the Comune joins":     {true, "PRE_SUB", domain.PreSubentro},
		"a simulator":                      {false, "TEST", domain.Simulatore},
		"a simulator that is sent to PROD": {false, "PROD", domain.Simulatore},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown()
			w.enter(string(comune.Stream()), changed(connected, func(e *domain.ComuneConnected) { e.TipoInvio = c.tipoInvio }))
			w.record(requested, immediate)
			p := w.process()
			p.ANPR = c.anpr
			advance(t, p)
			history := w.history()
			issued, ok := history[len(history)-1].(domain.VisuraIssued)
			if !ok || issued.Ambiente != c.want {
				t.Errorf("%+v, want %s", history[len(history)-1], c.want)
			}
		})
	}
}
