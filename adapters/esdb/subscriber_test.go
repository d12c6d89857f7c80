package esdb_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var quick = esdb.SubscriberConfig{
	Group:        "g-v1",
	Redelivery:   esdb.Backoff{Initial: time.Millisecond, Max: 5 * time.Millisecond},
	DrainTimeout: 2 * time.Second,
}

// subscriber returns one that is closed with the test.
func subscriber(t testing.TB, client *esdb.Client, config esdb.SubscriberConfig) *esdb.Subscriber {
	t.Helper()
	s, err := esdb.NewSubscriber(client, config, log())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// becomes waits until the figures of the one topic are as wanted. It asks again and
// again: a figure changes without a word to anybody.
func becomes(t testing.TB, s *esdb.Subscriber, what string, wanted func(esdb.Health) bool) {
	t.Helper()
	often := time.NewTicker(time.Millisecond)
	defer often.Stop()
	for late := time.Now().Add(soon); !wanted(s.Health()[0]); <-often.C {
		if time.Now().After(late) {
			t.Fatalf("never %s: %+v", what, s.Health()[0])
		}
	}
}

func messages(t testing.TB, s *esdb.Subscriber, topic string) <-chan *message.Message {
	t.Helper()
	out, err := s.Subscribe(context.Background(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func receive(t testing.TB, from <-chan *message.Message) *message.Message {
	t.Helper()
	select {
	case m, ok := <-from:
		if !ok {
			t.Fatal("the subscription has ended")
		}
		return m
	case <-time.After(soon):
		t.Fatal("no message came")
	}
	return nil
}

// downloads appends n distinguishable events to a stream.
func downloads(t testing.TB, store *esdb.Store, stream string, n int) {
	t.Helper()
	events := make([]domain.Event, n)
	for i := range events {
		events[i] = domain.VisuraDownloaded{SHA256: fmt.Sprint(i)}
	}
	mustAppend(t, store, stream, commands.AnyRevision, metaNow(), events...)
}

// parked returns what a group set aside: the reasons the server keeps.
func parked(t testing.TB, server *server, group string) []string {
	t.Helper()
	var reasons []string
	for _, e := range server.stored("$persistentsubscription-$all::" + group + "-parked") {
		reasons = append(reasons, string(e.UserMetadata))
	}
	return reasons
}

func TestAMessageTellsWhereItComesFrom(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	store, meta := esdb.NewStore(client, newRing()), metaNow()
	pos := mustAppend(t, store, "visura-a", commands.NoStream, meta, approved)
	m := receive(t, messages(t, subscriber(t, client, quick), "visura"))
	defer m.Ack()
	created := m.Metadata.Get(esdb.MetaCreated)
	want := message.Metadata{
		"name": "visura.approved.v1", "stream": "visura-a", "revision": "0", "position": pos.String(),
		"created": created, "retries": "0", "correlation_id": meta.Correlation, "causation_id": meta.Causation,
		"traceparent": meta.Trace, "command_id": meta.CommandID, "recorded_at": "2026-03-02T09:30:00.123456789Z",
	}
	if diff := cmp.Diff(want, m.Metadata); diff != "" {
		t.Error(diff)
	}
	if at, err := time.Parse(time.RFC3339Nano, created); err != nil || time.Since(at) > time.Minute {
		t.Errorf("created %q", created)
	}
	if got := history(t, store, "visura-a"); m.UUID != got[0].ID {
		t.Errorf("message %s is event %s", m.UUID, got[0].ID)
	}
}

func TestTopicsAreCategoriesStreamsOrTypes(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	store, subs := esdb.NewStore(client, newRing()), subscriber(t, client, quick)
	mustAppend(t, store, "visuraStorica-a", commands.NoStream, metaNow(), domain.QueryStarted{})
	mustAppend(t, store, "utente-a", commands.NoStream, metaNow(), domain.VisuraDownloaded{})
	mustAppend(t, store, "visura-a", commands.NoStream, metaNow(), approved)
	for topic, want := range map[string]string{
		"visura": "visura-a", "stream:utente-a": "utente-a", "type:visura.query": "visuraStorica-a",
	} {
		m := receive(t, messages(t, subs, topic))
		if got := m.Metadata.Get(esdb.MetaStream); got != want {
			t.Errorf("topic %s begins with %s", topic, got)
		}
		m.Ack()
	}
	for _, topic := range []string{"", "$all", "stream:", "stream:$all", "type:", "what:ever"} {
		if _, err := subs.Subscribe(context.Background(), topic); err == nil {
			t.Errorf("topic %q is accepted", topic)
		}
	}
}

func TestANackedMessageComesBackNextAndInOrder(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	store := esdb.NewStore(client, newRing())
	downloads(t, store, "visura-a", 5)
	config := quick
	config.Redelivery = esdb.Backoff{Initial: 50 * time.Millisecond, Max: 50 * time.Millisecond}
	in := messages(t, subscriber(t, client, config), "visura")
	var got []string
	for i := range 8 {
		begun := time.Now()
		m := receive(t, in)
		got = append(got, m.Metadata.Get(esdb.MetaRevision))
		if waited := time.Since(begun); i > 0 && i <= 3 && waited < 35*time.Millisecond {
			t.Errorf("delivered again after %s", waited)
		}
		if i < 3 {
			m.Nack()
		} else {
			m.Ack()
		}
	}
	if diff := cmp.Diff([]string{"0", "0", "0", "0", "1", "2", "3", "4"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestAMessageThatFailsEveryTimeIsParked(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 2)
	config := quick
	config.Attempts = 4
	subs := subscriber(t, client, config)
	in := messages(t, subs, "visura")
	for range 4 {
		m := receive(t, in)
		if m.Metadata.Get(esdb.MetaRevision) != "0" {
			t.Fatalf("revision %s came", m.Metadata.Get(esdb.MetaRevision))
		}
		m.Nack()
	}
	if m := receive(t, in); m.Metadata.Get(esdb.MetaRevision) != "1" {
		t.Errorf("after parking revision %s came", m.Metadata.Get(esdb.MetaRevision))
	} else {
		m.Ack()
	}
	wantParked(t, server, "retries_exhausted")
	if h := subs.Health()[0]; h.Redelivered != 3 || h.Parked["retries_exhausted"] != 1 || h.Received != 2 {
		t.Errorf("%+v", h)
	}
}

// wantParked waits until the group has parked for exactly these reasons.
func wantParked(t *testing.T, server *server, reasons ...string) {
	t.Helper()
	server.await("$persistentsubscription-$all::g-v1.visura-parked", len(reasons))
	got := parked(t, server, "g-v1.visura")
	if len(got) > len(reasons) {
		t.Errorf("parked %v", got)
	}
	for i, want := range reasons {
		if !strings.Contains(got[i], want) {
			t.Errorf("parked with %s, want %s", got[i], want)
		}
	}
}

func TestAPermanentFailureIsParkedOnceAndCanBeReplayed(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	mustAppend(t, esdb.NewStore(client, newRing()), "visura-a", commands.NoStream, metaNow(), approved)
	in := messages(t, subscriber(t, client, quick), "visura")
	m := receive(t, in)
	if !esdb.Park(m, "refused_conflict") {
		t.Error("Park does not know the message")
	}
	m.Nack()
	wantParked(t, server, "refused_conflict")
	if err := server.official().ReplayParkedMessagesToAll(withDeadline(t, soon), "g-v1.visura", es.ReplayParkedMessagesOptions{}); err != nil {
		t.Fatal(err)
	}
	again := receive(t, in)
	if again.UUID != m.UUID || again.Metadata.Get(esdb.MetaStream) != "visura-a" {
		t.Errorf("replayed as %s of %s", again.UUID, again.Metadata.Get(esdb.MetaStream))
	}
	again.Ack()
}

func TestParkReasonsAreCodesOnly(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 1)
	in := messages(t, subscriber(t, client, quick), "visura")
	m := receive(t, in)
	esdb.Park(m, "Mario Rossi abita altrove")
	m.Nack()
	wantParked(t, server, "unreadable_reason")
	if esdb.Park(message.NewMessage("x", nil), "code") {
		t.Error("Park knows a message that is not ours")
	}
}

func TestAnEnvelopeThatCannotBeReadIsParked(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	if _, err := server.official().AppendToStream(withDeadline(t, soon), "visura-a", es.AppendToStreamOptions{},
		es.EventData{EventType: "t", Data: []byte(`{}`), Metadata: []byte(`garbage`)}); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, esdb.NewStore(client, newRing()), "visura-b", commands.NoStream, metaNow(), approved)
	m := receive(t, messages(t, subscriber(t, client, quick), "visura"))
	if got := m.Metadata.Get(esdb.MetaStream); got != "visura-b" {
		t.Errorf("%s came", got)
	}
	m.Ack()
	wantParked(t, server, "unreadable_envelope")
}
