package esdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

const (
	callTimeout = 10 * time.Second // of one call, when the caller's context allows more
	patience    = 2 * time.Second  // of a call while the store does not answer
	maxCalls    = 1024             // inside the client at once
)

// Client is one connection to an event store, for the life of the process. No
// call through it outlives its context, and it recovers by itself after any
// outage. It is safe for concurrent use.
type Client struct {
	config *es.Configuration
	log    *slog.Logger
	slots  chan struct{} // bounds the goroutines inside the official client
	ended  chan struct{} // closed by Close

	mu      sync.Mutex
	now     *generation
	gate    chan struct{} // closed when calls may enter again; nil while they may
	probing bool          // a probe is running
	closed  bool
	outages int // how often the store was lost
}

// generation is one instance of the official client. It is retired when it has
// lost its server, because it leaks its connection when it looks for another, and
// closed when its last user has left: the official client panics when it is
// closed during a call.
type generation struct {
	client  *es.Client
	users   int // calls, subscriptions and the probe
	retired bool
	gone    chan struct{} // closed with the client
}

// Connect returns a client for the connection string: esdb://host:port?tls=false
// for one node, several hosts for a cluster, unix:///path for a socket. It
// connects at the first call, and fails only on a string it cannot read.
func Connect(connection string, log *slog.Logger) (*Client, error) {
	config, err := configuration(connection, log)
	if err != nil {
		return nil, err
	}
	c := &Client{config: config, log: log, slots: make(chan struct{}, maxCalls), ended: make(chan struct{})}
	if c.now, err = c.generate(); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Client) generate() (*generation, error) {
	config := *c.config
	client, err := es.NewClient(&config)
	if err != nil {
		return nil, fmt.Errorf("make event store client: %w", err)
	}
	return &generation{client: client, gone: make(chan struct{})}, nil
}

// guard carries out one call on a goroutine of its own, because the official
// client ignores contexts while it looks for a server. A call that has not
// returned when its context ends is abandoned: its outcome is unknown.
func guard[T any](ctx context.Context, c *Client, call func(context.Context, *es.Client) (T, error)) (T, error) {
	return inside(ctx, c, func(ctx context.Context, g *generation) (T, error) { return call(ctx, g.client) })
}

func inside[T any](ctx context.Context, c *Client, call func(context.Context, *generation) (T, error)) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	var none T
	g, err := c.enter(ctx)
	if err != nil {
		return none, err
	}
	type outcome struct {
		value T
		err   error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			if r := recover(); r != nil {
				o.err = fmt.Errorf("event store client panicked: %v", r)
			}
			c.leave(g, o.err)
			done <- o
		}()
		o.value, o.err = call(ctx, g)
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-done:
		return o.value, o.err
	default:
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		c.suspect()
	}
	return none, &abandonedError{cause: ctx.Err()}
}

// enter admits a call to the client that is current. While the store does not
// answer, or maxCalls are inside, it waits, at most patience at a time.
func (c *Client) enter(ctx context.Context) (*generation, error) {
	for {
		c.mu.Lock()
		gate, closed := c.gate, c.closed
		if gate == nil && !closed {
			select {
			case c.slots <- struct{}{}:
				g := c.now
				g.users++
				c.mu.Unlock()
				return g, nil
			default: // full: await waits for a slot
			}
		}
		c.mu.Unlock()
		if closed {
			return nil, ErrClosed
		}
		if err := c.await(ctx, gate); err != nil {
			return nil, err
		}
	}
}

// await waits for the gate to open, or for room when it is open.
func (c *Client) await(ctx context.Context, gate <-chan struct{}) error {
	t := time.NewTimer(patience)
	defer t.Stop()
	var room chan<- struct{}
	if gate == nil {
		room = c.slots
	}
	select {
	case <-gate:
		return nil
	case room <- struct{}{}:
		<-c.slots
		return nil
	case <-t.C:
		return errUnreachable
	case <-c.ended:
		return ErrClosed
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", errUnreachable, ctx.Err())
	}
}

// leave ends a call. An error that says that the server was lost retires the
// generation and starts a probe.
func (c *Client) leave(g *generation, err error) {
	<-c.slots
	c.mu.Lock()
	defer c.mu.Unlock()
	if lost(codeOf(err)) {
		c.replace(g)
		c.probe()
	}
	g.users--
	c.bury(g)
}

// hold keeps a generation open until life ends, for the subscription that uses it.
func (c *Client) hold(g *generation, life context.Context) {
	c.mu.Lock()
	g.users++
	c.mu.Unlock()
	context.AfterFunc(life, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		g.users--
		c.bury(g)
	})
}

// bury closes a retired generation that has no users. The lock is held.
func (c *Client) bury(g *generation) {
	if !g.retired || g.users > 0 {
		return
	}
	select {
	case <-g.gone:
		return
	default:
	}
	defer close(g.gone)
	defer func() {
		if r := recover(); r != nil {
			c.log.Warn("event store client panicked at close", "panic", fmt.Sprint(r))
		}
	}()
	if err := g.client.Close(); err != nil {
		c.log.Debug("close event store client", "error", err)
	}
}

// Close refuses new calls, waits for those inside and for subscriptions to end,
// and closes the connection. Close subscribers and end feeds first. If ctx ends
// before the last call has returned, Close returns ctx's error and the connection
// is closed when that call returns: one begun in an outage returns when the store
// answers again.
func (c *Client) Close(ctx context.Context) error {
	c.mu.Lock()
	if !c.closed {
		c.closed = true
		close(c.ended)
		c.now.retired = true
	}
	g := c.now
	c.bury(g)
	c.mu.Unlock()
	select {
	case <-g.gone:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("close event store client: calls or subscriptions still inside: %w", ctx.Err())
	}
}
