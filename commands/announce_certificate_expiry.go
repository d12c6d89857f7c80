package commands

import "github.com/visure-anagrafiche/visure/domain"

// AnnounceCertificateExpiry records that a Comune's certificates are about to
// expire, when that is due. Whom to tell follows from the event.
type AnnounceCertificateExpiry struct{}

// Decide announces each of domain.ExpiryNotices once a version.
func (AnnounceCertificateExpiry) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := system(g.Meta.By); err != nil {
		return nil, err
	}
	days, due := g.State.CertificateNotice(g.Meta.At)
	if !due {
		return nil, nil
	}
	c := g.State.Collegamento
	return []domain.Event{domain.CertificateExpiryAnnounced{Version: c.Version, Days: days, NotAfter: c.Expiry()}}, nil
}
