package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

const (
	// maxBatch is how many events a transaction holds at most.
	maxBatch = 500
	// maxGather is how long a batch waits for further events before the end of the
	// log has been reached.
	maxGather = 50 * time.Millisecond
)

// intake gathers what a feed delivers into batches.
type intake struct {
	deliveries chan Delivery
	failed     error // why deliveries was closed; read after that
	live       bool  // the end of the log has been reached
}

// follow starts reading a feed after a position, until ctx ends. stop ends it
// and returns once the feed has returned.
func follow(ctx context.Context, feed Feed, categories []string, after domain.Position) (in *intake, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	in = &intake{deliveries: make(chan Delivery, 2*maxBatch)}
	go func() {
		defer close(in.deliveries)
		in.failed = feed.Follow(ctx, categories, after, func(d Delivery) error {
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
	caughtUp bool // it ends at the end of the log, as Delivery.CaughtUp says
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

// next returns the next batch, or an empty one when idle ticks before a
// delivery. Once the end of the log has been reached it takes what is there
// without waiting for more. When the feed has ended it returns what was left,
// and then the feed's error.
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
		var deadline <-chan time.Time
		if !in.live {
			deadline = full.C
		}
		d, ok := in.more(deadline)
		if !ok {
			break
		}
		b.add(d)
	}
	in.live = in.live || b.caughtUp
	return b, nil
}

// more returns a further delivery, if one is there or comes before the deadline;
// a nil deadline has passed.
func (in *intake) more(deadline <-chan time.Time) (d Delivery, ok bool) {
	if deadline == nil {
		select {
		case d, ok = <-in.deliveries:
		default:
		}
		return d, ok
	}
	select {
	case d, ok = <-in.deliveries:
	case <-deadline:
	}
	return d, ok
}
