package contract

import (
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// Chapter 8, where a group of a real server loses messages, shares state or stops.

func TestNodePinnedByCorrelationFollowsTheCorrelation(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.pinByCorrelation("$all", "g")
	one, two := g.Join("$all", "g", 1), g.Join("$all", "g", 10)
	// Consumer two has more free slots, so it gets the first event, and then all of
	// the correlation.
	for n := range 5 {
		g.AppendEvents(fmt.Sprint("visura-", n), related(`{"$correlationId":"k"}`))
	}
	two.Expect("0@visura-0", "0@visura-1", "0@visura-2", "0@visura-3", "0@visura-4")
	// Metadata without a correlation id, or not JSON, pins by stream.
	g.AppendEvents("visura-plain", related(`not json`), related(`{"$correlationId":7}`))
	two.Expect("0@visura-plain", "1@visura-plain")
	if n := len(one.Got); n != 0 {
		t.Errorf("the other consumer got %d events", n)
	}
}

func TestNodeSixteenPinnedConsumersKeepEveryStreamInOrder(t *testing.T) {
	t.Parallel()
	const streams, each = 40, 6
	g := newGroups(t, alone(t, node.Options{}))
	g.CreateAll("process", "visura-", esdbtest.Pinned, esdbtest.Retrying(1000))
	type delivery struct {
		stream   string
		revision uint64
	}
	delivered := make(chan delivery, streams*each*2)
	for range 16 {
		c := g.Join("$all", "process", 1)
		go func() {
			for e := range c.Got {
				if e.EventAppeared == nil {
					return
				}
				at := e.EventAppeared.Event.OriginalEvent()
				if e.EventAppeared.RetryCount == 0 && at.EventNumber%3 == 1 {
					c.Sub.Nack("again", esdb.NackActionRetry, e.EventAppeared.Event)
					continue
				}
				delivered <- delivery{at.StreamID, at.EventNumber}
				c.Sub.Ack(e.EventAppeared.Event)
			}
		}()
	}
	for range each {
		for s := range streams {
			g.Append(fmt.Sprint("visura-", s), 1)
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
	last := g.Read(fmt.Sprint("visura-", streams-1))[each-1].Event.Position
	g.Until("$all", "process", "finished", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LastCheckpointedPosition != nil && *i.Stats.LastCheckpointedPosition == last && i.Stats.OutstandingMessagesCount == 0
	})
}

func TestNodeSameIdIsNotTwiceInFlight(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	same := uuid.New()
	for _, s := range []string{"visura-a", "visura-b"} {
		g.AppendEvents(s, esdb.EventData{EventID: same, EventType: "happened"})
	}
	g.Append("visura-c", 1)
	g.CreateAll("g", "visura-")
	c := g.Join("$all", "g", 10)
	first := c.Expect("0@visura-a", "0@visura-c")
	c.Ack(first[0])
	c.Ack(c.Expect("0@visura-b")...)
	c.Ack(first[1])
	g.Until("$all", "g", "empty", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.OutstandingMessagesCount == 0 && i.Connections[0].AvailableSlots == 10
	})
}

// A consumer without slots gets nothing, and no stream is pinned to it. On a real
// server a stream can be, and then waits for ever.
func TestNodeAConsumerWithoutSlotsGetsNothing(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("s", 1)
	g.Create("s", "g", esdbtest.Pinned)
	call := g.call(joining("s", "g", 0))
	if id := g.Short(call.confirmed()); id != "s::g" {
		t.Errorf("subscription id %q", id)
	}
	g.Join("s", "g", 1).Expect("0@s")
	info := g.Info("s", "g")
	if c := info.Connections[0]; c.TotalItemsProcessed != 0 || c.AvailableSlots != 0 {
		t.Errorf("%+v", c)
	}
}
