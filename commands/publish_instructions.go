package commands

import "github.com/visure-anagrafiche/visure/domain"

// PublishInstructions gives a Comune's instructions a new version, which everybody
// accepts before they ask again.
type PublishInstructions struct {
	Testo string `json:"testo" maxLength:"20000" doc:"Testo delle istruzioni"`
}

// maxInstructions is how long instructions may be, in bytes.
const maxInstructions = 20_000

// Decide numbers the version; the same text is none.
func (c PublishInstructions) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	was := g.State.Istruzioni
	switch {
	case c.Testo == "" || len(c.Testo) > maxInstructions || !printable(c.Testo):
		return nil, domain.FieldErrorf(domain.Invalid, "testo", "il testo delle istruzioni manca, supera i %d byte o ha caratteri che non si possono stampare", maxInstructions)
	case c.Testo == was.Testo:
		return nil, nil
	}
	return []domain.Event{domain.InstructionsPublished{Versione: was.Versione + 1, Testo: c.Testo}}, nil
}
