package web_test

import (
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// proposal returns the id of the first proposal about a person that is open.
func (w *world) proposal(id domain.UtenteID) string {
	w.t.Helper()
	person, err := commands.Load(w.t.Context(), w.handler, id.Stream())
	if err != nil || len(person.Proposals) == 0 {
		w.t.Fatalf("no proposal is open: %v", err)
	}
	return person.Proposals[0].ID
}
