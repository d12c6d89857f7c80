package domain_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestTheModelInForceIsTheOnePublishedLast(t *testing.T) {
	t.Parallel()
	first, second := domain.ModelloPublished{Versione: 1, Piede: []string{"Uno."}}, domain.ModelloPublished{Versione: 2}
	s := domain.Comune{}
	for i, e := range []domain.Event{first, first, second, second} { // each is delivered twice
		s = s.Evolve(e, domain.Meta{At: mattina.AddDate(0, 0, i/2)})
	}
	if diff := cmp.Diff(domain.Modelli{InForce: second, Since: mattina.AddDate(0, 0, 1)}, s.Modelli); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Who remembers a Comune does not remember its pictures.
func TestAStemmaIsKnownByItsHashAndNotKeptInTheState(t *testing.T) {
	t.Parallel()
	kept := domain.StemmaKept{SHA256: strings.Repeat("0a", 32), Larghezza: 3, Altezza: 4, PNG: []byte("picture")}
	s := domain.Comune{}.Evolve(kept, domain.Meta{At: mattina}).Evolve(kept, domain.Meta{At: mattina})
	want := domain.Stemma{SHA256: kept.SHA256, Larghezza: 3, Altezza: 4, At: mattina}
	if got, ok := s.Modelli.Stemma(kept.SHA256); !ok || got != want || len(s.Modelli.Stemmi) != 1 {
		t.Errorf("%+v", s.Modelli.Stemmi)
	}
	if _, ok := s.Modelli.Stemma(""); ok {
		t.Error("no stemma is one")
	}
	if state, err := json.Marshal(s); err != nil || strings.Contains(string(state), "cGljdHVyZQ") {
		t.Errorf("%v: %s", err, state)
	}
}

// What was stored before there were models is read as made without one, and written as it
// was.
func TestAnEventWithoutAModelIsOfNone(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"visura.query-started.v1", "visura.issued.v1"} {
		stored := indented(t, golden[name])
		e, err := domain.Decode(name, stored)
		if err != nil || strings.Contains(string(stored), "modello") || reflect.ValueOf(e).FieldByName("Modello").Int() != 0 {
			t.Errorf("%s: %+v, %v", name, e, err)
		}
	}
	for _, e := range []domain.Event{domain.QueryStarted{Modello: 3}, domain.VisuraIssued{Modello: 3}} {
		if again, err := domain.Decode(e.EventType(), indented(t, e)); err != nil || !reflect.DeepEqual(again, e) {
			t.Errorf("%+v, %v", again, err)
		}
	}
}
