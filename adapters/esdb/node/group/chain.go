package group

import "time"

// message is an event that the group has read and not finished.
type message struct {
	event    Event
	retry    int
	replayed bool
	bucket   uint16 // of pins
	owner    *consumer
	pushed   time.Time

	before   point // the last event of the source considered before this one
	sequence int64 // number of events considered before it
	links    [2]link
}

type link struct{ prev, next *message }

// Index of the links a chain uses: byPlace for the chain a message waits in, byOrder
// for the chain in order of the source.
const (
	byPlace = iota
	byOrder
)

// chain is a doubly linked list of messages. Removing one takes constant time.
type chain struct {
	link        int
	first, last *message
	n           int
}

func (c *chain) next(m *message) *message { return m.links[c.link].next }

func (c *chain) pushBack(m *message) { c.insertAfter(c.last, m) }

// insertSorted inserts m in order of position. It searches from the back, where late
// messages usually belong.
func (c *chain) insertSorted(m *message) {
	at := c.last
	for at != nil && at.event.Position > m.event.Position {
		at = at.links[c.link].prev
	}
	c.insertAfter(at, m)
}

// insertAfter inserts m after at, or first if at is nil.
func (c *chain) insertAfter(at, m *message) {
	next := c.first
	if at != nil {
		next = at.links[c.link].next
		at.links[c.link].next = m
	} else {
		c.first = m
	}
	if next != nil {
		next.links[c.link].prev = m
	} else {
		c.last = m
	}
	m.links[c.link] = link{prev: at, next: next}
	c.n++
}

func (c *chain) remove(m *message) {
	l := m.links[c.link]
	if l.prev != nil {
		l.prev.links[c.link].next = l.next
	} else {
		c.first = l.next
	}
	if l.next != nil {
		l.next.links[c.link].prev = l.prev
	} else {
		c.last = l.prev
	}
	m.links[c.link] = link{}
	c.n--
}
