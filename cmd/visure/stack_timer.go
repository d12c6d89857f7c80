package main

import (
	"context"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/timer"
	"github.com/visure-anagrafiche/visure/projections"
)

// runTimer calls the processes of what is due, where they are carried on.
func (s *stack) runTimer(context.Context) error {
	if s.config.Workers == 0 {
		return nil
	}
	due := projections.NewScadenzeQueries(s.pool)
	s.report("timer        looks for passed deadlines every %s", s.config.Sweep)
	ticker := time.NewTicker(s.config.Sweep)
	s.onClose(ticker.Stop)
	s.background("timer", timer.Timer{
		Claim: func(ctx context.Context, now time.Time, limit int) ([]string, error) {
			// What was due and is still not settled is left alone for a sweep, then
			// for two, and so on.
			return due.ClaimDue(ctx, now, limit, s.config.Sweep)
		},
		Processes: slices.Concat(s.processes, s.rare), Log: s.log, Ticks: ticker.C, Grace: s.config.Drain,
	}.Run)
	return nil
}
