package commands

import "github.com/visure-anagrafiche/visure/domain"

// RecordStandIn records that ANPR refused a version's operator and answered the
// second one.
type RecordStandIn struct{ Version int }

// Decide records it once, until a test goes well or another version comes.
func (c RecordStandIn) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if s := g.State.Collegamento; s.StoodIn || s.Version != c.Version {
		return nil, nil
	}
	return []domain.Event{domain.OperatorStoodIn(c)}, nil
}
