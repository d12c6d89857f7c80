package commands

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// SuspendConfirmation asks the requester something about a request that awaits
// confirmation, and stops its clock until they answer. Only an officer of the Comune may.
type SuspendConfirmation struct {
	Domanda string `json:"domanda" maxLength:"1000" doc:"Che cosa si chiede a chi ha fatto la richiesta"`
}

// Refs wants the Comune, whose calendars tell the office time left and the days there are to
// answer.
func (c SuspendConfirmation) Refs(g Given[domain.Visura]) Refs {
	return Refs{Comune: g.State.Request.Comune}
}

// Decide suspends in time: after the term silence has confirmed. One question is open at a
// time.
func (c SuspendConfirmation) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := officer(g); err != nil {
		return nil, err
	}
	if err := words("domanda", c.Domanda); err != nil {
		return nil, err
	}
	v, at := g.State, g.Meta.At
	ended := over(v, at)
	switch {
	case strings.TrimSpace(c.Domanda) == "":
		return nil, domain.FieldErrorf(domain.Invalid, "domanda", "scrivere che cosa si chiede")
	case ended != nil:
		return nil, ended
	case v.Status != domain.Awaiting:
		return nil, errNotAwaiting
	case v.Suspended && v.Question == c.Domanda:
		return nil, nil
	case v.Suspended:
		return nil, domain.Errorf(domain.Conflict, "una domanda attende già risposta")
	}
	scade, versione := g.Parties.Comune.ExpiresAt(at)
	suspended := domain.ConfirmationSuspended{Domanda: c.Domanda, Scade: &scade, Calendario: versione}
	if !v.Due.IsZero() {
		suspended.Resta = g.Parties.Comune.OpenLeft(at, v.Due, v.Calendario)
	}
	return []domain.Event{suspended}, nil
}
