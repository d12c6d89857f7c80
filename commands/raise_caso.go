package commands

import "github.com/visure-anagrafiche/visure/domain"

// RaiseCaso opens a case about requests that meet a rule of alarms, or adds them to the one
// that is open. Only the system does.
type RaiseCaso struct {
	Fatto domain.CasoOpened
}

// Decide opens it, or adds what it is not about yet; one that is closed stays so.
func (c RaiseCaso) Decide(g Given[domain.Caso]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	switch {
	case g.State.Stato == domain.CasoAbsent:
		return []domain.Event{c.Fatto}, nil
	case g.State.Stato == domain.CasoEnded || len(g.State.Visure) >= domain.VisureDiCasoMassime:
		return nil, nil
	}
	var added domain.CasoRequestsAdded
	for _, v := range c.Fatto.Visure {
		if !g.State.Has(v.Visura) {
			added.Visure = append(added.Visure, v)
		}
	}
	if len(added.Visure) == 0 {
		return nil, nil
	}
	added.Riservato = c.Fatto.Riservato && !g.State.Riservato
	return []domain.Event{added}, nil
}
