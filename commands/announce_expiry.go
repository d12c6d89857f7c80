package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// AnnounceExpiry records that whom it concerns were told that an act ends in so many
// days.
type AnnounceExpiry struct{ Giorni int }

// Decide records a notice of ConvenzioneNotices once an act.
func (c AnnounceExpiry) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if slices.Contains(g.State.Announced, c.Giorni) || !slices.Contains(domain.ConvenzioneNotices, c.Giorni) || len(g.State.Atti) == 0 {
		return nil, nil
	}
	return []domain.Event{domain.ExpiryAnnounced(c)}, nil
}
