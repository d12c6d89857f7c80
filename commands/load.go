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

// actor loads who acts; the system itself is nobody.
func (h *Handler) actor(ctx context.Context, m domain.Meta) (domain.Utente, error) {
	if m.By.Utente == "" {
		return domain.Utente{}, nil
	}
	return Load(ctx, h, m.By.Utente.Stream())
}

// factsOf loads what cmd refers to, and always the actor.
func factsOf[S State[S]](ctx context.Context, h *Handler, own S, m domain.Meta, cmd Command[S]) (f Facts, err error) {
	if f.Utente, err = h.actor(ctx, m); err != nil {
		return Facts{}, err
	}
	referrer, ok := cmd.(Referrer[S])
	if !ok {
		return f, nil
	}
	refs := referrer.Refs(own, f.Utente, m)
	if refs.Soggetto != (domain.Soggetto{}) {
		f.SubjectToken = h.Pseudonyms.SubjectToken(refs.Soggetto)
	}
	if f.Comune, err = optional(ctx, h, refs.Comune != "", refs.Comune.Stream()); err != nil {
		return Facts{}, err
	}
	if f.Ente, err = optional(ctx, h, refs.Ente != "", refs.Ente.Stream()); err != nil {
		return Facts{}, err
	}
	if f.Convenzione, err = optional(ctx, h, refs.Convenzione != "", refs.Convenzione.Stream()); err != nil {
		return Facts{}, err
	}
	f.Profile, err = optional(ctx, h, refs.Profile != "", refs.Profile.Stream())
	return f, err
}

func optional[S State[S]](ctx context.Context, h *Handler, wanted bool, stream domain.Stream[S]) (s S, err error) {
	if !wanted {
		return s, nil
	}
	return Load(ctx, h, stream)
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

// keep turns the young half into the aged one when it is full: what was not
// used for a whole turn is forgotten.
func (c *foldCache) keep(stream string, f any) {
	if c.young == nil || len(c.young) >= maxFolds {
		c.young, c.aged = make(map[string]any), c.young
	}
	c.young[stream] = f
}

func (h *Handler) meta(env Envelope) domain.Meta {
	m := domain.Meta{
		At: h.Now().UTC(), By: env.By, CommandID: env.CommandID,
		Correlation: env.Correlation, Causation: env.Causation, Trace: env.Trace,
	}
	if m.CommandID == "" {
		m.CommandID = h.NewID()
	}
	if m.Correlation == "" {
		m.Correlation = m.CommandID
	}
	if m.Causation == "" {
		m.Causation = m.CommandID
	}
	return m
}
