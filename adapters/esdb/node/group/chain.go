package group

import "time"

// message is an event on its way through the group.
type message struct {
	event    Event
	retry    int
	replayed bool
	bucket   uint16 // of pins
	owner    *consumer
	pushed   time.Time

	before   point // the source just before this event
	sequence int64 // how many events of the source came before it
	links    [2]link
}

type link struct{ prev, next *message }

// Which of a message's two links a chain uses: the one that says where it waits, or the one that keeps the order of
// the source.
const (
	byPlace = iota
	byOrder
)

// chain is a list of messages, linked through the messages themselves: removing one costs nothing.
type chain struct {
	link        int
	first, last *message
	n           int
}

func (c *chain) next(m *message) *message { return m.links[c.link].next }

func (c *chain) pushBack(m *message) { c.insertAfter(c.last, m) }

// insertSorted puts m behind all of lower position. It looks from the back, since late ones are usually the highest.
func (c *chain) insertSorted(m *message) {
	at := c.last
	for at != nil && at.event.Position > m.event.Position {
		at = at.links[c.link].prev
	}
	c.insertAfter(at, m)
}

// insertAfter puts m behind at, or first if at is nil.
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
