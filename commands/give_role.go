package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// GiveRole lets a person act in a capacity: TOP, ANAGRAFE and auditor at a
// Comune; ADMIN and STANDARD at an Ente, for the Comune that gives the role;
// auditor at an Ente.
type GiveRole struct {
	Role   domain.Role        `json:"role" doc:"top, anagrafe, auditor, admin o standard"`
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente presso cui si agisce"`
	Comune domain.CodiceISTAT `json:"comune,omitempty" doc:"Codice ISTAT del Comune presso cui si agisce, o che dà il ruolo presso l'Ente"`
}

// Decide gives the role once. An Ente's auditor reads what the Ente asked of any
// Comune, so no Comune names one: the system does.
func (c GiveRole) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	given := domain.RoleGiven(c)
	switch {
	case g.ID == string(g.Meta.By.Utente):
		return nil, errOneself
	case !g.State.Registered:
		return nil, domain.Errorf(domain.NotFound, "utente inesistente")
	case !c.placed():
		return nil, domain.FieldErrorf(domain.Invalid, "role", "il ruolo è top, anagrafe o auditor di un Comune, admin o standard di un Ente per un Comune, auditor di un Ente")
	}
	if c.Comune == "" {
		if err := system(g.Meta.By); err != nil {
			return nil, err
		}
	}
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	if slices.Contains(g.State.Roles, given) {
		return nil, nil
	}
	return []domain.Event{given}, nil
}

// placed says whether the role is of the Comune and the Ente it is given at.
func (c GiveRole) placed() bool {
	switch c.Role {
	case domain.RoleTop, domain.RoleAnagrafe:
		return c.Comune != "" && c.Ente == ""
	case domain.RoleAdmin, domain.RoleStandard:
		return c.Comune != "" && c.Ente != ""
	case domain.RoleAuditor:
		return (c.Comune == "") != (c.Ente == "")
	}
	return false
}
