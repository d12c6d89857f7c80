package esdb

import (
	"context"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

const (
	probeTimeout  = 5 * time.Second
	probeSilence  = 250 * time.Millisecond // without an answer the gate is shut
	probeFailures = 10                     // in a row before the client is made anew
)

// probeGroup names a persistent subscription that does not exist: asking for it
// is the cheapest unary call there is, and only a unary call makes the official
// client look for another server. "Not found" means all is well.
const probeGroup = "visure-probe"

// suspect starts a probe: a call ran into its deadline, which may be the
// caller's haste or a store that went away.
func (c *Client) suspect(g *generation) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probe(g)
}

// doubt starts a probe after a subscription was dropped, which by itself does
// not make the official client look for another server.
func (c *Client) doubt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probe(c.now)
}

// probe starts the one goroutine that finds out whether the store answers. The
// lock is held.
func (c *Client) probe(g *generation) {
	if g != c.now || g.probing || c.closed {
		return
	}
	g.probing = true
	go c.watch(g)
}

// shut keeps calls out until the store is known to answer. The lock is held.
func (c *Client) shut(g *generation) {
	if g == c.now && c.gate == nil && !c.closed {
		c.gate = make(chan struct{})
		c.log.Warn("event store does not answer, looking for it")
	}
}

// watch probes until the store answers. It may wait inside the official client
// for as long as the outage lasts.
func (c *Client) watch(g *generation) {
	silence := time.AfterFunc(probeSilence, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if g.probing {
			c.shut(g)
		}
	})
	defer silence.Stop()
	waits := Backoff{Initial: 20 * time.Millisecond, Max: time.Second}
	for failures := 0; ; failures++ {
		code, err := ask(g.client)
		alive := err == nil || answers(code)
		dead := code == es.ErrorCodeConnectionClosed || failures >= probeFailures
		if c.settle(g, alive, dead) {
			return
		}
		select {
		case <-time.After(waits.wait(failures + 1)):
		case <-c.ended:
		}
	}
}

// settle ends the probe when there is nothing left to find out: the store
// answers, the client is replaced, or it is closed.
func (c *Client) settle(g *generation, alive, dead bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !alive && !dead && !c.closed {
		return false
	}
	g.probing = false
	if c.closed {
		c.bury(g)
		return true
	}
	if alive {
		if c.gate != nil {
			c.log.Info("event store answers again")
			close(c.gate)
			c.gate = nil
		}
		return true
	}
	c.replace(g)
	return true
}

// replace retires a client that cannot recover and probes a new one. The lock
// is held.
func (c *Client) replace(g *generation) {
	fresh, err := c.generate()
	if err != nil { // the configuration was valid at Connect
		c.log.Error("make event store client", "error", err)
		g.probing = true
		go c.watch(g)
		return
	}
	g.retired = true
	c.now = fresh
	c.bury(g)
	if c.gate == nil {
		c.gate = make(chan struct{})
	}
	c.probe(fresh)
}

// ask makes the probing call.
func ask(client *es.Client) (code es.ErrorCode, err error) {
	defer func() {
		if r := recover(); r != nil {
			code, err = es.ErrorCodeConnectionClosed, ErrClosed
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), probeTimeout)
	defer cancel()
	_, err = client.GetPersistentSubscriptionInfoToAll(ctx, probeGroup, es.GetPersistentSubscriptionOptions{})
	return codeOf(err), err
}

// answers says that an error was made by a server in working order.
func answers(code es.ErrorCode) bool {
	switch code {
	case es.ErrorUnavailable, es.ErrorCodeConnectionClosed, es.ErrorCodeNotLeader,
		es.ErrorCodeDeadlineExceeded, es.ErrorAborted:
		return false
	}
	return true
}
