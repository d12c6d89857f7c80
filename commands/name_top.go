package commands

import "github.com/visure-anagrafiche/visure/domain"

// NameTop makes a person a TOP of a Comune.
type NameTop struct {
	Utente domain.UtenteID `json:"utente" doc:"Utente"`
}

// Refs names the person.
func (c NameTop) Refs(Given[domain.Comune]) Refs { return Refs{Person: c.Utente} }

// Decide admits a TOP of the Comune and the installation, which names the first.
func (c NameTop) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := heads(g); err != nil {
		return nil, err
	}
	switch {
	case !g.Parties.Utente.Registered:
		return nil, domain.FieldErrorf(domain.NotFound, "utente", "utente inesistente")
	case g.State.Top(c.Utente):
		return nil, nil
	}
	return []domain.Event{domain.TopNamed(c)}, nil
}

// RemoveTop ends that.
type RemoveTop struct {
	Utente domain.UtenteID `json:"utente" doc:"Utente"`
	Motivo string          `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide leaves a Comune its last TOP.
func (c RemoveTop) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := heads(g); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Top(c.Utente):
		return nil, nil
	case len(g.State.Tops) == 1:
		return nil, domain.Errorf(domain.Conflict, "l'ultimo TOP del Comune non si può togliere: prima se ne nomina un altro")
	}
	return []domain.Event{domain.TopRemoved(c)}, nil
}
