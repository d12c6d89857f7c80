package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// NameTop makes a person a TOP of a Comune.
type NameTop struct {
	Utente domain.UtenteID `json:"utente" doc:"Utente"`
}

// Refs names the person.
func (c NameTop) Refs(Given[domain.Comune]) Refs { return Refs{Person: c.Utente} }

// Decide admits a TOP of the Comune and the installation, which names the first. Who
// is named has a record at the Comune: by that their own stream tells of which Comuni
// they may be a TOP.
func (c NameTop) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := heads(g); err != nil {
		return nil, err
	}
	switch {
	case !g.Parties.Utente.Registered:
		return nil, domain.FieldErrorf(domain.NotFound, "utente", "utente inesistente")
	case g.State.Top(c.Utente):
		return nil, nil
	case !slices.Contains(g.Parties.Utente.Seats(), domain.CodiceISTAT(g.ID)):
		return nil, domain.FieldErrorf(domain.Conflict, "utente", "prima va scritta la nomina della persona presso il Comune")
	}
	return []domain.Event{domain.TopNamed(c)}, nil
}

// RemoveTop ends that.
type RemoveTop struct {
	Utente domain.UtenteID `json:"utente" doc:"Utente"`
	Motivo string          `json:"motivo,omitempty" maxLength:"1000"`
}

// Refs names the other TOPs of the Comune.
func (c RemoveTop) Refs(g Given[domain.Comune]) Refs {
	return Refs{Comune: domain.CodiceISTAT(g.ID), Tops: true}
}

// Decide leaves a Comune its last TOP who is not suspended.
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
	case len(g.Parties.AbleTops(c.Utente)) == 0:
		return nil, errLastTop
	}
	return []domain.Event{domain.TopRemoved(c)}, nil
}

// errLastTop refuses what would leave a Comune without a TOP who can act.
var errLastTop = domain.Errorf(domain.Conflict, "al Comune non resterebbe alcun TOP che possa operare: prima se ne nomina o riabilita un altro")
