// Package enginetest is what tests of read models and of their engine share: a
// log of events in memory that seals as the store does, runners that do not
// wait for the clock, and the rows of read models as text.
package enginetest

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Morning is the instant a Log's times count from.
var Morning = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// Log is a log of events in memory, the engine.Feed of it, and the
// projections.Opener of what it seals. It is safe for concurrent use.
type Log struct {
	mu     sync.Mutex
	events []domain.Recorded
	heads  map[string]uint64
	keys   map[string][]byte // by stream; destroyed ones are absent
	grown  chan struct{}     // closed and made anew when an event comes in
	before func(domain.Recorded) error
}

// NewLog returns an empty log.
func NewLog() *Log {
	return &Log{heads: map[string]uint64{}, keys: map[string][]byte{}, grown: make(chan struct{})}
}

// Add records an event, a second after the one before it, and returns where it
// stands. What is personal in it is sealed under a key of the stream's own.
func (l *Log) Add(stream string, by domain.Actor, e domain.Event) domain.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := uint64(len(l.events) + 1)
	pos := domain.Position{Commit: 100 * n, Prepare: 100 * n}
	r := domain.Recorded{
		Event: e, Stream: stream, Revision: l.heads[stream], Position: pos,
		Meta: domain.Meta{At: Morning.Add(time.Duration(n) * time.Second), By: by},
	}
	l.events = append(l.events, l.seal(r))
	l.heads[stream]++
	close(l.grown)
	l.grown = make(chan struct{})
	return pos
}

// All returns the events so far as a feed hands them on.
func (l *Log) All() []domain.Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.events)
}

// Head returns where the last event stands.
func (l *Log) Head() domain.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == 0 {
		return domain.Position{}
	}
	return l.events[len(l.events)-1].Position
}

// Before has a function called before each event is delivered; an error of it
// ends the feed. Nil: none is called.
func (l *Log) Before(ask func(domain.Recorded) error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.before = ask
}

// Follow implements engine.Feed. Where it passes over events of other
// categories it delivers a checkpoint.
func (l *Log) Follow(ctx context.Context, categories []string, after domain.Position, deliver func(engine.Delivery) error) error {
	for i, told := 0, false; ; told = true {
		l.mu.Lock()
		events, grown, before := l.events, l.grown, l.before
		l.mu.Unlock()
		at := after
		for ; i < len(events); i++ {
			r := events[i]
			if r.Position.Compare(after) <= 0 {
				continue
			}
			if at = r.Position; !slices.Contains(categories, domain.CategoryOf(r.Stream)) {
				continue
			}
			if before != nil {
				if err := before(r); err != nil {
					return err
				}
			}
			if err := deliver(engine.Delivery{Event: &r, Position: r.Position}); err != nil {
				return err
			}
			after = r.Position
		}
		if !told || at != after {
			after = at
			if err := deliver(engine.Delivery{Position: at, CaughtUp: !told}); err != nil {
				return err
			}
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
