package commands_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// office is a stream that an Ente's parts are named in, in memory.
func office(t *testing.T) (*commands.Handler, domain.Stream[domain.Ente]) {
	t.Helper()
	w := newWorld()
	h := w.handlerOver(w)
	id, err := domain.BodyID("90003710390")
	if err != nil {
		t.Fatal(err)
	}
	enter := commands.RegisterEnte{Denominazione: "ASP", CodiceFiscale: "90003710390"}
	if _, err := commands.Handle(t.Context(), h, id.Stream(), bySystem, enter); err != nil {
		t.Fatal(err)
	}
	return h, id.Stream()
}

var bySystem = domain.Meta{By: domain.Sistema}

func TestACommandIsWrittenOnlyWhereItsStreamWasSeen(t *testing.T) {
	h, stream := office(t)
	amend := func(at int64, nome string) (commands.Outcome, error) {
		return commands.HandleAt(t.Context(), h, stream, at, bySystem, commands.AmendEnte{Denominazione: nome})
	}
	if done, err := amend(0, "Azienda"); err != nil || !done.Wrote {
		t.Fatalf("where it was seen: %+v, %v", done, err)
	}
	if _, err := amend(0, "Consorzio"); !errors.Is(err, commands.ErrMoved) {
		t.Errorf("where it no longer is: %v", err)
	}
	if done, err := amend(0, "Azienda"); err != nil || done.Wrote {
		t.Errorf("what is done already is no conflict: %+v, %v", done, err)
	}
	if _, err := amend(7, ""); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("a refusal comes first: %v", err)
	}
	if s, err := commands.Load(t.Context(), h, stream); err != nil || s.Denominazione != "Azienda" {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSeveralCommandsAreWrittenTogetherOrNotAtAll(t *testing.T) {
	h, stream := office(t)
	first, wrong := commands.NameUfficio{Comune: comune, Codice: "A", Nome: "Primo"}, commands.NameUfficio{Comune: comune, Codice: "B B", Nome: "Storto"}
	if _, err := commands.HandleAll(t.Context(), h, stream, bySystem, first, wrong); domain.CodeOf(err) != domain.Invalid {
		t.Fatalf("%v", err)
	}
	if s, _ := commands.Load(t.Context(), h, stream); len(s.Uffici) != 0 {
		t.Errorf("written although one was refused: %v", s.Uffici)
	}
	// The second rests on what the first leaves: there is an office to close.
	done, err := commands.HandleAll(t.Context(), h, stream, bySystem, first, commands.CloseUfficio{Comune: comune, Codice: "A"})
	if err != nil || !done.Wrote {
		t.Fatalf("%+v, %v", done, err)
	}
	revisions := 0
	_, err = h.Store.Load(t.Context(), string(stream), commands.NoStream, func(domain.Recorded) { revisions++ })
	if err != nil || revisions != 3 {
		t.Errorf("%d events, %v", revisions, err)
	}
}

func TestOfARehearsalNothingIsWritten(t *testing.T) {
	h, stream := office(t)
	r, err := commands.Rehearse(t.Context(), h, stream, bySystem)
	if err != nil {
		t.Fatal(err)
	}
	named := commands.NameUfficio{Comune: comune, Codice: "A", Nome: "Primo"}
	for i, want := range []int{1, 0} { // again there is nothing left to do
		if events, err := r.Try(t.Context(), named); err != nil || len(events) != want {
			t.Errorf("try %d: %v, %v", i+1, events, err)
		}
	}
	if _, err := r.Try(t.Context(), commands.NameUfficio{Comune: comune, Codice: "B B"}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("%v", err)
	}
	if events, err := r.Try(t.Context(), commands.CloseUfficio{Comune: comune, Codice: "A"}); err != nil || len(events) != 1 {
		t.Errorf("a refusal leaves it as it was: %v, %v", events, err)
	}
	if s, _ := commands.Load(t.Context(), h, stream); len(s.Uffici) != 0 {
		t.Errorf("written: %v", s.Uffici)
	}
}

func TestWhatCommandsMakeTogetherHasIDsOfItsOwn(t *testing.T) {
	h, _ := office(t)
	h.NewID = uuid.NewString
	// Who asks for a grant that two decide makes a proposal, named by its command.
	person := domain.UtenteID(uuid.NewString())
	pair := domain.Pair{Ente: domain.EnteID(uuid.NewString()), Comune: "039002"}
	given := []domain.Event{
		domain.UtenteRegistered{Codice: person.Codice(), CodiceFiscale: "RSSMRA80A01H501U", Cognome: "Rossi"},
		domain.RoleGiven{Role: domain.RoleStandard, Ente: pair.Ente, Comune: pair.Comune},
	}
	if _, err := h.Store.Append(t.Context(), string(person.Stream()), commands.NoStream, given, domain.Meta{CommandID: uuid.NewString(), By: domain.Sistema}); err != nil {
		t.Fatal(err)
	}
	reset := func(why string) commands.ProposeReset {
		return commands.ProposeReset{Ente: pair.Ente, Comune: pair.Comune, Motivo: why}
	}
	if _, err := commands.HandleAll(t.Context(), h, person.Stream(), bySystem, reset("telefono perso"), reset("telefono rotto")); err != nil {
		t.Fatal(err)
	}
	s, err := commands.Load(t.Context(), h, person.Stream())
	if err != nil || len(s.Proposals) != 2 || s.Proposals[0].ID == s.Proposals[1].ID {
		t.Errorf("%+v, %v", s.Proposals, err)
	}
}
