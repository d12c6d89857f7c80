package engine

import (
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// State is the state of a read model, as known to this instance.
type State string

const (
	Standby    State = "standby"     // another instance may be writing
	CatchingUp State = "catching_up" // reading what is stored
	Live       State = "live"        // at the end of the log
	Rebuilding State = "rebuilding"  // being made from the beginning of the log
	Stopped    State = "stopped"     // an event cannot be applied or read: an operator has to act
)

// Health is the state of one read model. Events, Batches and Writing count what
// this instance has written since it started.
type Health struct {
	Name     string          `json:"name"`
	State    State           `json:"state"`
	Position domain.Position `json:"-"`
	Reached  string          `json:"position"`
	Events   uint64          `json:"events"`
	Batches  uint64          `json:"batches"`
	Writing  time.Duration   `json:"writing"` // time spent in transactions
	Lag      time.Duration   `json:"lag"`     // of the last event written, from recorded to visible
	Error    string          `json:"error,omitempty"`
	Rebuild  *Progress       `json:"rebuild,omitempty"` // nil: this instance does not make it again
}

// Well is false when the read model has stopped.
func (h Health) Well() bool { return h.State != Stopped }

// Health returns the health of each read model, in the order they were given to
// NewRunner.
func (r *Runner) Health() []Health {
	r.health.mu.Lock()
	defer r.health.mu.Unlock()
	all := make([]Health, 0, len(r.models))
	for _, m := range r.models {
		h := *r.health.entries[m.Name()]
		at, detached := r.signals.progress(m.Name())
		h.Position, h.Reached = at, at.String()
		if h.State == Standby && detached != "" {
			h.State, h.Error = Stopped, detached
		}
		all = append(all, h)
	}
	return all
}

// healthBook holds the health of all read models. It is safe for concurrent use.
type healthBook struct {
	mu      *sync.Mutex
	entries map[string]*Health
}

func newHealthBook(models []Projection) healthBook {
	b := healthBook{new(sync.Mutex), make(map[string]*Health)}
	for _, m := range models {
		b.entries[m.Name()] = &Health{Name: m.Name(), State: Standby}
	}
	return b
}

func (b healthBook) state(name string, s State, why string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries[name].State, b.entries[name].Error = s, why
}

// rebuilt notes how far a read model is that is being made again; nil: it no longer is.
func (b healthBook) rebuilt(name string, p *Progress) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.entries[name].Rebuild = p
}

// all sets the state of every read model.
func (b healthBook) all(s State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.entries {
		h.State, h.Error = s, ""
	}
}

func (b healthBook) stopped(why error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, h := range b.entries {
		h.State, h.Error = Stopped, why.Error()
	}
}

func (b healthBook) live(names []string, live bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range names {
		b.entries[name].State = CatchingUp
		if live {
			b.entries[name].State = Live
		}
	}
}

func (b healthBook) applied(names []string, events []domain.Recorded, writing time.Duration) {
	if len(events) == 0 {
		return
	}
	lag := time.Since(events[len(events)-1].Meta.At)
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, name := range names {
		h := b.entries[name]
		h.Events += uint64(len(events))
		h.Batches++
		h.Writing += writing
		h.Lag = max(lag, 0)
	}
}
