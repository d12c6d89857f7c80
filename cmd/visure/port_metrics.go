package main

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// portSeconds says how long the calls of a port of commands take, whatever they
// answer: 64 buckets from 50 µs to 30 s, each 23 % wider than the one before.
func portSeconds() *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "visure_port_seconds", Help: "Time of a call to what commands act through.",
		Buckets: prometheus.ExponentialBucketsRange(50e-6, 30, 64),
	}, []string{"port", "call"})
}

// timePorts measures, from here on, the calls to the event store and those that
// lead from approval to document. Without metrics nothing is measured.
func (s *stack) timePorts(e *commands.Emission) error {
	if s.config.Metrics == "" {
		return nil
	}
	seconds := portSeconds()
	timed := func(port, call string) clock { return clock{seconds.WithLabelValues(port, call)} }
	s.handler.Store = timedStore{s.handler.Store, timed("store", "load"), timed("store", "since"), timed("store", "append")}
	e.Anagrafe = timedAnagrafe{e.Anagrafe, timed("anagrafe", "consult")}
	e.Renderer = timedRenderer{e.Renderer, timed("renderer", "render")}
	e.Archive = timedArchive{e.Archive, timed("archive", "put")}
	return s.metrics.Register(seconds)
}

// clock measures one kind of call.
type clock struct{ seconds prometheus.Observer }

// start returns what stops the clock.
func (c clock) start() func() {
	began := time.Now()
	return func() { c.seconds.Observe(time.Since(began).Seconds()) }
}

type timedStore struct {
	commands.Store
	load, since, append clock
}

func (t timedStore) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	defer t.load.start()()
	return t.Store.Load(ctx, stream, after, each)
}

func (t timedStore) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	defer t.since.start()()
	return t.Store.Since(ctx, after, most, wants, each)
}

func (t timedStore) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	defer t.append.start()()
	return t.Store.Append(ctx, stream, expected, events, m)
}

type timedAnagrafe struct {
	commands.Anagrafe
	consult clock
}

func (t timedAnagrafe) Consult(ctx context.Context, q commands.Query) (scheda.Scheda, error) {
	defer t.consult.start()()
	return t.Anagrafe.Consult(ctx, q)
}

type timedRenderer struct {
	commands.Renderer
	render clock
}

func (t timedRenderer) Render(d documento.Documento) ([]byte, int, error) {
	defer t.render.start()()
	return t.Renderer.Render(d)
}

type timedArchive struct {
	commands.Archive
	put clock
}

func (t timedArchive) Put(ctx context.Context, id domain.VisuraID, issue commands.Issue) (commands.Issue, error) {
	defer t.put.start()()
	return t.Archive.Put(ctx, id, issue)
}
