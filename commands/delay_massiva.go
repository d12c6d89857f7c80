package commands

import (
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// DelayMassiva puts the next row off until the period of a quota is over. Only the system
// does.
type DelayMassiva struct {
	Quota string // see domain.Quota.Nome; empty: it is not the hour
	Until time.Time
}

// Decide delays what is under way.
func (c DelayMassiva) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Stato != domain.StatoInProgress || !c.Until.After(g.State.ResumeAt) {
		return nil, nil
	}
	return []domain.Event{domain.MassivaDelayed(c)}, nil
}
