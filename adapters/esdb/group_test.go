package esdb_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
)

func TestATimedOutMessageComesAgainAndALateAckIsHarmless(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 2)
	config := quick
	config.MessageTimeout = 500 * time.Millisecond
	subs := subscriber(t, client, config)
	in := messages(t, subs, "visura")
	first := receive(t, in)
	official, ctx := server.official(), withDeadline(t, soon)
	for pushes := int64(1); pushes < 2; { // until the server's timeout has passed, of which only its figures tell
		info, err := official.GetPersistentSubscriptionInfoToAll(ctx, "g-v1.visura", es.GetPersistentSubscriptionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		pushes = info.Stats.TotalItems
	}
	first.Ack()
	again := receive(t, in)
	again.Ack()
	if again.UUID != first.UUID || again.Metadata.Get(esdb.MetaRetries) != "1" {
		t.Errorf("%s came with %s retries", again.Metadata.Get(esdb.MetaRevision), again.Metadata.Get(esdb.MetaRetries))
	}
	if second := receive(t, in); second.Metadata.Get(esdb.MetaRevision) != "1" {
		t.Errorf("then revision %s came", second.Metadata.Get(esdb.MetaRevision))
	} else {
		second.Ack()
	}
	ctx = withDeadline(t, soon)
	lag, err := subs.Lag(ctx, "visura")
	for err == nil && (lag.Outstanding > 0 || lag.Retrying > 0) {
		lag, err = subs.Lag(ctx, "visura")
	}
	if err != nil || lag.Parked != 0 || lag.Consumers != 1 {
		t.Errorf("%+v, %v", lag, err)
	}
}

func TestAGroupDeletedUnderUsIsMadeAgain(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	store := esdb.NewStore(client, newRing())
	downloads(t, store, "visura-a", 1)
	in := messages(t, subscriber(t, client, quick), "visura")
	receive(t, in).Ack()
	if err := server.official().DeletePersistentSubscriptionToAll(withDeadline(t, soon), "g-v1.visura", es.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	downloads(t, store, "visura-b", 1)
	for {
		m := receive(t, in) // history again, then the new one
		m.Ack()
		if m.Metadata.Get(esdb.MetaStream) == "visura-b" {
			return
		}
	}
}

func TestAnUnmanagedGroupIsWaitedForAndNeverMade(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	config := quick
	config.Unmanaged = true
	subs := subscriber(t, client, config)
	if err := subs.SubscribeInitialize("visura"); err == nil {
		t.Error("a missing group is no error")
	}
	in := messages(t, subs, "visura")
	becomes(t, subs, "turned away", func(h esdb.Health) bool { return h.Breaks > 0 })
	if err := subscriber(t, client, quick).SubscribeInitialize("visura"); err != nil {
		t.Fatal(err)
	}
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 1)
	receive(t, in).Ack()
}

func TestAGroupMadeFromTheEndLeavesHistoryAlone(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	store := esdb.NewStore(client, newRing())
	downloads(t, store, "visura-a", 1)
	config := quick
	config.FromEnd = true
	for _, topic := range []string{"visura", "stream:visura-a"} {
		if err := subscriber(t, client, config).SubscribeInitialize(topic); err != nil {
			t.Fatal(err)
		}
	}
	downloads(t, store, "visura-b", 1)
	downloads(t, store, "visura-a", 1)
	for topic, want := range map[string]string{"visura": "visura-b@0", "stream:visura-a": "visura-a@1"} {
		m := receive(t, messages(t, subscriber(t, client, quick), topic))
		m.Ack()
		if first := m.Metadata.Get(esdb.MetaStream) + "@" + m.Metadata.Get(esdb.MetaRevision); first != want {
			t.Errorf("of %s %s comes first", topic, first)
		}
	}
}

func TestSettingsThatAreNotOursAreNoticed(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	if err := subscriber(t, client, quick).SubscribeInitialize("visura"); err != nil {
		t.Fatal(err)
	}
	config := quick
	config.ServerRetries, config.MessageTimeout = 3, time.Minute
	subs := subscriber(t, client, config)
	for range 2 {
		if err := subs.SubscribeInitialize("visura"); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"max retries is 10, not 3", "message timeout is 5m0s, not 1m0s"}
	if diff := cmp.Diff(want, subs.Health()[0].Drift); diff != "" {
		t.Error(diff)
	}
}

