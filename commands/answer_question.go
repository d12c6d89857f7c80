package commands

import (
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// AnswerQuestion answers what an officer asked about a request, whose clock then goes on
// with the office time that was left. Only the requester may.
type AnswerQuestion struct {
	Risposta string `json:"risposta" maxLength:"1000" doc:"Che cosa si risponde all'Anagrafe"`
}

// Refs wants the Comune, by whose calendar the term goes on.
func (c AnswerQuestion) Refs(g Given[domain.Visura]) Refs {
	return Refs{Comune: g.State.Request.Comune}
}

// Decide resumes once a question.
func (c AnswerQuestion) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	v, at, comune := g.State, g.Meta.At, g.Parties.Comune
	if err := asked(g, "risponde chi ha fatto la richiesta"); err != nil {
		return nil, err
	}
	if err := words("risposta", c.Risposta); err != nil {
		return nil, err
	}
	switch {
	case strings.TrimSpace(c.Risposta) == "":
		return nil, domain.FieldErrorf(domain.Invalid, "risposta", "scrivere la risposta")
	case v.Status == domain.Awaiting && !v.Suspended && v.Answer == c.Risposta:
		return nil, nil
	case v.Next(at) == domain.Expire:
		return nil, errExpired
	case v.Status != domain.Awaiting || !v.Suspended:
		return nil, domain.Errorf(domain.Conflict, "nessuna domanda attende risposta")
	}
	resumed := domain.ConfirmationResumed{Risposta: c.Risposta}
	if due := comune.Calendar().After(at, v.Resta); v.Resta > 0 && due.After(at) {
		resumed.Due, resumed.Calendario = &due, comune.Calendario().Versione
		return []domain.Event{resumed}, nil
	}
	scade, versione := comune.ExpiresAt(at)
	resumed.Scade, resumed.Calendario = &scade, versione
	return []domain.Event{resumed}, nil
}
