// Package bus carries what happened to visure to the process that takes them
// further: a Watermill router with one fixed chain of middleware and N equal
// workers. It knows nothing of where the messages come from.
package bus

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Topic is the category of streams the process follows.
var Topic = strings.TrimSuffix(domain.VisuraCategory, "-")

// Advance takes a visura as far as it can go now. Its outcomes are those of
// commands.Process.Advance.
type Advance func(ctx context.Context, id domain.VisuraID, env commands.Envelope) error

// Config is what a Router is made of. Subscriber, Advance, Park, Registry and
// Log are required.
type Config struct {
	// Subscriber delivers the events of visure, one at a time for each call of
	// Subscribe, with the stream's name under "stream" and the event's type under
	// "name" in the metadata, and the message's UUID that of the event.
	Subscriber message.Subscriber
	Advance    Advance
	// Park marks a message as one that cannot succeed, with a code that says why;
	// the Subscriber sets it aside when it is nacked.
	Park     func(m *message.Message, reason string) bool
	Registry prometheus.Registerer
	Log      *slog.Logger

	// Workers is how many visure advance at once. Default 16.
	Workers int
	// Timeout is how long one try of Advance may take. Default 1 minute.
	Timeout time.Duration
	// CloseTimeout is how long Run waits for messages in hand once its context
	// has ended; longer than the Subscriber's own patience. Default 25 s.
	CloseTimeout time.Duration
	// Trace is the outermost middleware, if there is to be one: see the function
	// Trace.
	Trace message.HandlerMiddleware
}

// Router runs the process. Make it with New, run it once.
type Router struct{ router *message.Router }

// New assembles the router. Nothing is subscribed to before Run.
func New(c Config) (*Router, error) {
	c.Workers = cmp.Or(c.Workers, 16)
	c.Timeout = cmp.Or(c.Timeout, time.Minute)
	c.CloseTimeout = cmp.Or(c.CloseTimeout, 25*time.Second)
	figures, err := newFigures(c.Registry)
	if err != nil {
		return nil, fmt.Errorf("register metrics of the process: %w", err)
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
	for n := range c.Workers {
		router.AddConsumerHandler(fmt.Sprintf("process-%02d", n+1), Topic, c.Subscriber, handler(c.Advance))
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

// logger lowers Watermill's levels: what it calls information is of use only to
// who looks for a fault, and failed messages are reported by the chain.
func logger(log *slog.Logger) watermill.LoggerAdapter {
	return watermill.NewSlogLoggerWithLevelMapping(log, map[slog.Level]slog.Level{
		slog.LevelInfo:  slog.LevelDebug,
		slog.LevelError: slog.LevelDebug,
	})
}
