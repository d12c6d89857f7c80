package contract

import (
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
)

// Chapter 8: settings of a group, at their limits.

type groupSettings = esdb.PersistentSubscriptionSettings

func TestTheCheckpointStaysBelowWhatIsUnfinished(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 5)
	g.Create("s", "g")
	c := g.Join("s", "g", 10)
	events := c.Expect("0@s", "1@s", "2@s", "3@s", "4@s")
	c.Ack(events[0], events[1], events[3])
	g.UntilCheckpoint("s", "g", 1)
	c.Nack(esdb.NackActionPark, "parked is finished", events[2])
	g.UntilCheckpoint("s", "g", 3)
	c.Ack(events[4])
	g.UntilCheckpoint("s", "g", 4)
}

// A checkpoint is written when the time has passed, however few events are finished.
func TestACheckpointComesByTime(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 3)
	g.Create("s", "g", func(s *groupSettings) { s.CheckpointLowerBound, s.CheckpointAfter = 10, 1000 })
	c := g.Join("s", "g", 10)
	c.Ack(c.Expect("0@s", "1@s", "2@s")...)
	g.UntilCheckpoint("s", "g", 2)
	g.Append("s", 1)
	c.Ack(c.Expect("3@s")...)
	g.UntilCheckpoint("s", "g", 3)
}

// A checkpoint is an event in a stream of the group: a JSON string with the position
// of what is finished, or its revision.
func TestCheckpointsAreEvents(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("visura-1", 2)
	g.Create("visura-1", "g")
	g.CreateAll("g", "visura-")
	last := g.Read("visura-1")[1].OriginalEvent().Position.Commit
	reached := map[string]func(data string) bool{
		"visura-1": func(data string) bool { return data == `"1"` },
		"$all": func(data string) bool { // events of other tests advance it
			var commit, prepare uint64
			_, err := fmt.Sscanf(data, `"C:%d/P:%d"`, &commit, &prepare)
			return err == nil && commit >= last && data == fmt.Sprintf(`"C:%d/P:%d"`, commit, prepare)
		},
	}
	for source, reached := range reached {
		c := g.Join(source, "g", 10)
		c.Ack(c.Expect("0@visura-1", "1@visura-1")...)
		var newest *esdb.RecordedEvent
		g.Until(source, "g", "at a checkpoint", func(*esdb.PersistentSubscriptionInfo) bool {
			events := g.Read("$persistentsubscription-" + source + "::g-checkpoint")
			if len(events) > 0 {
				newest = events[len(events)-1].OriginalEvent()
			}
			return newest != nil && reached(string(newest.Data))
		})
		typ := g.store.by("SubscriptionCheckpoint", "$SubscriptionCheckpoint")
		if newest.EventType != typ || newest.ContentType != "application/json" {
			t.Errorf("%s: the checkpoint is %s, %s", source, newest.EventType, newest.ContentType)
		}
	}
}

// With a time-out of 0 a message expires at each tick of the server, once a second.
func TestMessageTimeOutOfZero(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 1)
	g.Create("s", "g", func(s *groupSettings) { s.MessageTimeout = 0 })
	g.Join("s", "g", 1).Expect("0@s", "0@s+1", "0@s+2")
}

func TestNoRetriesMeansThatTheFirstParks(t *testing.T) {
	t.Parallel()
	for _, retries := range []int32{0, -1} {
		g := newGroups(t, common)
		g.Append("s", 2)
		g.Create("s", "g", esdbtest.Retrying(retries))
		c := g.Join("s", "g", 1)
		c.Nack(esdb.NackActionRetry, "", c.Expect("0@s")...)
		c.Expect("1@s")
		g.UntilParked("s", "g", 1)
	}
}

// Groups with buffers of size 0 deliver all the same.
func TestBuffersOfZero(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*groupSettings){
		"live buffer": func(s *groupSettings) { s.LiveBufferSize = 0 },
		"read batch":  func(s *groupSettings) { s.ReadBatchSize = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGroups(t, common)
			g.Append("s", 2)
			g.Create("s", "g", change)
			c := g.Join("s", "g", 10)
			c.Ack(c.Expect("0@s", "1@s")...)
			g.Append("s", 2)
			c.Expect("2@s", "3@s")
		})
	}
}

func TestAcknowledgingWhatIsNotThereIsIgnored(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 2)
	g.Create("s", "g")
	call := g.call(joining("s", "g", 1))
	call.confirmed()
	if err := call.Send(acknowledge(uuid.New())); err != nil {
		t.Fatal(err)
	}
	for want := range uint64(2) {
		m, err := call.Recv()
		if err != nil || m.GetEvent().GetEvent().GetStreamRevision() != want {
			t.Fatalf("got %v, %v, want revision %d", m, err, want)
		}
		id, err := uuid.Parse(m.GetEvent().GetEvent().GetId().GetString_())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second acknowledges a finished event
			if err := call.Send(acknowledge(id)); err != nil {
				t.Fatal(err)
			}
		}
	}
	g.UntilCheckpoint("s", "g", 1)
}

// One consumer gets everything until it is full, then the next does.
func TestDispatchToSingleGoesOnWhenFull(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Create("s", "g", func(s *groupSettings) { s.ConsumerStrategyName = esdb.ConsumerStrategyDispatchToSingle })
	one, two := g.Join("s", "g", 2), g.Join("s", "g", 2)
	g.Append("s", 3)
	one.Expect("0@s", "1@s")
	two.Expect("2@s")
}

func TestWhoLeavesMakesRoom(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 1)
	g.Create("s", "g", func(s *groupSettings) { s.MaxSubscriberCount = 1 })
	g.Join("s", "g", 1).Sub.Close()
	g.Until("s", "g", "empty", func(i *esdb.PersistentSubscriptionInfo) bool { return len(i.Connections) == 0 })
	if n := g.Join("s", "g", 1).Take().Event.OriginalEvent().EventNumber; n != 0 {
		t.Errorf("revision %d", n)
	}
}

// A start on $all is inclusive, as on a stream; in catch-up subscriptions it is not.
func TestGroupOnAllStartsAtAPosition(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("visura-1", 3)
	second := g.Read("visura-1")[1].Event.Position
	request := g.creation(create(fromPosition(second.Commit, second.Prepare)))
	request.Options.GetAll().FilterOption = &persistent.CreateReq_AllOptions_Filter{Filter: &persistent.CreateReq_AllOptions_FilterOptions{
		Filter: &persistent.CreateReq_AllOptions_FilterOptions_StreamIdentifier{
			StreamIdentifier: &persistent.CreateReq_AllOptions_FilterOptions_Expression{Prefix: []string{g.Full("visura-")}}},
		Window: &persistent.CreateReq_AllOptions_FilterOptions_Max{Max: 32}, CheckpointIntervalMultiplier: 1}}
	if _, err := g.stub.Create(g.Ctx, request); err != nil {
		t.Fatal(err)
	}
	g.Join("$all", "g", 10).Expect("1@visura-1", "2@visura-1")
}
