// Package timer wakes processes when time has passed: it finds the streams that
// are due and calls Advance of the process of each. It decides nothing: a call
// too early, twice or with nothing to do changes nothing. It knows no process by
// name.
package timer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ClaimDue returns up to limit streams that are due at now and claims them: they
// are not due again for a while, for this caller or any other. What is claimed and
// not settled is therefore due again by itself.
type ClaimDue func(ctx context.Context, now time.Time, limit int) ([]string, error)

// Timer sweeps at every tick, and when something falls due before the next if it is
// told when. Claim, Processes and Log are required.
type Timer struct {
	Claim     ClaimDue
	Processes []commands.Process
	Log       *slog.Logger

	Now   func() time.Time // default time.Now
	Ticks <-chan time.Time // default: one every 15 s, the first at once

	// Next returns when something is due next, as far as is known; ok is false when
	// nothing is. It is asked after every sweep. Without it only ticks count.
	Next func(context.Context) (at time.Time, ok bool, err error)

	Pause    time.Duration // from one sweep to the next for what falls due meanwhile; default 200 ms
	Limit    int           // claimed at once; default 64
	Parallel int           // advanced at once; default 8
	Timeout  time.Duration // of one Advance; default 1 minute
	Grace    time.Duration // for those under way when Run's context ends; default 20 s
}

const period = 15 * time.Second

// Run sweeps until ctx ends, waits for what is under way, and returns nil. One
// sweep is finished before the next begins.
func (t Timer) Run(ctx context.Context) error {
	if t.Now == nil {
		t.Now = time.Now
	}
	t.Limit, t.Parallel = cmp.Or(t.Limit, 64), cmp.Or(t.Parallel, 8)
	t.Timeout, t.Grace = cmp.Or(t.Timeout, time.Minute), cmp.Or(t.Grace, 20*time.Second)
	t.Pause = cmp.Or(t.Pause, 200*time.Millisecond)
	if t.Ticks == nil {
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		t.Ticks = ticker.C
		t.sweep(ctx)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.Ticks:
		case <-t.due(ctx):
		}
		t.sweep(ctx)
	}
}

// due yields once something is due, a pause from now at the earliest; it is nil when
// nothing is known to be.
func (t Timer) due(ctx context.Context) <-chan time.Time {
	if t.Next == nil {
		return nil
	}
	at, ok, err := t.Next(ctx)
	if err != nil && ctx.Err() == nil {
		t.Log.Error("find what is due next", "error", err)
	}
	if err != nil || !ok {
		return nil
	}
	return time.After(max(at.Sub(t.Now()), t.Pause))
}

// sweep claims and advances until nothing more is due.
func (t Timer) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		due, err := t.Claim(ctx, t.Now(), t.Limit)
		if err != nil {
			if ctx.Err() == nil {
				t.Log.Error("claim what is due", "error", err)
			}
			return
		}
		t.advance(ctx, due)
		if len(due) < t.Limit {
			return
		}
	}
}

// tally counts what became of a batch.
type tally struct{ advanced, postponed, failed atomic.Int64 }

// advance takes a batch further, several at once. Those begun are given time to
// finish when ctx ends; cutting a call to the registry leaves its outcome
// unknown.
func (t Timer) advance(ctx context.Context, due []string) {
	work, end := outlive(ctx, t.Grace)
	defer end()
	var sum tally
	var running sync.WaitGroup
	slots := make(chan struct{}, t.Parallel)
	for _, stream := range due {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break // claimed but not begun: due again by itself
		}
		running.Go(func() {
			defer func() { <-slots }()
			sum.count(t.one(work, stream))
		})
	}
	running.Wait()
	if len(due) > 0 {
		t.Log.Info("what was due advanced", "due", len(due), "advanced", sum.advanced.Load(),
			"postponed", sum.postponed.Load(), "failed", sum.failed.Load())
	}
}

// one calls Advance of every process of the stream's category. It returns what
// failed, or else that one was postponed.
func (t Timer) one(ctx context.Context, stream string) error {
	var failed, postponed error
	known := false
	for _, p := range t.Processes {
		id, ok := strings.CutPrefix(stream, p.Category()+"-")
		if !ok {
			continue
		}
		known = true
		err := t.call(ctx, p, id)
		var later *commands.PostponedError
		if errors.As(err, &later) {
			postponed = err
		} else {
			failed = errors.Join(failed, err)
		}
	}
	if !known {
		t.Log.Error("no process for what is due", "stream", stream)
		return fmt.Errorf("no process for %s", stream)
	}
	return cmp.Or(failed, postponed)
}

// call calls Advance. A panic is turned into an error; its text may hold personal
// data and is not logged.
func (t Timer) call(ctx context.Context, p commands.Process, id string) (err error) {
	ctx, cancel := context.WithTimeout(ctx, t.Timeout)
	defer cancel()
	defer func() {
		if r := recover(); r != nil {
			t.Log.Error("advance panicked", "process", p.Name(), "id", id, "type", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = errors.New("advance panicked")
		}
	}()
	return p.Advance(ctx, id, domain.Meta{By: domain.Sistema})
}

func (s *tally) count(err error) {
	var postponed *commands.PostponedError
	switch {
	case err == nil:
		s.advanced.Add(1)
	case errors.As(err, &postponed):
		s.postponed.Add(1)
	default:
		s.failed.Add(1)
	}
}

// outlive returns a context that ends a grace after ctx does, or with the
// returned function.
func outlive(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	work, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
			cancel()
		case <-work.Done():
		}
	})
	return work, func() {
		stop()
		cancel()
	}
}
