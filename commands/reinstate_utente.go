package commands

import "github.com/visure-anagrafiche/visure/domain"

// ReinstateUtente ends a person's suspension at a pair.
type ReinstateUtente struct {
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune domain.CodiceISTAT `json:"comune,omitempty" doc:"Codice ISTAT del Comune"`
	// Role is AUDITOR or none, as for SuspendUtente.
	Role   domain.Role `json:"-"`
	Motivo string      `json:"motivo,omitempty" maxLength:"1000" doc:"Perché"`
}

// Refs names the Comune, which knows its TOPs.
func (c ReinstateUtente) Refs(Given[domain.Utente]) Refs { return Refs{Comune: c.Comune} }

// Decide reinstates, never oneself. At a Comune the installation may too, so that
// one whose TOPs are all suspended is not lost. What the Comune suspended no ADMIN
// reinstates.
func (c ReinstateUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	reinstated := domain.UtenteReinstated(c)
	if installs(g) != nil || c.Ente != "" || c.Role != "" {
		if err := suspends(g, c.Role, reinstated.Pair()); err != nil {
			return nil, err
		}
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	switch was, suspended := g.State.Suspension(c.Role, reinstated.Pair()); {
	case !suspended:
		return nil, nil
	case was.By.Role == domain.RoleTop && g.Meta.By.Role == domain.RoleAdmin:
		return nil, domain.Errorf(domain.Forbidden, "la sospensione l'ha disposta il Comune: la revoca il Comune")
	}
	return []domain.Event{reinstated}, nil
}
