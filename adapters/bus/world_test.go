package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/visure-anagrafiche/visure/adapters/bus"
	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const soon = 20 * time.Second

// noKeys has none: these events hold nothing personal.
type noKeys struct{}

func (noKeys) Key(context.Context, string) ([]byte, error)    { return nil, errors.New("no keys here") }
func (noKeys) Create(context.Context, string) ([]byte, error) { return nil, errors.New("no keys here") }

// world is an event store with a subscriber, torn down in the right order.
type world struct {
	t      testing.TB
	node   *node.Node
	client *esdb.Client
	store  *esdb.Store
	subs   *esdb.Subscriber
}

func newWorld(t testing.TB, config esdb.SubscriberConfig) *world {
	t.Helper()
	n, err := node.Open(node.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	client, err := esdb.Connect(n.ConnectionString(), log)
	if err != nil {
		t.Fatal(err)
	}
	config.Group = "process-v1"
	config.Redelivery = esdb.Backoff{Initial: time.Millisecond, Max: 5 * time.Millisecond}
	subs, err := esdb.NewSubscriber(client, config, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), soon)
		defer cancel()
		if err := errors.Join(subs.Close(), client.Close(ctx), n.Close()); err != nil {
			t.Error(err)
		}
	})
	return &world{t: t, node: n, client: client, store: esdb.NewStore(client, noKeys{}), subs: subs}
}

// append writes events to a fresh visura.
func (w *world) append(events ...domain.Event) domain.VisuraID {
	w.t.Helper()
	id := domain.VisuraID(uuid.NewString())
	w.appendTo(string(id.Stream()), events...)
	return id
}

func (w *world) appendTo(stream string, events ...domain.Event) {
	w.t.Helper()
	meta := domain.Meta{CommandID: uuid.NewString(), Correlation: "c0", Trace: "t0"}
	if _, err := w.store.Append(context.Background(), stream, commands.AnyRevision, events, meta); err != nil {
		w.t.Fatal(err)
	}
}

// becomes waits until a visura has n events, and no more.
func (w *world) becomes(id domain.VisuraID, n int) {
	w.t.Helper()
	for late := time.Now().Add(soon); ; time.Sleep(time.Millisecond) {
		events := 0
		if _, err := w.store.Load(context.Background(), string(id.Stream()), commands.NoStream, func(domain.Recorded) { events++ }); err != nil {
			w.t.Fatal(err)
		}
		if events == n {
			return
		}
		if time.Now().After(late) || events > n {
			w.t.Fatalf("%s has %d events, want %d", id, events, n)
		}
	}
}

// official is the client as it comes, closed with the test.
func (w *world) official() *es.Client {
	w.t.Helper()
	config, err := es.ParseConnectionString(w.node.ConnectionString())
	if err != nil {
		w.t.Fatal(err)
	}
	config.Logger = es.NoopLogging()
	client, err := es.NewClient(config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = client.Close() })
	return client
}

// stored waits until a stream has n events and returns them as they are kept.
func (w *world) stored(stream string, n int) []*es.RecordedEvent {
	w.t.Helper()
	client := w.official()
	for late := time.Now().Add(soon); time.Now().Before(late); time.Sleep(time.Millisecond) {
		var events []*es.RecordedEvent
		reader, err := client.ReadStream(context.Background(), stream, es.ReadStreamOptions{From: es.Start{}}, 1000)
		if err != nil {
			w.t.Fatal(err)
		}
		for e, err := reader.Recv(); err == nil; e, err = reader.Recv() {
			events = append(events, e.Event)
		}
		reader.Close()
		if len(events) >= n {
			return events
		}
	}
	w.t.Fatalf("%s does not get %d events", stream, n)
	return nil
}

// run runs a router until the test or the returned function stops it.
func (w *world) run(c bus.Config) (stop func() error) {
	w.t.Helper()
	return w.runOver(w.subs, c)
}

// runOver is run over another subscriber than the world's.
func (w *world) runOver(subs *esdb.Subscriber, c bus.Config) (stop func() error) {
	w.t.Helper()
	c.Subscriber, c.Park, c.Registry, c.Log = subs, esdb.Park, prometheus.NewRegistry(), slog.New(slog.DiscardHandler)
	r, err := bus.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	w.t.Cleanup(func() { _ = stop() })
	<-r.Running()
	return stop
}

// reasons waits until n messages are parked and returns why.
func (w *world) reasons(n int) (reasons map[string]int) {
	w.t.Helper()
	for late := time.Now().Add(soon); time.Now().Before(late); time.Sleep(time.Millisecond) {
		total := 0
		if h := w.subs.Health(); len(h) > 0 {
			reasons = h[0].Parked
		}
		for _, k := range reasons {
			total += k
		}
		if total >= n {
			return reasons
		}
	}
	w.t.Fatalf("parked %v, want %d", reasons, n)
	return nil
}

// receive waits for a value.
func receive[T any](t testing.TB, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(soon):
		t.Fatal("nothing came")
	}
	panic("unreachable")
}

// nextOfGroup returns what the group gives to a newcomer.
func (w *world) nextOfGroup() *message.Message {
	w.t.Helper()
	subs, err := esdb.NewSubscriber(w.client, esdb.SubscriberConfig{Group: "process-v1"}, slog.New(slog.DiscardHandler))
	if err != nil {
		w.t.Fatal(err)
	}
	defer subs.Close()
	in, err := subs.Subscribe(context.Background(), bus.Topic)
	if err != nil {
		w.t.Fatal(err)
	}
	m := receive(w.t, in)
	m.Ack()
	return m
}

// settled waits until the server has no message in hand.
func (w *world) settled() {
	w.t.Helper()
	for late := time.Now().Add(soon); time.Now().Before(late); time.Sleep(time.Millisecond) {
		if lag, err := w.subs.Lag(context.Background(), bus.Topic); err == nil && lag.Outstanding == 0 && lag.Retrying == 0 {
			return
		}
	}
	w.t.Fatal("messages are still in hand")
}
