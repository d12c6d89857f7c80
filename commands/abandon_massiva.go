package commands

import "github.com/visure-anagrafiche/visure/domain"

// AbandonMassiva ends a request about many people that cannot go on any more. Only the
// system does.
type AbandonMassiva struct{}

// Decide ends it if that is so at the head of the stream.
func (c AbandonMassiva) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Next(g.Meta.At) != domain.MassivaAbandons {
		return nil, nil
	}
	return []domain.Event{domain.MassivaWithdrawn{}}, nil
}
