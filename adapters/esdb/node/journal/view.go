package journal

import (
	"sync"

	"github.com/cockroachdb/pebble/v2"
)

// view is a snapshot of the journal as of one synced commit.
type view struct {
	snapshot *pebble.Snapshot
	end      uint64
	refs     int
}

// views provides the newest view, and closes views when their last user releases
// them.
type views struct {
	mu     sync.Mutex
	newest *view
	closed bool
	open   sync.WaitGroup
}

func (s *views) publish(v *view) {
	v.refs = 1
	s.open.Add(1)
	s.mu.Lock()
	old := s.newest
	s.newest = v
	s.mu.Unlock()
	if old != nil {
		s.release(old)
	}
}

func (s *views) acquire() (*view, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	s.newest.refs++
	return s.newest, nil
}

func (s *views) release(v *view) {
	s.mu.Lock()
	v.refs--
	last := v.refs == 0
	s.mu.Unlock()
	if last {
		v.snapshot.Close()
		s.open.Done()
	}
}

// close makes acquire fail, and waits until every view is released.
func (s *views) close() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.release(s.newest)
	s.open.Wait()
}

// signal wakes all waiters. Without waiters firing it allocates nothing.
type signal struct {
	mu     sync.Mutex
	ch     chan struct{}
	closed bool
}

func (s *signal) wait() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch == nil {
		s.ch = make(chan struct{})
		if s.closed {
			close(s.ch)
		}
	}
	return s.ch
}

func (s *signal) fire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil && !s.closed {
		close(s.ch)
		s.ch = nil
	}
}

func (s *signal) close() {
	s.fire()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ch != nil {
		close(s.ch)
	}
	s.closed = true
}
