package group

import (
	"errors"
	"time"
)

// ConsumerID identifies a consumer within its group. It must not be used again.
type ConsumerID uint64

// ErrFull refuses a consumer because the group has as many as its settings allow.
var ErrFull = errors.New("maximum subscribers reached")

type consumer struct {
	id       ConsumerID
	slots    int
	inFlight int
	left     bool
	buckets  int // number of buckets it owns
	owed     int // buckets it is still to get, when they become idle

	rate      rate
	latencies latencies
}

func (c *consumer) free() bool { return c.inFlight < c.slots }

// Join adds a consumer that has at most slots messages in flight. Its id must be
// new. A consumer without slots never gets a message.
func (g *Group) Join(now time.Time, id ConsumerID, slots int) error {
	if limit := g.settings.MaxConsumers; limit != 0 && len(g.consumers) >= limit {
		return ErrFull
	}
	c := &consumer{id: id, slots: max(0, slots), rate: rate{since: now}}
	g.consumers = append(g.consumers, c)
	g.free += c.slots
	if g.pins != nil {
		g.pins.joined(c, g.consumers)
	}
	g.dispatch(now)
	return nil
}

// Leave removes a consumer. Its messages in flight go to others at once, with the
// next retry count.
func (g *Group) Leave(now time.Time, id ConsumerID) {
	i := g.indexOf(id)
	if i < 0 {
		return
	}
	c := g.consumers[i]
	c.left = true
	g.free -= c.slots - c.inFlight
	g.consumers = append(g.consumers[:i], g.consumers[i+1:]...)
	if i < g.next {
		g.next--
	}
	if g.next >= len(g.consumers) {
		g.next = 0
	}
	if g.pins != nil {
		g.pins.left(c)
	}
	for m := g.flight.first; m != nil; {
		next := g.flight.next(m)
		if m.owner == c {
			g.land(now, m)
			g.requeue(m)
		}
		m = next
	}
	g.dispatch(now)
}

func (g *Group) indexOf(id ConsumerID) int {
	for i, c := range g.consumers {
		if c.id == id {
			return i
		}
	}
	return -1
}

// dispatch pushes messages while consumers have free slots: retries first, then
// replayed messages, then new events in order.
func (g *Group) dispatch(now time.Time) {
	var held map[string]bool // keys with a message that waits because its id is in flight
	for _, waiting := range []*chain{&g.retries, &g.replays, &g.buffered} {
		for m := waiting.first; m != nil && g.free > 0; {
			next := waiting.next(m)
			switch {
			case held[m.event.Key]:
			case g.inFlight[m.event.ID] != nil:
				// An acknowledgement could not distinguish two messages in flight
				// with one id.
				if held == nil {
					held = map[string]bool{}
				}
				held[m.event.Key] = true
			default:
				if c := g.choose(m); c != nil {
					waiting.remove(m)
					g.push(now, c, m)
				}
			}
			m = next
		}
	}
}

func (g *Group) push(now time.Time, c *consumer, m *message) {
	m.owner, m.pushed = c, now
	g.inFlight[m.event.ID] = m
	g.flight.pushBack(m)
	c.inFlight++
	g.free--
	c.rate.total++
	g.stats.total++
	if g.pins != nil {
		g.pins.inFlight[m.bucket]++
	}
	g.out.Pushes = append(g.out.Pushes, Push{Consumer: c.id, Event: m.event, Retry: m.retry})
}

// choose returns the consumer that gets m, nil if m has to wait. Some consumer has a free slot.
func (g *Group) choose(m *message) *consumer {
	if g.pins != nil {
		return g.pins.choose(m.bucket, g.consumers)
	}
	for range g.consumers {
		at := g.next
		c := g.consumers[at]
		following := (at + 1) % len(g.consumers)
		if !c.free() {
			g.next = following
			continue
		}
		if g.settings.Strategy == RoundRobin {
			g.next = following
		}
		return c
	}
	return nil
}
