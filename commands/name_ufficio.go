package commands

import (
	"regexp"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// NameUfficio names a part of a body, or names it anew.
type NameUfficio struct {
	Codice string `json:"codice" maxLength:"40" doc:"Codice dell'ufficio: lettere, cifre e trattini"`
	Nome   string `json:"nome" maxLength:"200" doc:"Nome dell'ufficio"`
}

// codice is the form of a code that people choose.
var codice = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$`)

// Refs names the act by which the Comune knows of the body.
func (c NameUfficio) Refs(g Given[domain.Ente]) Refs { return actWith(g) }

// Decide admits the body's own ADMIN, and the Comune that entered it.
func (c NameUfficio) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := arranges(g); err != nil {
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

// CloseUfficio ends a part of a body.
type CloseUfficio struct {
	Codice string `json:"codice" maxLength:"40" doc:"Codice dell'ufficio"`
}

// Refs names the act by which the Comune knows of the body.
func (c CloseUfficio) Refs(g Given[domain.Ente]) Refs { return actWith(g) }

// Decide ends it if it is there; records of people keep its code.
func (c CloseUfficio) Decide(g Given[domain.Ente]) ([]domain.Event, error) {
	if err := arranges(g); err != nil {
		return nil, err
	}
	if _, ok := g.State.Ufficio(c.Codice); !ok {
		return nil, nil
	}
	return []domain.Event{domain.UfficioClosed(c)}, nil
}

// arranges refuses whoever may not say what parts a body has.
func arranges(g Given[domain.Ente]) error {
	r, by := g.reach(), g.Meta.By
	admin := r.Appoints && by.Role == domain.RoleAdmin && string(by.Ente) == g.ID
	entered := r.Administers && by.Comune != "" && by.Comune == g.State.EnteredBy.Comune
	switch {
	case !r.Appoints:
		return domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra l'Ente")
	case !knowsEnte(g):
		return errNoEnte
	case !admin && !entered && !r.Everything:
		return domain.Errorf(domain.Forbidden, "gli uffici li indica l'ADMIN dell'Ente o il Comune che l'ha inserito")
	}
	return nil
}
