package contract

import (
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

func TestWhatAConsumerLeavesGoesToOthersAtOnce(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
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
	g := newGroups(t, common)
	g.append("s", 3)
	g.create("s", "g")
	one, two := g.join("s", "g", 1), g.join("s", "g", 1)
	theirs := one.expect("0@s")
	two.expect("1@s")
	two.ack(theirs...)
	one.expect("2@s")
}

// Chapter 8: which of two consumers gets what.
func TestStrategies(t *testing.T) {
	t.Parallel()
	for strategy, want := range map[esdb.ConsumerStrategy][2][]string{
		esdb.ConsumerStrategyRoundRobin:       {{"0@s", "2@s"}, {"1@s", "3@s"}},
		esdb.ConsumerStrategyDispatchToSingle: {{"0@s", "1@s", "2@s", "3@s"}, nil},
		esdb.ConsumerStrategyPinned:           {{"0@s", "1@s", "2@s", "3@s"}, nil},
	} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			g := newGroups(t, common)
			g.create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.ConsumerStrategyName = strategy })
			one, two := g.join("s", "g", 10), g.join("s", "g", 10)
			g.append("s", 4)
			info := g.until("s", "g", "delivered", func(i *esdb.PersistentSubscriptionInfo) bool {
				return i.Connections[0].InFlightMessages+i.Connections[1].InFlightMessages == 4
			})
			if strategy == esdb.ConsumerStrategyPinned && info.Connections[0].InFlightMessages == 0 {
				want[0], want[1] = want[1], want[0] // which consumer a stream is pinned to is not said
			}
			one.expect(want[0]...)
			two.expect(want[1]...)
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

// What is pinned to a full consumer waits, though another is idle; when the
// consumer leaves, the other gets it.
func TestPinnedWaitsForItsConsumer(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.create("s", "g", pinned)
	consumers := []*consumer{g.join("s", "g", 1), g.join("s", "g", 1)}
	g.append("s", 2)
	first := g.until("s", "g", "delivered", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Connections[0].InFlightMessages+i.Connections[1].InFlightMessages == 1
	})
	holder, idle := consumers[0], consumers[1]
	if first.Connections[0].InFlightMessages == 0 {
		holder, idle = idle, holder
	}
	holder.ack(holder.expect("0@s")...)
	holder.expect("1@s")
	if len(idle.got) > 0 {
		t.Fatal("the idle consumer got an event of a pinned stream")
	}
	holder.sub.Close()
	idle.expect("1@s+1")
}

// All of one correlation go to one consumer, whatever their streams.
func TestPinnedByCorrelationFollowsTheCorrelation(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.pinByCorrelation("$all", "g")
	one, two := g.join("$all", "g", 10), g.join("$all", "g", 10)
	for n := range 5 {
		g.appendEvents(fmt.Sprint("visura-", n), related(`{"$correlationId":"k"}`))
	}
	info := g.until("$all", "g", "delivered", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Connections[0].InFlightMessages+i.Connections[1].InFlightMessages == 5
	})
	holder := one
	if info.Connections[0].InFlightMessages == 0 {
		holder = two
	}
	holder.expect("0@visura-0", "0@visura-1", "0@visura-2", "0@visura-3", "0@visura-4")
}

func related(metadata string) esdb.EventData {
	return esdb.EventData{EventID: uuid.New(), EventType: "happened", Metadata: []byte(metadata)}
}
