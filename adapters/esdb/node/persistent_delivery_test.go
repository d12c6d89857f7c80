package node_test

import (
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc/codes"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

func TestGroupDeliversHistoryThenWhatComes(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 2)
	g.create("s", "g")
	c := g.join("s", "g", 10)
	c.ack(c.expect("0@s", "1@s")...)
	g.append("s", 1)
	c.ack(c.expect("2@s")...)
	g.untilCheckpoint("s", "g", 2)
}

func TestGroupStartsWhereItIsTold(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 3)
	for name, c := range map[string]struct {
		from  esdb.StreamPosition
		first string
	}{
		"at the start":             {esdb.Start{}, "0@s"},
		"at a revision, inclusive": {esdb.Revision(2), "2@s"},
		"at the end":               {esdb.End{}, "3@s"},
		"later than the end":       {esdb.Revision(4), "4@s"},
	} {
		err := g.client.CreatePersistentSubscription(g.ctx, "s", name, esdb.PersistentStreamSubscriptionOptions{Settings: settings(), StartFrom: c.from})
		if err != nil {
			t.Fatal(err)
		}
	}
	g.append("s", 2)
	for name, first := range map[string]string{
		"at the start": "0@s", "at a revision, inclusive": "2@s", "at the end": "3@s", "later than the end": "4@s",
	} {
		g.join("s", name, 1).expect(first)
	}
}

func TestGroupOnAllSeesWhatItsFilterKeeps(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("visura-1", 1)
	g.append("other", 3)
	g.createAll("prefix", "visura-")
	for name, f := range map[string]*esdb.SubscriptionFilter{
		"regex": {Type: esdb.StreamFilterType, Regex: "^visura-[0-9]$"},
		"type":  {Type: esdb.EventFilterType, Prefixes: []string{"happ"}},
	} {
		err := g.client.CreatePersistentSubscriptionToAll(g.ctx, name, esdb.PersistentAllSubscriptionOptions{
			Settings: settings(), StartFrom: esdb.Start{}, Filter: f})
		if err != nil {
			t.Fatal(err)
		}
	}
	prefix, regex, typ := g.join("$all", "prefix", 10), g.join("$all", "regex", 10), g.join("$all", "type", 10)
	prefix.expect("0@visura-1")
	g.append("visura-22", 1)
	g.append("visura-2", 1)
	prefix.expect("0@visura-22", "0@visura-2")
	regex.expect("0@visura-1", "0@visura-2")
	typ.expect("0@visura-1", "0@other", "1@other", "2@other", "0@visura-22", "0@visura-2")
}

func TestAnIdleGroupMovesItsCheckpointOverWhatItsFilterLeavesOut(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.createAll("g", "visura-")
	g.append("other", 5)
	events := g.read("other")
	last := events[len(events)-1].Event.Position
	g.until("$all", "g", "past the others", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LastCheckpointedPosition != nil && *i.Stats.LastCheckpointedPosition == last
	})
}

func TestOutcomesOfADelivery(t *testing.T) {
	t.Parallel()
	const parked = "Client explicitly NAK'ed message.\nno"
	for name, c := range map[string]struct {
		action esdb.NackAction
		times  int
		next   string
		reason string
	}{
		"retry comes back":              {esdb.NackActionRetry, 1, "0@s+1", ""},
		"unknown is a retry":            {esdb.NackActionUnknown, 1, "0@s+1", ""},
		"park goes on":                  {esdb.NackActionPark, 1, "1@s", parked},
		"skip goes on":                  {esdb.NackActionSkip, 1, "1@s", ""},
		"stop is a skip":                {esdb.NackActionStop, 1, "1@s", ""},
		"after the last retry it parks": {esdb.NackActionRetry, 3, "1@s", "Reached retry count of 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGroups(t, node.Options{})
			g.append("s", 2)
			g.create("s", "g", retrying(2))
			consumer := g.join("s", "g", 1)
			for range c.times {
				consumer.nack(c.action, "no", consumer.take().Event)
			}
			consumer.expect(c.next)
			if c.reason == "" {
				return
			}
			g.until("s", "g", "parked", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ParkedMessagesCount == 1 })
			link := g.read("$persistentsubscription-s::g-parked")[0].OriginalEvent()
			if link.EventType != "$>" || string(link.Data) != "0@s" || link.ContentType != "application/octet-stream" {
				t.Errorf("parked as %s %s %s", link.EventType, link.ContentType, link.Data)
			}
			if got := parkedMetadata(t, link); got.Reason != c.reason || got.Revision != nil {
				t.Errorf("parked with %+v", got)
			}
		})
	}
}

