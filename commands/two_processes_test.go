package commands_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// bothOn is two processes on one store; the first has taken the request and
// remembers what it wrote, the second is woken.
func bothOn(t *testing.T, w *world) (first, second *commands.Emission) {
	t.Helper()
	first, second = w.process(), w.process()
	if _, err := commands.Handle(t.Context(), first.Handler, visura.Stream(), domain.Meta{By: mario}, ask); err != nil {
		t.Fatal(err)
	}
	return first, second
}

func TestWhatWasDeferredElsewhereIsAskedUnderAnIntentOfItsOwn(t *testing.T) {
	w := newTown()
	first, second := bothOn(t, w)
	w.answer = func(call int, _ commands.Query) (scheda.Scheda, error) {
		if call == 1 {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureRetry, Codes: []string{"999"}}
		}
		return resident(), nil
	}
	if err := advance(t, second); err == nil {
		t.Fatal("it is not postponed")
	}
	w.clock = w.clock.Add(time.Minute)
	if err := advance(t, first); err != nil {
		t.Fatal(err)
	}
	if n := count[domain.QueryStarted](w); n != 2 || len(w.calls) != 2 {
		t.Errorf("%d intents, %d calls", n, len(w.calls))
	}
}

func TestWhatWasDeferredElsewhereIsNotAskedBeforeItsTime(t *testing.T) {
	w := newTown()
	first, second := bothOn(t, w)
	w.answer = func(int, commands.Query) (scheda.Scheda, error) {
		return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureConfiguration, Codes: []string{"EHR26"}}
	}
	for name, p := range map[string]*commands.Emission{"the one that asked": second, "the other": first} {
		if err := advance(t, p); err == nil {
			t.Errorf("%s is not postponed", name)
		}
	}
	if len(w.calls) != 1 {
		t.Errorf("the registry was asked %d times", len(w.calls))
	}
}

func TestWhatWasClosedElsewhereIsNotAskedAgain(t *testing.T) {
	w := newTown()
	first, second := bothOn(t, w)
	w.answer = func(call int, _ commands.Query) (scheda.Scheda, error) {
		if call == 1 {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureFinal, Codes: []string{"EN122"}}
		}
		return resident(), nil
	}
	for _, p := range []*commands.Emission{second, first} {
		if err := advance(t, p); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.calls) != 1 || len(w.kept) != 0 {
		t.Errorf("asked %d times, %d documents kept of a request that was closed without", len(w.calls), len(w.kept))
	}
}

// A command of a given id that was written before, at another time, is remembered
// as it is stored.
func TestARepeatedCommandActsOnWhatIsStored(t *testing.T) {
	w := newTown()
	m := domain.Meta{By: mario, CommandID: w.newID()}
	var last *commands.Emission
	for range 2 {
		last = w.process()
		if _, err := commands.Handle(t.Context(), last.Handler, visura.Stream(), m, ask); err != nil {
			t.Fatal(err)
		}
		w.clock = w.clock.Add(time.Second)
	}
	stored, err := commands.Load(t.Context(), w.handler(), visura.Stream())
	if err != nil {
		t.Fatal(err)
	}
	if err := advance(t, last); err != nil {
		t.Fatal(err)
	}
	if stored.Query.IDOperazioneComune != w.calls[0] || stored.Numero != w.kept[visura].Event.Numero {
		t.Errorf("asked under %s, stored %s; document %s, stored %s", w.calls[0], stored.Query.IDOperazioneComune, w.kept[visura].Event.Numero, stored.Numero)
	}
}
