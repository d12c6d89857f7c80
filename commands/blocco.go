package commands

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Blocco is the Process that blocks for the rest of the day who asks too often about
// persons nobody finds (ALR-ESITO), which is what looking for somebody by trying is like.
type Blocco struct {
	Handler *Handler
	// NotFound returns how many of a person's requests at a pair found nobody after an
	// instant and up to another, both as recorded; all that is recorded when it is called
	// is counted.
	NotFound func(ctx context.Context, utente domain.UtenteID, at domain.Pair, after, until time.Time) (int, error)
}

var _ Process = (*Blocco)(nil)

// Name implements Process.
func (p *Blocco) Name() string { return "blocco" }

// Category implements Process.
func (p *Blocco) Category() string { return domain.VisuraCategory }

// WakesOn implements Process.
func (p *Blocco) WakesOn() []string { return []string{domain.VisuraNotIssuable{}.EventType()} }

// Advance implements Process. What is counted is the hour before the request was found to
// be about nobody, whenever that is noticed.
func (p *Blocco) Advance(ctx context.Context, id string, m domain.Meta) error {
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return fmt.Errorf("look for who is to be blocked: %w", err)
	}
	v, err := Fact(ctx, p.Handler, visura.Stream())
	if err != nil || v.NotFoundAt.IsZero() || v.Requester.Utente == "" || v.Request.Ente == "" || v.Request.Massiva != nil {
		return err // nobody tries names by a list that the Comune has admitted
	}
	pair := domain.Pair{Ente: v.Request.Ente, Comune: v.Request.Comune}
	n, err := p.NotFound(ctx, v.Requester.Utente, pair, v.NotFoundAt.Add(-time.Hour), v.NotFoundAt)
	if err != nil {
		return fmt.Errorf("count what %s did not find: %w", v.Requester.Utente, err)
	}
	block := BlockUtente{Ente: pair.Ente, Comune: pair.Comune, Allarme: domain.AllarmeEsito, Count: n, At: v.NotFoundAt}
	if n < block.Allarme.Limit() {
		return nil
	}
	m.By, m.CommandID = domain.Sistema, block.id(v.Requester.Utente)
	_, err = Handle(ctx, p.Handler, v.Requester.Utente.Stream(), m, block)
	return err
}

// id is that of the command: of a person, at a pair, for an alarm and a day there is one.
func (c BlockUtente) id(utente domain.UtenteID) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "visure/blocco/%s/%s/%s/%s/%s", utente, c.Ente, c.Comune, c.Allarme, domain.BlockEnd(c.At)))
	return domain.UUID8([16]byte(sum[:16]))
}
