package commands

import "github.com/visure-anagrafiche/visure/domain"

// errUnseen is the answer to whoever may not know of a visura: the same as if
// there were none.
var errUnseen = domain.Errorf(domain.NotFound, "visura inesistente")

// sees returns the actor's reach, or errUnseen when it does not cover the
// visura or there is none.
func sees(g Given[domain.Visura]) (domain.Reach, error) {
	r := g.reach()
	if g.State.Status == domain.Absent || !r.Covers(g.State.Object()) {
		return domain.Reach{}, errUnseen
	}
	return r, nil
}

// officer refuses whoever does not confirm requests of the visura's Comune, and
// the requester themself: nobody confirms what they asked.
func officer(g Given[domain.Visura]) error {
	r, err := sees(g)
	switch {
	case err != nil:
		return err
	case !r.Confirms:
		return domain.Errorf(domain.Forbidden, "la conferma spetta all'Anagrafe del Comune")
	case g.State.Requester.Utente == g.Meta.By.Utente:
		return domain.Errorf(domain.Forbidden, "chi ha chiesto la visura non può deciderne la conferma")
	}
	return nil
}

// administers refuses whoever does not administer a Comune; with an empty one,
// whoever administers none.
func administers[S any](g Given[S], comune domain.CodiceISTAT) error {
	r := g.reach()
	switch {
	case !r.Administers:
		return domain.Errorf(domain.Forbidden, "operazione riservata all'Anagrafe del Comune")
	case comune != "" && !r.Covers(domain.Object{Comune: comune}):
		return domain.FieldErrorf(domain.Forbidden, "comune", "ogni Comune amministra solo i propri dati")
	}
	return nil
}

// errOneself refuses who would give rights to themself.
var errOneself = domain.Errorf(domain.Forbidden, "nessuno attribuisce ruoli o profili a sé stesso")

// system refuses everybody but the process itself.
func system(by domain.Actor) error {
	if by.Role != domain.RoleSistema || by.Utente != "" {
		return domain.Errorf(domain.Forbidden, "operazione riservata al sistema")
	}
	return nil
}
