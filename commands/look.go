package commands

import (
	"context"
	"fmt"
	"time"
)

// lookPage is how many events of the log one look takes in. A memory that is
// further behind does not run after the log: it begins anew at its end.
const lookPage = 1000

// lookTimeout bounds one look at the log's end.
const lookTimeout = 10 * time.Second

// patience bounds how long a look waits for others to share it.
const patience = 20 * time.Millisecond

// look is one look at the log's end.
type look struct {
	waiting int           // how many share it
	ahead   []*begun      // of these, who joined it ahead
	enough  chan struct{} // of one: told that no more need be waited for
}

// refresh takes in everything that was stored before it was called; with a context of
// Ahead, before that was. Those who call while a look is under way wait for the next,
// which they share. A look begins when they are two thirds of the other commands under
// way here, or after patience: who comes alone waits for nobody; in a crowd most will
// want the next one, as soon as they have appended.
func (h *Handler) refresh(ctx context.Context) error {
	wait := ahead(ctx)
	if wait == nil {
		wait = h.look(nil)
	}
	_, err := wait(ctx)
	return err
}

// look joins the next look at the log's end, maybe ahead; what it returns waits for that.
func (h *Handler) look(b *begun) func(context.Context) (*look, error) {
	if b != nil {
		h.coming.Add(1)
	}
	commands := h.turns.taken() + int(h.coming.Load())
	return h.memory.looks.Join(func(l *look) { l.join(commands, b) }, (*look).gather, func(l *look) error {
		defer func() {
			for _, b := range l.ahead {
				h.here(b)
			}
		}()
		return h.memory.takeIn(context.Background(), h.Store)
	})
}

func (l *look) join(commands int, b *begun) {
	if b != nil {
		l.ahead = append(l.ahead, b)
	}
	if l.enough == nil {
		l.enough = make(chan struct{}, 1)
	}
	if l.waiting++; 3*l.waiting >= 2*(commands-1) {
		select {
		case l.enough <- struct{}{}:
		default:
		}
	}
}

// gather waits until enough share the look.
func (l *look) gather() {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-l.enough:
	case <-timer.C:
	}
}

// takeIn takes in the end of the log, or begins anew there. It is called by one at
// a time.
func (m *memory) takeIn(ctx context.Context, store Store) error {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	if m.era > 0 {
		at, end, err := store.Since(ctx, m.at, lookPage, m.wants, m.take)
		if err != nil {
			return fmt.Errorf("look at the log after %s: %w", m.at, err)
		}
		if end {
			m.reach(at)
			return nil
		}
	}
	at, err := store.Head(ctx)
	if err != nil {
		return fmt.Errorf("read the end of the log: %w", err)
	}
	m.begin(at)
	return nil
}
