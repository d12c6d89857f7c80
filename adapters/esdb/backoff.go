package esdb

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff is a waiting time that doubles from Initial to Max.
type Backoff struct{ Initial, Max time.Duration }

// wait returns how long to wait before the given attempt, from 1, spread by a
// quarter each way so that callers that failed together do not try again together.
func (b Backoff) wait(attempt int) time.Duration {
	d := b.Initial
	for i := 1; i < attempt && d < b.Max; i++ {
		d *= 2
	}
	d = min(d, b.Max)
	if d <= 0 {
		return 0
	}
	return d*3/4 + rand.N(d/2+1)
}

// pause waits for d, or returns the context's error when it ends first.
func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
