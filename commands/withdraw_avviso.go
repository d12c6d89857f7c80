package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// WithdrawAvviso ends a notice of the Comune before its time.
type WithdrawAvviso struct {
	Numero int `json:"numero" doc:"Numero dell'avviso"`
}

// Decide withdraws it; one that is over or withdrawn needs nothing.
func (c WithdrawAvviso) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if c.Numero < 1 || c.Numero > g.State.Avvisi.Last {
		return nil, domain.FieldErrorf(domain.NotFound, "numero", "il Comune non ha un avviso con questo numero")
	}
	if !slices.ContainsFunc(g.State.Avvisi.Open(g.Meta.At), func(a domain.Avviso) bool { return a.Numero == c.Numero }) {
		return nil, nil
	}
	return []domain.Event{domain.AvvisoWithdrawn(c)}, nil
}
