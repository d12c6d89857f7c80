package commands

import "github.com/visure-anagrafiche/visure/domain"

// AnnounceRevocation records that those were told of a revocation who had taken the
// document.
type AnnounceRevocation struct {
	Utenti []domain.UtenteID // who was written to
}

// Decide records it once.
func (c AnnounceRevocation) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	if r := g.State.Revocation; r == nil || r.Announced {
		return nil, nil
	}
	return []domain.Event{domain.RevocationAnnounced(c)}, nil
}
