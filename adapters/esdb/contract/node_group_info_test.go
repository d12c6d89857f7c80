package contract

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

func TestNodeIdleGroupMovesItsCheckpointOverWhatItsFilterLeavesOut(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.createAll("g", "visura-")
	g.append("other", 5)
	events := g.read("other")
	last := events[len(events)-1].Event.Position
	g.until("$all", "g", "past the others", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LastCheckpointedPosition != nil && *i.Stats.LastCheckpointedPosition == last
	})
}

func TestNodeInfoCounts(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.append("s", 30)
	g.create("s", "g", func(s *esdb.PersistentSubscriptionSettings) {
		s.HistoryBufferSize, s.ReadBatchSize, s.ExtraStatistics = 20, 10, true
	})
	g.until("s", "g", "full", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ReadBufferCount == 20 })
	if i := g.describe("s", "g"); i.Status != "Behind" || i.LastKnownEventPosition != "19" || i.LastCheckpointedEventPosition != "" {
		t.Errorf("%v", i)
	}
	call := g.call(joining("s", "g", 3))
	call.confirmed()
	for range 3 {
		if _, err := call.Recv(); err != nil {
			t.Fatal(err)
		}
	}
	i := g.describe("s", "g")
	if i.TotalInFlightMessages != 3 || i.OutstandingMessagesCount != 3 || i.TotalItems != 3 || len(i.Connections) != 1 {
		t.Fatalf("%v", i)
	}
	c := i.Connections[0]
	if c.ConnectionName != "<unknown>" || c.From != "" || c.AvailableSlots != 0 || c.InFlightMessages != 3 || c.TotalItems != 3 {
		t.Errorf("%v", c)
	}
	var keys []string
	for _, m := range c.ObservedMeasurements {
		keys = append(keys, m.Key)
	}
	want := []string{"Mean", "Median", "Fastest", "Quintile 1", "Quintile 2", "Quintile 3", "Quintile 4", "Quintile 5",
		"90%", "95%", "99%", "99.5%", "99.9%", "Highest"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
	again := g.describe("s", "g")
	if again.CountSinceLastMeasurement != 0 || again.TotalItems != 3 {
		t.Errorf("%v", again)
	}
	g.create("s", "live", func(s *esdb.PersistentSubscriptionSettings) { s.LiveBufferSize = 2 })
	g.until("s", "live", "live", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Status == "Live" })
	g.append("s", 3)
	g.until("s", "live", "holding live events", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LiveBufferCount == 2 && i.Stats.ReadBufferCount == 33
	})
}
