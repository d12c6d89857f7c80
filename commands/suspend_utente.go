package commands

import "github.com/visure-anagrafiche/visure/domain"

// SuspendUtente stops whatever a person may do at a pair; roles and profiles are
// kept. What they do as AUDITOR it stops only if it says so.
type SuspendUtente struct {
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune domain.CodiceISTAT `json:"comune,omitempty" doc:"Codice ISTAT del Comune"`
	Motivo string             `json:"motivo" maxLength:"1000" doc:"Perché"`
	// Causa is the system's alone.
	Causa domain.Suspension `json:"-"`
	// Role is AUDITOR or none; that one is for the installation to say.
	Role domain.Role `json:"-"`
}

// Refs names the Comune, which knows its TOPs, and at the Comune itself these too.
func (c SuspendUtente) Refs(Given[domain.Utente]) Refs {
	return Refs{Comune: c.Comune, Tops: c.Ente == ""}
}

// Decide suspends once; the Comune also who was suspended by others, so that none but
// it ends that. A Comune keeps a TOP who is not suspended.
func (c SuspendUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	pair := domain.Pair{Ente: c.Ente, Comune: c.Comune}
	if err := suspends(g, c.Role, pair); err != nil {
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
	was, suspended := g.State.Suspension(c.Role, pair)
	switch id := domain.UtenteID(g.ID); {
	case suspended && (was.By.Role == domain.RoleTop || g.Meta.By.Role != domain.RoleTop):
		return nil, nil
	case !suspended && c.Role == "" && c.Ente == "" && g.Parties.Comune.Top(id) && len(g.Parties.AbleTops(id)) == 0:
		return nil, errLastTop
	}
	return []domain.Event{domain.UtenteSuspended{Ente: c.Ente, Comune: c.Comune, Role: c.Role, Causa: c.Causa, Motivo: c.Motivo}}, nil
}

// suspends refuses whoever may not suspend a person at a pair, or end that: an AUDITOR
// the installation may, which names them, and others who manages them.
func suspends(g Given[domain.Utente], as domain.Role, p domain.Pair) error {
	audits := g.State.Holds(domain.RoleAuditor, p)
	if as != domain.RoleAuditor {
		err := manages(g, p)
		if err == nil && audits && !g.State.ActsAt(p) && !g.Parties.Comune.Top(domain.UtenteID(g.ID)) {
			err = domain.Errorf(domain.Forbidden, "gli AUDITOR li sospende chi amministra l'installazione, che li nomina")
		}
		return err
	}
	if err := installs(g); err != nil {
		return err
	}
	if !audits {
		return errNobody
	}
	return nil
}
