package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// tester is what tests, benchmarks and properties have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// memoryLog is a log of events in memory, and the feed of it.
type memoryLog struct {
	mu     sync.Mutex
	events []domain.Recorded
	heads  map[string]uint64
	grown  chan struct{} // closed and made anew when an event comes in
	// before, when set, is asked before each delivery; an error ends the feed.
	before func(domain.Recorded) error
}

func newLog() *memoryLog {
	return &memoryLog{heads: make(map[string]uint64), grown: make(chan struct{})}
}

var morning = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

// add records an event, a second after the one before it, and returns where it
// stands.
func (l *memoryLog) add(stream string, by domain.Actor, e domain.Event) domain.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := uint64(len(l.events) + 1)
	pos := domain.Position{Commit: 100 * n, Prepare: 100 * n}
	l.events = append(l.events, domain.Recorded{
		Event: e, Stream: stream, Revision: l.heads[stream], Position: pos,
		Meta: domain.Meta{At: morning.Add(time.Duration(n) * time.Second), By: by},
	})
	l.heads[stream]++
	close(l.grown)
	l.grown = make(chan struct{})
	return pos
}

func (l *memoryLog) all() []domain.Recorded {
	l.mu.Lock()
	defer l.mu.Unlock()
	return append([]domain.Recorded(nil), l.events...)
}

func (l *memoryLog) head() domain.Position {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.events) == 0 {
		return domain.Position{}
	}
	return l.events[len(l.events)-1].Position
}

// forget does to the log what the destruction of a visura's key does to what
// is read from the store: its personal fields are zero from now on.
func (l *memoryLog) forget(id domain.VisuraID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i, r := range l.events {
		if r.Stream != string(id.Stream()) {
			continue
		}
		switch e := r.Event.(type) {
		case domain.VisuraRequested:
			e.Soggetto = domain.Soggetto{}
			l.events[i].Event = e
		case domain.VisuraRejected:
			e.Testo = ""
			l.events[i].Event = e
		case domain.VisuraWithdrawn:
			e.Testo = ""
			l.events[i].Event = e
		case domain.VisuraNotIssuable:
			e.Detail = ""
			l.events[i].Event = e
		}
	}
}

func (l *memoryLog) Follow(ctx context.Context, after domain.Position, deliver func(Delivery) error) error {
	told := false
	for i := 0; ; {
		l.mu.Lock()
		events, grown, before := l.events, l.grown, l.before
		l.mu.Unlock()
		for ; i < len(events); i++ {
			r := events[i]
			if r.Position.Compare(after) <= 0 {
				continue
			}
			if before != nil {
				if err := before(r); err != nil {
					return err
				}
			}
			if err := deliver(Delivery{Event: &r, Position: r.Position}); err != nil {
				return err
			}
			after = r.Position
		}
		if !told {
			told = true
			if err := deliver(Delivery{Position: after, CaughtUp: true}); err != nil {
				return err
			}
		}
		select {
		case <-grown:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

var slogDiscard = slog.New(slog.DiscardHandler)

var models = []Projection{Anagrafica{}, Elenco{}, Dettaglio{}, Scadenze{}}

// brisk lets tests wait for the next try and not for the clock.
var brisk = pace{standby: 5 * time.Millisecond, idle: 50 * time.Millisecond, unread: 10 * time.Millisecond, retry: time.Millisecond, retryMost: 10 * time.Millisecond}

// run starts a runner and returns it with what stops it.
func run(t tester, pool *pgxpool.Pool, feed Feed, group ...Projection) (*Runner, func()) {
	t.Helper()
	if group == nil {
		group = models
	}
	r := NewRunner(pool, feed, slogDiscard, group...)
	r.pace = brisk
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = r.Run(ctx) // it returns nil
	}()
	stop := func() {
		cancel()
		<-done
	}
	t.Cleanup(stop)
	return r, stop
}

// await fails the test unless the read models reach a position in time.
func await(t tester, r *Runner, pos domain.Position, names ...string) {
	t.Helper()
	if names == nil {
		for _, m := range r.models {
			names = append(names, m.Name())
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, name := range names {
		for {
			err := r.Await(ctx, name, pos)
			if err == nil {
				break
			}
			if !errors.Is(err, ErrDetached) || ctx.Err() != nil {
				t.Fatalf("%v; health %+v", err, r.Health())
			}
			pause(ctx, time.Millisecond) // it is being made
		}
	}
}

// until fails the test unless something comes true in time.
func until(t tester, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for !holds() {
		if ctx.Err() != nil {
			t.Fatalf("never: %s", what)
		}
		pause(ctx, time.Millisecond)
	}
}

// dump returns all rows of all read models as text, a table a key.
func dump(t tester, pool *pgxpool.Pool) map[string]string {
	t.Helper()
	rows := make(map[string]string)
	for _, m := range models {
		for _, table := range m.Tables() {
			var text string
			err := pool.QueryRow(context.Background(), fmt.Sprintf(
				`SELECT coalesce(string_agg(to_jsonb(t)::text, E'\n' ORDER BY to_jsonb(t)::text), '') FROM %s t`, table)).Scan(&text)
			if err != nil {
				t.Fatal(err)
			}
			rows[table] = text
		}
	}
	return rows
}

func contains(rows map[string]string, text string) bool {
	for _, table := range rows {
		if strings.Contains(table, text) {
			return true
		}
	}
	return false
}
