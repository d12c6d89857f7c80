package commands

import "github.com/visure-anagrafiche/visure/domain"

// ProposeReset asks that a person's second factors be reset, so that they enrol new
// ones. It always takes a second person to approve it.
type ProposeReset struct {
	Ente   domain.EnteID      `json:"ente,omitempty" doc:"Ente; assente: il Comune stesso"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Motivo string             `json:"motivo" maxLength:"1000" doc:"Perché"`
}

// Refs names the Comune, which knows its TOPs.
func (c ProposeReset) Refs(Given[domain.Utente]) Refs { return Refs{Comune: c.Comune} }

// Decide proposes once.
func (c ProposeReset) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := manages(g, domain.Pair{Ente: c.Ente, Comune: c.Comune}); err != nil {
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

// CompleteReset records that an approved reset was carried out.
type CompleteReset struct{ ID string }

// Decide records it once.
func (c CompleteReset) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	for _, id := range g.State.Resets {
		if id == c.ID {
			return []domain.Event{domain.ResetDone(c)}, nil
		}
	}
	return nil, nil
}
