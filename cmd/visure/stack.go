package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os/exec"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/visure-anagrafiche/visure/adapters/archive"
	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/keys"
	"github.com/visure-anagrafiche/visure/adapters/mail"
	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/adapters/quote"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// asSistema is who acts when the program itself does.
var asSistema = domain.Meta{By: domain.Sistema}

// stack is the whole running system. What was started first is stopped last.
type stack struct {
	config Config
	log    *slog.Logger
	report func(format string, args ...any) // says what is being done, for who waits

	evaluator func() *exec.Cmd // of passwords; nil: this process evaluates them

	database   string // URL
	pool       *pgxpool.Pool
	keys       *keys.Keys
	tokens     *auth.Tokens
	access     access
	mail       *mail.Outbox
	termsCrowd crowd       // of terms that end together
	readOnly   func() bool // whether the embedded event store takes no events any more; nil: it is another's
	client     *esdb.Client
	archive    *archive.Directory
	annexes    *archive.Annexes
	printer    *pdf.Renderer // once emission is open
	store      *esdb.Store
	quote      *quote.Ledger
	handler    *commands.Handler
	erasure    commands.Erasure
	connection commands.Connection // once the ANPR client is there
	processes  []commands.Process  // of visure
	rare       []commands.Process  // of what changes seldom
	nightly    []chore
	queue      *commands.QueueNotice
	requester  *commands.RequesterNotice
	runner     *engine.Runner
	metrics    *prometheus.Registry
	listener   net.Listener
	url        string // of the HTTP server, on this machine

	failed  chan error // a part that was to run for ever has ended
	closers []func()
}

// part is one step of starting up.
type part struct {
	name string
	open func(context.Context) error
}

// newStack returns a stack of which nothing is started yet.
func newStack(c Config, report func(string, ...any)) *stack {
	return &stack{config: c, log: c.log(), report: report, failed: make(chan error, 16), metrics: prometheus.NewRegistry()}
}

// open starts the parts that commands need: no process, no read models, no
// server. Close the stack whatever is returned.
func open(ctx context.Context, c Config, report func(string, ...any)) (*stack, error) {
	s := newStack(c, report)
	return s, s.start(ctx, s.parts())
}

func (s *stack) parts() []part {
	return []part{
		{"PostgreSQL", s.openDatabase},
		{"keys", s.openKeys},
		{"accounts", s.openAccess},
		{"mail", s.openMail},
		{"event store", s.openEventStore},
		{"commands", s.openCommands},
		{"archive", s.openArchive},
	}
}

// serve starts everything, once it has the address to serve at.
func serve(ctx context.Context, c Config, report func(string, ...any)) (*stack, error) {
	s := newStack(c, report)
	s.evaluator = evaluator
	return s, s.start(ctx, slices.Concat([]part{{"HTTP server", s.listen}}, s.parts(), []part{
		{"ANPR client", s.openEmission},
		{"access", s.openUpkeep},
		{"read models", s.runReadModels},
		{"quotas", s.runQuotas},
		{"processes", s.runProcesses},
		{"timer", s.runTimer},
		{"alarms", s.runAlarms},
		{"nightly chores", s.runNightly},
		{"queue notices", s.runQueueNotices},
		{"mail", s.runMail},
		{"accounts", s.runSweeps},
		{"metrics", s.runMetrics},
		{"administration", s.runAdmin},
		{"HTTP server", s.runServer},
	}))
}

func (s *stack) start(ctx context.Context, parts []part) error {
	for _, p := range parts {
		began := time.Now()
		if err := p.open(ctx); err != nil {
			return fmt.Errorf("start %s: %w", p.name, err)
		}
		s.log.Debug("started", "part", p.name, "took", time.Since(began))
	}
	return nil
}

// wait returns when ctx ends, or with the error of a part that ended by itself.
func (s *stack) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}

// close stops everything in reverse order; each part finishes what it has in
// hand within its own bound.
func (s *stack) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		s.closers[i]()
	}
	s.closers = nil
}

func (s *stack) onClose(f func()) { s.closers = append(s.closers, f) }

// background runs a part until the stack is closed.
func (s *stack) background(name string, run func(context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := run(ctx); ctx.Err() == nil {
			s.failed <- fmt.Errorf("%s: %w", name, errors.Join(errors.New("ended by itself"), err))
		} else if err != nil && !errors.Is(err, context.Canceled) {
			s.log.Error("did not stop cleanly", "part", name, "err", err)
		}
	}()
	s.onClose(func() { cancel(); <-done })
}