func TestATimeOutIsARetryAndALateAckCounts(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 2)
	g.create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.MessageTimeout = 500 })
	c := g.join("s", "g", 1)
	first := c.expect("0@s")
	c.expect("0@s+1")
	c.ack(first...)
	c.expect("1@s")
}

func TestWhatAConsumerLeavesGoesToOthersAtOnce(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 2)
	g.create("s", "g", retrying(0))
	leaver := g.join("s", "g", 2)
	leaver.expect("0@s", "1@s")
	stayer := g.join("s", "g", 2)
	leaver.sub.Close()
	stayer.expect("0@s+1", "1@s+1")
}

func TestAnyConsumerMayFinishAnothersMessage(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 3)
	g.create("s", "g")
	one, two := g.join("s", "g", 1), g.join("s", "g", 1)
	theirs := one.expect("0@s")
	two.expect("1@s")
	two.ack(theirs...)
	one.expect("2@s")
}

func TestStrategies(t *testing.T) {
	t.Parallel()
	for strategy, want := range map[esdb.ConsumerStrategy][2][]string{
		esdb.ConsumerStrategyRoundRobin:       {{"0@s", "2@s"}, {"1@s", "3@s"}},
		esdb.ConsumerStrategyDispatchToSingle: {{"0@s", "1@s", "2@s", "3@s"}, nil},
		esdb.ConsumerStrategyPinned:           {{"0@s", "1@s", "2@s", "3@s"}, nil},
	} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			g := newGroups(t, node.Options{})
			g.create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.ConsumerStrategyName = strategy })
			one, two := g.join("s", "g", 10), g.join("s", "g", 10)
			g.append("s", 4)
			one.expect(want[0]...)
			two.expect(want[1]...)
			info := g.info("s", "g")
			if info.Settings.ConsumerStrategyName != strategy {
				t.Errorf("shown as %s", info.Settings.ConsumerStrategyName)
			}
			for i, c := range info.Connections {
				if int(c.InFlightMessages) != len(want[i]) || int(c.AvailableSlots) != 10-len(want[i]) || int(c.TotalItemsProcessed) != len(want[i]) {
					t.Errorf("consumer %d: %+v", i, c)
				}
			}
		})
	}
}

func TestPinnedByCorrelationFollowsTheCorrelation(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.pinByCorrelation("$all", "g")
	one, two := g.join("$all", "g", 1), g.join("$all", "g", 10)
	related := func(metadata string) esdb.EventData {
		return esdb.EventData{EventID: uuid.New(), EventType: "happened", Metadata: []byte(metadata)}
	}
	// Two has more free slots, so it gets the first; all of its correlation follow, whatever their stream.
	for n := range 5 {
		g.appendEvents(fmt.Sprint("visura-", n), related(`{"$correlationId":"k"}`))
	}
	two.expect("0@visura-0", "0@visura-1", "0@visura-2", "0@visura-3", "0@visura-4")
	// What is no JSON, or has none, falls back to its stream.
	g.appendEvents("visura-plain", related(`not json`), related(`{"$correlationId":7}`))
	two.expect("0@visura-plain", "1@visura-plain")
	if n := len(one.got); n != 0 {
		t.Errorf("the other consumer got %d events", n)
	}
}

// The way the application uses a group.
func TestSixteenPinnedConsumersKeepEveryStreamInOrder(t *testing.T) {
	t.Parallel()
	const streams, each = 40, 6
	g := newGroups(t, node.Options{})
	g.createAll("process", "visura-", pinned, retrying(1000))
	type delivery struct {
		stream   string
		revision uint64
	}
	delivered := make(chan delivery, streams*each*2)
	for range 16 {
		c := g.join("$all", "process", 1)
		go func() {
			for e := range c.got {
				if e.EventAppeared == nil {
					return
				}
				at := e.EventAppeared.Event.OriginalEvent()
				if e.EventAppeared.RetryCount == 0 && at.EventNumber%3 == 1 {
					c.sub.Nack("again", esdb.NackActionRetry, e.EventAppeared.Event)
					continue
				}
				delivered <- delivery{at.StreamID, at.EventNumber}
				c.sub.Ack(e.EventAppeared.Event)
			}
		}()
	}
	for range each {
		for s := range streams {
			g.append(fmt.Sprint("visura-", s), 1)
		}
	}
	next := map[string]uint64{}
	for range streams * each {
		d := <-delivered
		if next[d.stream] != d.revision {
			t.Fatalf("%s: %d finished, want %d", d.stream, d.revision, next[d.stream])
		}
		next[d.stream]++
	}
	last := g.read(fmt.Sprint("visura-", streams-1))[each-1].Event.Position
	g.until("$all", "process", "finished", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LastCheckpointedPosition != nil && *i.Stats.LastCheckpointedPosition == last && i.Stats.OutstandingMessagesCount == 0
	})
}

