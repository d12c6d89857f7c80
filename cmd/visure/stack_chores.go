package main

import (
	"context"
	"time"
)

// chore is something to be done at start and every night. Done more often, or by
// several servers at once, it does no harm.
type chore struct {
	name string
	do   func(context.Context) error
}

// night is the hour, UTC, at which chores are done.
const night = 1

// runNightly does the chores until the stack is closed. What fails is tried again the
// next night.
func (s *stack) runNightly(context.Context) error {
	s.background("nightly chores", func(ctx context.Context) error {
		for {
			for _, c := range s.nightly {
				if err := c.do(ctx); err != nil && ctx.Err() == nil {
					s.log.Error("a nightly chore is not done", "chore", c.name, "err", err)
				}
			}
			select {
			case <-time.After(time.Until(nextNight(time.Now()))):
			case <-ctx.Done():
				return nil
			}
		}
	})
	return nil
}

// nextNight is when chores are done next after an instant.
func nextNight(now time.Time) time.Time {
	y, m, d := now.UTC().Date()
	tonight := time.Date(y, m, d, night, 0, 0, 0, time.UTC)
	if !tonight.After(now) {
		tonight = tonight.AddDate(0, 0, 1)
	}
	return tonight
}

// hourly sweeps now and every hour until the stack is closed; left is said of what
// fails, which is tried again the next hour.
func (s *stack) hourly(name, left string, sweeps ...func(context.Context) error) {
	s.every(time.Hour, name, left, sweeps...)
}

// queueLooked is how often it is looked whether officers are to be told of their queue.
const queueLooked = 5 * time.Minute

// runQueueNotices tells officers of what awaits them.
func (s *stack) runQueueNotices(context.Context) error {
	s.every(queueLooked, "queue notices", "officers are not told what awaits them", s.queue.Tell)
	return nil
}

// every is hourly for another interval.
func (s *stack) every(interval time.Duration, name, left string, sweeps ...func(context.Context) error) {
	s.background(name, func(ctx context.Context) error {
		ticker := time.NewTicker(interval)
		defer ticker.Stop()
		for {
			for _, sweep := range sweeps {
				if err := sweep(ctx); err != nil && ctx.Err() == nil {
					s.log.Error(left, "err", err)
				}
			}
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return nil
			}
		}
	})
}
