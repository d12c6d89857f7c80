package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/visure-anagrafiche/visure/domain"
)

// ErrDetached is returned by Await for a read model that does not follow the
// log: it was stopped by an event, or is still being made.
var ErrDetached = errors.New("read model does not follow the log")

// signals holds the position of each read model and wakes those who wait for
// one, or watch a stream. It is safe for concurrent use.
type signals struct {
	mu      sync.Mutex
	models  map[string]*progress
	watches map[string]map[chan struct{}]struct{}
	quiet   chan struct{} // closed when somebody begins to wait or watch; nil: nobody cares
	lapses  int           // how often nobody listened, so that the database may have lost what was told
}

// progress is the position of a read model and those who wait for a later one.
type progress struct {
	at       domain.Position
	detached string // why it does not follow the log
	waiting  map[*waiter]struct{}
	moves    map[chan struct{}]struct{} // receive when at changes
}

type waiter struct {
	pos  domain.Position
	done chan struct{}
}

func newSignals(models []Projection) *signals {
	s := &signals{models: make(map[string]*progress), watches: make(map[string]map[chan struct{}]struct{})}
	for _, m := range models {
		s.models[m.Name()] = &progress{waiting: make(map[*waiter]struct{}), moves: make(map[chan struct{}]struct{})}
	}
	return s
}

// await returns once the read model has reached pos.
func (s *signals) await(ctx context.Context, name string, pos domain.Position) error {
	s.mu.Lock()
	p, ok := s.models[name]
	switch {
	case !ok:
		s.mu.Unlock()
		return fmt.Errorf("await %s: no such read model", name)
	case p.at.Compare(pos) >= 0:
		s.mu.Unlock()
		return nil
	case p.detached != "":
		s.mu.Unlock()
		return fmt.Errorf("await %s: %w", name, ErrDetached)
	}
	w := &waiter{pos, make(chan struct{})}
	p.waiting[w] = struct{}{}
	s.disturb()
	s.mu.Unlock()
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		s.mu.Lock()
		delete(p.waiting, w)
		s.mu.Unlock()
		return fmt.Errorf("await %s at %s: %w", name, pos, ctx.Err())
	}
}

// watch returns a channel that receives after each change of a stream's rows,
// several changes at once being one, until stop is called.
func (s *signals) watch(stream string) (changed <-chan struct{}, stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := make(chan struct{}, 1)
	if s.watches[stream] == nil {
		s.watches[stream] = make(map[chan struct{}]struct{})
	}
	s.watches[stream][c] = struct{}{}
	s.disturb()
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watches[stream], c)
		if len(s.watches[stream]) == 0 {
			delete(s.watches, stream)
		}
	}
}

// moves returns a channel that receives after the read model's position has changed,
// several changes at once being one, until stop is called. Who listens to it does not
// count as waiting.
func (s *signals) moves(name string) (moved <-chan struct{}, stop func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, p := make(chan struct{}, 1), s.models[name]
	p.moves[c] = struct{}{}
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(p.moves, c)
	}
}

// undisturbed returns what is closed once somebody waits or watches: at once if
// somebody does.
func (s *signals) undisturbed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.quiet == nil {
		s.quiet = make(chan struct{})
	}
	quiet := s.quiet
	busy := len(s.watches) > 0
	for _, p := range s.models {
		busy = busy || len(p.waiting) > 0
	}
	if busy {
		s.disturb()
	}
	return quiet
}

// disturb tells that somebody waits or watches.
func (s *signals) disturb() {
	if s.quiet != nil {
		close(s.quiet)
		s.quiet = nil
	}
}

// advance records that read models have reached a position and wakes those who
// wait for it; positions do not go back.
func (s *signals) advance(names []string, to domain.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.move(names, to)
}

func (s *signals) move(names []string, to domain.Position) {
	for _, name := range names {
		if p, ok := s.models[name]; ok && p.at.Compare(to) < 0 {
			p.reach(to)
		}
	}
}

// heard returns how often nobody has listened to the database.
func (s *signals) heard() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lapses
}

// advanceAfter is advance for what was found in the database after heard was asked; it
// does nothing and returns false if nobody has listened since: what was found may be lost.
func (s *signals) advanceAfter(heard int, names []string, to domain.Position) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lapses != heard {
		return false
	}
	s.move(names, to)
	return true
}

// restore records the position that is stored for a read model. It is before the
// last one known if the database has crashed since, for what was written last may
// then be lost and is written again.
func (s *signals) restore(name string, at domain.Position) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, ok := s.models[name]; ok {
		p.reach(at)
	}
}

// reach sets the position and wakes those who wait for it.
func (p *progress) reach(to domain.Position) {
	p.at = to
	ring(p.moves)
	for w := range p.waiting {
		if w.pos.Compare(to) <= 0 {
			delete(p.waiting, w)
			close(w.done)
		}
	}
}

// detach records why a read model does not follow the log; empty: it does. It
// returns true when one that did not follow now does.
func (s *signals) detach(name, why string) (attached bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.models[name]
	if !ok {
		return false
	}
	attached = p.detached != "" && why == ""
	p.detached = why
	return attached
}

// changed wakes those who watch streams whose rows have changed; nil means that
// any may have.
func (s *signals) changed(streams []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if streams == nil {
		for _, watches := range s.watches {
			ring(watches)
		}
		return
	}
	for _, stream := range streams {
		ring(s.watches[stream])
	}
}

func ring(watches map[chan struct{}]struct{}) {
	for c := range watches {
		select {
		case c <- struct{}{}:
		default: // it has one it has not received yet
		}
	}
}

// progress returns the position of a read model, and why it follows no further.
func (s *signals) progress(name string) (at domain.Position, detached string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.models[name].at, s.models[name].detached
}

// takenBack says whether a position was restored to before one that a member has
// written.
func (s *signals) takenBack(members []*member) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.ContainsFunc(members, func(m *member) bool { return s.models[m.Name()].at.Compare(m.at) < 0 })
}

// forget has everybody wait until positions are restored or advanced.
func (s *signals) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lapses++
	for _, p := range s.models {
		p.at = domain.Position{}
	}
}
