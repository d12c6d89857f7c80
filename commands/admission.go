package commands

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// errUnseen is the answer to whoever may not know of a visura: the same as if
// there were none.
var errUnseen = domain.Errorf(domain.NotFound, "visura inesistente")

// sees returns the actor's reach, or errUnseen when it does not cover the
// visura or there is none.
func sees(g Given[domain.Visura]) (domain.Reach, error) { return seesHolding(g, "") }

// seesHolding is sees for who has a document with a number at hand.
func seesHolding(g Given[domain.Visura], numero domain.CIUV) (domain.Reach, error) {
	r := g.reach().Holding(numero)
	if g.State.Status == domain.Absent || !r.Covers(g.State.Object()) {
		return domain.Reach{}, errUnseen
	}
	return r, nil
}

// over refuses what comes after a request has ended by time alone, whether or not that is
// recorded yet; nil: it has not.
func over(v domain.Visura, at time.Time) error {
	switch v.Next(at) {
	case domain.ApproveBySilence:
		return errPassed
	case domain.Expire:
		return errExpired
	}
	return nil
}

// errNotAwaiting refuses a decision on what awaits nobody, errPassed one after the term of
// silence, errExpired one after the days a request may wait.
var (
	errNotAwaiting = domain.Errorf(domain.Conflict, "la visura non è in attesa di conferma")
	errExpired     = domain.Errorf(domain.Conflict, "i giorni di attesa sono trascorsi: la richiesta è scaduta")
	errPassed      = domain.Errorf(domain.Conflict, "il termine è decorso: la visura è confermata per silenzio-assenso")
)

// officer refuses whoever does not confirm requests of the visura's Comune, who is
// away from it, and the requester themself: nobody confirms what they asked.
func officer(g Given[domain.Visura]) error {
	if err := present(g, "", "la conferma spetta all'Anagrafe del Comune"); err != nil {
		return err
	}
	if g.State.Requester.Utente == g.Meta.By.Utente {
		return domain.Errorf(domain.Forbidden, "chi ha chiesto la visura non può deciderne la conferma")
	}
	return nil
}

// asked refuses whoever did not ask for the visura, saying whose the matter is.
func asked(g Given[domain.Visura], whose string) error {
	_, err := sees(g)
	if err == nil && g.State.Requester.Utente != g.Meta.By.Utente {
		return domain.Errorf(domain.Forbidden, "%s", whose)
	}
	return err
}

// present refuses whoever is no officer of the visura's Comune, saying whose the matter
// is, and who is away from it; with a number, of who has the document at hand.
func present(g Given[domain.Visura], numero domain.CIUV, whose string) error {
	r, err := seesHolding(g, numero)
	switch {
	case err != nil:
		return err
	case !r.Confirms:
		return domain.Errorf(domain.Forbidden, "%s", whose)
	case g.Actor.Absent(domain.Pair{Comune: g.Meta.By.Comune}, domain.ItalianDay(g.Meta.At)):
		return domain.FieldErrorf(domain.Forbidden, "utente", "l'utente risulta assente")
	}
	return nil
}

// administers refuses whoever does not administer a Comune; with an empty one,
// whoever administers none. Of a Comune that is another's nothing is told.
func administers[S any](g Given[S], comune domain.CodiceISTAT) error {
	r := g.reach()
	switch {
	case !r.Administers:
		return domain.Errorf(domain.Forbidden, "operazione riservata all'Anagrafe del Comune")
	case comune != "" && !r.Covers(domain.Object{Comune: comune}):
		return domain.FieldErrorf(domain.NotFound, "comune", "Comune inesistente")
	}
	return nil
}

// installs refuses whoever does not administer the installation.
func installs[S any](g Given[S]) error {
	if !g.reach().Installs {
		return domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra l'installazione")
	}
	return nil
}

// appoints refuses whoever does not administer the people of a pair.
func appoints[S any](g Given[S], p domain.Pair) error {
	r := g.reach()
	switch {
	case !r.Appoints:
		return domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	case !r.Covers(p.Object()):
		return domain.FieldErrorf(domain.NotFound, "ente", "l'Ente non risulta per questo Comune")
	}
	return nil
}

