package commands

import "github.com/visure-anagrafiche/visure/domain"

// AnnounceExpiry records that whom it concerns were told that an act is about to end.
type AnnounceExpiry struct {
	Numero int // of the act
	Giorni int // before its last day: one of domain.ConvenzioneNotices
}

// Decide records a notice once, of the act activated last.
func (c AnnounceExpiry) Decide(g Given[domain.Convenzione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	days, due := g.State.ExpiryNotice(g.Meta.At)
	if !due || days != c.Giorni || g.State.Last().Numero != c.Numero {
		return nil, nil
	}
	return []domain.Event{domain.ExpiryAnnounced{Giorni: c.Giorni, Al: g.State.Last().Al}}, nil
}
