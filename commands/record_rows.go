package commands

import "github.com/visure-anagrafiche/visure/domain"

// RecordRows records up to which row visure were asked for. Only the system does.
type RecordRows struct {
	To int // from 1
}

// Decide records what goes further than what is recorded, also of what was withdrawn
// meanwhile.
func (c RecordRows) Decide(g Given[domain.Massiva]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if c.To <= g.State.Chieste || c.To > g.State.Request.Righe {
		return nil, nil
	}
	return []domain.Event{domain.RowsAsked(c)}, nil
}
