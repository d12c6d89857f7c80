package commands

import (
	"cmp"
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// Silenzio is the Process that records that terms passed without a decision: those after
// which silence is consent, and those after which a request expires. It asks nobody outside
// and makes no document: the approval it records wakes the Emission.
type Silenzio struct{ Handler *Handler }

var _ Process = (*Silenzio)(nil)

// Name implements Process.
func (p *Silenzio) Name() string { return "silenzio" }

// Category implements Process.
func (p *Silenzio) Category() string { return domain.VisuraCategory }

// WakesOn implements Process: a term ends by time alone.
func (p *Silenzio) WakesOn() []string { return nil }

// Advance implements Process. What follows is decided at the head of the stream: a
// decision in time wins, and of several who notice the end of a term one records it.
func (p *Silenzio) Advance(ctx context.Context, id string, m domain.Meta) error {
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return fmt.Errorf("end a term: %w", err)
	}
	v, err := Load(ctx, p.Handler, visura.Stream())
	if err != nil {
		return fmt.Errorf("end the term of %s: %w", visura, err)
	}
	var end Command[domain.Visura]
	switch v.Next(p.Handler.Now()) {
	case domain.ApproveBySilence:
		end = ApproveBySilence{}
	case domain.Expire:
		end = ExpireVisura{}
	default:
		return nil
	}
	m.By, m.CommandID, m.Correlation = domain.Sistema, "", cmp.Or(v.Correlation, m.Correlation)
	if _, err := Handle(ctx, p.Handler, visura.Stream(), m, end); err != nil {
		return fmt.Errorf("end the term of %s: %w", visura, err)
	}
	return nil
}
