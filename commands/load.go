package commands

import (
	"context"
	"fmt"
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
)

// folded is the state of a stream as far as it was read.
type folded[S State[S]] struct {
	state    S
	revision int64
	position domain.Position
}

// after returns the state once events were appended at it, the last of them at a
// position.
func (f folded[S]) after(events []domain.Event, m domain.Meta, last domain.Position) folded[S] {
	m.At = m.At.Round(0) // as it is read back
	for _, e := range events {
		f.state = f.state.Evolve(e, m)
	}
	return folded[S]{f.state, f.revision + int64(len(events)), last}
}

// remembered returns the stream's state as it was last read or written here: at
// the head unless somebody else has written since. A stream never seen is taken
// for one that does not exist.
func remembered[S State[S]](h *Handler, stream domain.Stream[S]) folded[S] {
	if f, ok := h.folds.get(string(stream)).(folded[S]); ok {
		return f
	}
	return folded[S]{revision: NoStream}
}

// forward reads a stream on from a state of it.
func forward[S State[S]](ctx context.Context, store Store, stream domain.Stream[S], f folded[S]) (folded[S], error) {
	last, err := store.Load(ctx, string(stream), f.revision, func(r domain.Recorded) {
		f.state, f.position = f.state.Evolve(r.Event, r.Meta), r.Position
	})
	if err != nil {
		return folded[S]{}, fmt.Errorf("load %s: %w", stream, err)
	}
	f.revision = last
	return f, nil
}

// load returns the stream's state at its head: what is remembered, read forward.
func load[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (folded[S], error) {
	was := remembered(h, stream)
	f, err := forward(ctx, h.Store, stream, was)
	if err == nil && f.revision != was.revision {
		h.folds.put(string(stream), f)
	}
	return f, err
}

// Load returns the state of a stream at its head.
func Load[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (S, error) {
	f, err := load(ctx, h, stream)
	return f.state, err
}

// Fact returns the state of a stream that decisions of others rest on, at least
// as it stood when Fact was called.
func Fact[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (S, error) {
	if err := h.refresh(ctx); err != nil {
		var none S
		return none, err
	}
	f, err := fact(ctx, h, stream)
	return f.state, err
}

// foldCache remembers the last states used. States are values: whoever got one
// may keep it.
type foldCache struct {
	mu   sync.Mutex
	last recent[any]
}

func (c *foldCache) get(stream string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	f, _ := c.last.get(stream)
	return f
}

func (c *foldCache) put(stream string, f any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last.put(stream, f)
}
