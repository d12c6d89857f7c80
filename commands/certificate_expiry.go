package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// CertificateExpiry is the Process that tells a Comune that the certificates by which
// it asks ANPR are about to expire: its TOPs, and the office its contacts name.
type CertificateExpiry struct{ Notices }

var _ Process = (*CertificateExpiry)(nil)

// Name implements Process.
func (p *CertificateExpiry) Name() string { return "certificate-expiry" }

// Category implements Process.
func (p *CertificateExpiry) Category() string { return domain.ComuneCategory }

// WakesOn implements Process. What a Comune is connected with may expire soon.
func (p *CertificateExpiry) WakesOn() []string { return []string{domain.ComuneConnected{}.EventType()} }

// Advance implements Process. The letters go first and then the event: who crashes in
// between sends none twice.
func (p *CertificateExpiry) Advance(ctx context.Context, id string, m domain.Meta) error {
	istat, err := domain.ParseCodiceISTAT(id)
	if err != nil {
		return fmt.Errorf("announce the expiry of certificates: %w", err)
	}
	s, err := Fact(ctx, p.Handler, istat.Stream())
	if err != nil {
		return err
	}
	days, due := s.CertificateNotice(p.Handler.Now())
	if !due {
		return nil
	}
	tops, err := p.tops(ctx, s)
	if err != nil {
		return err
	}
	expiry := domain.ItalianTime(s.Collegamento.Expiry())
	err = p.send(ctx, append(tops, recipient{"ufficio", mailbox(s)}), Letter{
		Key:     fmt.Sprintf("certificati/%s/%d/%d", istat, s.Collegamento.Version, days),
		Subject: "Certificati ANPR in scadenza il " + expiry.Format("02/01/2006"),
		Text: fmt.Sprintf(`I certificati con cui il Comune di %s interroga ANPR scadono il %s alle %s.

Da allora nessuna visura potrà essere emessa. I nuovi certificati si richiedono ad ANPR e si caricano nel
collegamento del Comune: la prova avviene prima che sostituiscano quelli in uso.
`, s.Nome, expiry.Format("02/01/2006"), expiry.Format("15:04")),
	})
	if err != nil {
		return fmt.Errorf("announce the expiry of the certificates of %s: %w", istat, err)
	}
	m.By, m.CommandID = domain.Sistema, ""
	_, err = Handle(ctx, p.Handler, istat.Stream(), m, AnnounceCertificateExpiry{})
	return err
}
