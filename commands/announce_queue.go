package commands

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// AnnounceQueue records that the officers of a Comune were written to about what awaits
// them.
type AnnounceQueue struct {
	Attesa domain.InAttesa // as it was told
	Fino   time.Time       // until when it looked for what ends
}

// Decide records it, if there is something of which they were not told.
func (c AnnounceQueue) Decide(g Given[domain.Coda]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if !g.State.Announces(c.Attesa, g.Meta.At) {
		return nil, nil
	}
	return []domain.Event{domain.CodaAnnounced{Attese: c.Attesa.Attese, Termini: c.Attesa.Termini, Ultima: c.Attesa.Ultima, Fino: c.Fino}}, nil
}
