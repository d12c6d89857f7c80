package esdb

import (
	"context"
	"log/slog"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func startNode(t *testing.T) *node.Node {
	t.Helper()
	n, err := node.Open(node.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = n.Close() })
	return n
}

// After too many failed discoveries the official client answers "connection
// closed" to every call. Client makes a new one.
func TestADeadClientIsReplaced(t *testing.T) {
	t.Parallel()
	client, err := Connect(startNode(t).ConnectionString(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	store := NewStore(client, oneKey(make([]byte, 32)))
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for i := range 5 {
		first := client.current()
		if err := first.client.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Append(ctx, "visura-x", int64(i)-1, []domain.Event{domain.VisuraApproved{}}, domain.Meta{CommandID: time.Now().String()}); err != nil {
			t.Fatal(err)
		}
		if client.current() == first {
			t.Fatal("the dead client is still in use")
		}
	}
	if _, err := store.Load(ctx, "visura-x", commands.NoStream, func(domain.Recorded) {}); err != nil {
		t.Error(err)
	}
	if err := client.Close(ctx); err != nil {
		t.Error(err)
	}
}

func TestAPanicOfTheClientIsAnError(t *testing.T) {
	t.Parallel()
	client, err := Connect(startNode(t).ConnectionString(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, err = guard(context.Background(), client, func(context.Context, *es.Client) (int, error) { panic("unreachable code") })
	if err == nil {
		t.Error("no error")
	}
	if err := client.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestOnlySoManyCallsAreInsideTheClient(t *testing.T) {
	t.Parallel()
	client, err := Connect(startNode(t).ConnectionString(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	inside, leave := make(chan struct{}, maxCalls), make(chan struct{})
	for range maxCalls {
		go func() {
			_, _ = guard(context.Background(), client, func(context.Context, *es.Client) (int, error) {
				inside <- struct{}{}
				<-leave
				return 0, nil
			})
		}()
	}
	for range maxCalls {
		<-inside
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	one := func(context.Context, *es.Client) (int, error) { return 1, nil }
	if _, err := guard(ctx, client, one); err == nil {
		t.Error("one more was let in")
	}
	close(leave)
	if n, err := guard(context.Background(), client, one); n != 1 || err != nil {
		t.Errorf("after room was made: %d, %v", n, err)
	}
	if err := client.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func (c *Client) current() *generation {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// BenchmarkGuard is what the holder adds to a call.
func BenchmarkGuard(b *testing.B) {
	client, err := Connect("esdb://127.0.0.1:1?tls=false", slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := guard(context.Background(), client, func(context.Context, *es.Client) (int, error) { return 1, nil }); err != nil {
			b.Fatal(err)
		}
	}
}
