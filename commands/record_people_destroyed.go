package commands

import "github.com/visure-anagrafiche/visure/domain"

// RecordPeopleDestroyed records that the key of the people of a request is destroyed. Only
// the system does.
type RecordPeopleDestroyed struct{}

// Decide records it once.
func (c RecordPeopleDestroyed) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if !g.State.Ended() || g.State.Destroyed {
		return nil, nil
	}
	return []domain.Event{domain.PeopleDestroyed{}}, nil
}
