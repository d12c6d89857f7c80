package commands_test

import (
	"errors"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Who saw a request before its requester was written to decides on it as it was seen; once
// they have answered it is another. So it is in the memory of who wrote the letter, of who
// heard of it since, and of who reads the request for the first time.
func TestALetterDoesNotStandInTheWayOfADecision(t *testing.T) {
	h := newHousehold()
	h.enter(string(mario.Utente.Stream()), domain.NoticesChosen{Richieste: true})
	h.record(silent, sought, absent, wait, suspended)
	const seen = 4
	wrote, heard := h.notices().Handler, h.handler()
	for _, one := range []*commands.Handler{wrote, heard} {
		if _, err := commands.Load(t.Context(), one, visura.Stream()); err != nil {
			t.Fatal(err)
		}
	}
	notice := h.requesterNotice()
	notice.Handler = wrote
	if err := advance(t, notice); err != nil {
		t.Fatal(err)
	}
	if told := eventsOf[domain.RequesterTold](h.world, string(visura.Stream())); len(told) != 1 {
		t.Fatalf("told %v", told)
	}
	charge := func(handler *commands.Handler, at int64) error {
		_, err := commands.HandleAt(t.Context(), handler, visura.Stream(), at, domain.Meta{By: luisa}, commands.AssignConfirmation{Utente: luisa.Utente})
		return err
	}
	reject := func(handler *commands.Handler, at int64) error {
		_, err := commands.HandleAt(t.Context(), handler, visura.Stream(), at, domain.Meta{By: luisa}, commands.RejectVisura{Motivo: rejected.Motivo, Testo: rejected.Testo})
		return err
	}
	for name, handler := range map[string]*commands.Handler{"who wrote it": wrote, "who heard of it": heard, "who reads anew": h.handler()} {
		if err := reject(handler, seen-1); !errors.Is(err, commands.ErrMoved) {
			t.Errorf("%s, as it was before the question: %v", name, err)
		}
		if err := reject(handler, seen+2); !errors.Is(err, commands.ErrMoved) {
			t.Errorf("%s, as it never was: %v", name, err)
		}
	}
	if err := charge(heard, seen); err != nil {
		t.Errorf("before the letter: %v", err)
	}
	if err := reject(wrote, seen+1); !errors.Is(err, commands.ErrMoved) {
		t.Errorf("before somebody took charge: %v", err)
	}
	if err := reject(wrote, seen+2); err != nil {
		t.Errorf("as it is: %v", err)
	}
}
