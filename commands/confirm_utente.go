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
	if err := confirms(g); err != nil {
		return nil, err
	}
	s := g.State
	switch {
	case c.Utente == g.Meta.By.Utente:
		return nil, domain.Errorf(domain.Forbidden, "nessuno conferma sé stesso")
	case !s.Listed:
		return nil, errUnlisted
	case !slices.Contains(s.Utenti, c.Utente):
		return nil, domain.FieldErrorf(domain.NotFound, "utente", "l'utente non è fra quelli da confermare")
	case g.Meta.By.Role == domain.RoleAdmin && g.Parties.Utente.Holds(domain.RoleAdmin, s.Pair):
		return nil, errColleague
	case slices.Contains(s.Confirmed, c.Utente):
		return nil, nil
	case reviewOver(g):
		return nil, errReviewOver
	}
	return []domain.Event{domain.UserConfirmed(c)}, nil
}

var (
	errUnlisted   = domain.Errorf(domain.Unavailable, "l'elenco di chi e che cosa è da confermare è in preparazione: riprovare tra poco")
	errReviewOver = domain.Errorf(domain.Conflict, "il termine per confermare è passato")
)

// confirms refuses whoever does not administer the people of the pair under review; of a
// review elsewhere nothing is told.
func confirms(g Given[domain.Ricertificazione]) error {
	switch r := g.reach(); {
	case g.State.Entro.IsZero() || !r.Covers(g.State.Pair.Object()):
		return domain.Errorf(domain.NotFound, "ricertificazione inesistente")
	case !r.Appoints:
		return domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	return nil
}

// reviewOver says whether nothing can be confirmed any more.
func reviewOver(g Given[domain.Ricertificazione]) bool {
	return g.State.Closed || !g.Meta.At.Before(domain.ConfirmationEnd(g.State.Entro))
}
