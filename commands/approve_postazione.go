package commands

import "github.com/visure-anagrafiche/visure/domain"

// ApprovePostazione authorises a workstation: it may be enrolled.
type ApprovePostazione struct{}

// Decide admits a TOP of the Comune.
func (c ApprovePostazione) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Proposed || !g.reach().Covers(g.State.Pair().Object()):
		return nil, errNoPostazione
	case g.State.Revoked:
		return nil, domain.Errorf(domain.Conflict, "la postazione è stata revocata")
	case g.State.Approved:
		return nil, nil
	}
	return []domain.Event{domain.PostazioneApproved{}}, nil
}

// RevokePostazione ends a workstation for good, from the next request on.
type RevokePostazione struct {
	Motivo string `json:"motivo,omitempty" maxLength:"1000"`
}

// Decide admits who administers the pair.
func (c RevokePostazione) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if err := words("motivo", c.Motivo); err != nil {
		return nil, err
	}
	r := g.reach()
	switch {
	case !r.Appoints:
		return nil, domain.Errorf(domain.Forbidden, "operazione riservata a chi amministra gli utenti")
	case !g.State.Proposed || !r.Covers(g.State.Pair().Object()):
		return nil, errNoPostazione
	case g.State.Revoked:
		return nil, nil
	}
	return []domain.Event{domain.PostazioneRevoked(c)}, nil
}

// EnrolPostazione records that a device has taken the secret of a workstation.
type EnrolPostazione struct{}

// Decide records it while the workstation is authorised; the one-time link was the
// proof of who asks.
func (c EnrolPostazione) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Approved || g.State.Revoked:
		return nil, domain.Errorf(domain.Conflict, "la postazione non è autorizzata")
	case g.State.Enrolled:
		return nil, nil
	}
	return []domain.Event{domain.PostazioneEnrolled{}}, nil
}
