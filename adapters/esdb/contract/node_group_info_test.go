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
	g.CreateAll("g", "visura-")
	g.Append("other", 5)
	events := g.Read("other")
	last := events[len(events)-1].Event.Position
	g.Until("$all", "g", "past the others", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LastCheckpointedPosition != nil && *i.Stats.LastCheckpointedPosition == last
	})
}

func TestNodeInfoCounts(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	g.Append("s", 30)
	g.Create("s", "g", func(s *esdb.PersistentSubscriptionSettings) {
		s.HistoryBufferSize, s.ReadBatchSize, s.ExtraStatistics = 20, 10, true
	})
	g.Until("s", "g", "full", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Stats.ReadBufferCount == 20 })
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
	g.Create("s", "live", func(s *esdb.PersistentSubscriptionSettings) { s.LiveBufferSize = 2 })
	g.Until("s", "live", "live", func(i *esdb.PersistentSubscriptionInfo) bool { return i.Status == "Live" })
	g.Append("s", 3)
	g.Until("s", "live", "holding live events", func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LiveBufferCount == 2 && i.Stats.ReadBufferCount == 33
	})
}
