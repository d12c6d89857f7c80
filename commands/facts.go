package commands

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// factCategories are the categories of the streams that decisions of others
// rest on. What is in none of them is read whenever it is wanted.
var factCategories = []string{"comune", "convenzione", "ente", "profile", "utente"}

// factPage is how many events of the log one reading takes in. A memory that is
// further behind does not run after the log: it begins anew at its end.
const factPage = 1000

// factReading bounds one reading of the log's end.
const factReading = 10 * time.Second

// patience bounds how long a reading waits for others to share it.
const patience = 20 * time.Millisecond

// facts remembers the folded states of streams that decisions rest on. They are
// as they stand at one place of the log; before a decision the log is read from
// there to its end, which brings what is new and proves that there is no more. So
// a state is as fresh as if its stream had been read once the request was there,
// for one small read, shared by all who wait for one. It is safe for concurrent
// use; the zero value is empty.
type facts struct {
	mu     sync.Mutex
	at     domain.Position // everything of the log up to here has been taken in
	era    int             // counts how often the memory began anew; 0: never
	known  recent[*known]
	passed map[string]*passing // streams being read now
	next   *reading            // what whoever comes now waits for
	busy   bool                // a reading is under way, or awaits who will share it
}

// known is a stream's state; of an earlier era it is to be read forward first.
type known struct {
	era   int
	state taker
}

// passing is what is taken in of a stream while it is read.
type passing struct {
	readers int
	newest  int64 // revision
}

// taker is a folded state of any kind.
type taker interface {
	// take returns the state after an event, and false if it or some before it are
	// missing.
	take(domain.Recorded) (taker, bool)
}

func (f folded[S]) take(r domain.Recorded) (taker, bool) {
	switch at := int64(r.Revision); {
	case at <= f.revision:
		return f, true
	case at > f.revision+1 || r.Event == nil:
		return f, false
	}
	return folded[S]{f.state.Evolve(r.Event, r.Meta), int64(r.Revision), r.Position}, true
}

// reading is one reading of the log's end.
type reading struct {
	done    chan struct{}
	err     error
	waiting int           // how many share it
	enough  chan struct{} // of one: told that no more need be waited for
}

// refresh takes in everything that was stored before it was called. Those who
// call while a reading is under way wait for the next, which they share. A reading
// begins when they are two thirds of the other commands under way here, or after
// patience: who comes alone waits for nobody; in a crowd most will want the next
// one, as soon as they have appended.
func (f *facts) refresh(ctx context.Context, store Store, commands int) error {
	f.mu.Lock()
	mine := f.next
	if mine == nil {
		mine = &reading{done: make(chan struct{}), enough: make(chan struct{}, 1)}
		f.next = mine
	}
	if mine.waiting++; 3*mine.waiting >= 2*(commands-1) {
		select {
		case mine.enough <- struct{}{}:
		default:
		}
	}
	if !f.busy {
		f.busy = true
		go f.readAll(store)
	}
	f.mu.Unlock()
	select {
	case <-mine.done:
		return mine.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refresh takes every fact in that was stored before it was called.
func (h *Handler) refresh(ctx context.Context) error {
	return h.facts.refresh(ctx, h.Store, h.turns.taken())
}

// readAll reads for as long as somebody waits. It is nobody's call, and ends with
// nobody's.
func (f *facts) readAll(store Store) {
	for {
		mine := f.gather()
		if mine == nil {
			return
		}
		mine.err = f.read(context.Background(), store)
		close(mine.done)
	}
}

// gather returns the reading to make, once enough wait for it; nil when nobody
// does.
func (f *facts) gather() *reading {
	f.mu.Lock()
	defer f.mu.Unlock()
	mine := f.next
	if f.busy = mine != nil; !f.busy {
		return nil
	}
	f.mu.Unlock()
	timer := time.NewTimer(patience)
	select {
	case <-mine.enough:
	case <-timer.C:
	}
	timer.Stop()
	f.mu.Lock()
	f.next = nil
	return mine
}

// read takes in the end of the log, or begins anew there.
func (f *facts) read(ctx context.Context, store Store) error {
	ctx, cancel := context.WithTimeout(ctx, factReading)
	defer cancel()
	if f.era > 0 {
		at, end, err := store.Since(ctx, f.at, factCategories, factPage, f.take)
		if err != nil {
			return fmt.Errorf("read facts after %s: %w", f.at, err)
		}
		if end {
			f.mu.Lock()
			f.at = at
			f.mu.Unlock()
			return nil
		}
	}
	at, err := store.Head(ctx)
	if err != nil {
		return fmt.Errorf("read the end of the log: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.at, f.era = at, f.era+1
	return nil
}

// take takes in one event.
func (f *facts) take(r domain.Recorded) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := f.passed[r.Stream]; p != nil {
		p.newest = max(p.newest, int64(r.Revision))
	}
	k, ok := f.known.get(r.Stream)
	if !ok {
		return
	}
	state, whole := k.state.take(r)
	if !whole {
		k.era = 0
		return
	}
	k.state = state
}

// fact returns the state of a stream as of the last refresh or later.
func fact[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S]) (folded[S], error) {
	if !slices.Contains(factCategories, domain.CategoryOf(string(stream))) {
		return load(ctx, h, stream)
	}
	f := &h.facts
	f.mu.Lock()
	state, era := folded[S]{revision: NoStream}, f.era
	if k, ok := f.known.get(string(stream)); ok {
		state = k.state.(folded[S])
		if k.era == era {
			f.mu.Unlock()
			return state, nil
		}
	}
	p := f.passed[string(stream)]
	if p == nil {
		if f.passed == nil {
			f.passed = make(map[string]*passing)
		}
		p = &passing{newest: NoStream}
		f.passed[string(stream)] = p
	}
	p.readers++
	f.mu.Unlock()

	state, err := forward(ctx, h.Store, stream, state)

	f.mu.Lock()
	defer f.mu.Unlock()
	if p.readers--; p.readers == 0 {
		delete(f.passed, string(stream))
	}
	if err == nil && f.era == era && state.revision >= p.newest {
		f.known.put(string(stream), &known{era, state})
	}
	return state, err
}
