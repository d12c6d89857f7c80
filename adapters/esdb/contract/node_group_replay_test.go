package contract

import (
	"strconv"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// A replay that stops below the messages already replayed changes nothing.
func TestNodeReplayNeverGoesBack(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("s", 3)
	g.Create("s", "g")
	g.ParkAll("s", "g", 3)
	g.Replay("s", "g", 2)
	before := g.parkedTruncation("s", "g")
	g.Replay("s", "g", 1)
	if after := g.parkedTruncation("s", "g"); after != before {
		t.Errorf("truncated by %s, then by %s", before, after)
	}
}

// The parked streams of groups on $all are not read by groups on $all; their
// metadata streams are.
func TestNodeHidesWhatGroupsOnAllPark(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("visura-1", 2)
	g.CreateAll("g", "visura-")
	g.CreateAll("everything", "")
	g.ParkAll("$all", "g", 2)
	g.Replay("$all", "g", 0)
	g.Append("visura-2", 1)
	g.Join("$all", "everything", 10).Expect("0@visura-1", "1@visura-1", "0@$$$persistentsubscription-$all::g-parked", "0@visura-2")
}

func TestNodeGroupsOfAmbiguousNamesDoNotShareAnything(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("a::b", 1)
	g.Append("a", 2)
	g.Create("a::b", "c")
	g.Create("a", "b::c")
	g.ParkAll("a", "b::c", 2)
	g.ParkAll("a::b", "c", 1)
	for key, want := range map[[2]string]int64{{"a", "b::c"}: 2, {"a::b", "c"}: 1} {
		if n := g.Info(key[0], key[1]).Stats.ParkedMessagesCount; n != want {
			t.Errorf("%v: %d parked, want %d", key, n, want)
		}
	}
}

func TestNodeManyParkedMessagesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	const n = 1200
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("s", n)
	g.Create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.HistoryBufferSize = 2 * n })
	g.ParkAll("s", "g", n)
	c := g.Join("s", "g", 50)
	g.Replay("s", "g", 0)
	for i := range n {
		e := c.Take()
		if want := strconv.Itoa(i) + "@s"; esdbtest.Describe(e) != strconv.Itoa(i)+"@$persistentsubscription-s::g-parked->"+want {
			t.Fatalf("got %s, want %s", esdbtest.Describe(e), want)
		}
		c.Ack(e.Event)
	}
}

// Deleting a group removes what it had parked. A group made again under the same
// name counts only its own parked messages, the only ones it can replay, and numbers
// them after the old ones. A real server still counts the old ones, which it cannot
// deliver.
func TestNodeRecreatedGroupGoesOnNumberingWhatItParks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("s", 2)
	g.Create("s", "g")
	g.ParkAll("s", "g", 2)
	if err := g.Client.DeletePersistentSubscription(g.Ctx, g.Full("s"), "g", esdb.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	g.Create("s", "g")
	g.UntilParked("s", "g", 0)
	g.ParkAll("s", "g", 1)
	if first := g.Read("$persistentsubscription-s::g-parked")[0].OriginalEvent(); first.EventNumber != 2 {
		t.Errorf("parked at %d, want 2", first.EventNumber)
	}
}
