package commands

import "github.com/visure-anagrafiche/visure/domain"

// SuspendUtente stops whatever a person may do at a pair; roles and profiles are
// kept.
type SuspendUtente struct {
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune domain.CodiceISTAT `json:"comune,omitempty" doc:"Codice ISTAT del Comune"`
	Motivo string             `json:"motivo" maxLength:"1000" doc:"Perché"`
	// Causa is the system's alone.
	Causa domain.Suspension `json:"-"`
}

// Refs names the Comune, which knows its TOPs.
func (c SuspendUtente) Refs(Given[domain.Utente]) Refs { return Refs{Comune: c.Comune} }

// Decide suspends once; the Comune also who was suspended by others, so that none but
// it ends that.
func (c SuspendUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	pair := domain.Pair{Ente: c.Ente, Comune: c.Comune}
	if err := manages(g, pair); err != nil {
		return nil, err
	}
	if c.Causa == "" || system(g.Meta.By) != nil {
		c.Causa = domain.SuspendedByOrder
	}
	if c.Causa == domain.SuspendedByOrder && c.Motivo == "" {
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "la sospensione vuole un motivo")
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if was, suspended := g.State.Suspension(pair); suspended && (was.By.Role == domain.RoleTop || g.Meta.By.Role != domain.RoleTop) {
		return nil, nil
	}
	return []domain.Event{domain.UtenteSuspended{Ente: c.Ente, Comune: c.Comune, Causa: c.Causa, Motivo: c.Motivo}}, nil
}