// errNoAct refuses what is done at an Ente with which the Comune has no act.
var errNoAct = domain.FieldErrorf(domain.Conflict, "ente", "il Comune non ha un atto con l'Ente: va prima scritto, anche in bozza")

// errNobody is the answer to whoever may not know of a person: the same as if there
// were none.
var errNobody = domain.Errorf(domain.NotFound, "utente inesistente")

// errOneself refuses who would give rights to themself.
var errOneself = domain.Errorf(domain.Forbidden, "nessuno attribuisce o toglie ruoli e profili a sé stesso")

// errOwnRights refuses who would widen what they may ask for themself.
var errOwnRights = domain.Errorf(domain.Forbidden, "nessuno amplia ciò che può chiedere egli stesso: lo fa un altro TOP del Comune")

// asks says whether who acts asks for visure at a pair in another capacity, or holds
// a profile there.
func asks[S any](g Given[S], p domain.Pair) bool {
	u := g.Actor.Utente
	return u.Holds(domain.RoleStandard, p) || u.Holds(domain.RoleAdmin, p) || len(u.Assigned(p)) > 0
}

// errColleague refuses an ADMIN who would administer another.
var errColleague = domain.Errorf(domain.Forbidden, "gli amministratori dell'Ente li amministra il Comune")

// welcomes refuses whoever may not enter a person at a pair: not oneself, and an
// ADMIN no other ADMIN.
func welcomes(g Given[domain.Utente], p domain.Pair) error {
	if err := appoints(g, p); err != nil {
		return err
	}
	switch {
	case g.ID == string(g.Meta.By.Utente):
		return errOneself
	case !g.State.Registered:
		return errNobody
	case g.Meta.By.Role == domain.RoleAdmin && g.State.Holds(domain.RoleAdmin, p):
		return errColleague
	}
	return nil
}

// manages is welcomes for a person who is at the pair already; of others nothing is
// told.
func manages(g Given[domain.Utente], p domain.Pair) error {
	if err := welcomes(g, p); err != nil {
		return err
	}
	if !there(g, p) {
		return errNobody
	}
	return nil
}

// there says whether a person has anything to do with a pair.
func there(g Given[domain.Utente], p domain.Pair) bool {
	return g.State.At(p) || p.Ente == "" && g.Parties.Comune.Top(domain.UtenteID(g.ID))
}

// system refuses everybody but the process itself.
func system(by domain.Actor) error {
	if by.Role != domain.RoleSistema || by.Utente != "" {
		return domain.Errorf(domain.Forbidden, "operazione riservata al sistema")
	}
	return nil
}

// asAdmin is the reach of an ADMIN of an Ente, as far as it gives others rights.
func asAdmin(ente domain.EnteID) domain.Reach {
	return domain.Reach{Appoints: true, Columns: []domain.Column{{Name: domain.ColumnEnte, Values: []string{string(ente)}}}}
}

// asTop is the reach of a TOP of a Comune, as far as it gives others rights.
func asTop(comune domain.CodiceISTAT) domain.Reach {
	return domain.Reach{Administers: true, Appoints: true, Columns: []domain.Column{{Name: domain.ColumnComune, Values: []string{string(comune)}}}}
}

// encompasses says whether whoever has a reach could have given a person every role they
// hold today or later, and named them TOP wherever they are one: nothing the person
// may do goes beyond it. Seats are as Refs.Seats.
func encompasses(r domain.Reach, id domain.UtenteID, u domain.Utente, seats []domain.Comune, today domain.Date) bool {
	for _, role := range u.Roles {
		gives := r.Administers && role.Role != domain.RoleAuditor || r.Appoints && role.Role == domain.RoleStandard
		over := !role.Al.IsZero() && role.Al.Compare(today) < 0
		if !over && !r.Installs && !(gives && r.Covers(role.Pair().Object())) {
			return false
		}
	}
	for _, c := range seats {
		if c.Top(id) && !r.Installs && !(r.Administers && r.Covers(domain.Object{Comune: c.ISTAT})) {
			return false
		}
	}
	return true
}
