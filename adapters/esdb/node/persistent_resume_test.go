package node_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"go.uber.org/goleak"
	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// reopen stops the node and starts it on the same directory.
func (g groups) reopen(dir string) groups {
	g.t.Helper()
	if err := g.node.Close(); err != nil {
		g.t.Fatal(err)
	}
	return newGroups(g.t, node.Options{Dir: dir})
}

func TestARestartResumesBehindTheCheckpoint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := newGroups(t, node.Options{Dir: dir})
	g.append("s", 5)
	g.create("s", "g", pinned, retrying(7))
	c := g.join("s", "g", 10)
	events := c.expect("0@s", "1@s", "2@s", "3@s", "4@s")
	c.ack(events[0], events[1], events[3])
	g.untilCheckpoint("s", "g", 1)
	g = g.reopen(dir)
	if code := c.dropped(); code != codes.Unavailable {
		t.Errorf("the consumer was dropped with %v", code)
	}
	i := g.info("s", "g")
	if i.Settings.MaxRetryCount != 7 || i.Settings.ConsumerStrategyName != esdb.ConsumerStrategyPinned || *i.Stats.LastCheckpointedEventRevision != 1 {
		t.Errorf("%+v %+v", *i.Settings, *i.Stats)
	}
	g.join("s", "g", 10).expect("2@s", "3@s", "4@s")
}

func TestAGroupFromTheEndMissesNothingWhileTheNodeIsDown(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := newGroups(t, node.Options{Dir: dir})
	g.append("visura-1", 1)
	err := g.client.CreatePersistentSubscriptionToAll(g.ctx, "g", esdb.PersistentAllSubscriptionOptions{
		Settings: settings(), StartFrom: esdb.End{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"visura-"}}})
	if err != nil {
		t.Fatal(err)
	}
	g.append("visura-1", 1)
	g = g.reopen(dir)
	g.join("$all", "g", 10).expect("1@visura-1")
}

func TestReplayedMessagesSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := newGroups(t, node.Options{Dir: dir})
	g.append("s", 3)
	g.create("s", "g")
	g.parkAll("s", "g", 3)
	g.untilCheckpoint("s", "g", 2)
	c := g.join("s", "g", 10)
	g.replay("s", "g")
	const stream = "@$persistentsubscription-s::g-parked->"
	c.expect("0"+stream+"0@s", "1"+stream+"1@s", "2"+stream+"2@s")
	g = g.reopen(dir)
	c = g.join("s", "g", 10)
	c.ack(c.expect("0"+stream+"0@s", "1"+stream+"1@s", "2"+stream+"2@s")...)
	g.until("s", "g", "finished", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.OutstandingMessagesCount == 0 })
	if n := g.info("s", "g").Stats.ParkedMessagesCount; n != 0 {
		t.Errorf("%d are parked", n)
	}
}

func TestAMessageParkedBeforeACrashIsNotParkedTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := newGroups(t, node.Options{Dir: dir})
	g.append("s", 3)
	g.create("s", "g")
	events := g.join("s", "g", 10).expect("0@s", "1@s", "2@s")
	g.join("s", "g", 1).nack(esdb.NackActionPark, "", events[1:]...) // the first holds the checkpoint back
	g.untilParked("s", "g", 2)
	g = g.reopen(dir)
	c := g.join("s", "g", 10)
	events = c.expect("0@s", "1@s", "2@s")
	c.nack(esdb.NackActionPark, "", events[1:]...)
	c.ack(events[0])
	g.untilCheckpoint("s", "g", 2)
	g.untilParked("s", "g", 2)
}

func TestGroupsLeaveNothingBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("a node with groups and consumers", func(t *testing.T) {
		g := newGroups(t, node.Options{})
		g.append("s", 3)
		for _, group := range []string{"a", "b", "c"} {
			g.create("s", group)
			g.join("s", group, 2).expect("0@s", "1@s")
		}
		if err := g.node.Close(); err != nil {
			t.Fatal(err)
		}
	})
	goleak.VerifyNone(t, before)
}

// Consumers that do anything, and a node that stops in the middle of it.
func TestNothingIsLostAcrossRestarts(t *testing.T) {
	t.Parallel()
	const streams, each = 10, 30
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	g := newGroups(t, node.Options{Dir: dir})
	g.createAll("g", "visura-", pinned, retrying(3), func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointUpperBound = 5 })
	for n := range streams * each {
		g.append(fmt.Sprint("visura-", n%streams), 1)
	}
	finished := map[string]bool{}
	for range 4 {
		consumers := []*consumer{g.join("$all", "g", 1), g.join("$all", "g", 2), g.join("$all", "g", 5)}
		for range 60 {
			c := consumers[random.IntN(len(consumers))]
			var e *esdb.EventAppeared
			select {
			case got := <-c.got:
				e = got.EventAppeared
			default:
				continue
			}
			switch random.IntN(8) {
			case 0:
				c.nack(esdb.NackActionRetry, "", e.Event)
			case 1:
				c.nack(esdb.NackActionPark, "", e.Event)
			case 2: // forgotten
			default:
				finished[eventOf(e.Event.OriginalEvent())] = true
				c.ack(e.Event)
			}
		}
		g = g.reopen(dir)
	}
	c := g.join("$all", "g", 10)
	drained := g.untilIdle(c, "$all", "g", func(e *esdb.ResolvedEvent) { finished[eventOf(e.OriginalEvent())] = true })
	for _, e := range g.read("$persistentsubscription-$all::g-parked") {
		finished[string(e.OriginalEvent().Data)] = true
	}
	if len(finished) != streams*each {
		t.Errorf("%d events are finished or parked, want %d; the last life delivered %d", len(finished), streams*each, drained)
	}
}

func eventOf(e *esdb.RecordedEvent) string { return fmt.Sprintf("%d@%s", e.EventNumber, e.StreamID) }

// untilIdle acknowledges everything until the group holds nothing, and returns how much that was.
func (g groups) untilIdle(c *consumer, stream, group string, got func(*esdb.ResolvedEvent)) int {
	g.t.Helper()
	n := 0
	g.until(stream, group, "idle", func(i *esdb.PersistentSubscriptionInfo) bool {
		for len(c.got) > 0 {
			e := c.take()
			n++
			got(e.Event)
			c.ack(e.Event)
		}
		s := i.Stats
		return i.Status == "Live" && s.OutstandingMessagesCount+s.ReadBufferCount+s.RetryBufferCount == 0
	})
	return n
}
