package esdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

const (
	feedWindow  = 512              // events considered between two checkpoints
	feedHealthy = 10 * time.Second // a subscription that lived so long starts the waits anew
)

var feedWaits = Backoff{Initial: 50 * time.Millisecond, Max: 5 * time.Second}

// feedBatch bounds how many events are decoded with one query of keys.
const feedBatch = 500

// Feed is engine.Feed over catch-up subscriptions to $all, filtered by stream
// name. Of what is sealed it opens the tokens and nothing else. It is safe for
// concurrent use.
type Feed struct {
	client *Client
	codec  codec
	log    *slog.Logger
}

var _ engine.Feed = (*Feed)(nil)

// NewFeed returns a feed whose tokens are opened with keys.
func NewFeed(client *Client, keys Keys, log *slog.Logger) *Feed {
	return &Feed{client: client, codec: newCodec(keys, compartmentToken), log: log}
}

// Follow implements engine.Feed. It renews a broken subscription from the last
// position delivered, for as long as ctx lasts. It returns when ctx ends, deliver
// returns an error, an event is unreadable, a data key cannot be had, or the
// server refuses the subscription.
func (f *Feed) Follow(ctx context.Context, categories []string, after domain.Position, deliver func(engine.Delivery) error) error {
	for attempt := 1; ; attempt++ {
		begun, from := time.Now(), after
		err := f.session(ctx, categories, &after, deliver)
		var broken *brokenError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !errors.As(err, &broken):
			return err
		}
		if after != from || time.Since(begun) > feedHealthy {
			attempt = 1
		}
		f.log.Warn("feed broke, subscribing again", "after", after.String(), "error", broken.cause)
		f.client.suspect()
		if err := pause(ctx, feedWaits.wait(attempt)); err != nil {
			return err
		}
	}
}

// brokenError ends a subscription that may be renewed.
type brokenError struct{ cause error }

func (e *brokenError) Error() string { return "subscription broke: " + e.cause.Error() }

// session delivers from one subscription until it ends, and sets after to the last
// position delivered.
func (f *Feed) session(ctx context.Context, categories []string, after *domain.Position, deliver func(engine.Delivery) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	sub, end, err := subscribe(ctx, ctx, f.client, func(ctx context.Context, client *es.Client) (*es.Subscription, error) {
		return client.SubscribeToAll(ctx, options(categories, *after))
	})
	switch {
	case err != nil && passing(err):
		return &brokenError{err}
	case err != nil:
		return fmt.Errorf("subscribe after %s: %w", after, err)
	}
	messages := receive(ctx, sub)
	defer func() { // receive has returned when its channel is closed
		cancel()
		end()
		for range messages {
		}
	}()
	for {
		events, last := gather(messages)
		if err := f.hand(ctx, events, after, deliver); err != nil {
			return err
		}
		switch {
		case last == nil:
		case last.SubscriptionDropped != nil:
			return &brokenError{last.SubscriptionDropped.Error}
		default:
			if err := mark(last, after, deliver); err != nil {
				return err
			}
		}
	}
}

// receive returns what a subscription receives, until it is dropped or ctx ends. It
// alone calls Recv.
func receive(ctx context.Context, sub *es.Subscription) <-chan *es.SubscriptionEvent {
	messages := make(chan *es.SubscriptionEvent, feedBatch)
	go func() {
		defer close(messages)
		for {
			e := sub.Recv()
			select {
			case messages <- e:
			case <-ctx.Done():
				return
			}
			if e.SubscriptionDropped != nil {
				return
			}
		}
	}()
	return messages
}

// gather waits for the next message of a subscription and takes those that have
// come: up to feedBatch events, and the message after them if it is not an event.
func gather(messages <-chan *es.SubscriptionEvent) (events []*es.RecordedEvent, last *es.SubscriptionEvent) {
	e, ok := <-messages
	for ok {
		if e.EventAppeared == nil {
			return events, e
		}
		events = append(events, e.EventAppeared.OriginalEvent())
		if len(events) == feedBatch {
			return events, nil
		}
		select {
		case e, ok = <-messages:
		default:
			return events, nil
		}
	}
	return events, &es.SubscriptionEvent{SubscriptionDropped: &es.SubscriptionDropped{Error: errors.New("subscription ended")}}
}

// hand decodes events and delivers those after a position, which it moves on.
func (f *Feed) hand(ctx context.Context, events []*es.RecordedEvent, after *domain.Position, deliver func(engine.Delivery) error) error {
	all, err := f.codec.decode(ctx, events)
	for _, r := range all {
		if r.Position.Compare(*after) <= 0 {
			continue
		}
		if err := deliver(engine.Delivery{Event: &r, Position: r.Position}); err != nil {
			return err
		}
		*after = r.Position
	}
	var unreadable *unreadableError
	if errors.As(err, &unreadable) {
		return fmt.Errorf("%w: %w", engine.ErrUnreadable, err)
	}
	return err
}

// mark delivers a checkpoint, unless its position was delivered before, or the mark
// that the subscription has caught up.
func mark(message *es.SubscriptionEvent, after *domain.Position, deliver func(engine.Delivery) error) error {
	d := engine.Delivery{Position: *after, CaughtUp: message.CaughtUp != nil}
	if reached := message.CheckPointReached; reached != nil {
		d.Position = domain.Position{Commit: reached.Commit, Prepare: reached.Prepare}
	}
	if !d.CaughtUp && d.Position.Compare(*after) <= 0 {
		return nil
	}
	if err := deliver(d); err != nil {
		return err
	}
	*after = d.Position
	return nil
}

// options always set the start: the client's default is the end of the log.
func options(categories []string, after domain.Position) es.SubscribeToAllOptions {
	prefixes := make([]string, len(categories))
	for i, c := range categories {
		prefixes[i] = c + "-"
	}
	o := es.SubscribeToAllOptions{
		From:               es.Start{},
		MaxSearchWindow:    feedWindow,
		CheckpointInterval: 1,
		Filter:             &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: prefixes},
	}
	if after != (domain.Position{}) {
		o.From = es.Position{Commit: after.Commit, Prepare: after.Prepare}
	}
	return o
}
