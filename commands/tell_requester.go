package commands

import "github.com/visure-anagrafiche/visure/domain"

// TellRequester records that the requester was written to about what became of a request.
type TellRequester struct {
	Fatto domain.Fatto // what they were told of
}

// Decide records it once, if there is nothing newer to tell.
func (c TellRequester) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if c.Fatto == "" || g.State.Untold != c.Fatto {
		return nil, nil
	}
	return []domain.Event{domain.RequesterTold(c)}, nil
}
