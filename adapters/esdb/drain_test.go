package esdb_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
)

// The official client loses an ack that is followed at once by the end of its
// subscription; ours lingers until the server shows that it has it.
func TestAnAckBeforeClosingIsNeverLost(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	const groups, rounds = 5, 60
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", rounds)
	for group := range groups {
		t.Run(fmt.Sprint(group), func(t *testing.T) {
			t.Parallel()
			config, seen := quick, map[string]bool{}
			config.Group, config.AckLinger = fmt.Sprint("g-v", group), soon
			for range rounds {
				subs := subscriber(t, client, config)
				m := receive(t, messages(t, subs, "visura"))
				if seen[m.UUID] {
					t.Errorf("revision %s came again, with %s retries", m.Metadata.Get(esdb.MetaRevision), m.Metadata.Get(esdb.MetaRetries))
				}
				seen[m.UUID] = true
				m.Ack()
				if err := subs.Close(); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func TestClosingWaitsForTheMessageInHand(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 2)
	subs := subscriber(t, client, quick)
	in := messages(t, subs, "visura")
	m := receive(t, in)
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = subs.Close()
		_ = subs.Close()
	}()
	select {
	case <-closed:
		t.Error("Close did not wait")
	case <-time.After(50 * time.Millisecond):
	}
	if m.Context().Err() != nil {
		t.Error("the message was cut off")
	}
	m.Ack()
	<-closed
	if _, open := <-in; open {
		t.Error("another message came while closing")
	}
	<-m.Context().Done()
	if _, err := subs.Subscribe(context.Background(), "visura"); err == nil {
		t.Error("a closed subscriber subscribes")
	}
	// Only what was not acked comes again.
	m = receive(t, messages(t, subscriber(t, client, quick), "visura"))
	if m.Metadata.Get(esdb.MetaRevision) != "1" {
		t.Errorf("revision %s came again", m.Metadata.Get(esdb.MetaRevision))
	}
	m.Ack()
}

func TestAStuckHandlerDelaysClosingByTheDrainTimeoutOnly(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 1)
	config := quick
	config.DrainTimeout = 50 * time.Millisecond
	subs := subscriber(t, client, config)
	m := receive(t, messages(t, subs, "visura"))
	begun := time.Now()
	_ = subs.Close()
	if took := time.Since(begun); took < 50*time.Millisecond || took > 50*time.Millisecond+tolerance {
		t.Errorf("closing took %s", took)
	}
	if m.Context().Err() == nil {
		t.Error("the stuck handler was not told")
	}
	again := receive(t, messages(t, subscriber(t, client, quick), "visura"))
	if again.UUID != m.UUID || again.Metadata.Get(esdb.MetaRetries) != "1" {
		t.Errorf("%s came with %s retries", again.UUID, again.Metadata.Get(esdb.MetaRetries))
	}
	again.Ack()
}

func TestClosingWorksWhileNobodyReads(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 1)
	subs := subscriber(t, client, quick)
	_ = messages(t, subs, "visura")
	becomes(t, subs, "a message in hand", func(h esdb.Health) bool { return h.InFlight > 0 })
	_ = subs.Close()
}

func TestAMessageCarriesTheSubscribersValuesButNotItsEnd(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 1)
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "value"))
	in, err := subscriber(t, client, quick).Subscribe(ctx, "visura")
	if err != nil {
		t.Fatal(err)
	}
	m := receive(t, in)
	cancel()
	if m.Context().Value(key{}) != "value" || m.Context().Err() != nil {
		t.Errorf("value %v, error %v", m.Context().Value(key{}), m.Context().Err())
	}
	m.Ack()
	<-m.Context().Done()
	if _, open := <-in; open {
		t.Error("the channel is still open")
	}
}
