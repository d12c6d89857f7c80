package commands

import "github.com/visure-anagrafiche/visure/domain"

// StartQuery records the intent to ask ANPR, before the call.
type StartQuery struct {
	Visura domain.VisuraID
}

// Decide opens the next attempt under an id of its own.
func (c StartQuery) Decide(v domain.Visura, _ Facts, m domain.Meta) ([]domain.Event, error) {
	if err := system(m.By); err != nil {
		return nil, err
	}
	if v.Next(m.At) != domain.StartQuery {
		return nil, nil
	}
	attempt := v.Attempts + 1
	return []domain.Event{domain.QueryStarted{
		Attempt: attempt, IDOperazioneComune: domain.NewIDOperazione(c.Visura, attempt, m.At),
	}}, nil
}
