package commands

import "github.com/visure-anagrafiche/visure/domain"

// WithdrawAssignment takes a profile from a person.
type WithdrawAssignment struct {
	Ente    domain.EnteID      `json:"ente" doc:"Ente"`
	Comune  domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Profile domain.ProfileID   `json:"profile" doc:"Profilo assegnato"`
	Motivo  string             `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide takes it if it is held. What the Comune assigned only the Comune takes: an
// ADMIN who could take it might assign it anew without its limits.
func (c WithdrawAssignment) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	pair := domain.Pair{Ente: c.Ente, Comune: c.Comune}
	if err := manages(g, pair); err != nil {
		return nil, err
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	held, ok := g.State.Assignment(pair, c.Profile)
	switch {
	case !ok:
		return nil, nil
	case g.Meta.By.Role == domain.RoleAdmin && held.By.Role != domain.RoleAdmin:
		return nil, domain.FieldErrorf(domain.Forbidden, "profile", "il profilo l'ha assegnato il Comune: lo ritira il Comune")
	}
	return []domain.Event{domain.AssignmentWithdrawn(c)}, nil
}
