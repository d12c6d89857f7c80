package esdb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

const (
	feedWindow  = 512              // events considered between two checkpoints
	feedHealthy = 10 * time.Second // a subscription that lived so long starts the waits anew
)

var feedWaits = Backoff{Initial: 50 * time.Millisecond, Max: 5 * time.Second}

// Feed is projections.Feed over catch-up subscriptions to all streams whose
// names begin with one of a set of prefixes. It is safe for concurrent use.
type Feed struct {
	client   *Client
	codec    codec
	prefixes []string
	log      *slog.Logger
}

var _ projections.Feed = (*Feed)(nil)

// NewFeed returns the feed of the streams with the given prefixes, such as
// "visura-".
func NewFeed(client *Client, keys Keys, log *slog.Logger, prefixes ...string) *Feed {
	return &Feed{client: client, codec: newCodec(keys), prefixes: prefixes, log: log}
}

// Follow implements projections.Feed. It takes a broken subscription up again
// by itself, where it broke, for as long as ctx lasts; it returns when ctx or
// deliver end it, at an event nobody can read, when a data key cannot be had,
// and when the server refuses the subscription.
func (f *Feed) Follow(ctx context.Context, after domain.Position, deliver func(projections.Delivery) error) error {
	for attempt := 1; ; attempt++ {
		begun, from := time.Now(), after
		err := f.session(ctx, &after, deliver)
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
		f.log.Warn("feed broke, taking it up again", "after", after.String(), "error", broken.cause)
		f.client.suspect()
		if err := pause(ctx, feedWaits.wait(attempt)); err != nil {
			return err
		}
	}
}

// brokenError ends a subscription that may be taken up again.
type brokenError struct{ cause error }

func (e *brokenError) Error() string { return "subscription broke: " + e.cause.Error() }

// session follows one subscription to its end, moving after along.
func (f *Feed) session(ctx context.Context, after *domain.Position, deliver func(projections.Delivery) error) error {
	sub, end, err := subscribe(ctx, ctx, f.client, func(ctx context.Context, client *es.Client) (*es.Subscription, error) {
		return client.SubscribeToAll(ctx, f.options(*after))
	})
	switch {
	case err != nil && passing(err):
		return &brokenError{err}
	case err != nil:
		return fmt.Errorf("subscribe after %s: %w", after, err)
	}
	defer end()
	for {
		said := sub.Recv()
		if said.SubscriptionDropped != nil {
			return &brokenError{said.SubscriptionDropped.Error}
		}
		d, err := f.delivery(ctx, said, *after)
		if err != nil {
			return err
		}
		if d == (projections.Delivery{}) {
			continue
		}
		if err := deliver(d); err != nil {
			return err
		}
		*after = d.Position
	}
}

// delivery translates what the subscription said; nothing new is the zero
// Delivery.
func (f *Feed) delivery(ctx context.Context, said *es.SubscriptionEvent, after domain.Position) (projections.Delivery, error) {
	switch {
	case said.EventAppeared != nil:
		r, err := f.codec.decode(ctx, said.EventAppeared.OriginalEvent())
		var unreadable *unreadableError
		switch {
		case errors.As(err, &unreadable):
			return projections.Delivery{}, fmt.Errorf("%w: %w", projections.ErrUnreadable, err)
		case err != nil:
			return projections.Delivery{}, err
		case r.Position.Compare(after) <= 0:
			return projections.Delivery{}, nil
		}
		return projections.Delivery{Event: &r, Position: r.Position}, nil
	case said.CheckPointReached != nil:
		p := domain.Position{Commit: said.CheckPointReached.Commit, Prepare: said.CheckPointReached.Prepare}
		if p.Compare(after) <= 0 {
			return projections.Delivery{}, nil
		}
		return projections.Delivery{Position: p}, nil
	case said.CaughtUp != nil:
		return projections.Delivery{Position: after, CaughtUp: true}, nil
	}
	return projections.Delivery{}, nil
}

// options always say where to start: the client's default is the end.
func (f *Feed) options(after domain.Position) es.SubscribeToAllOptions {
	o := es.SubscribeToAllOptions{
		From:               es.Start{},
		MaxSearchWindow:    feedWindow,
		CheckpointInterval: 1,
		Filter:             &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: f.prefixes},
	}
	if after != (domain.Position{}) {
		o.From = es.Position{Commit: after.Commit, Prepare: after.Prepare}
	}
	return o
}
