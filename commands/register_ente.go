package commands

import "github.com/visure-anagrafiche/visure/domain"

// RegisterEnte enters a body, or records what changed of it.
type RegisterEnte struct{ Ente domain.EnteRegistered }

// Decide records what differs from what is known.
func (c RegisterEnte) Decide(s domain.Ente, f Facts, m domain.Meta) ([]domain.Event, error) {
	if err := administrator(f, m.By); err != nil {
		return nil, err
	}
	if c.Ente.Denominazione == "" {
		return nil, domain.FieldErrorf(domain.Invalid, "denominazione", "la denominazione dell'Ente è obbligatoria")
	}
	if s.EnteRegistered == c.Ente {
		return nil, nil
	}
	return []domain.Event{c.Ente}, nil
}
