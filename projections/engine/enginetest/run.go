package enginetest

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// T is what tests, benchmarks and properties have in common.
type T interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Brisk is a pace at which tests wait for the next try and not for the clock.
var Brisk = engine.Pace{
	Standby: 5 * time.Millisecond, Idle: 50 * time.Millisecond, Unread: 10 * time.Millisecond,
	Retry: time.Millisecond, RetryMost: 10 * time.Millisecond,
}

// NewRunner returns a brisk runner that logs nowhere.
func NewRunner(pool *pgxpool.Pool, feed engine.Feed, models ...engine.Projection) *engine.Runner {
	r := engine.NewRunner(pool, feed, slog.New(slog.DiscardHandler), models...)
	r.Pace = Brisk
	return r
}

// Run starts a brisk runner and returns it with what stops it; the end of the
// test does so too.
func Run(t T, pool *pgxpool.Pool, feed engine.Feed, models ...engine.Projection) (*engine.Runner, func()) {
	t.Helper()
	r := NewRunner(pool, feed, models...)
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

// Await fails the test unless the read models named, or all of the runner's,
// reach a position in time. One that is being made is waited for.
func Await(t T, r *engine.Runner, pos domain.Position, names ...string) {
	t.Helper()
	if names == nil {
		for _, h := range r.Health() {
			names = append(names, h.Name)
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
			if !errors.Is(err, engine.ErrDetached) || ctx.Err() != nil {
				t.Fatalf("%v; health %+v", err, r.Health())
			}
			pause(ctx)
		}
	}
}

// Until fails the test unless something comes true in time.
func Until(t T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for !holds() {
		if ctx.Err() != nil {
			t.Fatalf("never: %s", what)
		}
		pause(ctx)
	}
}

// pause waits a millisecond before something is tried again that no signal tells
// of.
func pause(ctx context.Context) {
	select {
	case <-time.After(time.Millisecond):
	case <-ctx.Done():
	}
}
