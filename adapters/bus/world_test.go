package bus_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
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

// oneKey is every stream's: these events hold nothing personal.
type oneKey struct{}

func (oneKey) Key(context.Context, string) ([]byte, error)  { return make([]byte, 32), nil }
func (oneKey) Draw(context.Context) (string, []byte, error) { return "one", make([]byte, 32), nil }

func (oneKey) Lookup(_ context.Context, names []string) (map[string][]byte, error) {
	all := map[string][]byte{}
	for _, name := range names {
		all[name] = make([]byte, 32)
	}
	return all, nil
}

// process is one that does what a test says.
type process struct {
	name     string
	category string
	wakes    []domain.Event
	advance  func(ctx context.Context, id string, m domain.Meta) error
}

func (p process) Name() string     { return p.name }
func (p process) Category() string { return p.category }

func (p process) WakesOn() (types []string) {
	for _, e := range p.wakes {
		types = append(types, e.EventType())
	}
	return types
}

func (p process) Advance(ctx context.Context, id string, m domain.Meta) error {
	return p.advance(ctx, id, m)
}

// visure is one process of visure, and topic what it is woken by.
func visure(advance func(context.Context, string, domain.Meta) error) []commands.Process {
	return []commands.Process{process{"visura", "visura", []domain.Event{domain.VisuraApproved{}, domain.ConfirmationAwaited{}, domain.VisuraErased{}}, advance}}
}

const topic = "wakes:visura:visura:visura.approved.v1,visura.confirmation-awaited.v1,visura.erased.v1"

// stream is that of a visura.
func stream(id string) string { return string(domain.VisuraID(id).Stream()) }

// world is an event store with a subscriber, torn down in the right order.
type world struct {
	t      testing.TB
	node   *node.Node
	client *esdb.Client
	store  *esdb.Store
	subs   *esdb.Subscriber

	official func() *es.Client // the client as it comes, closed with the test
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
	w := &world{t: t, node: n, client: client, store: esdb.NewStore(client, oneKey{}), subs: subs}
	w.official = sync.OnceValue(w.connect)
	return w
}

// append writes events to a fresh visura.
func (w *world) append(events ...domain.Event) string {
	w.t.Helper()
	id := uuid.NewString()
	w.appendTo(stream(id), events...)
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
func (w *world) becomes(id string, n int) {
	w.t.Helper()
	w.stored(stream(id), n)
	events := 0
	if _, err := w.store.Load(context.Background(), stream(id), commands.NoStream, func(domain.Recorded) { events++ }); err != nil {
		w.t.Fatal(err)
	}
	if events != n {
		w.t.Fatalf("%s has %d events, want %d", id, events, n)
	}
}

func (w *world) connect() *es.Client {
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

// group is the name of the one group there is, on all streams.
func (w *world) group() string {
	w.t.Helper()
	if err := w.subs.SubscribeInitialize(topic); err != nil { // workers make it in the background
		w.t.Fatal(err)
	}
	groups, err := w.official().ListPersistentSubscriptionsToAll(context.Background(), es.ListPersistentSubscriptionsOptions{})
	if err != nil || len(groups) != 1 || !strings.HasPrefix(groups[0].GroupName, "process-v1.") {
		w.t.Fatalf("%d groups, %v", len(groups), err)
	}
	return groups[0].GroupName
}

// stored waits until a stream has n events and returns them as they are kept.
func (w *world) stored(stream string, n int) (events []*es.RecordedEvent) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	sub, err := w.official().SubscribeToStream(ctx, stream, es.SubscribeToStreamOptions{From: es.Start{}})
	if err != nil {
		w.t.Fatal(err)
	}
	defer sub.Close()
	for len(events) < n {
		switch said := sub.Recv(); {
		case said.EventAppeared != nil:
			events = append(events, said.EventAppeared.Event)
		case said.SubscriptionDropped != nil:
			w.t.Fatalf("%s has %d events, want %d: %v", stream, len(events), n, said.SubscriptionDropped.Error)
		}
	}
	return events
}

// parked waits until the one group has parked n messages and returns the links to
// them.
func (w *world) parked(n int) []*es.RecordedEvent {
	w.t.Helper()
	return w.stored("$persistentsubscription-$all::"+w.group()+"-parked", n)
}

// run runs a router until the test or the returned function stops it.
func (w *world) run(c bus.Config) (stop func() error) {
	w.t.Helper()
	return w.runOver(w.subs, c)
}

// runOver is run over another subscriber than the world's.
func (w *world) runOver(subs *esdb.Subscriber, c bus.Config) (stop func() error) {
	w.t.Helper()
	c.Subscriber, c.Park, c.Metrics, c.Log = subs, esdb.Park, prometheus.NewRegistry(), slog.New(slog.DiscardHandler)
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
func (w *world) reasons(n int) map[string]int {
	w.t.Helper()
	w.parked(n)
	return w.subs.Health()[0].Parked
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
	in, err := subs.Subscribe(context.Background(), topic)
	if err != nil {
		w.t.Fatal(err)
	}
	m := receive(w.t, in)
	m.Ack()
	return m
}

// settled waits until the server has no message in hand. It asks again and again,
// since nothing tells: the checkpoint of the group follows seconds later.
func (w *world) settled() {
	w.t.Helper()
	often := time.NewTicker(time.Millisecond)
	defer often.Stop()
	for late := time.Now().Add(soon); time.Now().Before(late); <-often.C {
		if lag, err := w.subs.Lag(context.Background(), topic); err == nil && lag.Outstanding == 0 && lag.Retrying == 0 {
			return
		}
	}
	w.t.Fatal("messages are still in hand")
}
