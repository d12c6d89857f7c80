package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// GiveCollection lets a person obtain the documents that others of their Ente asked
// for at a Comune.
type GiveCollection struct {
	Ente   domain.EnteID      `json:"ente" doc:"Ente"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
}

// Decide appoints an operator of the pair.
func (c GiveCollection) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	given := domain.CollectionGiven(c)
	if err := manages(g, given.Pair()); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Holds(domain.RoleStandard, given.Pair()):
		return nil, domain.Errorf(domain.Conflict, "incaricato del ritiro può essere un operatore dell'Ente")
	case slices.Contains(g.State.Collects, given.Pair()):
		return nil, nil
	}
	return []domain.Event{given}, nil
}

// TakeCollection ends that.
type TakeCollection struct {
	Ente   domain.EnteID      `json:"ente" doc:"Ente"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
}

// Decide ends it if it stands.
func (c TakeCollection) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	taken := domain.CollectionTaken(c)
	if err := manages(g, taken.Pair()); err != nil {
		return nil, err
	}
	if !slices.Contains(g.State.Collects, taken.Pair()) {
		return nil, nil
	}
	return []domain.Event{taken}, nil
}
