package faults_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

func TestBareADefaultSubscriptionMissesHistory(t *testing.T) {
	client, ctx := bare(t, startFront(t, startNode(t)).url()), within(t, soon)
	if err := bareAppend(ctx, client, "visura-old"); err != nil {
		t.Fatal(err)
	}
	if err := client.CreatePersistentSubscriptionToAll(ctx, "g", es.PersistentAllSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	group, err := client.SubscribeToPersistentSubscriptionToAll(ctx, "g", es.SubscribeToPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	feed, err := client.SubscribeToAll(ctx, es.SubscribeToAllOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := bareAppend(ctx, client, "visura-new"); err != nil {
		t.Fatal(err)
	}
	for {
		said := feed.Recv()
		if said.EventAppeared == nil {
			continue
		}
		if stream := said.EventAppeared.Event.StreamID; stream == "visura-old" {
			t.Error("a feed begins at the start now")
		} else if stream == "visura-new" {
			break
		}
	}
	for {
		switch group.Recv().EventAppeared.Event.Event.StreamID {
		case "visura-old":
			t.Fatal("a group begins at the start now")
		case "visura-new":
			return
		}
	}
}

func TestOursBeginWithHistory(t *testing.T) {
	client := holder(t, startFront(t, startNode(t)).url())
	write(t, esdb.NewStore(client, noKeys{}), "visura-old", 1)
	m := receive(t, subscribe(t, subscriber(t, client), "visura"))
	m.Ack()
	enough := errors.New("enough")
	var first string
	err := esdb.NewFeed(client, noKeys{}, slog.New(slog.DiscardHandler)).Follow(within(t, soon), []string{"visura"}, domain.Position{}, func(d engine.Delivery) error {
		if d.Event == nil {
			return nil
		}
		first = d.Event.Stream
		return enough
	})
	if !errors.Is(err, enough) || first != "visura-old" || m.Metadata.Get(esdb.MetaStream) != "visura-old" {
		t.Errorf("feed %s, subscriber %s, %v", first, m.Metadata.Get(esdb.MetaStream), err)
	}
}

func TestBareASettingLeftOutPanics(t *testing.T) {
	client, ctx := bare(t, startFront(t, startNode(t)).url()), within(t, soon)
	if err := client.CreatePersistentSubscriptionToAll(ctx, "g", es.PersistentAllSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	for name, call := range map[string]func(){
		"update without settings": func() { _ = client.UpdatePersistentSubscriptionToAll(ctx, "g", es.PersistentAllSubscriptionOptions{}) },
		"settings without a strategy": func() {
			_ = client.CreatePersistentSubscription(ctx, "s", "g", es.PersistentStreamSubscriptionOptions{Settings: &es.PersistentSubscriptionSettings{}})
		},
	} {
		if panics(call) == "" {
			t.Errorf("%s: no panic", name)
		}
	}
}

func TestBareAnUpdateToTheEndIsAnUpdateToTheStart(t *testing.T) {
	client, ctx := bare(t, startFront(t, startNode(t)).url()), within(t, soon)
	if err := bareAppend(ctx, client, "s"); err != nil {
		t.Fatal(err)
	}
	options := es.PersistentStreamSubscriptionOptions{Settings: settled(), StartFrom: es.End{}}
	if err := client.CreatePersistentSubscription(ctx, "s", "g", options); err != nil {
		t.Fatal(err)
	}
	if err := client.UpdatePersistentSubscription(ctx, "s", "g", options); err != nil {
		t.Fatal(err)
	}
	sub, err := client.SubscribeToPersistentSubscription(ctx, "s", "g", es.SubscribeToPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := bareAppend(ctx, client, "s"); err != nil {
		t.Fatal(err)
	}
	if got := sub.Recv().EventAppeared.Event.Event.EventNumber; got != 0 {
		t.Errorf("revision %d came first: an update keeps the end now", got)
	}
}

// The adapter never updates a group: a setting that differs is reported, another
// filter makes another name, and a group is made with every setting given.
func TestAGroupIsMadeWhole(t *testing.T) {
	server := startFront(t, startNode(t))
	subs := subscriber(t, holder(t, server.url()))
	for _, topic := range []string{"visura", "stream:visura-a"} {
		if err := subs.SubscribeInitialize(topic); err != nil {
			t.Fatal(err)
		}
	}
	client, ctx := bare(t, server.url()), within(t, soon)
	all, err := client.GetPersistentSubscriptionInfoToAll(ctx, "g-v1.visura", es.GetPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	one, err := client.GetPersistentSubscriptionInfo(ctx, "visura-a", "g-v1.stream:visura-a", es.GetPersistentSubscriptionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for name, info := range map[string]*es.PersistentSubscriptionInfo{"all": all, "one": one} {
		s := info.Settings
		if s.ConsumerStrategyName != es.ConsumerStrategyPinned || s.CheckpointLowerBound != 1 || s.ResolveLinkTos {
			t.Errorf("%s: %+v", name, s)
		}
	}
	if server.headers(persistentPrefix+"PersistentSubscriptions/Update") != nil {
		t.Error("a group was updated")
	}
}

// checkpoints counts those in a filtered reading of a log with nothing for it.
func checkpoints(t *testing.T, client *es.Client, options es.SubscribeToAllOptions) (n int) {
	t.Helper()
	sub, err := client.SubscribeToAll(within(t, soon), options)
	if err != nil {
		t.Fatal(err)
	}
	defer sub.Close()
	for {
		switch said := sub.Recv(); {
		case said.CheckPointReached != nil:
			n++
		case said.SubscriptionDropped != nil:
			t.Fatal(said.SubscriptionDropped.Error)
		case said.EventAppeared != nil:
			return n
		}
	}
}

func TestBareAFilteredSubscriptionIsChattyAndOursIsNot(t *testing.T) {
	server, ctx := startFront(t, startNode(t)), within(t, soon)
	client := bare(t, server.url())
	noise := make([]es.EventData, 400)
	for range 8 {
		for i := range noise {
			noise[i] = event()
		}
		if _, err := client.AppendToStream(ctx, "noise", es.AppendToStreamOptions{ExpectedRevision: es.Any{}}, noise...); err != nil {
			t.Fatal(err)
		}
	}
	if err := bareAppend(ctx, client, "visura-last"); err != nil {
		t.Fatal(err)
	}
	filter := &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: []string{"visura-"}}
	chatty := checkpoints(t, client, es.SubscribeToAllOptions{From: es.Start{}, Filter: filter})
	ours, enough := 0, errors.New("enough")
	err := esdb.NewFeed(holder(t, server.url()), noKeys{}, slog.New(slog.DiscardHandler)).Follow(ctx, []string{"visura"}, domain.Position{}, func(d engine.Delivery) error {
		if d.Event != nil {
			return enough
		}
		ours++
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	if chatty < 50 || ours == 0 || ours > 10 {
		t.Errorf("3,200 events of others: %d checkpoints by default, %d of ours", chatty, ours)
	}
}

func TestBareAWrappedErrorIsNotRecognised(t *testing.T) {
	client, ctx := bare(t, startFront(t, startNode(t)).url()), within(t, soon)
	_, err := client.AppendToStream(ctx, "s", es.AppendToStreamOptions{ExpectedRevision: es.Revision(7)}, event())
	if own, _ := es.FromError(fmt.Errorf("append: %w", err)); own.Code() == es.ErrorCodeWrongExpectedVersion {
		t.Error("FromError looks inside now")
	}
	if codeOf(fmt.Errorf("append: %w", err)) != es.ErrorCodeWrongExpectedVersion {
		t.Errorf("errors.As does not find it in %v", err)
	}
	// Reads deliver it wrapped in the client itself.
	if _, err := client.GetStreamMetadata(ctx, "s", es.ReadStreamOptions{}); err != nil {
		if own, _ := es.FromError(err); own.Code() == es.ErrorCodeResourceNotFound {
			t.Error("a stream without metadata is recognised now")
		}
	} else {
		t.Error("a stream without metadata is no error now")
	}
}

func TestTheStoreTellsAStaleAppendFromEverythingElse(t *testing.T) {
	store := esdb.NewStore(holder(t, startFront(t, startNode(t)).url()), noKeys{})
	_, err := store.Append(within(t, soon), "visura-a", 7, []domain.Event{domain.VisuraApproved{}}, domain.Meta{CommandID: "c"})
	if !errors.Is(err, commands.ErrStale) {
		t.Error(err)
	}
	if last, err := store.Load(within(t, soon), "visura-nowhere", commands.NoStream, func(domain.Recorded) {}); err != nil || last != commands.NoStream {
		t.Errorf("a stream that does not exist: %d, %v", last, err)
	}
}

func TestBareAListOfManyRolesCannotBeReadBack(t *testing.T) {
	client, ctx := bare(t, startFront(t, startNode(t)).url()), within(t, soon)
	acl, meta := es.Acl{}, es.StreamMetadata{}
	acl.AddReadRoles("a", "b")
	meta.SetAcl(acl)
	if _, err := client.SetStreamMetadata(ctx, "s", es.AppendToStreamOptions{}, meta); err != nil {
		t.Fatal(err)
	}
	if got, err := client.GetStreamMetadata(ctx, "s", es.ReadStreamOptions{}); err == nil {
		t.Errorf("two roles come back as %v now", got.Acl())
	}
}

// The client gives unary calls ten seconds of its own and reads none.
func TestBareOnlyUnaryCallsHaveADeadlineOfTheirOwn(t *testing.T) {
	server := startFront(t, startNode(t))
	client, ctx := bare(t, server.url()), within(t, soon)
	if err := bareAppend(ctx, client, "s"); err != nil {
		t.Fatal(err)
	}
	_ = bareAppend(context.Background(), client, "s")
	if reader, err := client.ReadStream(context.Background(), "s", es.ReadStreamOptions{From: es.Start{}}, 10); err == nil {
		for err == nil {
			_, err = reader.Recv()
		}
	}
	unary, read := server.deadline(appendMethod), server.deadline(readMethod)
	if unary <= 0 || unary > 15*time.Second {
		t.Errorf("an append is given %s", unary)
	}
	if read > 0 && read < 24*time.Hour {
		t.Errorf("a read is given %s", read)
	}
}

func TestEveryCallOfOursHasADeadline(t *testing.T) {
	server := startFront(t, startNode(t))
	store := esdb.NewStore(holder(t, server.url()), noKeys{})
	if err := tryWrite(context.Background(), store, "visura-a"); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Load(context.Background(), "visura-a", commands.NoStream, func(domain.Recorded) {}); err != nil {
		t.Fatal(err)
	}
	for _, method := range []string{appendMethod, readMethod} {
		if d := server.deadline(method); d <= 0 || d > 11*time.Second {
			t.Errorf("%s is given %s", method, d)
		}
	}
}

func TestBareTheWishForALeaderIsNeverSent(t *testing.T) {
	server := startFront(t, startNode(t))
	client := bare(t, server.url())
	_, err := client.AppendToStream(within(t, soon), "s", es.AppendToStreamOptions{ExpectedRevision: es.Any{}, RequiresLeader: true}, event())
	if err != nil {
		t.Fatal(err)
	}
	if got := server.headers(appendMethod)["requires-leader"]; got != nil {
		t.Errorf("it is sent now: %v", got)
	}
}
