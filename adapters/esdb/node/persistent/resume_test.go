package persistent_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"go.uber.org/goleak"
	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

func TestARestartResumesBehindTheCheckpoint(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 5)
	g.Create("s", "g", esdbtest.Pinned, esdbtest.Retrying(7))
	c := g.Join("s", "g", 10)
	events := c.Expect("0@s", "1@s", "2@s", "3@s", "4@s")
	c.Ack(events[0], events[1], events[3])
	g.UntilCheckpoint("s", "g", 1)
	g = g.Reopen(dir)
	if code := c.Dropped(); code != codes.Unavailable {
		t.Errorf("the consumer was dropped with %v", code)
	}
	i := g.Info("s", "g")
	if i.Settings.MaxRetryCount != 7 || i.Settings.ConsumerStrategyName != esdb.ConsumerStrategyPinned || *i.Stats.LastCheckpointedEventRevision != 1 {
		t.Errorf("%+v %+v", *i.Settings, *i.Stats)
	}
	g.Join("s", "g", 10).Expect("2@s", "3@s", "4@s")
}

// With an unreadable checkpoint a group begins at its start again, so that nothing
// is lost.
func TestAnUnreadableCheckpointIsNone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 2)
	g.Create("s", "g")
	c := g.Join("s", "g", 10)
	c.Ack(c.Expect("0@s", "1@s")...)
	g.UntilCheckpoint("s", "g", 1)
	g.Append("$persistentsubscription-s::g-checkpoint", 1)
	g = g.Reopen(dir)
	g.Join("s", "g", 10).Expect("0@s", "1@s")
}

// Reads show the newest checkpoint of a group only, and a scavenge removes the
// others.
func TestOldCheckpointsAreScavenged(t *testing.T) {
	t.Parallel()
	g := esdbtest.OnNode(t, node.Options{})
	g.Append("s", 3)
	g.Create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointUpperBound = 1 })
	c := g.Join("s", "g", 1)
	for revision := range uint64(3) {
		c.Ack(c.Take().Event)
		g.UntilCheckpoint("s", "g", revision)
	}
	events := g.Read("$persistentsubscription-s::g-checkpoint")
	if len(events) != 1 || events[0].Event.EventNumber != 2 || string(events[0].Event.Data) != `"2"` {
		t.Errorf("the checkpoints read %v", events)
	}
	if s, err := g.Node.Data().Scavenge(g.Ctx); err != nil || s.Events != 2 {
		t.Errorf("scavenged %+v, %v", s, err)
	}
	if _, err := g.Node.Data().Verify(g.Ctx); err != nil {
		t.Error(err)
	}
}

// A group made again does not resume from the checkpoint of the deleted one.
func TestAGroupMadeAgainBeginsAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 2)
	for range 2 {
		g.Create("s", "g")
		c := g.Join("s", "g", 10)
		c.Ack(c.Expect("0@s", "1@s")...)
		g.UntilCheckpoint("s", "g", 1)
		if err := g.Client.DeletePersistentSubscription(g.Ctx, "s", "g", esdb.DeletePersistentSubscriptionOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	g.Create("s", "g")
	g = g.Reopen(dir)
	g.Join("s", "g", 10).Expect("0@s", "1@s")
}

func TestAGroupFromTheEndMissesNothingWhileTheNodeIsDown(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("visura-1", 1)
	err := g.Client.CreatePersistentSubscriptionToAll(g.Ctx, "g", esdb.PersistentAllSubscriptionOptions{
		Settings: esdbtest.Settings(), StartFrom: esdb.End{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{"visura-"}}})
	if err != nil {
		t.Fatal(err)
	}
	g.Append("visura-1", 1)
	g = g.Reopen(dir)
	g.Join("$all", "g", 10).Expect("1@visura-1")
}

func TestReplayedMessagesSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 3)
	g.Create("s", "g")
	g.ParkAll("s", "g", 3)
	g.UntilCheckpoint("s", "g", 2)
	c := g.Join("s", "g", 10)
	g.Replay("s", "g", 0)
	const stream = "@$persistentsubscription-s::g-parked->"
	c.Expect("0"+stream+"0@s", "1"+stream+"1@s", "2"+stream+"2@s")
	g = g.Reopen(dir)
	c = g.Join("s", "g", 10)
	c.Ack(c.Expect("0"+stream+"0@s", "1"+stream+"1@s", "2"+stream+"2@s")...)
	g.Until("s", "g", "finished", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.OutstandingMessagesCount == 0 })
	if n := g.Info("s", "g").Stats.ParkedMessagesCount; n != 0 {
		t.Errorf("%d are parked", n)
	}
}

