package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// AssignProfile lets an Ente's operator ask a Comune for what a profile grants,
// under the agreement between the two.
type AssignProfile struct{ Grant domain.ProfileAssigned }

// Refs names the agreement and the profile.
func (c AssignProfile) Refs(domain.Utente, domain.Utente, domain.Meta) Refs {
	return Refs{Convenzione: c.Grant.Convenzione, Profile: c.Grant.Profile}
}

// Decide grants what the agreement admits and no more: a profile wider than
// the agreement is refused with the item that exceeds it.
func (c AssignProfile) Decide(s domain.Utente, f Facts, m domain.Meta) ([]domain.Event, error) {
	g := c.Grant
	if err := administers(f, m.By, g.Comune); err != nil {
		return nil, err
	}
	switch {
	case !s.Registered:
		return nil, domain.Errorf(domain.NotFound, "utente inesistente")
	case f.Convenzione.Ente != g.Ente || f.Convenzione.Comune != g.Comune:
		return nil, domain.FieldErrorf(domain.Invalid, "convenzione", "la convenzione non è tra questo Ente e questo Comune")
	case f.Profile.Comune != g.Comune:
		return nil, domain.FieldErrorf(domain.Invalid, "profile", "il profilo non è di questo Comune")
	case f.Profile.Conferma != "" && !slices.Contains(f.Convenzione.Conferme, f.Profile.Conferma):
		return nil, domain.FieldErrorf(domain.Forbidden, "profile", "la convenzione non ammette visure nazionali con conferma %q", f.Profile.Conferma)
	case slices.Contains(s.Assignments, g):
		return nil, nil
	}
	for _, tipo := range f.Profile.Tipi {
		if !slices.Contains(f.Convenzione.Tipi, tipo) {
			return nil, domain.FieldErrorf(domain.Forbidden, "profile", "la convenzione non ammette il tipo %q", tipo)
		}
	}
	return []domain.Event{g}, nil
}
