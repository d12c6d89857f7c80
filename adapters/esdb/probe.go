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
// client look for another server. "Not found" means that the store answers.
const probeGroup = "visure-probe"

// suspect starts a probe. It is called when a call ran into its deadline, which was
// too short or which the store let pass, and when a subscription was dropped, which
// by itself does not make the official client look for another server.
func (c *Client) suspect() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probe()
}

// probe starts the goroutine that finds out whether the store answers, unless it is
// running. The lock is held.
func (c *Client) probe() {
	if c.probing || c.closed {
		return
	}
	c.probing = true
	c.now.users++
	go c.watch(c.now)
}

// shut keeps calls out until the store is known to answer. The lock is held.
func (c *Client) shut() {
	if c.gate == nil && !c.closed {
		c.gate = make(chan struct{})
		c.outages++
		c.log.Warn("event store does not answer, looking for it")
	}
}

// watch probes until the store answers. It may wait inside the official client
// for as long as the outage lasts.
func (c *Client) watch(g *generation) {
	silence := time.AfterFunc(probeSilence, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.probing {
			c.shut()
		}
	})
	defer silence.Stop()
	waits := Backoff{Initial: 20 * time.Millisecond, Max: time.Second}
	for failures := 0; ; failures++ {
		code, err := ask(g.client)
		next, settled := c.settle(g, err == nil || answers(code), lost(code) || failures%probeFailures == probeFailures-1)
		if settled {
			return
		}
		g = next
		select {
		case <-time.After(waits.wait(failures + 1)):
		case <-c.ended:
		}
	}
}

// settle ends the probe if the store answers or the client is closed. Otherwise it
// returns the generation to probe next.
func (c *Client) settle(g *generation, alive, dead bool) (next *generation, settled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if dead && !c.closed {
		c.replace(g)
	}
	g.users--
	c.bury(g)
	if c.closed || alive && g == c.now {
		c.probing = false
		if c.gate != nil && !c.closed {
			c.log.Info("event store answers again")
			close(c.gate)
			c.gate = nil
		}
		return nil, true
	}
	c.now.users++
	return c.now, false
}

// replace retires a generation that lost its server, and shuts the gate until
// the next is known to have found one. The lock is held.
func (c *Client) replace(g *generation) {
	if g != c.now || c.closed {
		return
	}
	c.shut()
	fresh, err := c.generate()
	if err != nil { // the configuration was valid at Connect
		c.log.Error("make event store client", "error", err)
		return
	}
	g.retired = true
	c.now = fresh
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

// lost says that the official client has no server: it looks for one at its next
// call, or refuses every later call.
func lost(code es.ErrorCode) bool {
	return code == es.ErrorUnavailable || code == es.ErrorCodeConnectionClosed
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
