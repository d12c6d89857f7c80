package commands

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// ConfirmPurpose vouches, in a recertification, that a purpose of the act is still
// current. It keeps what the Comune granted and gives nothing.
type ConfirmPurpose struct {
	Finalita string `json:"finalita" maxLength:"40" doc:"Codice della finalità che si conferma"`
}

// Decide admits who administers the pair's people, up to the end of the last day.
func (c ConfirmPurpose) Decide(g Given[domain.Ricertificazione]) ([]domain.Event, error) {
	if err := confirms(g); err != nil {
		return nil, err
	}
	s := g.State
	switch {
	case !s.Listed:
		return nil, errUnlisted
	case !slices.Contains(s.Purposes, c.Finalita):
		return nil, domain.FieldErrorf(domain.NotFound, "finalita", "la finalità non è fra quelle da confermare")
	case slices.Contains(s.Current, c.Finalita):
		return nil, nil
	case reviewOver(g):
		return nil, errReviewOver
	}
	return []domain.Event{domain.PurposeConfirmed(c)}, nil
}
