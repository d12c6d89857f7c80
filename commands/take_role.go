package commands

import "github.com/visure-anagrafiche/visure/domain"

// TakeRole ends a capacity of a person, or one they hold in the place of another.
type TakeRole struct {
	Role        domain.Role        `json:"role" doc:"anagrafe, auditor, admin o standard"`
	Ente        domain.EnteID      `json:"ente,omitempty" doc:"Ente presso cui si agisce"`
	Comune      domain.CodiceISTAT `json:"comune,omitempty" doc:"Codice ISTAT del Comune"`
	Sostituisce domain.UtenteID    `json:"sostituisce,omitempty" doc:"Utente che si sostituiva"`
	Motivo      string             `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide takes the role, by who could give it; what the Comune gave, by the Comune.
func (c TakeRole) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := gives(g, c.Role, domain.Pair{Ente: c.Ente, Comune: c.Comune}); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	for _, r := range g.State.Roles {
		if r.Role != c.Role || r.Ente != c.Ente || r.Comune != c.Comune || r.Sostituisce != c.Sostituisce {
			continue
		}
		if g.Meta.By.Role == domain.RoleAdmin && r.By.Role != domain.RoleAdmin {
			return nil, errComunesRole
		}
		return []domain.Event{domain.RoleTaken(c)}, nil
	}
	return nil, nil
}
