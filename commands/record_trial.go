package commands

import "github.com/visure-anagrafiche/visure/domain"

// RecordTrial records a test call to ANPR that put nothing in force: of
// the version in force, or of a candidate that failed.
type RecordTrial domain.ConnectionTested

// Decide records every test as it came.
func (c RecordTrial) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := heads(g); err != nil {
		return nil, err
	}
	return []domain.Event{domain.ConnectionTested(c)}, nil
}
