package esdb_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
)

func contains(text, part string) bool { return strings.Contains(text, part) }

func newMessage(name, payload string) *message.Message {
	m := message.NewMessage(uuid.NewString(), message.Payload(payload))
	m.Metadata.Set(esdb.MetaName, name)
	return m
}

func TestWhatIsPublishedIsStoredUnderItsNames(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	pub := esdb.NewPublisher(server.connect(), nil)
	m := newMessage("note.taken.v1", `{"a":1}`)
	m.Metadata.Set("correlation_id", "c1")
	m.Metadata.Set("causation_id", "c2")
	m.Metadata.Set("colour", "red")
	m.Metadata.Set(esdb.MetaStream, "elsewhere-1") // where it was read, not where it goes
	m.Metadata.Set(esdb.MetaRevision, "7")
	if err := pub.Publish("note", m); err != nil {
		t.Fatal(err)
	}
	got := server.stored("note-" + m.UUID)
	if len(got) != 1 {
		t.Fatalf("%d events", len(got))
	}
	e := got[0]
	if e.EventID.String() != m.UUID || e.EventType != "note.taken.v1" || e.ContentType != "application/json" || string(e.Data) != `{"a":1}` {
		t.Errorf("stored as %+v", e)
	}
	if want := `{"$causationId":"c2","$correlationId":"c1","colour":"red"}`; string(e.UserMetadata) != want {
		t.Errorf("metadata %s, want %s", e.UserMetadata, want)
	}
}

func TestPublishingAgainWritesNothing(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	pub := esdb.NewPublisher(server.connect(), nil)
	batch := []*message.Message{newMessage("n", "x"), newMessage("n", ""), newMessage("n", "{}")}
	for range 3 {
		if err := pub.Publish("stream:notes", batch...); err != nil {
			t.Fatal(err)
		}
	}
	if got := server.stored("notes"); len(got) != 3 {
		t.Errorf("%d events", len(got))
	}
}

func TestAMessageWhoseAnswerWasLostIsPublishedOnce(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	proxy := startProxy(t, server.addr)
	client, err := esdb.Connect(proxy.url(), log())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close(withDeadline(t, soon))
	pub := esdb.NewPublisher(client, nil)
	if err := pub.Publish("stream:notes", newMessage("n", "0")); err != nil {
		t.Fatal(err)
	}
	proxy.mute.Store(true)
	published := make(chan error, 1)
	go func() { published <- pub.Publish("stream:notes", newMessage("n", "1"), newMessage("n", "2")) }()
	for len(server.stored("notes")) < 3 { // the server has them, the client does not know
	}
	proxy.mute.Store(false)
	proxy.cut()
	if err := <-published; err != nil {
		t.Error(err)
	}
	if got := server.stored("notes"); len(got) != 3 {
		t.Errorf("%d events", len(got))
	}
}

func TestAnIDIsUsedInOneStreamOfACategoryOnly(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	pub := esdb.NewPublisher(server.connect(), func(topic string, m *message.Message) string { return topic + "-" + m.Metadata.Get("to") })
	m, other := newMessage("n", "{}"), newMessage("n", "{}")
	to := func(stream string) {
		m.Metadata.Set("to", stream)
		other.Metadata.Set("to", stream)
	}
	to("here")
	if err := pub.Publish("note", m); err != nil {
		t.Fatal(err)
	}
	to("there")
	for name, messages := range map[string][]*message.Message{"alone": {m}, "in company": {other, m}} {
		if err := pub.Publish("note", messages...); !errors.Is(err, esdb.ErrDuplicateID) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := server.stored("note-there"); len(got) != 0 {
		t.Errorf("%d events", len(got))
	}
	if err := pub.Publish("mark", m); err != nil { // another group's
		t.Errorf("in another category: %v", err)
	}
	to("here")
	if err := pub.Publish("note", m); err != nil {
		t.Errorf("again where it was: %v", err)
	}
}

func TestMessagesForOneStreamAreWrittenAllOrNone(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	pub := esdb.NewPublisher(server.connect(), func(topic string, m *message.Message) string {
		return topic + "-" + m.Metadata.Get("to")
	})
	to := func(stream string) *message.Message {
		m := newMessage("n", "{}")
		m.Metadata.Set("to", stream)
		return m
	}
	if err := pub.Publish("note", to("a"), to("a"), to("b"), to("a")); err != nil {
		t.Fatal(err)
	}
	huge := to("c")
	huge.Payload = make([]byte, 2<<20)
	if err := pub.Publish("note", to("c"), huge); err == nil {
		t.Error("two megabytes are accepted")
	}
	want := map[string]int{"note-a": 3, "note-b": 1, "note-c": 0}
	got := map[string]int{}
	for stream := range want {
		got[stream] = len(server.stored(stream))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnExpectedRevisionIsRespected(t *testing.T) {
	t.Parallel()
	pub := esdb.NewPublisher(startServer(t).connect(), nil)
	publish := func(revision int64) error {
		m := newMessage("n", "{}")
		m.SetContext(esdb.WithExpectedRevision(context.Background(), revision))
		return pub.Publish("stream:notes", m)
	}
	if err := publish(commands.NoStream); err != nil {
		t.Error(err)
	}
	if err := publish(commands.NoStream); !errors.Is(err, commands.ErrStale) {
		t.Errorf("a second first message: %v", err)
	}
	if err := publish(0); err != nil {
		t.Error(err)
	}
}

func TestWhatCannotBePublishedIsRefused(t *testing.T) {
	t.Parallel()
	pub := esdb.NewPublisher(startServer(t).connect(), nil)
	gone := newMessage("n", "{}")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	gone.SetContext(ctx)
	for name, err := range map[string]error{
		"to a type":          pub.Publish("type:x", newMessage("n", "{}")),
		"to a system stream": pub.Publish("stream:$all", newMessage("n", "{}")),
		"without a UUID":     pub.Publish("note", message.NewMessage("1", nil)),
		"by who is gone":     pub.Publish("note", gone),
	} {
		if err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for range 2 {
		if err := pub.Close(); err != nil {
			t.Error(err)
		}
	}
	if err := pub.Publish("note", newMessage("n", "{}")); err == nil {
		t.Error("a closed publisher publishes")
	}
}
