package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// AssignProfile lets an Ente's operator ask a Comune for what a profile grants,
// under the agreement between the two.
type AssignProfile struct {
	Ente        domain.EnteID        `json:"ente" doc:"Ente per cui l'utente chiede"`
	Comune      domain.CodiceISTAT   `json:"comune" doc:"Codice ISTAT del Comune che dà accesso"`
	Convenzione domain.ConvenzioneID `json:"convenzione" doc:"Convenzione tra i due"`
	Profile     domain.ProfileID     `json:"profile" doc:"Profilo del Comune"`
}

// Refs names the agreement and the profile.
func (c AssignProfile) Refs(Given[domain.Utente]) Refs {
	return Refs{Convenzione: c.Convenzione, Profile: c.Profile}
}

// Decide grants what the agreement admits and no more: a profile wider than
// the agreement is refused with the item that exceeds it.
func (c AssignProfile) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	assigned := domain.ProfileAssigned(c)
	agreement, profile := g.Parties.Convenzione, g.Parties.Profile
	switch {
	case g.ID == string(g.Meta.By.Utente):
		return nil, errOneself
	case !g.State.Registered:
		return nil, domain.Errorf(domain.NotFound, "utente inesistente")
	case !agreement.Signed || agreement.Ente != c.Ente || agreement.Comune != c.Comune:
		return nil, domain.FieldErrorf(domain.Invalid, "convenzione", "la convenzione non è tra questo Ente e questo Comune")
	case !profile.Defined || profile.Comune != c.Comune:
		return nil, domain.FieldErrorf(domain.Invalid, "profile", "il profilo non è di questo Comune")
	case profile.Conferma != "" && !slices.Contains(agreement.Conferme, profile.Conferma):
		return nil, domain.FieldErrorf(domain.Forbidden, "profile", "la convenzione non ammette visure nazionali con conferma %q", profile.Conferma)
	case slices.Contains(g.State.Assignments, assigned):
		return nil, nil
	}
	for _, tipo := range profile.Tipi {
		if !slices.Contains(agreement.Tipi, tipo) {
			return nil, domain.FieldErrorf(domain.Forbidden, "profile", "la convenzione non ammette il tipo %q", tipo)
		}
	}
	return []domain.Event{assigned}, nil
}
