package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// DeclareAbsence says that a person is away from a pair: no request of theirs is
// admitted meanwhile and, away from a Comune itself, no decision of theirs on a
// request. What else they administer goes on.
type DeclareAbsence struct {
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Dal    domain.Date        `json:"dal" doc:"Primo giorno"`
	Al     domain.Date        `json:"al" doc:"Ultimo giorno, compreso"`
}

// Refs names the Comune, which knows its TOPs.
func (c DeclareAbsence) Refs(Given[domain.Utente]) Refs { return Refs{Comune: c.Comune} }

// Decide records the absence, or the new last day of one by its first.
func (c DeclareAbsence) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	declared := domain.AbsenceDeclared(c)
	if err := manages(g, declared.Pair()); err != nil {
		return nil, err
	}
	if c.Dal.IsZero() || c.Al.IsZero() {
		return nil, domain.FieldErrorf(domain.Invalid, "dal", "l'assenza vuole il primo e l'ultimo giorno")
	}
	if err := period(c.Dal, c.Al); err != nil {
		return nil, err
	}
	if slices.Contains(g.State.Absences, declared) {
		return nil, nil
	}
	return []domain.Event{declared}, nil
}

// CallOffAbsence takes back an absence, by its first day.
type CallOffAbsence struct {
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Dal    domain.Date        `json:"dal" doc:"Primo giorno dell'assenza"`
}

// Refs names the Comune, which knows its TOPs.
func (c CallOffAbsence) Refs(Given[domain.Utente]) Refs { return Refs{Comune: c.Comune} }

// Decide takes the absence back if there is one.
func (c CallOffAbsence) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	off := domain.AbsenceCalledOff(c)
	if err := manages(g, off.Pair()); err != nil {
		return nil, err
	}
	for _, a := range g.State.Absences {
		if a.Pair() == off.Pair() && a.Dal == c.Dal {
			return []domain.Event{off}, nil
		}
	}
	return nil, nil
}
