package commands

import (
	"context"
	"maps"

	"github.com/visure-anagrafiche/visure/domain"
)

// decision is what follows from commands about one stream, one after the other.
type decision[S State[S]] struct {
	events  []domain.Event
	refused error            // of the first that was
	meta    domain.Meta      // with the facts that all of them rested on
	state   S                // once the events have happened
	quote   []domain.Residuo // left of what they counted in
}

// decide decides each command on what those before it leave. Each has an id of its
// own, since what one makes may be named by it. Whether it counts in quotas is said by
// counted.
func decide[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], own S, m domain.Meta, cmds []Command[S], counted bool) (decision[S], error) {
	d := decision[S]{meta: m, state: own}
	for i, cmd := range cmds {
		one := m
		if i > 0 {
			one.CommandID = h.NewID()
		}
		given, err := give(ctx, h, stream, d.state, one, cmd)
		if err != nil {
			return d, err
		}
		events, refused := cmd.Decide(given)
		if counted && refused == nil {
			var left []domain.Residuo
			if events, left, refused, err = ration(ctx, h, cmd, given, events); err != nil {
				return d, err
			}
			d.quote = append(d.quote, left...)
		}
		if refused != nil {
			d.refused = refused
			return d, nil
		}
		d.meta.Facts = joined(d.meta.Facts, given.Meta.Facts)
		d.events = append(d.events, events...)
		for _, e := range events {
			d.state = d.state.Evolve(e, given.Meta)
		}
	}
	return d, nil
}

// joined returns the facts of two decisions as those of one.
func joined(a, b map[string]int64) map[string]int64 {
	if len(a) == 0 {
		return b
	}
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}

// Rehearsal is a stream as commands would leave it, of which nothing is written.
type Rehearsal[S State[S]] struct {
	handler *Handler
	stream  domain.Stream[S]
	meta    domain.Meta
	state   S
}

// Rehearse begins with a stream at its head, for the actor of m.
func Rehearse[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], m domain.Meta) (*Rehearsal[S], error) {
	own, err := load(ctx, h, stream, false)
	return &Rehearsal[S]{h, stream, m, own.state}, err
}

// Try returns what would follow from a command after those tried before, or its
// refusal, which leaves the rehearsal as it was.
func (r *Rehearsal[S]) Try(ctx context.Context, cmd Command[S]) ([]domain.Event, error) {
	would, err := decide(ctx, r.handler, r.stream, r.state, r.handler.complete(r.meta), []Command[S]{cmd}, false)
	if err != nil {
		return nil, err
	}
	if would.refused != nil {
		return nil, would.refused
	}
	r.state = would.state
	return would.events, nil
}
