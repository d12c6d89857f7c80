package contract

import (
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
)

func TestWhatAConsumerLeavesGoesToOthersAtOnce(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 2)
	g.Create("s", "g", esdbtest.Retrying(0))
	leaver := g.Join("s", "g", 2)
	leaver.Expect("0@s", "1@s")
	stayer := g.Join("s", "g", 2)
	leaver.Sub.Close()
	stayer.Expect("0@s+1", "1@s+1")
}

func TestAnyConsumerMayFinishAnothersMessage(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 3)
	g.Create("s", "g")
	one, two := g.Join("s", "g", 1), g.Join("s", "g", 1)
	theirs := one.Expect("0@s")
	two.Expect("1@s")
	two.Ack(theirs...)
	one.Expect("2@s")
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
			g.Create("s", "g", func(s *esdb.PersistentSubscriptionSettings) { s.ConsumerStrategyName = strategy })
			one, two := g.Join("s", "g", 10), g.Join("s", "g", 10)
			g.Append("s", 4)
			info := g.Until("s", "g", "delivered", func(i *esdb.PersistentSubscriptionInfo) bool {
				return i.Connections[0].InFlightMessages+i.Connections[1].InFlightMessages == 4
			})
			if strategy == esdb.ConsumerStrategyPinned && info.Connections[0].InFlightMessages == 0 {
				want[0], want[1] = want[1], want[0] // which consumer a stream is pinned to is not defined
			}
			one.Expect(want[0]...)
			two.Expect(want[1]...)
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

// Events pinned to a full consumer wait although another is idle; when the consumer
// leaves, the other gets them.
func TestPinnedWaitsForItsConsumer(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Create("s", "g", esdbtest.Pinned)
	consumers := []*esdbtest.Consumer{g.Join("s", "g", 1), g.Join("s", "g", 1)}
	g.Append("s", 2)
	first := g.Until("s", "g", "delivered", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Connections[0].InFlightMessages+i.Connections[1].InFlightMessages == 1
	})
	holder, idle := consumers[0], consumers[1]
	if first.Connections[0].InFlightMessages == 0 {
		holder, idle = idle, holder
	}
	holder.Ack(holder.Expect("0@s")...)
	holder.Expect("1@s")
	if len(idle.Got) > 0 {
		t.Fatal("the idle consumer got an event of a pinned stream")
	}
	holder.Sub.Close()
	idle.Expect("1@s+1")
}

// Events of one correlation go to one consumer, whatever their streams.
func TestPinnedByCorrelationFollowsTheCorrelation(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.pinByCorrelation("$all", "g")
	one, two := g.Join("$all", "g", 10), g.Join("$all", "g", 10)
	for n := range 5 {
		g.AppendEvents(fmt.Sprint("visura-", n), related(`{"$correlationId":"k"}`))
	}
	info := g.Until("$all", "g", "delivered", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Connections[0].InFlightMessages+i.Connections[1].InFlightMessages == 5
	})
	holder := one
	if info.Connections[0].InFlightMessages == 0 {
		holder = two
	}
	holder.Expect("0@visura-0", "0@visura-1", "0@visura-2", "0@visura-3", "0@visura-4")
}

func related(metadata string) esdb.EventData {
	return esdb.EventData{EventID: uuid.New(), EventType: "happened", Metadata: []byte(metadata)}
}
