package faults_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// settled are settings of a group that remembers every ack at once.
func settled() *es.PersistentSubscriptionSettings {
	s := es.SubscriptionSettingsDefault()
	s.CheckpointLowerBound = 1
	return &s
}

func TestBareAnAckFollowedByCloseIsLost(t *testing.T) {
	const rounds = 100
	client, ctx := bare(t, startFront(t, startNode(t)).url()), within(t, soon)
	for range rounds {
		if err := bareAppend(ctx, client, "s"); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.CreatePersistentSubscription(ctx, "s", "g", es.PersistentStreamSubscriptionOptions{Settings: settled(), StartFrom: es.Start{}}); err != nil {
		t.Fatal(err)
	}
	again := 0
	for range rounds {
		sub, err := client.SubscribeToPersistentSubscription(ctx, "s", "g", es.SubscribeToPersistentSubscriptionOptions{BufferSize: 1})
		if err != nil {
			t.Fatal(err)
		}
		appeared := sub.Recv().EventAppeared
		if appeared.RetryCount > 0 {
			again++
		}
		if err := sub.Ack(appeared.Event); err != nil {
			t.Fatal(err)
		}
		_ = sub.Close()
	}
	if again == 0 {
		t.Errorf("of %d acks none was lost: the linger may be needless now", rounds)
	}
}

func TestBareAcknowledgingInParallelIsARace(t *testing.T) {
	if !raceDetector {
		t.Skip("needs the race detector: go test -race")
	}
	server, ctx := startFront(t, startNode(t)), within(t, soon)
	client := bare(t, server.url())
	if err := client.CreatePersistentSubscription(ctx, "s", "g", es.PersistentStreamSubscriptionOptions{Settings: settled(), StartFrom: es.Start{}}); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if err := bareAppend(ctx, client, "s"); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 {
		if _, console := child(t, "acknowledging in parallel", server.url()); strings.Contains(console, "DATA RACE") {
			return
		}
	}
	t.Error("twenty times no race: one goroutine a subscription may be needless now")
}

func TestBareADroppedSubscriptionStaysDropped(t *testing.T) {
	server, ctx := startFront(t, startNode(t)), within(t, soon)
	client := bare(t, server.url())
	if err := client.CreatePersistentSubscription(ctx, "s", "g", es.PersistentStreamSubscriptionOptions{Settings: settled(), StartFrom: es.Start{}}); err != nil {
		t.Fatal(err)
	}
	group, err := client.SubscribeToPersistentSubscription(ctx, "s", "g", es.SubscribeToPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	feed, err := client.SubscribeToAll(ctx, es.SubscribeToAllOptions{From: es.End{}})
	if err != nil {
		t.Fatal(err)
	}
	server.drop(joinMethod, unavailable)
	server.drop(readMethod, unavailable)
	for range 2 {
		if group.Recv().SubscriptionDropped == nil {
			t.Error("the group goes on")
		}
		for said := feed.Recv(); said.SubscriptionDropped == nil; said = feed.Recv() {
			if said.EventAppeared != nil {
				t.Fatal("the feed goes on")
			}
		}
		if err := bareAppend(ctx, client, "s"); err != nil {
			t.Fatal(err)
		}
	}
}

// The reasons for which a real server ends subscriptions.
var drops = map[string]error{
	"not ready":     unavailable,
	"leader lost":   status.Error(codes.Canceled, "Operation canceled."),
	"too slow":      status.Error(codes.Aborted, "Operation timed out: Consumer too slow to handle event while live. Client resubscription required."),
	"handler threw": status.Error(codes.Unknown, "Exception was thrown by handler."),
}

func TestSubscriptionsAreTakenUpAgainWhateverEndedThem(t *testing.T) {
	server := startFront(t, startNode(t))
	client := holder(t, server.url())
	store := esdb.NewStore(client, noKeys{})
	in := subscribe(t, subscriber(t, client), "visura")
	feed := make(chan string, 100)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	ended := make(chan error, 1)
	go func() {
		ended <- esdb.NewFeed(client, noKeys{}, slog.New(slog.DiscardHandler)).Follow(ctx, []string{"visura"}, domain.Position{}, func(d engine.Delivery) error {
			if d.Event != nil {
				feed <- d.Event.Stream
			}
			return nil
		})
	}()
	expect := func(stream string) {
		t.Helper()
		for again := true; again; { // an ack on its way may be lost with its subscription
			m := receive(t, in)
			again = m.Metadata.Get(esdb.MetaStream) != stream
			if again && m.Metadata.Get(esdb.MetaRetries) == "0" {
				t.Errorf("the subscriber brings %s, want %s", m.Metadata.Get(esdb.MetaStream), stream)
			}
			m.Ack()
		}
		if got := receive(t, feed); got != stream {
			t.Errorf("the feed brings %s, want %s", got, stream)
		}
	}
	write(t, store, "visura-first", 1)
	expect("visura-first")
	n := 0
	for name, err := range drops {
		eventually(t, "both are subscribed", func() bool { return server.serving(joinMethod) == 1 && server.serving(readMethod) == 1 })
		server.drop(joinMethod, err)
		server.drop(readMethod, err)
		n++
		stream := fmt.Sprintf("visura-%d", n)
		write(t, store, stream, 1)
		expect(stream)
		if t.Failed() {
			t.Fatal(name)
		}
	}
	stop()
	if err := receive(t, ended); err != context.Canceled { //nolint:errorlint // as it is
		t.Error(err)
	}
}

func TestAFullGroupIsWaitedFor(t *testing.T) {
	server, ctx := startFront(t, startNode(t)), within(t, soon)
	occupant := bare(t, server.url())
	settings := settled()
	settings.MaxSubscriberCount = 1
	err := occupant.CreatePersistentSubscriptionToAll(ctx, "g-v1.visura", es.PersistentAllSubscriptionOptions{
		Settings: settings, StartFrom: es.Start{}, Filter: &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: []string{"visura-"}}})
	if err != nil {
		t.Fatal(err)
	}
	seat, err := occupant.SubscribeToPersistentSubscriptionToAll(ctx, "g-v1.visura", es.SubscribeToPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	client := holder(t, server.url())
	subs := subscriber(t, client)
	in := subscribe(t, subs, "visura")
	eventually(t, "it was turned away", func() bool { return subs.Health()[0].Breaks > 0 })
	_ = seat.Close()
	write(t, esdb.NewStore(client, noKeys{}), "visura-a", 1)
	receive(t, in).Ack()
}

// Without a deadline of the caller's nothing ends the wait for a confirmation,
// nor for the events of a read.
func TestBareAnAnswerWithheldIsWaitedForForEver(t *testing.T) {
	server := startFront(t, startNode(t))
	server.set(hooks{withhold: func(method string) bool { return method == readMethod || method == joinMethod }})
	client, ctx := bare(t, server.url()), within(t, soon)
	if err := client.CreatePersistentSubscription(ctx, "s", "g", es.PersistentStreamSubscriptionOptions{Settings: settled(), StartFrom: es.Start{}}); err != nil {
		t.Fatal(err)
	}
	returned := make(chan string, 3)
	go func() {
		_, _ = client.SubscribeToAll(context.Background(), es.SubscribeToAllOptions{From: es.Start{}})
		returned <- "catch-up subscription"
	}()
	go func() {
		_, _ = client.SubscribeToPersistentSubscription(context.Background(), "s", "g", es.SubscribeToPersistentSubscriptionOptions{})
		returned <- "persistent subscription"
	}()
	go func() {
		if reader, err := client.ReadStream(context.Background(), "s", es.ReadStreamOptions{}, 1); err == nil {
			_, _ = reader.Recv()
		}
		returned <- "read"
	}()
	select {
	case what := <-returned:
		t.Errorf("%s: it returned", what)
	case <-time.After(hopeless):
	}
	server.drop(readMethod, unavailable)
	server.drop(joinMethod, unavailable)
	for range 3 {
		receive(t, returned)
	}
}

func TestAnAnswerWithheldCostsTheHolderOneAttempt(t *testing.T) {
	server := startFront(t, startNode(t))
	client := holder(t, server.url())
	store := esdb.NewStore(client, noKeys{})
	write(t, store, "visura-a", 1)
	server.set(hooks{withhold: func(method string) bool { return method == readMethod || method == joinMethod }})
	_, err := store.Load(within(t, 200*time.Millisecond), "visura-a", -1, func(domain.Recorded) {})
	if domain.CodeOf(err) != domain.Unavailable {
		t.Errorf("loading: %v", err)
	}
	in := subscribe(t, subscriber(t, client), "visura")
	eventually(t, "the subscriber waits for its confirmation", func() bool { return server.serving(joinMethod) == 1 })
	server.set(hooks{}) // those withheld stay withheld
	server.drop(joinMethod, unavailable)
	if got := count(t, store, "visura-a"); got != 1 {
		t.Errorf("%d events", got)
	}
	receive(t, in).Ack()
}

func TestBareADeadlineEndsASubscriptionForGood(t *testing.T) {
	client := bare(t, startFront(t, startNode(t)).url())
	deadline := 200 * time.Millisecond
	sub, err := client.SubscribeToAll(context.Background(), es.SubscribeToAllOptions{From: es.End{}, Deadline: &deadline})
	if err != nil {
		t.Fatal(err)
	}
	dropped := make(chan struct{})
	go func() {
		defer close(dropped)
		for sub.Recv().SubscriptionDropped == nil {
		}
	}()
	receive(t, dropped)
}

func TestBareAnEventCreatedAtNoTimeEndsTheProcess(t *testing.T) {
	server, ctx := startFront(t, startNode(t)), within(t, soon)
	if err := bareAppend(ctx, bare(t, server.url()), "s"); err != nil {
		t.Fatal(err)
	}
	server.set(hooks{answer: func(method string, message []byte) []byte {
		var answer streams.ReadResp
		if method != readMethod || proto.Unmarshal(message, &answer) != nil {
			return message
		}
		answer.GetEvent().GetEvent().GetMetadata()["created"] = "yesterday"
		changed, err := proto.Marshal(&answer)
		if err != nil {
			t.Error(err)
		}
		return changed
	}})
	if exit, console := child(t, "an event created at no time", server.url()); exit != 1 || !strings.Contains(console, "Failed to parse created") {
		t.Errorf("exit %d: %s", exit, console)
	}
}
