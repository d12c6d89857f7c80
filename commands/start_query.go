package commands

import (
	"cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// StartQuery records the intent to ask ANPR, before the call, and with the first
// intent the number of the document.
type StartQuery struct{}

// Refs wants the Comune, whose model the document is made with, and a number unless the
// visura has one.
func (c StartQuery) Refs(g Given[domain.Visura]) Refs {
	return Refs{Comune: g.State.Request.Comune, Numero: g.State.Numero == ""}
}

// Decide opens the next attempt under an id of its own.
func (c StartQuery) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	v := g.State
	if v.Next(g.Meta.At) != domain.StartQuery {
		return nil, nil
	}
	return []domain.Event{intent(g, v.Attempts+1)}, nil
}

// intent is the next attempt to ask ANPR, under an id of its own. What a document of it
// bears is fixed with it: whatever is published while it is open.
func intent(g Given[domain.Visura], attempt int) domain.QueryStarted {
	return domain.QueryStarted{
		Attempt: attempt, IDOperazioneComune: domain.NewIDOperazione(domain.VisuraID(g.ID), attempt, g.Meta.At),
		Numero: cmp.Or(g.State.Numero, g.Keyed.Numero), Modello: g.Parties.Comune.Modelli.InForce.Versione,
	}
}