func TestLinks(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("target", 2)
	g.appendEvents("links", link("0@target"), link("0@target"), link("9@target"), link("no@number"), link("1@links"))
	g.create("links", "resolving", resolving)
	g.create("links", "plain")
	c := g.join("links", "resolving", 10)
	events := c.expect("0@links->0@target", "1@links->0@target", "2@links->", "3@links", "4@links->1@links")
	// Each link is a message of its own, and parks as a link to its target.
	c.nack(esdb.NackActionPark, "", events[1], events[2])
	c.ack(events[0], events[3], events[4])
	g.untilCheckpoint("links", "resolving", 4)
	plain := g.join("links", "plain", 10).expect("0@links", "1@links", "2@links", "3@links", "4@links")
	g.join("links", "plain", 1).nack(esdb.NackActionPark, "", plain[1])
	g.until("links", "plain", "parked", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ParkedMessagesCount == 1 })
	var parked []string
	for _, group := range []string{"resolving", "plain"} {
		for _, e := range g.read("$persistentsubscription-links::" + group + "-parked") {
			parked = append(parked, string(e.OriginalEvent().Data))
		}
	}
	if diff := cmp.Diff([]string{"0@target", "9@target", "1@links"}, parked); diff != "" {
		t.Errorf("parked (-want +got):\n%s", diff)
	}
}

func TestSourcesThatAreNotThere(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	for name, prepare := range map[string]func(s string){
		"absent":       func(string) {},
		"soft-deleted": func(s string) { g.append(s, 3); g.delete(s) },
		"truncated": func(s string) {
			g.append(s, 3)
			g.appendEvents("$$"+s, esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(`{"$tb":3}`)})
		},
	} {
		prepare(name)
		g.create(name, "g")
		c := g.join(name, "g", 1)
		first := fmt.Sprint("3@", name)
		if name == "absent" {
			first = "0@absent"
		}
		g.append(name, 1)
		c.expect(first)
	}
}

func (g groups) delete(stream string) {
	g.t.Helper()
	if _, err := g.client.DeleteStream(g.ctx, stream, esdb.DeleteStreamOptions{}); err != nil {
		g.t.Fatal(err)
	}
}

func TestDeletingTheSource(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 1)
	g.create("s", "g")
	c := g.join("s", "g", 10)
	c.expect("0@s")
	g.delete("s")
	g.append("s", 1)
	c.expect("1@s")
	if _, err := g.client.TombstoneStream(g.ctx, "s", esdb.TombstoneStreamOptions{}); err != nil {
		t.Fatal(err)
	}
	if e := c.take().Event.Event; e.EventType != "$streamDeleted" {
		t.Errorf("got %s, want the tombstone as an ordinary event", e.EventType)
	}
	if n := len(g.info("s", "g").Connections); n != 1 {
		t.Errorf("%d consumers stay, want 1", n)
	}
	g.create("s", "late")
	if code := g.join("s", "late", 1).dropped(); code != codes.Canceled {
		t.Errorf("a group on a tombstoned stream drops with %v", code)
	}
}

func TestAGroupOnMetadataSeesTheNewestThenAll(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	write := func(data string) {
		g.appendEvents("$$s", esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(data)})
	}
	write(`{"a":1}`)
	write(`{"a":2}`)
	g.create("$$s", "g")
	c := g.join("$$s", "g", 10)
	c.expect("1@$$s")
	write(`{"a":3}`)
	write(`{"a":4}`)
	c.expect("2@$$s", "3@$$s")
}

func TestAConsumerWithoutSlotsGetsNothing(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("s", 1)
	g.create("s", "g", pinned)
	call := g.call(joining("s", "g", 0))
	if id := call.confirmed(); id != "s::g" {
		t.Errorf("subscription id %q", id)
	}
	g.join("s", "g", 1).expect("0@s")
	info := g.info("s", "g")
	if c := info.Connections[0]; c.TotalItemsProcessed != 0 || c.AvailableSlots != 0 {
		t.Errorf("%+v", c)
	}
}

func TestTheSameIdIsNotTwiceInFlight(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	same := uuid.New()
	for _, s := range []string{"visura-a", "visura-b"} {
		g.appendEvents(s, esdb.EventData{EventID: same, EventType: "happened"})
	}
	g.append("visura-c", 1)
	g.createAll("g", "visura-")
	c := g.join("$all", "g", 10)
	first := c.expect("0@visura-a", "0@visura-c")
	c.ack(first[0])
	c.ack(c.expect("0@visura-b")...)
	c.ack(first[1])
	g.until("$all", "g", "empty", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.OutstandingMessagesCount == 0 && i.Connections[0].AvailableSlots == 10
	})
}
