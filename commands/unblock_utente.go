package commands

import "github.com/visure-anagrafiche/visure/domain"

// UnblockUtente lifts a person's block at a pair before its time.
type UnblockUtente struct {
	Ente   domain.EnteID      `json:"ente" doc:"Ente"`
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Motivo string             `json:"motivo" maxLength:"1000" doc:"Perché"`
}

// Refs names the Comune, which knows its TOPs.
func (c UnblockUtente) Refs(Given[domain.Utente]) Refs { return Refs{Comune: c.Comune} }

// Decide lifts a block that is in force, with a reason: who manages the person there, and
// never the person.
func (c UnblockUtente) Decide(g Given[domain.Utente]) ([]domain.Event, error) {
	pair := domain.Pair{Ente: c.Ente, Comune: c.Comune}
	if err := manages(g, pair); err != nil {
		return nil, err
	}
	if c.Motivo == "" {
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "lo sblocco vuole un motivo")
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	if _, blocked := g.State.Blocked(pair, g.Meta.At); !blocked {
		return nil, nil
	}
	return []domain.Event{domain.UtenteUnblocked(c)}, nil
}
