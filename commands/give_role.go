package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// GiveRole lets a person act in a capacity: ANAGRAFE and AUDITOR at a Comune; ADMIN
// and STANDARD at an Ente, for the Comune that gives the role; AUDITOR at an Ente.
// For some days it may be in the place of another person. TOPs are named by
// NameTop.
type GiveRole struct {
	Role        domain.Role        `json:"role" doc:"anagrafe, auditor, admin o standard"`
	Ente        domain.EnteID      `json:"ente,omitempty" doc:"Ente presso cui si agisce"`
	Comune      domain.CodiceISTAT `json:"comune,omitempty" doc:"Codice ISTAT del Comune presso cui si agisce, o che dà il ruolo presso l'Ente"`
	Dal         domain.Date        `json:"dal,omitzero" doc:"Primo giorno; assente: da subito"`
	Al          domain.Date        `json:"al,omitzero" doc:"Ultimo giorno, compreso; assente: senza termine"`
	Sostituisce domain.UtenteID    `json:"sostituisce,omitempty" doc:"Utente che si sostituisce, che ha lo stesso ruolo: la delega vuole il periodo"`
}

// Refs names the Ente, the Comune, their act and who is substituted.
func (c GiveRole) Refs(Given[domain.Utente]) Refs {
	refs := Refs{Ente: c.Ente, Comune: c.Comune, Person: c.Sostituisce}
	if c.Ente != "" && c.Comune != "" {
		refs.Convenzione = domain.ConvenzioneIDOf(domain.Pair{Ente: c.Ente, Comune: c.Comune})
	}
	return refs
}

// Decide gives the role: STANDARD by who administers the pair, ADMIN and ANAGRAFE
// by the Comune, AUDITOR by the installation. At an Ente a Comune gives roles once
// there is an act between the two, be it a draft.
func (c GiveRole) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	given := domain.RoleGiven(c)
	if !placed(c.Role, given.Pair()) {
		return nil, domain.FieldErrorf(domain.Invalid, "role", "il ruolo è anagrafe o auditor di un Comune, admin o standard di un Ente per un Comune, auditor di un Ente")
	}
	if err := gives(g, c.Role, given.Pair()); err != nil {
		return nil, err
	}
	switch {
	case c.Comune != "" && !g.Parties.Comune.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "comune", "il Comune non è registrato")
	case c.Ente != "" && !g.Parties.Ente.Registered:
		return nil, domain.FieldErrorf(domain.Invalid, "ente", "l'Ente non è registrato")
	case c.Ente != "" && c.Comune != "" && g.Parties.Convenzione.Comune == "":
		return nil, errNoAct
	}
	if err := period(c.Dal, c.Al); err != nil {
		return nil, err
	}
	if err := c.substitute(g); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(g.State.Roles, func(r domain.RoleHeld) bool { return r.RoleGiven == given }) {
		return nil, nil
	}
	if err := c.contained(g); err != nil {
		return nil, err
	}
	return []domain.Event{given}, nil
}

// contained refuses an ADMIN a role that the Comune gave, and one in another's place
// on days for which the Comune did not give it to the person, if it gave it at all.
func (c GiveRole) contained(g Given[domain.Utente]) error {
	if g.Meta.By.Role != domain.RoleAdmin {
		return nil
	}
	limited, contained := false, false
	for _, r := range g.State.Roles {
		if r.Role != c.Role || r.Pair() != (domain.Pair{Ente: c.Ente, Comune: c.Comune}) || r.By.Role == domain.RoleAdmin {
			continue
		}
		if r.Sostituisce == c.Sostituisce {
			return errComunesRole
		}
		limited, contained = true, contained || domain.RoleGiven(c).Within(r.RoleGiven)
	}
	if limited && !contained {
		return domain.FieldErrorf(domain.Forbidden, "al", "il Comune ha dato il ruolo per altri giorni: oltre lo dà il Comune")
	}
	return nil
}

// errComunesRole refuses an ADMIN what the Comune gave: taken, it might be given anew
// for longer.
var errComunesRole = domain.FieldErrorf(domain.Forbidden, "role", "il ruolo l'ha dato il Comune: lo cambia e lo toglie il Comune")

// substitute refuses a delega without days, for who does not have the role themself,
// and for longer than they have it; and who is the substitute of a person to prolong
// what the delega rests on.
func (c GiveRole) substitute(g Given[domain.Utente]) error {
	given := domain.RoleGiven(c)
	own, has := g.Parties.Utente.Own(c.Role, given.Pair())
	switch {
	case c.Sostituisce == "" && g.Actor.For(domain.UtenteID(g.ID), c.Role, given.Pair()):
		return errOwnRights
	case c.Sostituisce == "":
		return nil
	case string(c.Sostituisce) == g.ID:
		return domain.FieldErrorf(domain.Invalid, "sostituisce", "nessuno sostituisce sé stesso")
	case c.Dal.IsZero() || c.Al.IsZero():
		return domain.FieldErrorf(domain.Invalid, "al", "la delega vuole il primo e l'ultimo giorno")
	case !has:
		return domain.FieldErrorf(domain.Invalid, "sostituisce", "la persona da sostituire non ha questo ruolo")
	case !given.Within(own.RoleGiven):
		return domain.FieldErrorf(domain.Invalid, "al", "la delega non va oltre i giorni in cui la persona da sostituire ha il ruolo")
	}
	return nil
}

// gives refuses whoever may not give or take a role at a pair.
func gives(g Given[domain.Utente], role domain.Role, p domain.Pair) error {
	if role == domain.RoleAuditor {
		if err := installs(g); err != nil {
			return err
		}
		if !g.State.Registered {
			return errNobody
		}
		return nil
	}
	if role != domain.RoleStandard {
		if err := administers(g, p.Comune); err != nil {
			return err
		}
	}
	return welcomes(g, p)
}

// placed says whether a role is of the Comune and the Ente it is given at.
func placed(role domain.Role, p domain.Pair) bool {
	switch role {
	case domain.RoleAnagrafe:
		return p.Comune != "" && p.Ente == ""
	case domain.RoleAdmin, domain.RoleStandard:
		return p.Comune != "" && p.Ente != ""
	case domain.RoleAuditor:
		return (p.Comune == "") != (p.Ente == "")
	}
	return false
}

// period refuses days that are not whole or not in order.
func period(dal, al domain.Date) error {
	if !dal.IsZero() && !dal.Complete() || !al.IsZero() && !al.Complete() || !dal.IsZero() && !al.IsZero() && al.Compare(dal) < 0 {
		return domain.FieldErrorf(domain.Invalid, "al", "il periodo va dal primo all'ultimo giorno, con date intere")
	}
	return nil
}
