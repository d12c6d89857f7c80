package node_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// parkAll joins, parks the next n events and leaves.
func (g groups) parkAll(stream, group string, n int) {
	g.t.Helper()
	before := g.info(stream, group).Stats.ParkedMessagesCount
	c := g.join(stream, group, uint32(n))
	var events []*esdb.ResolvedEvent
	for range n {
		events = append(events, c.take().Event)
	}
	c.nack(esdb.NackActionPark, "later", events...)
	g.untilParked(stream, group, before+int64(n))
	c.sub.Close()
}

func (g groups) replay(stream, group string, stop int) {
	g.t.Helper()
	o := esdb.ReplayParkedMessagesOptions{StopAt: stop}
	var err error
	if stream == "$all" {
		err = g.client.ReplayParkedMessagesToAll(g.ctx, group, o)
	} else {
		err = g.client.ReplayParkedMessages(g.ctx, stream, group, o)
	}
	if err != nil {
		g.t.Fatal(err)
	}
}

// truncated returns the newest metadata of the parked stream.
func (g groups) parkedTruncation(stream, group string) string {
	g.t.Helper()
	events := g.read("$$$persistentsubscription-" + stream + "::" + group + "-parked")
	return string(events[len(events)-1].Event.Data)
}

func TestParkedMessagesAreReplayedAsLinks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 3)
	g.create("s", "g")
	g.parkAll("s", "g", 3)
	parked := g.read("$persistentsubscription-s::g-parked")
	if p := parkedMetadata(t, parked[2].OriginalEvent()); p.Revision == nil || *p.Revision != 2 {
		t.Errorf("parked with %+v", p)
	}
	c := g.join("s", "g", 10)
	g.replay("s", "g", 2)
	const stream = "@$persistentsubscription-s::g-parked"
	events := c.expect("0"+stream+"->0@s", "1"+stream+"->1@s")
	if n := g.info("s", "g").Stats.ParkedMessagesCount; n != 1 {
		t.Errorf("%d are parked after the replay, want 1", n)
	}
	const admins = `"$acl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}`
	if got := g.parkedTruncation("s", "g"); got != `{"$tb":2,`+admins+`}` {
		t.Errorf("truncated by %s", got)
	}
	g.replay("s", "g", 1) // below what is replayed already: changes nothing
	g.replay("s", "g", 0) // no limit
	c.ack(events[0])
	c.ack(c.expect("2" + stream + "->2@s")...)
	c.nack(esdb.NackActionPark, "again", events[1])
	g.untilParked("s", "g", 1)
	again := g.read("$persistentsubscription-s::g-parked")[0].OriginalEvent()
	if p := parkedMetadata(t, again); again.EventNumber != 3 || string(again.Data) != "1@s" || !strings.HasSuffix(p.Reason, "again") {
		t.Errorf("parked again as %d %s %+v", again.EventNumber, again.Data, p)
	}
	g.untilCheckpoint("s", "g", 2)
}

func TestReplayWithoutAnythingParkedOrAnyConsumer(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 1)
	g.create("s", "g")
	g.replay("s", "g", 0)
	g.parkAll("s", "g", 1)
	g.replay("s", "g", 0)
	i := g.until("s", "g", "holding the replayed message", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.RetryBufferCount == 1 })
	if i.Stats.ParkedMessagesCount != 0 {
		t.Errorf("%d are still parked", i.Stats.ParkedMessagesCount)
	}
	g.join("s", "g", 1).expect("0@$persistentsubscription-s::g-parked->0@s")
}

func TestReplayOfWhatIsGone(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 1)
	g.create("s", "g")
	g.parkAll("s", "g", 1)
	g.delete("s")
	c := g.join("s", "g", 1)
	g.replay("s", "g", 0)
	c.ack(c.expect("0@$persistentsubscription-s::g-parked->")...)
}

func TestParkedMessagesOfGroupsOnAll(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("visura-1", 2)
	g.createAll("g", "visura-")
	g.createAll("everything", "")
	g.parkAll("$all", "g", 2)
	parked := g.read("$persistentsubscription-$all::g-parked")
	if p := parkedMetadata(t, parked[1].OriginalEvent()); p.Revision == nil || *p.Revision != 1 {
		t.Errorf("parked with %+v", p)
	}
	c := g.join("$all", "g", 1)
	g.replay("$all", "g", 0)
	c.expect("0@$persistentsubscription-$all::g-parked->0@visura-1")
	// The parked stream is hidden from $all, its metadata is not.
	g.append("visura-2", 1)
	g.join("$all", "everything", 10).expect("0@visura-1", "1@visura-1", "0@$$$persistentsubscription-$all::g-parked", "0@visura-2")
}

func TestRecreatedGroupGoesOnNumberingWhatItParks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 2)
	g.create("s", "g")
	g.parkAll("s", "g", 2)
	if err := g.client.DeletePersistentSubscription(g.ctx, "s", "g", esdb.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	g.create("s", "g")
	if n := g.info("s", "g").Stats.ParkedMessagesCount; n != 0 {
		t.Errorf("%d are parked in the new group", n)
	}
	g.parkAll("s", "g", 1)
	if first := g.read("$persistentsubscription-s::g-parked")[0].OriginalEvent(); first.EventNumber != 2 {
		t.Errorf("parked at %d, want 2", first.EventNumber)
	}
}

func TestGroupsOfAmbiguousNamesDoNotShareAnything(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
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

func TestManyParkedMessagesKeepTheirOrder(t *testing.T) {
	t.Parallel()
	const n = 1200
	g := newGroups(t, node.Options{})
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
