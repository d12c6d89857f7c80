package commands

import (
	"sync"

	"github.com/visure-anagrafiche/visure/batch"
	"github.com/visure-anagrafiche/visure/domain"
)

// memory remembers the folded states of streams as they stand at one place of the
// log, or later. Before a decision the log is looked at from there to its end, which
// brings what is new and proves that there is no more: so a state is as fresh as if
// its stream had been read once the request was there, for one small read, shared by
// all who wait for one. It is safe for concurrent use; the zero value is empty.
type memory struct {
	mu     sync.Mutex
	at     domain.Position // everything of the log up to here has been taken in
	era    int             // counts how often the memory began anew; 0: never
	states states
	passed map[string]*passing // streams being read or written now
	looks  batch.Queue[look]
}

// remembrance is a stream's state. It is current if of the memory's era; else
// something of the stream may be missing at its end.
type remembrance struct {
	era   int
	state taker
}

// passing is what the log brings of a stream while it is read or written.
type passing struct {
	holders int
	newest  int64 // revision
}

// get returns what is remembered of a stream, nil for nothing, and whether that is
// its state as of the last look or later. Fact is as for load.
func (m *memory) get(stream string, fact bool) (state taker, current bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.states.get(stream, fact)
	return r.state, ok && m.era > 0 && r.era == m.era
}

// held is a stream that is being read or written. Keep or drop it.
type held struct {
	m      *memory
	stream string
	era    int
	fact   bool
}

// hold begins to note what the log brings of a stream, before it is written, or is
// read as a fact or not.
func (m *memory) hold(stream string, fact bool) held {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.passed[stream]
	if p == nil {
		if m.passed == nil {
			m.passed = make(map[string]*passing)
		}
		p = &passing{newest: NoStream}
		m.passed[stream] = p
	}
	p.holders++
	return held{m, stream, m.era, fact}
}

// keep remembers the state that the stream was found in or brought to, unless a
// newer one is remembered or there is no such stream. It is current if the log has
// brought nothing newer meanwhile.
func (h held) keep(state taker) {
	m := h.m
	m.mu.Lock()
	defer m.mu.Unlock()
	if h.release() > state.seen() {
		h.era = 0
	}
	was, ok := m.states.get(h.stream, false)
	if state.seen() == NoStream || ok && (was.state.seen() > state.seen() || was.state.seen() == state.seen() && was.era == m.era) {
		return
	}
	m.states.put(h.stream, remembrance{h.era, state}, h.fact)
}

// drop ends what hold began.
func (h held) drop() {
	h.m.mu.Lock()
	defer h.m.mu.Unlock()
	h.release()
}

// release returns the newest revision that the log has brought.
func (h held) release() int64 {
	p := h.m.passed[h.stream]
	if p.holders--; p.holders == 0 {
		delete(h.m.passed, h.stream)
	}
	return p.newest
}

// wants says whether an event is news, which take is then told.
func (m *memory) wants(stream string, revision uint64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.passed[stream]; p != nil {
		p.newest = max(p.newest, int64(revision))
	}
	r, ok := m.states.get(stream, false)
	return ok && r.era == m.era && r.state.seen() < int64(revision)
}

// take takes in one event.
func (m *memory) take(e domain.Recorded) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.states.get(e.Stream, false)
	if !ok || r.era != m.era {
		return
	}
	state, whole := r.state.take(e)
	if !whole {
		r.era = 0
	}
	m.states.put(e.Stream, remembrance{r.era, state}, false)
}

// reach notes how far the log was taken in.
func (m *memory) reach(at domain.Position) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at = at
}

// begin forgets what is current: the log is taken in from a position on, and what
// lies before it was not.
func (m *memory) begin(at domain.Position) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.at, m.era = at, m.era+1
}
