package commands

import "github.com/visure-anagrafiche/visure/domain"

// RevokePostazione ends a workstation for a Comune for good, from the next request
// on.
type RevokePostazione struct {
	Comune domain.CodiceISTAT `json:"comune" doc:"Codice ISTAT del Comune"`
	Motivo string             `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide admits who administers the pair.
func (c RevokePostazione) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if !g.reach().Appoints {
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	}
	switch at, ok := g.State.At(c.Comune); {
	case !ok || !g.reach().Covers(domain.Object{Ente: g.State.Ente, Comune: c.Comune}):
		return nil, errNoPostazione
	case at.Revoked:
		return nil, nil
	}
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	return []domain.Event{domain.PostazioneRevoked(c)}, nil
}
