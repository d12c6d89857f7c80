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

// load returns the stream's state at its head: what was remembered, read
// forward.
func load[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (folded[S], error) {
	f, ok := h.folds.get(string(stream)).(folded[S])
	if !ok {
		f = folded[S]{revision: NoStream}
	}
	last, err := h.Store.Load(ctx, string(stream), f.revision, func(r domain.Recorded) {
		f.state, f.position = f.state.Evolve(r.Event, r.Meta), r.Position
	})
	if err != nil {
		return folded[S]{}, fmt.Errorf("load %s: %w", stream, err)
	}
	if last != f.revision {
		f.revision = last
		h.folds.put(string(stream), f)
	}
	return f, nil
}

// Load returns the state of a stream at its head.
func Load[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (S, error) {
	f, err := load(ctx, h, stream)
	return f.state, err
}

// foldCache remembers the last states used. States are values: whoever got one
// may keep it.
type foldCache struct {
	mu          sync.Mutex
	young, aged map[string]any
}

// maxFolds bounds each half of the cache: thousands of visure in flight and
// every party around them.
const maxFolds = 8192

func (c *foldCache) get(stream string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f, ok := c.young[stream]; ok {
		return f
	}
	f, ok := c.aged[stream]
	if ok {
		c.keep(stream, f)
	}
	return f
}

func (c *foldCache) put(stream string, f any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.keep(stream, f)
}

// keep makes the young half the aged one when it is full; entries unused since
// the time before are dropped.
func (c *foldCache) keep(stream string, f any) {
	if c.young == nil || len(c.young) >= maxFolds {
		c.young, c.aged = make(map[string]any), c.young
	}
	c.young[stream] = f
}
