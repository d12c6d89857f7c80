package commands

import "github.com/visure-anagrafiche/visure/domain"

// EnrolPostazione records that a device has taken the secret of a workstation, or that its
// certificate proves it.
type EnrolPostazione struct{}

// Decide records it while a Comune authorises the workstation; of who takes a secret the
// one-time link was the proof.
func (c EnrolPostazione) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Usable():
		return nil, domain.Errorf(domain.Conflict, "la postazione non è autorizzata")
	case g.State.Enrolled:
		return nil, nil
	}
	return []domain.Event{domain.PostazioneEnrolled{}}, nil
}
