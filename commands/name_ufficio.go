package commands

import (
	"regexp"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// NameUfficio names a part of a body for a Comune, or names it anew.
type NameUfficio struct {
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune per cui l'ufficio si distingue"`
	Codice string             `json:"codice" maxLength:"40" doc:"Codice dell'ufficio: lettere, cifre e trattini"`
	Nome   string             `json:"nome" maxLength:"200" doc:"Nome dell'ufficio"`
}

// codice is the form of a code that people choose.
var codice = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// Refs names the act by which the Comune knows of the body.
func (c NameUfficio) Refs(g Given[domain.Ente]) Refs { return actWith(g.ID, c.Comune) }

// Decide admits who administers the people of the body for the Comune.
func (c NameUfficio) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := arranges(g, c.Comune); err != nil {
		return nil, err
	}
	switch named := domain.UfficioNamed(c); {
	case !codice.MatchString(c.Codice):
		return nil, domain.FieldErrorf(domain.Invalid, "codice", "il codice dell'ufficio ha lettere, cifre e trattini")
	case c.Nome == "" || words("nome", c.Nome) != nil:
		return nil, domain.FieldErrorf(domain.Invalid, "nome", "il nome dell'ufficio manca o ha caratteri che non si possono stampare")
	case slices.Contains(g.State.Uffici, named):
		return nil, nil
	default:
		return []domain.Event{named}, nil
	}
}

// CloseUfficio ends a part of a body that a Comune has.
type CloseUfficio struct {
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune per cui l'ufficio si distingue"`
	Codice string             `json:"codice" maxLength:"40" doc:"Codice dell'ufficio"`
}

// Refs names the act by which the Comune knows of the body.
func (c CloseUfficio) Refs(g Given[domain.Ente]) Refs { return actWith(g.ID, c.Comune) }

// Decide ends it if it is there; records of people keep its code.
func (c CloseUfficio) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := arranges(g, c.Comune); err != nil {
		return nil, err
	}
	if _, ok := g.State.Ufficio(c.Comune, c.Codice); !ok {
		return nil, nil
	}
	return []domain.Event{domain.UfficioClosed(c)}, nil
}

// arranges refuses whoever may not say what parts a body has for a Comune, which has
// entered it or has an act with it, be it a draft.
func arranges(g Given[domain.Ente], comune domain.CodiceISTAT) error {
	r := g.reach()
	knows := g.Parties.Convenzione.Comune != "" || g.State.EnteredBy.Comune == comune || r.Everything
	switch {
	case !r.Appoints:
		return domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra l'Ente")
	case comune == "":
		return domain.FieldErrorf(domain.Invalid, "comune", "l'ufficio è dell'Ente per un Comune")
	case !g.State.Registered || !knows || !r.Covers(domain.Object{Ente: domain.EnteID(g.ID), Comune: comune}):
		return errNoEnte
	}
	return nil
}
