package commands

import (
	"context"
	"fmt"
	"regexp"

	"github.com/visure-anagrafiche/visure/domain"
)

// EraseVisura records that the subject's data key was destroyed. The key and
// the document go first: a crash in between leaves nothing readable that the
// history calls erased.
type EraseVisura struct {
	Basis string // code of the retention rule or order, which stays in the history: small letters, digits and _
}

// basis is the form of a code that can hold no words about anybody.
var basis = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)

// Decide records the erasure of a request that has ended, by who administers the
// installation.
func (c EraseVisura) Decide(g Given[domain.Visura]) ([]domain.Event, error) {
	if err := installs(g); err != nil {
		return nil, err
	}
	switch {
	case !basis.MatchString(c.Basis):
		return nil, domain.FieldErrorf(domain.Invalid, "basis", "la base della cancellazione è un codice di lettere minuscole, cifre e _")
	case g.State.Status == domain.Absent:
		return nil, errUnseen
	case g.State.Erased:
		return nil, nil
	case !g.State.Status.Final():
		return nil, domain.Errorf(domain.Conflict, "la richiesta è ancora in corso")
	}
	return []domain.Event{domain.VisuraErased(c)}, nil
}

// Erasure destroys what names a visura's subject. Its ports are the least each
// adapter must do for it; both may be called again after a crash.
type Erasure struct {
	Handler *Handler
	// DestroyKey destroys a stream's data key for good; a key that is gone, or
	// never was, stays so.
	DestroyKey func(ctx context.Context, stream string) error
	// DeleteDocument removes the document; it is no error if there is none.
	DeleteDocument func(ctx context.Context, id domain.VisuraID) error
}

// Erase destroys first and records last, so that what the history calls erased
// is; called again, it finishes what was interrupted. It refuses a request that
// has not ended before it destroys anything.
func (e Erasure) Erase(ctx context.Context, id domain.VisuraID, m domain.Meta, cmd EraseVisura) (Outcome, error) {
	v, err := Load(ctx, e.Handler, id.Stream())
	if err != nil {
		return Outcome{}, fmt.Errorf("erase: %w", err)
	}
	g, err := give(ctx, e.Handler, id.Stream(), v, e.Handler.complete(m), cmd)
	if err != nil {
		return Outcome{}, fmt.Errorf("erase: %w", err)
	}
	if _, err := cmd.Decide(g); err != nil {
		return Outcome{}, err
	}
	if err := e.DestroyKey(ctx, string(id.Stream())); err != nil {
		return Outcome{}, fmt.Errorf("erase %s: %w", id, err)
	}
	if err := e.DeleteDocument(ctx, id); err != nil {
		return Outcome{}, fmt.Errorf("erase %s: %w", id, err)
	}
	return Handle(ctx, e.Handler, id.Stream(), m, cmd)
}
