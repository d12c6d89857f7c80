package commands

import "github.com/visure-anagrafiche/visure/domain"

// ApprovePostazione authorises a workstation for a Comune: it may be enrolled.
type ApprovePostazione struct {
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
}

// Decide admits a TOP of the Comune who does not ask for visure from it themself.
func (c ApprovePostazione) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if err := administers(g, c.Comune); err != nil {
		return nil, err
	}
	switch at, ok := g.State.At(c.Comune); {
	case !ok:
		return nil, errNoPostazione
	case at.Revoked:
		return nil, domain.Errorf(domain.Conflict, "la postazione è stata revocata")
	case at.Approved:
		return nil, nil
	case asks(g, domain.Pair{Ente: g.State.Ente, Comune: c.Comune}):
		return nil, errOwnRights
	}
	return []domain.Event{domain.PostazioneApproved(c)}, nil
}
