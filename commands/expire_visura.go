package commands

import "github.com/visure-anagrafiche/visure/domain"

// ExpireVisura records that nobody decided on a request, or answered, in the days it may
// wait. It takes effect when they were over, whenever that was noticed.
type ExpireVisura struct{}

// Decide expires what still waits then.
func (c ExpireVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	v := g.State
	if v.Next(g.Meta.At) != domain.Expire {
		return nil, nil
	}
	return []domain.Event{domain.VisuraExpired{Effective: v.Scade, Domanda: v.Suspended}}, nil
}
