package commands

import "github.com/visure-anagrafiche/visure/domain"

// EndMassive no longer lets anybody ask about many people at once under an act. What is
// under way stops at its next row.
type EndMassive struct {
	Atto   int    `json:"atto" minimum:"1" doc:"Numero dell'atto attivato, da 1"`
	Motivo string `json:"motivo" maxLength:"1000" doc:"Perché"`
}

// Decide ends what was granted, once.
func (c EndMassive) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := agreed(g); err != nil {
		return nil, err
	}
	switch {
	case g.State.Atto(c.Atto).Numero == 0:
		return nil, domain.FieldErrorf(domain.NotFound, "atto", "nessun atto attivato ha questo numero")
	case g.State.Atto(c.Atto).Massive == nil:
		return nil, nil
	case c.Motivo == "":
		return nil, domain.FieldErrorf(domain.Invalid, "motivo", "va indicato il motivo")
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	return []domain.Event{domain.MassiveEnded(c)}, nil
}
