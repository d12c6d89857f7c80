// Package faults_test shows each known fault of the official client on the bare
// client, and that the adapter is not affected. docs/client-faults.md says which
// test shows which. It stands apart from the tests of the adapter because
// some of these leave goroutines that nothing can end.
package faults_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const (
	soon     = 20 * time.Second       // longer than anything should take
	hopeless = 500 * time.Millisecond // after so long a call of 50 ms counts as stuck
)

// What cannot be shown without ending the process is shown by this program
// started again, with childEnv naming which.
const childEnv = "VISURE_FAULT"

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		children[name]()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child runs this program as the named child against a server, and returns how
// it ended and what it wrote to the console.
func child(t *testing.T, name, url string) (exit int, console string) {
	t.Helper()
	if _, ok := children[name]; !ok {
		t.Fatalf("no child %q", name)
	}
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childEnv+"="+name, urlEnv+"="+url)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String()
}

// startNode returns the address of a node with nothing in it.
func startNode(t testing.TB) string {
	t.Helper()
	n, err := node.Open(node.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n.Addr().String()
}

// bare returns the official client, quiet and otherwise as it comes. It is not
// closed: that is one of the faults.
func bare(t testing.TB, url string, settings ...func(*es.Configuration)) *es.Client {
	t.Helper()
	config, err := es.ParseConnectionString(url)
	if err != nil {
		t.Fatal(err)
	}
	config.Logger = es.NoopLogging()
	for _, set := range settings {
		set(config)
	}
	client, err := es.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// holder returns a client of ours, closed with the test.
func holder(t testing.TB, url string) *esdb.Client {
	t.Helper()
	client, err := esdb.Connect(url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := client.Close(ctx); err != nil {
			t.Errorf("close client: %v", err)
		}
	})
	return client
}

// noKeys has none: these events hold nothing personal.
type noKeys struct{}

func (noKeys) Key(context.Context, string) ([]byte, error) { return nil, errors.New("no keys here") }
func (noKeys) Lookup(context.Context, []string) (map[string][]byte, error) {
	return nil, errors.New("no keys here")
}
func (noKeys) Draw(context.Context) (string, []byte, error) {
	return "", nil, errors.New("no keys here")
}

func within(t testing.TB, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), d)
	t.Cleanup(cancel)
	return ctx
}

// event is one for the bare client.
func event() es.EventData {
	return es.EventData{EventID: uuid.New(), EventType: "visura.approved.v1", ContentType: es.ContentTypeJson,
		Data: []byte(`{}`), Metadata: []byte(`{"schema":1}`)}
}

// append writes one event as the bare client does.
func bareAppend(ctx context.Context, client *es.Client, stream string) error {
	_, err := client.AppendToStream(ctx, stream, es.AppendToStreamOptions{ExpectedRevision: es.Any{}}, event())
	return err
}

// write writes n events to a stream as the application does.
func write(t testing.TB, store *esdb.Store, stream string, n int) {
	t.Helper()
	for i := range n {
		if err := tryWrite(within(t, soon), store, stream); err != nil {
			t.Fatalf("event %d of %s: %v", i, stream, err)
		}
	}
}

func tryWrite(ctx context.Context, store *esdb.Store, stream string) error {
	_, err := store.Append(ctx, stream, commands.AnyRevision, []domain.Event{domain.VisuraApproved{}}, domain.Meta{CommandID: uuid.NewString()})
	return err
}

// count returns how many events a stream has, each once.
func count(t testing.TB, store *esdb.Store, stream string) (n int) {
	t.Helper()
	seen := map[string]bool{}
	_, err := store.Load(within(t, soon), stream, commands.NoStream, func(r domain.Recorded) {
		n++
		if seen[r.ID] {
			t.Errorf("%s is in %s twice", r.ID, stream)
		}
		seen[r.ID] = true
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func subscriber(t testing.TB, client *esdb.Client, change ...func(*esdb.SubscriberConfig)) *esdb.Subscriber {
	t.Helper()
	config := esdb.SubscriberConfig{
		Group: "g-v1", DrainTimeout: time.Second,
		Redelivery: esdb.Backoff{Initial: time.Millisecond, Max: 5 * time.Millisecond},
	}
	for _, c := range change {
		c(&config)
	}
	subs, err := esdb.NewSubscriber(client, config, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = subs.Close() })
	return subs
}

func subscribe(t testing.TB, subs *esdb.Subscriber, topic string) <-chan *message.Message {
	t.Helper()
	in, err := subs.Subscribe(context.Background(), topic)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func receive[T any](t testing.TB, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-time.After(soon):
		t.Fatal("nothing came")
	}
	return v
}

// codeOf is the client's code of an error, however wrapped.
func codeOf(err error) es.ErrorCode {
	var e *es.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return -1
}

// eventually waits until something is so of which nothing tells: a figure of the
// adapter, a call that has reached the server, an outage that is over.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	often := time.NewTicker(time.Millisecond)
	defer often.Stop()
	for late := time.Now().Add(soon); !so(); <-often.C {
		if time.Now().After(late) {
			t.Fatalf("not so after %s: %s", soon, what)
		}
	}
}

// panics returns what a call panics with, or nothing.
func panics(call func()) (text string) {
	defer func() {
		if r := recover(); r != nil {
			text = fmt.Sprint(r)
		}
	}()
	call()
	return ""
}
