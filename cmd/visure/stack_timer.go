package main

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/timer"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/projections"
)

// termsAtOnce is how many ends of terms are recorded at once: enough that many
// share a sync of the event store's and a look at its end, and that requests made
// meanwhile hardly wait.
const termsAtOnce = 16

// runTimer calls the processes of what is due, where they are carried on. Terms have
// a timer of their own, since what else is due waits for ANPR.
func (s *stack) runTimer(context.Context) error {
	if s.config.Workers == 0 {
		return nil
	}
	due, silenzio := projections.NewScadenzeQueries(s.pool), &commands.Silenzio{Handler: s.handler}
	s.report("timer        looks for passed deadlines every %s", s.config.Sweep)
	s.runTimerOf("timer", timer.Timer{Claim: s.claiming(due.ClaimDue), Processes: slices.Concat(s.processes, s.rare, []commands.Process{silenzio})})
	s.runTimerOf("terms", timer.Timer{
		Claim: s.termsCrowd.watching(s.claiming(due.ClaimTerms)), Next: due.NextTerm, Processes: []commands.Process{silenzio},
		Parallel: termsAtOnce, Limit: 8 * termsAtOnce,
	})
	return nil
}

// claiming leaves what was due and is still not settled alone for a sweep, then for
// two, and so on.
func (s *stack) claiming(claim func(context.Context, time.Time, int, time.Duration) ([]string, error)) timer.ClaimDue {
	return func(ctx context.Context, now time.Time, limit int) ([]string, error) {
		return claim(ctx, now, limit, s.config.Sweep)
	}
}

func (s *stack) runTimerOf(name string, t timer.Timer) {
	ticker := time.NewTicker(s.config.Sweep)
	s.onClose(ticker.Stop)
	t.Ticks, t.Log, t.Grace = ticker.C, s.log, s.config.Drain
	s.background(name, t.Run)
}

// crowd says whether as much is due as is claimed at once, again and again. It is safe for
// concurrent use.
type crowd struct{ last atomic.Int64 } // when that was last, in nanoseconds

// crowded is for how long that is taken to go on.
const crowded = 2 * time.Second

// watching notes what a claim says of that.
func (c *crowd) watching(claim timer.ClaimDue) timer.ClaimDue {
	return func(ctx context.Context, now time.Time, limit int) ([]string, error) {
		due, err := claim(ctx, now, limit)
		if len(due) == limit {
			c.last.Store(time.Now().UnixNano())
		}
		return due, err
	}
}

func (c *crowd) now() bool { return time.Since(time.Unix(0, c.last.Load())) < crowded }
