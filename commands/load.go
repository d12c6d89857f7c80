package commands

import (
	"context"
	"fmt"

	"github.com/visure-anagrafiche/visure/domain"
)

// folded is the state of a stream as far as it was read.
type folded[S State[S]] struct {
	state    S
	revision int64
	position domain.Position
	changed  int64 // revision of the last event but for announcements
}

// next returns the state after an event at a revision.
func (f folded[S]) next(e domain.Event, m domain.Meta, revision int64, at domain.Position) folded[S] {
	f.state, f.revision, f.position = f.state.Evolve(e, m), revision, at
	if _, ok := e.(domain.Announcement); !ok {
		f.changed = revision
	}
	return f
}

// stands says whether who saw the stream at a revision has seen all that they decide on.
func (f folded[S]) stands(at int64) bool { return f.changed <= at && at <= f.revision }

// after returns the state once events were appended at it, the last of them at a
// position.
func (f folded[S]) after(events []domain.Event, m domain.Meta, last domain.Position) folded[S] {
	m.At = m.At.Round(0) // as it is read back
	for _, e := range events {
		f = f.next(e, m, f.revision+1, last)
	}
	return f
}

// taker is a folded state of any kind.
type taker interface {
	// seen returns the revision of the last event in the state.
	seen() int64
	// take returns the state after an event, and false if it or some before it are
	// missing.
	take(domain.Recorded) (taker, bool)
}

func (f folded[S]) seen() int64 { return f.revision }

func (f folded[S]) take(r domain.Recorded) (taker, bool) {
	switch at := int64(r.Revision); {
	case at <= f.revision:
		return f, true
	case at > f.revision+1 || r.Event == nil:
		return f, false
	}
	return f.next(r.Event, r.Meta, int64(r.Revision), r.Position), true
}

// remembered returns the stream's state as it was last read or written here: at
// the head unless somebody else, or a command of a given id, has written since. A
// stream never seen is taken for one that does not exist.
func remembered[S State[S]](h *Handler, stream domain.Stream[S]) folded[S] {
	if f, _ := h.memory.get(string(stream), false); f != nil {
		return f.(folded[S])
	}
	return folded[S]{revision: NoStream, changed: NoStream}
}

// load returns the stream's state at its head: what is remembered, read forward.
// Fact says whether it is for the decisions of others.
func load[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], fact bool) (folded[S], error) {
	held := h.memory.hold(string(stream), fact)
	f := remembered(h, stream)
	_, err := h.Store.Load(ctx, string(stream), f.revision, func(r domain.Recorded) {
		f = f.next(r.Event, r.Meta, int64(r.Revision), r.Position)
	})
	if err != nil {
		held.drop()
		return folded[S]{}, fmt.Errorf("load %s: %w", stream, err)
	}
	held.keep(f)
	return f, nil
}

// recall returns the stream's state as of the last refresh or later; ok is false
// when it is to be read. Fact is as for load.
func recall[S State[S]](h *Handler, stream domain.Stream[S], fact bool) (f folded[S], ok bool) {
	state, current := h.memory.get(string(stream), fact)
	if !current {
		return f, false
	}
	return state.(folded[S]), true
}

// Load returns the state of a stream at its head.
func Load[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (S, error) {
	f, err := load(ctx, h, stream, false)
	return f.state, err
}

// Fact returns the state of a stream at least as it stood when Fact was called, or with a
// context of Ahead when that was. Where it is remembered that costs a share of a look at
// the end of the log, else a read of the stream besides.
func Fact[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (S, error) {
	if err := h.refresh(ctx); err != nil {
		var none S
		return none, err
	}
	if f, ok := recall(h, stream, false); ok {
		return f.state, nil
	}
	return Load(ctx, h, stream)
}
