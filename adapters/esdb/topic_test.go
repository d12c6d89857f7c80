package esdb_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const wakes = "wakes:emission:visura:visura.requested.v1,visura.approved.v1"

// groups names the persistent subscriptions of $all.
func (s *server) groups() []string {
	s.t.Helper()
	infos, err := s.official().ListPersistentSubscriptionsToAll(withDeadline(s.t, soon), es.ListPersistentSubscriptionsOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	var names []string
	for _, info := range infos {
		names = append(names, info.GroupName)
	}
	slices.Sort(names)
	return names
}

func TestAProcessIsWokenByExactlyItsTypesInItsCategory(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	store, subs := esdb.NewStore(client, newRing()), subscriber(t, client, quick)
	mustAppend(t, store, "visura-a", commands.NoStream, metaNow(), approved, domain.QueryStarted{Attempt: 1})
	mustAppend(t, store, "utente-a", commands.NoStream, metaNow(), approved)
	if _, err := server.official().AppendToStream(withDeadline(t, soon), "visura-b", es.AppendToStreamOptions{},
		es.EventData{EventType: "visura.approved.v10", Data: []byte(`{}`), Metadata: []byte(`{}`)}); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, store, "visura-c", commands.NoStream, metaNow(), requested, approved, domain.VisuraDownloaded{})
	in := messages(t, subs, wakes)
	var got []string
	for range 3 {
		m := receive(t, in)
		got = append(got, m.Metadata.Get(esdb.MetaStream)+" "+m.Metadata.Get(esdb.MetaName))
		m.Ack()
	}
	if diff := cmp.Diff([]string{"visura-a visura.approved.v1", "visura-c visura.requested.v1", "visura-c visura.approved.v1"}, got); diff != "" {
		t.Error(diff)
	}
	lag, err := subs.Lag(withDeadline(t, soon), wakes)
	for err == nil && (lag.Outstanding > 0 || lag.Retrying > 0) {
		lag, err = subs.Lag(withDeadline(t, soon), wakes)
	}
	if h := subs.Health()[0]; err != nil || lag.Parked != 0 || h.Received != 5 || h.Foreign != 2 {
		t.Errorf("%+v, %+v, %v", h, lag, err)
	}
}

func TestAnotherSetOfTypesIsAnotherGroupAndTheOrderSaysNothing(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	store, subs := esdb.NewStore(client, newRing()), subscriber(t, client, quick)
	const group = "g-v1.emission.5c41b690"
	for _, topic := range []string{wakes, "wakes:emission:visura:visura.approved.v1,visura.requested.v1", "wakes:emission:visura:visura.approved.v1,visura.requested.v1,visura.approved.v1"} {
		if err := subs.SubscribeInitialize(topic); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{group}, server.groups()); diff != "" {
			t.Errorf("%s: %s", topic, diff)
		}
	}
	mustAppend(t, store, "visura-a", commands.NoStream, metaNow(), requested, approved)
	in := messages(t, subs, wakes)
	receive(t, in).Ack()
	receive(t, in).Ack()
	// One type more: nothing is lost, so history is read again.
	more := messages(t, subs, wakes+",visura.withdrawn.v1")
	m := receive(t, more)
	if got := m.Metadata.Get(esdb.MetaRevision); got != "0" {
		t.Errorf("the new group begins at revision %s", got)
	}
	m.Ack()
	all := server.groups()
	if len(all) != 2 || !slices.Contains(all, group) {
		t.Errorf("groups %v", all)
	}
	if err := subs.SubscribeInitialize("wakes:emission:visura:" + strings.Join(domain.EventTypes(), ",")); err != nil {
		t.Fatal(err)
	}
	for _, name := range server.groups() {
		if len(name) != len(group) {
			t.Errorf("a group is called %s", name)
		}
	}
}

func TestATopicOfNoTypesIsRefused(t *testing.T) {
	t.Parallel()
	subs := subscriber(t, startServer(t).connect(), quick)
	for _, topic := range []string{"wakes:", "wakes:p", "wakes:p:visura", "wakes:p:visura:", "wakes:p::a", "wakes::visura:a", "wakes:p:visura:a,,b", "wakes:p:visura:a,$b"} {
		if _, err := subs.Subscribe(context.Background(), topic); err == nil {
			t.Errorf("topic %q is accepted", topic)
		}
	}
}

// With one message in flight a consumer, a slow one holds its own and no other.
// Pinned would hold the streams of its bucket too, on a real server.
func TestASlowMessageHoldsNoOtherStreams(t *testing.T) {
	t.Parallel()
	const streams = 40
	server := startServer(t)
	client := server.connect()
	subs := subscriber(t, client, quick)
	slow, free := messages(t, subs, wakes), messages(t, subs, wakes)
	store := esdb.NewStore(client, newRing())
	for n := range streams {
		mustAppend(t, store, fmt.Sprintf("visura-%d", n), commands.NoStream, metaNow(), approved)
	}
	held := receive(t, slow)
	for range streams - 1 {
		receive(t, free).Ack()
	}
	held.Ack()
	groups, err := server.official().ListPersistentSubscriptionsToAll(withDeadline(t, soon), es.ListPersistentSubscriptionsOptions{})
	if err != nil || len(groups) != 1 || groups[0].Settings.ConsumerStrategyName != es.ConsumerStrategyRoundRobin {
		t.Errorf("%+v, %v", groups, err)
	}
}
