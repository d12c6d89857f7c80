package main

import (
	"context"
	"time"

	"github.com/visure-anagrafiche/visure/projections"
)

const (
	// quotaGrace is how long a request that was counted in quotas may take until it is
	// recorded: longer than it is tried.
	quotaGrace = 3 * time.Minute
	// quotaSweep is how often those that were not are looked for.
	quotaSweep = time.Minute
)

// runQuotas releases what was counted for requests that were never recorded, because the
// server stopped in between, until the stack is closed.
func (s *stack) runQuotas(context.Context) error {
	s.every(quotaSweep, "quotas", "what was counted in quotas is not reconciled", s.releaseUnrecorded)
	return nil
}

// releaseUnrecorded releases what was counted and is recorded by now or never.
func (s *stack) releaseUnrecorded(ctx context.Context) error {
	released, err := s.quote.Reconcile(ctx, time.Now().Add(-quotaGrace), s.quotasKnown)
	if err == nil && released > 0 {
		s.log.Info("released what was counted in quotas and never recorded", "requests", released)
	}
	return err
}

// quotasKnown returns once the ledger of quotas says all that is recorded.
func (s *stack) quotasKnown(ctx context.Context) error {
	return s.caughtUp(ctx, catchingUp, projections.Quote{})
}