// The server does not tell a group's filter, and an update does not change it:
// it shows in what the group delivers.
func TestAFilterThatIsNotOursIsNoticedAndOthersEventsAreLetGo(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	settings := es.SubscriptionSettingsDefault()
	err := server.official().CreatePersistentSubscriptionToAll(withDeadline(t, soon), "g-v1.visura", es.PersistentAllSubscriptionOptions{
		Settings: &settings, StartFrom: es.Start{}, Filter: &es.SubscriptionFilter{Type: es.StreamFilterType, Prefixes: []string{"v"}}})
	if err != nil {
		t.Fatal(err)
	}
	client := server.connect()
	store, subs := esdb.NewStore(client, newRing()), subscriber(t, client, quick)
	downloads(t, store, "visuraStorica-a", 2)
	downloads(t, store, "visura-a", 1)
	m := receive(t, messages(t, subs, "visura"))
	if got := m.Metadata.Get(esdb.MetaStream); got != "visura-a" {
		t.Errorf("%s came", got)
	}
	m.Ack()
	h := subs.Health()[0]
	if n := len(h.Drift); h.Foreign != 2 || n == 0 || h.Drift[n-1] != "filter lets in events of others" {
		t.Errorf("%+v", h)
	}
}

func TestManyConsumersShareTheWorkAndKeepEachStreamsOrder(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	store, subs := esdb.NewStore(client, newRing()), subscriber(t, client, quick)
	if err := subs.SubscribeInitialize("visura"); err != nil {
		t.Fatal(err)
	}
	const consumers, streams, each = 16, 40, 12
	type seen struct {
		consumer int
		stream   string
		revision string
	}
	got := make(chan seen, streams*each)
	for c := range consumers {
		in := messages(t, subs, "visura")
		go func() {
			for m := range in {
				got <- seen{c, m.Metadata.Get(esdb.MetaStream), m.Metadata.Get(esdb.MetaRevision)}
				m.Ack()
			}
		}()
	}
	becomes(t, subs, "all connected", func(h esdb.Health) bool { return h.Connected == consumers })
	var writing sync.WaitGroup
	for s := range streams {
		writing.Go(func() { downloads(t, store, fmt.Sprintf("visura-%d", s), each) })
	}
	writing.Wait()
	next, workers := map[string]int{}, map[int]bool{}
	for range streams * each {
		select {
		case s := <-got:
			if s.revision != fmt.Sprint(next[s.stream]) {
				t.Fatalf("%s: revision %s, want %d", s.stream, s.revision, next[s.stream])
			}
			next[s.stream]++
			workers[s.consumer] = true
		case <-time.After(soon):
			t.Fatal("not all came")
		}
	}
	if len(workers) < consumers/2 {
		t.Errorf("only %d of %d consumers worked", len(workers), consumers)
	}
}

func TestASubscriptionSurvivesARestart(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	client := server.connect()
	store, subs := esdb.NewStore(client, newRing()), subscriber(t, client, quick)
	in := messages(t, subs, "visura")
	seen := map[string]bool{}
	for round := range 3 {
		downloads(t, store, fmt.Sprintf("visura-%d", round), 3)
		for len(seen) < 3*(round+1) {
			m := receive(t, in)
			seen[m.UUID] = true
			m.Ack()
		}
		server.stop()
		server.start()
	}
	if h := subs.Health()[0]; h.Breaks < 2 {
		t.Errorf("%+v", h)
	}
}

func BenchmarkDelivery(b *testing.B) {
	for _, consumers := range []int{1, 4, 16} {
		b.Run(fmt.Sprint(consumers), func(b *testing.B) {
			client := startServer(b).connect()
			store, subs := esdb.NewStore(client, newRing()), subscriber(b, client, quick)
			got := make(chan struct{}, 1024)
			for range consumers {
				in := messages(b, subs, "visura")
				go func() {
					for m := range in {
						m.Ack()
						got <- struct{}{}
					}
				}()
			}
			becomes(b, subs, "all connected", func(h esdb.Health) bool { return h.Connected == consumers })
			for i := 0; i < b.N; i += 100 {
				downloads(b, store, "visura-"+uuid.NewString(), min(100, b.N-i))
			}
			for range b.N {
				<-got
			}
		})
	}
}

// BenchmarkReaction measures from the call of Append to the handler.
func BenchmarkReaction(b *testing.B) {
	client := startServer(b).connect()
	store, subs := esdb.NewStore(client, newRing()), subscriber(b, client, quick)
	in := messages(b, subs, "visura")
	for b.Loop() {
		downloads(b, store, string(newVisura().Stream()), 1)
		(<-in).Ack()
	}
}
