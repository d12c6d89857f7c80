package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"go.opentelemetry.io/otel"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/bus"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/timer"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// prefixes are the streams the read models are made of.
var prefixes = []string{domain.VisuraCategory, "comune-", "ente-", "utente-"}

// newRunner is the read side: one line a read model.
func (s *stack) newRunner() *projections.Runner {
	return projections.NewRunner(s.pool, esdb.NewFeed(s.client, s.keys, s.log, prefixes...), s.log,
		projections.Anagrafica{},
		projections.Elenco{},
		projections.Dettaglio{},
		projections.Scadenze{},
	)
}

func (s *stack) runViews(context.Context) error {
	s.report("read models  following the events")
	s.runner = s.newRunner()
	s.background("read models", s.runner.Run)
	return nil
}

// runProcess has the events of visure carry them further.
func (s *stack) runProcess(context.Context) error {
	s.report("process      %d visure at once", s.config.Workers)
	subscriber, err := esdb.NewSubscriber(s.client, esdb.SubscriberConfig{Group: "process-v1", DrainTimeout: s.config.Drain}, s.log)
	if err != nil {
		return err
	}
	if err := subscriber.Register(s.registry); err != nil {
		return err
	}
	router, err := bus.New(bus.Config{
		Subscriber: subscriber, Advance: s.process.Advance, Park: esdb.Park, Registry: s.registry, Log: s.log,
		Workers: s.config.Workers, CloseTimeout: s.config.Drain + 5*time.Second, Trace: bus.Trace(otel.GetTracerProvider()),
	})
	if err != nil {
		return err
	}
	s.background("process", router.Run)
	return nil
}

func (s *stack) runTimer(context.Context) error {
	due := projections.NewScadenzeQueries(s.pool)
	s.report("timer        looks for passed deadlines every %s", s.config.Sweep)
	ticker := time.NewTicker(s.config.Sweep)
	s.onClose(ticker.Stop)
	s.background("timer", timer.Timer{
		Claim: func(ctx context.Context, now time.Time, limit int) ([]domain.VisuraID, error) {
			// What was due and is still not settled is left alone for a sweep, then
			// for two, and so on.
			return due.ClaimDue(ctx, now, limit, s.config.Sweep)
		},
		Advance: s.process.Advance, Log: s.log, Ticks: ticker.C, Grace: s.config.Drain,
	}.Run)
	return nil
}

// listen takes the server's address before anything else is started: one that
// is taken is told at once, and documents printed while the other parts start
// bear the right one. Who calls meanwhile waits.
func (s *stack) listen(context.Context) (err error) {
	if s.listener, err = net.Listen("tcp", s.config.Listen); errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w: choose another address with --listen or VISURE_LISTEN", err)
	} else if err != nil {
		return err
	}
	s.onClose(func() { s.listener.Close() })
	s.config.Listen = s.listener.Addr().String()
	s.url = "http://" + s.config.Listen
	return nil
}

// runServer answers until the stack is closed; then it lets open requests
// finish, first of all parts, so that nothing new comes in.
func (s *stack) runServer(context.Context) error {
	s.report("server       http://%s", s.config.Listen)
	stopping, stop := context.WithCancel(context.Background())
	api := &web.Server{
		Stopping: stopping,
		Commands: s.handler, Archive: s.archive, Runner: s.runner,
		Elenco: projections.NewElencoQueries(s.pool), Dettagli: projections.NewDettaglioQueries(s.pool),
		Authenticate: s.tokens.Authenticate, IsUnknown: func(err error) bool { return errors.Is(err, auth.ErrUnknown) },
		Health: s.health, Version: version, Log: s.log,
	}
	server := &http.Server{
		Handler: api.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 90 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
	}
	go func() {
		if err := server.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
			s.failed <- fmt.Errorf("HTTP server: %w", err)
		}
	}()
	s.onClose(func() {
		stop()
		ctx, cancel := context.WithTimeout(context.Background(), s.config.Drain)
		defer cancel()
		if err := server.Shutdown(ctx); err != nil {
			s.log.Error("did not stop cleanly", "part", "HTTP server", "err", err)
		}
	})
	return nil
}

// health asks every part how it fares.
func (s *stack) health(ctx context.Context) map[string]error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	_, err := s.handler.Store.Load(ctx, "comune-000000", -1, func(domain.Recorded) {})
	parts := map[string]error{"postgresql": s.pool.Ping(ctx), "event_store": err}
	for _, view := range s.runner.Health() {
		parts["read_model_"+view.Name] = nil
		if !view.Well() {
			parts["read_model_"+view.Name] = errors.New(view.Error)
		}
	}
	return parts
}

// rebuildCommand makes a read model again from the events.
type rebuildCommand struct {
	Stores `embed:""`
	Model  string `arg:"" help:"Name of the read model: ${enum}." enum:"anagrafica,elenco,dettaglio,scadenze"`
}

// Help is what --help says besides.
func (*rebuildCommand) Help() string { return stopFirst }

// Run rebuilds beside the live rows and switches in one transaction. With a
// shared database and event store the server may go on meanwhile.
func (c *rebuildCommand) Run(ctx context.Context) error {
	s, err := upkeep(ctx, c.Stores)
	defer s.close()
	if err != nil {
		return err
	}
	return s.newRunner().Rebuild(ctx, c.Model)
}
