package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// Certification is the Process by which a certificate proves a workstation once a
// Comune has authorised it.
type Certification struct {
	Handler      *Handler
	Workstations Workstations
}

var _ Process = (*Certification)(nil)

// Name implements Process.
func (p *Certification) Name() string { return "certification" }

// Category implements Process.
func (p *Certification) Category() string { return domain.PostazioneCategory }

// WakesOn implements Process.
func (p *Certification) WakesOn() []string {
	return []string{domain.PostazioneApproved{}.EventType()}
}

// Advance implements Process. A certificate that proves another workstation goes on
// proving that one while any Comune authorises it: this one is left without proof, which
// is recorded. Else it is taken over.
func (p *Certification) Advance(ctx context.Context, id string, m domain.Meta) error {
	postazione, err := domain.ParsePostazioneID(id)
	if err != nil {
		return fmt.Errorf("certify workstation: %w", err)
	}
	s, err := Fact(ctx, p.Handler, postazione.Stream())
	if err != nil || s.Certificato == "" || !s.Usable() {
		return err
	}
	proven, err := p.Workstations.Certify(ctx, postazione, s.Certificato, "")
	if err == nil && proven != postazione {
		proven, err = p.takeOver(ctx, postazione, s.Certificato, proven)
	}
	if err != nil {
		return err
	}
	var outcome Command[domain.Postazione] = EnrolPostazione{}
	if proven != postazione {
		outcome = LeavePostazioneUnproven{}
	}
	m.By, m.CommandID = domain.Sistema, ""
	_, err = Handle(ctx, p.Handler, postazione.Stream(), m, outcome)
	return err
}

// takeOver has a certificate prove a workstation instead of another that no Comune
// authorises any more; it returns the one it proves.
func (p *Certification) takeOver(ctx context.Context, id domain.PostazioneID, fingerprint string, from domain.PostazioneID) (domain.PostazioneID, error) {
	other, err := Fact(ctx, p.Handler, from.Stream())
	if err != nil || other.Usable() {
		return from, err
	}
	return p.Workstations.Certify(ctx, id, fingerprint, from)
}
