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

// lookout is who waits for a look at the log. The memory's lock guards it.
type lookout struct {
	next *look // what whoever comes now waits for
	busy bool  // a look is under way, or awaits who will share it
}

// look is one look at the log's end.
type look struct {
	done    chan struct{}
	err     error
	waiting int           // how many share it
	enough  chan struct{} // of one: told that no more need be waited for
}

// refresh takes everything in that was stored before it was called.
func (h *Handler) refresh(ctx context.Context) error {
	return h.memory.refresh(ctx, h.Store, h.turns.taken())
}

// refresh takes in everything that was stored before it was called. Those who
// call while a look is under way wait for the next, which they share. A look
// begins when they are two thirds of the other commands under way here, or after
// patience: who comes alone waits for nobody; in a crowd most will want the next
// one, as soon as they have appended.
func (m *memory) refresh(ctx context.Context, store Store, commands int) error {
	m.mu.Lock()
	mine := m.look.next
	if mine == nil {
		mine = &look{done: make(chan struct{}), enough: make(chan struct{}, 1)}
		m.look.next = mine
	}
	if mine.waiting++; 3*mine.waiting >= 2*(commands-1) {
		select {
		case mine.enough <- struct{}{}:
		default:
		}
	}
	if !m.look.busy {
		m.look.busy = true
		go m.lookOut(store)
	}
	m.mu.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lookOut looks for as long as somebody waits. It is nobody's call, and ends with
// nobody's.
func (m *memory) lookOut(store Store) {
	for {
		mine := m.gather()
		if mine == nil {
			return
		}
		mine.err = m.takeIn(context.Background(), store)
		close(mine.done)
	}
}

// gather returns the look to take, once enough wait for it; nil when nobody does.
func (m *memory) gather() *look {
	m.mu.Lock()
	defer m.mu.Unlock()
	mine := m.look.next
	if m.look.busy = mine != nil; !m.look.busy {
		return nil
	}
	m.mu.Unlock()
	timer := time.NewTimer(patience)
	select {
	case <-mine.enough:
	case <-timer.C:
	}
	timer.Stop()
	m.mu.Lock()
	m.look.next = nil
	return mine
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
