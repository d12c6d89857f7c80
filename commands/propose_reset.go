package commands

import "github.com/visure-anagrafiche/visure/domain"

// ProposeReset asks that a person's second factors be reset, so that they enrol new
// ones. It always takes a second person to approve it.
type ProposeReset struct {
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Motivo string             `json:"motivo" maxLength:"1000" doc:"Perché"`
}

// Refs names the Comune, which knows its TOPs, those the person may be a TOP of, and the
// act with the Ente.
func (c ProposeReset) Refs(g Given[domain.Utente]) Refs {
	return Refs{Comune: c.Comune, Convenzione: domain.ConvenzioneIDOf(domain.Pair{Ente: c.Ente, Comune: c.Comune}), Seats: g.State.Seats()}
}

// Decide proposes once. Second factors are of the whole account: an ADMIN may propose
// only for who has no role but those an ADMIN gives, within reach.
func (c ProposeReset) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := c.admits(g); err != nil {
		return nil, err
	}
	if c.Motivo == "" {
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "la reimpostazione vuole un motivo")
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	return propose(g, domain.GrantProposed{Comune: c.Comune, Ente: c.Ente, Reset: true, Motivo: c.Motivo}), nil
}

// admits refuses who may not propose it, and whoever is not known.
func (c ProposeReset) admits(g Given[domain.Utente]) error {
	p := domain.Pair{Ente: c.Ente, Comune: c.Comune}
	if installs(g) == nil {
		if !there(g, p) && !auditsParty(g, p) {
			return errNobody
		}
		return nil
	}
	if err := manages(g, p); err != nil {
		return err
	}
	if g.Meta.By.Role == domain.RoleAdmin && !encompassed(g) {
		return errBeyond
	}
	return nil
}

// auditsParty says whether a person is AUDITOR of an Ente with which the Comune has an act.
// No Comune administers them: a TOP of one that has an act is the second person.
func auditsParty(g Given[domain.Utente], p domain.Pair) bool {
	return p.Ente != "" && g.State.Holds(domain.RoleAuditor, domain.Pair{Ente: p.Ente}) && g.Parties.Convenzione.Comune != ""
}

// errBeyond refuses to touch the account of a person who may do more than who acts
// could give.
var errBeyond = domain.Errorf(domain.Forbidden, "la persona ha altri ruoli: il suo secondo fattore lo reimpostano due TOP del Comune, o uno e chi amministra l'installazione")

// encompassed says whether nothing that a person may do goes beyond the reach of who
// acts.
func encompassed(g Given[domain.Utente]) bool {
	return encompasses(g.reach(), domain.UtenteID(g.ID), g.State, g.Parties.Seats, domain.ItalianDay(g.Meta.At))
}

// CompleteReset records that an approved reset was carried out.
type CompleteReset struct{ ID string }

// Decide records it once.
func (c CompleteReset) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	for _, reset := range g.State.Resets {
		if reset.ID == c.ID {
			return []domain.Event{domain.ResetDone(c)}, nil
		}
	}
	return nil, nil
}
