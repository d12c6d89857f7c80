package contract

import (
	"strconv"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// A replay that ends below what was replayed already changes nothing.
func TestNodeReplayNeverGoesBack(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.append("s", 3)
	g.create("s", "g")
	g.parkAll("s", "g", 3)
	g.replay("s", "g", 2)
	before := g.parkedTruncation("s", "g")
	g.replay("s", "g", 1)
	if after := g.parkedTruncation("s", "g"); after != before {
		t.Errorf("truncated by %s, then by %s", before, after)
	}
}

// What a group on $all parks does not come back by way of $all; the metadata of
// where it is parked does.
func TestNodeHidesWhatGroupsOnAllPark(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.append("visura-1", 2)
	g.createAll("g", "visura-")
	g.createAll("everything", "")
	g.parkAll("$all", "g", 2)
	g.replay("$all", "g", 0)
	g.append("visura-2", 1)
	g.join("$all", "everything", 10).expect("0@visura-1", "1@visura-1", "0@$$$persistentsubscription-$all::g-parked", "0@visura-2")
}

func TestNodeGroupsOfAmbiguousNamesDoNotShareAnything(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.append("a::b", 1)
	g.append("a", 2)
	g.create("a::b", "c")
	g.create("a", "b::c")
	g.parkAll("a", "b::c", 2)
	g.parkAll("a::b", "c", 1)
	for key, want := range map[[2]string]int64{{"a", "b::c"}: 2, {"a::b", "c"}: 1} {
		if n := g.info(key[0], key[1]).Stats.ParkedMessagesCount; n != want {
			t.Errorf("%v: %d parked, want %d", key, n, want)
		}
	}
}

func TestNodeManyParkedMessagesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	const n = 1200
	g := newGroups(t, alone(t, node.Options{}))
	g.append("s", n)
	g.create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.HistoryBufferSize = 2 * n })
	g.parkAll("s", "g", n)
	c := g.join("s", "g", 50)
	g.replay("s", "g", 0)
	for i := range n {
		e := c.take()
		if want := strconv.Itoa(i) + "@s"; describe(e) != strconv.Itoa(i)+"@$persistentsubscription-s::g-parked->"+want {
			t.Fatalf("got %s, want %s", describe(e), want)
		}
		c.ack(e.Event)
	}
}

// What a group parked is gone when the group is deleted: the group made again counts
// only what it parked itself, since no more can be replayed, and numbers it behind
// what was there. A real server goes on counting what it can no longer deliver.
func TestNodeRecreatedGroupGoesOnNumberingWhatItParks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.append("s", 2)
	g.create("s", "g")
	g.parkAll("s", "g", 2)
	if err := g.client.DeletePersistentSubscription(g.ctx, g.full("s"), "g", esdb.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	g.create("s", "g")
	g.untilParked("s", "g", 0)
	g.parkAll("s", "g", 1)
	if first := g.read("$persistentsubscription-s::g-parked")[0].OriginalEvent(); first.EventNumber != 2 {
		t.Errorf("parked at %d, want 2", first.EventNumber)
	}
}
