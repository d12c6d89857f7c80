package commands

import "github.com/visure-anagrafiche/visure/domain"

// WithdrawMassiva has no further row of a request about many people asked for: its
// requester may, and who administers them.
type WithdrawMassiva struct{}

// Decide ends it once.
func (c WithdrawMassiva) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	r := g.reach()
	switch {
	case g.State.Stato == domain.StatoAbsent || !r.Covers(g.State.Object()):
		return nil, errNoMassiva
	case !r.Appoints && !(r.Requests && g.State.Requester.Utente == g.Meta.By.Utente):
		return nil, domain.Errorf(domain.Forbidden, "ritirare la richiesta spetta a chi l'ha fatta e a chi lo amministra")
	case g.State.Stato == domain.StatoWithdrawn:
		return nil, nil
	case g.State.Ended():
		return nil, domain.Errorf(domain.Conflict, "la richiesta è già conclusa")
	}
	return []domain.Event{domain.MassivaWithdrawn{}}, nil
}
