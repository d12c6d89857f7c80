package commands

import "github.com/visure-anagrafiche/visure/domain"

// WithdrawVisura takes a request back before it is issued. Only the requester may.
type WithdrawVisura struct {
	Testo string `json:"testo,omitempty" maxLength:"1000" doc:"Perché la richiesta è ritirata"`
}

// Decide withdraws until the request has ended. What ANPR answers afterwards is not used.
func (c WithdrawVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	v := g.State
	if err := asked(g, "solo il richiedente può ritirare la richiesta"); err != nil {
		return nil, err
	}
	if err := words("testo", c.Testo); err != nil {
		return nil, err
	}
	switch {
	case v.Status == domain.Withdrawn:
		return nil, nil
	case !v.Status.Final():
		return []domain.Event{domain.VisuraWithdrawn(c)}, nil
	}
	return nil, domain.Errorf(domain.Conflict, "la richiesta è già conclusa")
}