func TestAMessageParkedBeforeACrashIsNotParkedTwice(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.Append("s", 3)
	g.Create("s", "g")
	events := g.Join("s", "g", 10).Expect("0@s", "1@s", "2@s")
	g.Join("s", "g", 1).Nack(esdb.NackActionPark, "", events[1:]...) // the unfinished first event keeps the checkpoint before it
	g.UntilParked("s", "g", 2)
	g = g.Reopen(dir)
	c := g.Join("s", "g", 10)
	events = c.Expect("0@s", "1@s", "2@s")
	c.Nack(esdb.NackActionPark, "", events[1:]...)
	c.Ack(events[0])
	g.UntilCheckpoint("s", "g", 2)
	g.UntilParked("s", "g", 2)
}

func TestGroupsLeaveNothingBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Run("a node with groups and consumers", func(t *testing.T) {
		g := esdbtest.OnNode(t, node.Options{})
		g.Append("s", 3)
		for _, group := range []string{"a", "b", "c"} {
			g.Create("s", group)
			g.Join("s", group, 2).Expect("0@s", "1@s")
		}
		if err := g.Node.Close(); err != nil {
			t.Fatal(err)
		}
	})
	goleak.VerifyNone(t, before)
}

// Consumers acknowledge, retry, park and ignore at random while the node is
// restarted; every event is finished or parked.
func TestNothingIsLostAcrossRestarts(t *testing.T) {
	t.Parallel()
	const streams, each = 10, 30
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	g := esdbtest.OnNode(t, node.Options{Dir: dir})
	g.CreateAll("g", "visura-", esdbtest.Pinned, esdbtest.Retrying(3), func(s *esdb.PersistentSubscriptionSettings) { s.CheckpointUpperBound = 5 })
	for n := range streams * each {
		g.Append(fmt.Sprint("visura-", n%streams), 1)
	}
	finished := map[string]bool{}
	for range 4 {
		consumers := []*esdbtest.Consumer{g.Join("$all", "g", 1), g.Join("$all", "g", 2), g.Join("$all", "g", 5)}
		for range 60 {
			c := consumers[random.IntN(len(consumers))]
			var e *esdb.EventAppeared
			select {
			case got := <-c.Got:
				e = got.EventAppeared
			default:
				continue
			}
			switch random.IntN(8) {
			case 0:
				c.Nack(esdb.NackActionRetry, "", e.Event)
			case 1:
				c.Nack(esdb.NackActionPark, "", e.Event)
			case 2: // ignored
			default:
				finished[eventOf(e.Event.OriginalEvent())] = true
				c.Ack(e.Event)
			}
		}
		g = g.Reopen(dir)
	}
	c := g.Join("$all", "g", 10)
	drained := untilIdle(g, c, "$all", "g", func(e *esdb.ResolvedEvent) { finished[eventOf(e.OriginalEvent())] = true })
	for _, e := range g.Read("$persistentsubscription-$all::g-parked") {
		finished[string(e.OriginalEvent().Data)] = true
	}
	if len(finished) != streams*each {
		t.Errorf("%d events are finished or parked, want %d; the last life delivered %d", len(finished), streams*each, drained)
	}
}

func eventOf(e *esdb.RecordedEvent) string { return fmt.Sprintf("%d@%s", e.EventNumber, e.StreamID) }

// untilIdle acknowledges everything until the group has nothing left, and returns
// how many events that were.
func untilIdle(g esdbtest.NodeGroups, c *esdbtest.Consumer, stream, group string, got func(*esdb.ResolvedEvent)) int {
	g.T.Helper()
	n := 0
	g.Until(stream, group, "idle", func(i *esdb.PersistentSubscriptionInfo) bool {
		for len(c.Got) > 0 {
			e := c.Take()
			n++
			got(e.Event)
			c.Ack(e.Event)
		}
		s := i.Stats
		return i.Status == "Live" && s.OutstandingMessagesCount+s.ReadBufferCount+s.RetryBufferCount == 0
	})
	return n
}
