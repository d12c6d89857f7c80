package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// InhibitPurposes keeps purposes of an act, which nobody confirmed in a recertification,
// from being named, until the Comune readmits them or writes them otherwise.
type InhibitPurposes struct {
	Ricertificazione domain.RicertificazioneID
	Atto             int
	Finalita         []string
}

// Decide inhibits once for a recertification those that the act has and that are not
// inhibited yet. Only the system does.
func (c InhibitPurposes) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if slices.Contains(g.State.Reviewed, c.Ricertificazione) {
		return nil, nil
	}
	inhibited := domain.PurposesInhibited{Ricertificazione: c.Ricertificazione, Atto: c.Atto}
	for _, codice := range c.Finalita {
		if f, has := g.State.Atto(c.Atto).Purpose(codice); has && !g.State.Inhibited(f) {
			inhibited.Finalita = append(inhibited.Finalita, codice)
		}
	}
	if len(inhibited.Finalita) == 0 {
		return nil, nil
	}
	return []domain.Event{inhibited}, nil
}
