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

// Advance implements Process. A certificate that proves another workstation already
// goes on proving that one: this one stays without proof.
func (p *Certification) Advance(ctx context.Context, id string, _ domain.Meta) error {
	postazione, err := domain.ParsePostazioneID(id)
	if err != nil {
		return fmt.Errorf("certify workstation: %w", err)
	}
	s, err := Fact(ctx, p.Handler, postazione.Stream())
	if err != nil || s.Certificato == "" || !s.Usable() {
		return err
	}
	err = p.Workstations.Certify(ctx, postazione, s.Certificato)
	if domain.CodeOf(err) == domain.Conflict {
		return nil
	}
	return err
}
