package esdb_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var quick = esdb.SubscriberConfig{
	Group:        "g-v1",
	Redelivery:   esdb.Backoff{Initial: time.Millisecond, Max: 5 * time.Millisecond},
	DrainTimeout: 2 * time.Second,
	AckLinger:    20 * time.Millisecond,
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
	ctx := withDeadline(t, soon)
	for {
		got := parked(t, server, "g-v1.visura")
		if len(got) >= len(reasons) {
			if len(got) > len(reasons) {
				t.Errorf("parked %v", got)
			}
			for i, want := range reasons {
				if !contains(got[i], want) {
					t.Errorf("parked with %s, want %s", got[i], want)
				}
			}
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("parked %v, want %v", got, reasons)
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

// The official client loses an ack that is followed at once by the end of its
// subscription; the linger is there so that ours does not.
func TestAnAckBeforeClosingIsNeverLost(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	store := esdb.NewStore(client, newRing())
	const rounds = 60
	downloads(t, store, "visura-a", rounds)
	seen := map[string]int{}
	for range rounds {
		subs := subscriber(t, client, quick)
		m := receive(t, messages(t, subs, "visura"))
		if seen[m.UUID]++; seen[m.UUID] > 1 {
			t.Errorf("revision %s came again, with %s retries", m.Metadata.Get(esdb.MetaRevision), m.Metadata.Get(esdb.MetaRetries))
		}
		m.Ack()
		if err := subs.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(seen) != rounds {
		t.Errorf("%d rounds saw %d different messages", rounds, len(seen))
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
	if m := receive(t, messages(t, subscriber(t, client, quick), "visura")); m.Metadata.Get(esdb.MetaRevision) != "1" {
		t.Errorf("revision %s came again", m.Metadata.Get(esdb.MetaRevision))
	}
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
	for subs.Health()[0].InFlight == 0 {
		time.Sleep(time.Millisecond)
	}
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
	for pushes := int64(1); pushes < 2; { // the server has lost patience
		info, err := server.official().GetPersistentSubscriptionInfoToAll(withDeadline(t, soon), "g-v1.visura", es.GetPersistentSubscriptionOptions{})
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
	lag, err := subs.Lag(withDeadline(t, soon), "visura")
	for err == nil && (lag.Outstanding > 0 || lag.Retrying > 0) {
		lag, err = subs.Lag(withDeadline(t, soon), "visura")
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
	for subs.Health()[0].Breaks == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := subscriber(t, client, quick).SubscribeInitialize("visura"); err != nil {
		t.Fatal(err)
	}
	downloads(t, esdb.NewStore(client, newRing()), "visura-a", 1)
	receive(t, in).Ack()
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
	for subs.Health()[0].Connected < consumers {
		time.Sleep(time.Millisecond)
	}
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
			for subs.Health()[0].Connected < consumers {
				time.Sleep(time.Millisecond)
			}
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
