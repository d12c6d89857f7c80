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

// Refs names the Ente, the Comune and who is substituted.
func (c GiveRole) Refs(Given[domain.Utente]) Refs {
	return Refs{Ente: c.Ente, Comune: c.Comune, Person: c.Sostituisce}
}

// Decide gives the role: STANDARD by who administers the pair, ADMIN and ANAGRAFE
// by the Comune, AUDITOR by the installation.
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
	}
	if err := period(c.Dal, c.Al); err != nil {
		return nil, err
	}
	if err := c.substitute(g); err != nil {
		return nil, err
	}
	if slices.Contains(g.State.Roles, given) {
		return nil, nil
	}
	if g.Meta.By.Role == domain.RoleAdmin && longer(g.State, given) {
		return nil, domain.FieldErrorf(domain.Forbidden, "al", "un ruolo a termine lo prolunga il Comune")
	}
	return []domain.Event{given}, nil
}

// longer says whether a role that has a last day would be held beyond it.
func longer(u domain.Utente, given domain.RoleGiven) bool {
	return slices.ContainsFunc(u.Roles, func(r domain.RoleGiven) bool {
		same := r.Role == given.Role && r.Pair() == given.Pair() && r.Sostituisce == given.Sostituisce
		return same && !r.Al.IsZero() && (given.Al.IsZero() || given.Al.Compare(r.Al) > 0)
	})
}

// substitute refuses a delega without days, or for who does not have the role.
func (c GiveRole) substitute(g Given[domain.Utente]) error {
	pair := domain.Pair{Ente: c.Ente, Comune: c.Comune}
	switch {
	case c.Sostituisce == "":
		return nil
	case string(c.Sostituisce) == g.ID:
		return domain.FieldErrorf(domain.Invalid, "sostituisce", "nessuno sostituisce sé stesso")
	case c.Dal.IsZero() || c.Al.IsZero():
		return domain.FieldErrorf(domain.Invalid, "al", "la delega vuole il primo e l'ultimo giorno")
	case !g.Parties.Utente.Holds(c.Role, pair):
		return domain.FieldErrorf(domain.Invalid, "sostituisce", "la persona da sostituire non ha questo ruolo")
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
