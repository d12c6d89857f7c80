package persistent

import (
	"sync"
)

// mailbox is an unbounded queue from many goroutines to one.
type mailbox[T any] struct {
	mu     sync.Mutex
	items  []T
	closed bool
	// wake has a value when there may be items to take, or the mailbox is closed.
	wake chan struct{}
}

func newMailbox[T any]() *mailbox[T] { return &mailbox[T]{wake: make(chan struct{}, 1)} }

// put returns false when the mailbox is closed; the item is discarded then.
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

// take returns all items, in order. It reuses last, the slice of the call before.
func (m *mailbox[T]) take(last []T) []T {
	clear(last)
	m.mu.Lock()
	defer m.mu.Unlock()
	items := m.items
	m.items = last[:0]
	return items
}

// len is the number of items.
func (m *mailbox[T]) len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.items)
}

// close makes put return false. Items that are there can still be taken.
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
