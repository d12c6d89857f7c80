package commands

import "github.com/visure-anagrafiche/visure/domain"

// TellMassivaRequester records that the requester was written to about what became of a
// request about many people. Only the system does.
type TellMassivaRequester struct {
	Fatto domain.Fatto // what they were told of
	Facts int          // how often there had been something to tell by then
}

// Decide records it once, if there is nothing newer to tell.
func (c TellMassivaRequester) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if c.Fatto == "" || g.State.Untold != c.Fatto || g.State.Facts != c.Facts {
		return nil, nil
	}
	return []domain.Event{domain.MassivaRequesterTold{Fatto: c.Fatto}}, nil
}
