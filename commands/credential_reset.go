package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// CredentialReset is the Process that carries out the resets of second factors that
// two persons agreed on.
type CredentialReset struct {
	Handler *Handler
	// Reset takes a person's second factors from them, once for an id of a reset
	// however often it is called: in between they may have enrolled new ones.
	Reset func(ctx context.Context, utente domain.UtenteID, id string) error
}

var _ Process = (*CredentialReset)(nil)

// Name implements Process.
func (p *CredentialReset) Name() string { return "credential-reset" }

// Category implements Process.
func (p *CredentialReset) Category() string { return domain.UtenteCategory }

// WakesOn implements Process.
func (p *CredentialReset) WakesOn() []string { return []string{domain.GrantApproved{}.EventType()} }

// Advance implements Process. What was carried out is recorded together, so that a
// row that is due stays so until nothing is left.
func (p *CredentialReset) Advance(ctx context.Context, id string, m domain.Meta) error {
	utente, err := domain.ParseUtenteID(id)
	if err != nil {
		return fmt.Errorf("reset second factors: %w", err)
	}
	u, err := Fact(ctx, p.Handler, utente.Stream())
	if err != nil || len(u.Resets) == 0 {
		return err
	}
	done := make([]Command[domain.Utente], len(u.Resets))
	for i, reset := range u.Resets {
		if err := p.Reset(ctx, utente, reset.ID); err != nil {
			return fmt.Errorf("reset the second factors of %s: %w", utente, err)
		}
		done[i] = CompleteReset{ID: reset.ID}
	}
	m.By, m.CommandID = domain.Sistema, ""
	_, err = HandleAll(ctx, p.Handler, utente.Stream(), m, done...)
	return err
}
