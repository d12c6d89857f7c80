package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// ConfirmUtente vouches, in a recertification, for a person's roles at the pair.
type ConfirmUtente struct {
	Utente domain.UtenteID `json:"utente" doc:"Utente che si conferma"`
}

// Refs names the person.
func (c ConfirmUtente) Refs(Given[domain.Ricertificazione]) Refs { return Refs{Person: c.Utente} }

// Decide admits who administers the pair's people, up to the end of the last day:
// never for oneself, and for an ADMIN only the Comune.
func (c ConfirmUtente) Decide(g Given[domain.Ricertificazione]) ([]domain.Event, error) {
	r, s := g.reach(), g.State
	switch {
	case s.Entro.IsZero() || !r.Covers(s.Pair.Object()):
		return nil, domain.Errorf(domain.NotFound, "ricertificazione inesistente")
	case !r.Appoints:
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	case c.Utente == g.Meta.By.Utente:
		return nil, domain.Errorf(domain.Forbidden, "nessuno conferma sé stesso")
	case !s.Listed:
		return nil, domain.Errorf(domain.Unavailable, "l'elenco di chi è da confermare è in preparazione: riprovare tra poco")
	case !slices.Contains(s.Utenti, c.Utente):
		return nil, domain.FieldErrorf(domain.NotFound, "utente", "l'utente non è fra quelli da confermare")
	case g.Meta.By.Role == domain.RoleAdmin && g.Parties.Utente.Holds(domain.RoleAdmin, s.Pair):
		return nil, errColleague
	case slices.Contains(s.Confirmed, c.Utente):
		return nil, nil
	case s.Closed || !g.Meta.At.Before(domain.ConfirmationEnd(s.Entro)):
		return nil, domain.Errorf(domain.Conflict, "il termine per confermare è passato")
	}
	return []domain.Event{domain.UserConfirmed(c)}, nil
}
