package commands

import "github.com/visure-anagrafiche/visure/domain"

// StopMassiva stops a request about many people by the refusal of a row that would be that
// of any. Only the system does.
type StopMassiva struct {
	Item  string
	Testo string
}

// Decide stops what is under way.
func (c StopMassiva) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if g.State.Stato != domain.StatoInProgress {
		return nil, nil
	}
	return []domain.Event{domain.MassivaStopped(c)}, nil
}
