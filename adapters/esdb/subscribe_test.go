package esdb

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
)

// The opening of a subscription has a deadline, the subscription has none.
func TestASubscriptionOutlivesTheDeadlineOfItsOpening(t *testing.T) {
	t.Parallel()
	client, err := Connect(startNode(t).ConnectionString(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	sub, end, err := subscribe(ctx, context.Background(), client, func(ctx context.Context, client *es.Client) (*es.Subscription, error) {
		return client.SubscribeToAll(ctx, es.SubscribeToAllOptions{From: es.Start{}})
	})
	if err != nil {
		t.Fatal(err)
	}
	cancel() // as the deadline would
	if _, err := client.append(context.Background(), "visura-a", es.Any{}, []es.EventData{{EventType: "t"}}); err != nil {
		t.Fatal(err)
	}
	for said := sub.Recv(); said.EventAppeared == nil; said = sub.Recv() {
		if said.SubscriptionDropped != nil {
			t.Fatal(said.SubscriptionDropped.Error)
		}
	}
	end()
	if err := client.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestAnOpeningThatIsNotConfirmedIsGivenUpAndLeavesNothing(t *testing.T) {
	t.Parallel()
	client, err := Connect(startNode(t).ConnectionString(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	given := make(chan struct{})
	_, _, err = subscribe(ctx, context.Background(), client, func(life context.Context, _ *es.Client) (int, error) {
		cancel()
		<-life.Done() // no confirmation comes
		close(given)
		return 1, nil // it came after all, too late
	})
	var abandoned *abandonedError
	if !errors.As(err, &abandoned) {
		t.Errorf("the opening: %v", err)
	}
	<-given
	if err := client.Close(context.Background()); err != nil { // nobody is left inside
		t.Error(err)
	}
}

// Close waits for a subscription: the official client must not be closed under
// it.
func TestClosingWaitsForSubscriptions(t *testing.T) {
	t.Parallel()
	client, err := Connect(startNode(t).ConnectionString(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, end, err := subscribe(context.Background(), context.Background(), client, func(ctx context.Context, client *es.Client) (*es.Subscription, error) {
		return client.SubscribeToAll(ctx, es.SubscribeToAllOptions{From: es.Start{}})
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := client.Close(ctx); err == nil {
		t.Error("Close did not wait")
	}
	end()
	if err := client.Close(context.Background()); err != nil {
		t.Error(err)
	}
}
