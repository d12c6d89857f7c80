package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// GiveRole lets a person act in a capacity: TOP and auditor at a Comune, ADMIN
// and STANDARD at an Ente.
type GiveRole struct{ Role domain.RoleGiven }

// Decide gives the role once.
func (c GiveRole) Decide(s domain.Utente, f Facts, m domain.Meta) ([]domain.Event, error) {
	if err := administrator(f, m.By); err != nil {
		return nil, err
	}
	atComune := c.Role.Role == domain.RoleTop || c.Role.Role == domain.RoleAuditor
	atEnte := c.Role.Role == domain.RoleAdmin || c.Role.Role == domain.RoleStandard
	switch {
	case !s.Registered:
		return nil, domain.Errorf(domain.NotFound, "utente inesistente")
	case !atComune && !atEnte,
		atComune && (c.Role.Comune == "" || c.Role.Ente != ""),
		atEnte && (c.Role.Ente == "" || c.Role.Comune != ""):
		return nil, domain.FieldErrorf(domain.Invalid, "role", "il ruolo è top o auditor di un Comune, admin o standard di un Ente")
	case m.By.Role == domain.RoleTop && atComune && m.By.Comune != c.Role.Comune:
		return nil, domain.FieldErrorf(domain.Forbidden, "comune", "ogni Comune amministra solo i propri dati")
	case slices.Contains(s.Roles, c.Role):
		return nil, nil
	}
	return []domain.Event{c.Role}, nil
}
