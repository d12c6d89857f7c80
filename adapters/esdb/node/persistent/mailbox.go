package persistent

import (
	"sync"
)

// mailbox hands values from many goroutines to one, without a bound and in order.
type mailbox[T any] struct {
	mu     sync.Mutex
	items  []T
	closed bool
	// wake receives when there may be something to take.
	wake chan struct{}
}

func newMailbox[T any]() *mailbox[T] { return &mailbox[T]{wake: make(chan struct{}, 1)} }

// put returns false when the mailbox is closed; the value is lost then.
func (m *mailbox[T]) put(item T) bool {
	m.mu.Lock()
	if m.closed {
		m.mu.Unlock()
		return false
	}
	m.items = append(m.items, item)
	m.mu.Unlock()
	m.signal()
	return true
}

func (m *mailbox[T]) signal() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take swaps everything that waits for the emptied slice of the last call.
func (m *mailbox[T]) take(last []T) []T {
	clear(last)
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items = last[:0]
	return items
}

// len is how many values wait.
func (m *mailbox[T]) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.items)
}

// close refuses what comes later; what waits can still be taken.
func (m *mailbox[T]) close() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.signal()
}

// done reports whether the mailbox is closed and empty.
func (m *mailbox[T]) done() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed && len(m.items) == 0
}
