package persistent

import (
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
)

// consumer is a connected consumer: the events still to be sent to it, and the
// reason of its end.
type consumer struct {
	id      group.ConsumerID
	name    string
	user    string
	slots   int
	out     *mailbox[group.Push]
	dropped chan struct{}
	reason  error // readable once dropped is closed
}

// join adds a consumer. The error is the answer to its call.
func (g *runner) join(slots int, name, user string) (*consumer, error) {
	c := &consumer{name: name, user: user, slots: slots, out: newMailbox[group.Push](), dropped: make(chan struct{})}
	var err error
	joined := g.ask(func() {
		g.last++
		c.id = g.last
		if err = g.machine.Join(time.Now(), c.id, slots); err != nil {
			err = fullFault(g.config.key())
			return
		}
		g.consumers[c.id] = c
		if g.gone {
			g.drop(c, droppedFault(g.config.key()))
		}
	})
	if !joined {
		return nil, droppedFault(g.config.key())
	}
	return c, err
}

// leave removes a consumer; its events in flight go to others.
func (g *runner) leave(c *consumer) {
	g.inbox.put(func() { g.remove(c) })
}

func (g *runner) remove(c *consumer) {
	if _, in := g.consumers[c.id]; in {
		delete(g.consumers, c.id)
		g.machine.Leave(time.Now(), c.id)
	}
}

func (g *runner) drop(c *consumer, reason error) {
	g.remove(c)
	c.reason = reason
	close(c.dropped)
}

func (g *runner) dropAll(reason error) {
	for _, c := range g.consumers {
		g.drop(c, reason)
	}
}

// push queues events for their consumers. A consumer that does not read would get
// the same events queued again after each time-out, so it is dropped when its queue
// exceeds 4 times its slots plus 100.
func (g *runner) push(pushes []group.Push) {
	var deaf []*consumer
	for _, p := range pushes {
		c := g.consumers[p.Consumer]
		if c == nil {
			continue
		}
		c.out.put(p)
		if c.out.len() > 4*c.slots+100 {
			deaf = append(deaf, c)
		}
	}
	for _, c := range deaf {
		if _, in := g.consumers[c.id]; in {
			g.drop(c, droppedFault(g.config.key()))
		}
	}
}
