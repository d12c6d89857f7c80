package commands

import "github.com/visure-anagrafiche/visure/domain"

// LeavePostazioneUnproven records that the certificate of a workstation proves another.
type LeavePostazioneUnproven struct{}

// Decide records it while a Comune authorises the workstation. Which one it proves is not
// said: it may be of another Ente.
func (c LeavePostazioneUnproven) Decide(g Given[domain.Postazione]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	switch {
	case !g.State.Usable() || g.State.Certificato == "":
		return nil, domain.Errorf(domain.Conflict, "la postazione non è autorizzata, o non ha un certificato")
	case g.State.Unproven:
		return nil, nil
	}
	return []domain.Event{domain.PostazioneUnproven{}}, nil
}
