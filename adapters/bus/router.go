// Package bus delivers stored events to processes: a Watermill router with one
// fixed chain of middleware and N equal workers for each process. It knows no
// process by name and no event store.
package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/commands"
)

// Config is what a Router is made of. Subscriber, Processes, Park, Metrics and
// Log are required.
type Config struct {
	// Subscriber delivers, for a topic "wakes:<process>:<category>:<type>,<type>", the events
	// of these types in streams of the category, one at a time for each call of
	// Subscribe, with the stream's name under "stream" and the event's type under
	// "name" in the metadata, and the message's UUID that of the event.
	Subscriber message.Subscriber
	Processes  []commands.Process
	// Rare are further processes, whose events are few: each advances one aggregate at
	// a time.
	Rare []commands.Process
	// Park marks a message as one that cannot succeed, with a code that says why;
	// the Subscriber sets it aside when it is nacked.
	Park    func(m *message.Message, reason string) bool
	Metrics prometheus.Registerer
	Log     *slog.Logger

	// Workers is how many aggregates each of Processes advances at once. Default 16.
	Workers int
	// Timeout is how long one try of Advance may take. Default 1 minute.
	Timeout time.Duration
	// CloseTimeout is how long Run waits for messages in hand once its context
	// has ended; longer than the Subscriber takes to drain. Default 25 s.
	CloseTimeout time.Duration
	// Trace is the outermost middleware, if there is to be one: see the function
	// Trace.
	Trace message.HandlerMiddleware
}

// Router runs processes. Make it with New, run it once.
type Router struct{ router *message.Router }

// New assembles the router. Nothing is subscribed to before Run.
func New(c Config) (*Router, error) {
	c.Workers = cmp.Or(c.Workers, 16)
	c.Timeout = cmp.Or(c.Timeout, time.Minute)
	c.CloseTimeout = cmp.Or(c.CloseTimeout, 25*time.Second)
	figures, err := newFigures(c.Metrics)
	if err != nil {
		return nil, fmt.Errorf("register metrics of processes: %w", err)
	}
	router, err := message.NewRouter(message.RouterConfig{CloseTimeout: c.CloseTimeout}, logger(c.Log))
	if err != nil {
		return nil, fmt.Errorf("make router: %w", err)
	}
	if c.Trace != nil {
		router.AddMiddleware(c.Trace)
	}
	// Outermost first. Parking stands outside Retry, so a message is given up only
	// when no try helped; Timeout inside it, so each try has its own.
	router.AddMiddleware(
		release,
		figures.measure,
		report(c.Log),
		park(c.Park),
		retry(tries, firstWait),
		timeout(c.Timeout),
		recoverer(c.Log),
	)
	employ := func(p commands.Process, workers int) {
		for n := range workers {
			router.AddConsumerHandler(fmt.Sprintf("%s-%02d", p.Name(), n+1), Topic(p), c.Subscriber, handler(p))
		}
	}
	for _, p := range c.Processes {
		employ(p, c.Workers)
	}
	for _, p := range c.Rare {
		employ(p, 1)
	}
	return &Router{router: router}, nil
}

// Run works until ctx ends, then lets the messages in hand finish and returns
// nil, or an error if they did not within CloseTimeout. It also ends, with an
// error, when every subscription has ended by itself.
func (r *Router) Run(ctx context.Context) error {
	closed := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() { closed <- r.router.Close() })
	err := r.router.Run(context.WithoutCancel(ctx))
	if stop() {
		return errors.Join(errors.New("process router: every subscription has ended"), err)
	}
	return errors.Join(err, <-closed)
}

// Running is closed when every worker has subscribed.
func (r *Router) Running() <-chan struct{} { return r.router.Running() }

// logger lowers Watermill's levels to debug: its information is about the
// router's own work, and failed messages are reported by the chain.
func logger(log *slog.Logger) watermill.LoggerAdapter {
	return watermill.NewSlogLoggerWithLevelMapping(log, map[slog.Level]slog.Level{
		slog.LevelInfo:  slog.LevelDebug,
		slog.LevelError: slog.LevelDebug,
	})
}
