package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

const (
	// maxBatch is how many events a transaction holds at most.
	maxBatch = 500
	// maxGather is how long a batch waits for company while the end of the log
	// is not in sight.
	maxGather = 50 * time.Millisecond
)

// intake gathers what a feed delivers into batches.
type intake struct {
	deliveries chan Delivery
	failed     error // why deliveries was closed; read after that
	live       bool  // the end of the log has been reached
}

// follow starts reading a feed after a position. It ends with ctx; stop ends
// it and returns when it has, so that nobody reads on behalf of who has left.
func follow(ctx context.Context, feed Feed, after domain.Position) (in *intake, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	in = &intake{deliveries: make(chan Delivery, 2*maxBatch)}
	go func() {
		defer close(in.deliveries)
		in.failed = feed.Follow(ctx, after, func(d Delivery) error {
			select {
			case in.deliveries <- d:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return in, func() {
		cancel()
		for range in.deliveries { // until it is closed
		}
	}
}

// batch is what is written at once: events in order, and how far the log is
// known after them.
type batch struct {
	events   []domain.Recorded
	to       domain.Position
	caughtUp bool // it ends at a mark
}

func (b *batch) add(d Delivery) {
	if d.Event != nil {
		b.events = append(b.events, *d.Event)
	}
	if d.Position.Compare(b.to) > 0 {
		b.to = d.Position
	}
	b.caughtUp = d.CaughtUp
}

// next returns the next batch, or an empty one when idle passes without a
// delivery. At the end of the log it takes what is there and waits for no more;
// what comes while that is being written makes the next batch. When the feed
// has ended it returns what was left, and then why.
func (in *intake) next(ctx context.Context, idle <-chan time.Time) (batch, error) {
	var b batch
	select {
	case d, ok := <-in.deliveries:
		if !ok {
			return b, fmt.Errorf("follow the log: %w", in.failed)
		}
		b.add(d)
	case <-idle:
		return b, nil
	case <-ctx.Done():
		return b, ctx.Err()
	}
	full := time.NewTimer(maxGather)
	defer full.Stop()
	for len(b.events) < maxBatch && !b.caughtUp {
		var patience <-chan time.Time
		if !in.live {
			patience = full.C
		}
		d, ok := in.more(patience)
		if !ok {
			break
		}
		b.add(d)
	}
	in.live = in.live || b.caughtUp
	return b, nil
}

// more returns a further delivery, if one is there or comes in time.
func (in *intake) more(patience <-chan time.Time) (d Delivery, ok bool) {
	if patience == nil {
		select {
		case d, ok = <-in.deliveries:
		default:
		}
		return d, ok
	}
	select {
	case d, ok = <-in.deliveries:
	case <-patience:
	}
	return d, ok
}
