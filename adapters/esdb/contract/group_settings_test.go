package contract

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/google/uuid"
)

// Chapter 8: what the settings of a group do, at their borders.

type groupSettings = esdb.PersistentSubscriptionSettings

func TestTheCheckpointStaysBelowWhatIsUnfinished(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 5)
	g.create("s", "g")
	c := g.join("s", "g", 10)
	events := c.expect("0@s", "1@s", "2@s", "3@s", "4@s")
	c.ack(events[0], events[1], events[3])
	g.untilCheckpoint("s", "g", 1)
	c.nack(esdb.NackActionPark, "parked is finished", events[2])
	g.untilCheckpoint("s", "g", 3)
	c.ack(events[4])
	g.untilCheckpoint("s", "g", 4)
}

// A checkpoint is written when the time has passed, however few events are finished.
func TestACheckpointComesByTime(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 3)
	g.create("s", "g", func(s *groupSettings) { s.CheckpointLowerBound, s.CheckpointAfter = 10, 1000 })
	c := g.join("s", "g", 10)
	c.ack(c.expect("0@s", "1@s", "2@s")...)
	g.untilCheckpoint("s", "g", 2)
	g.append("s", 1)
	c.ack(c.expect("3@s")...)
	g.untilCheckpoint("s", "g", 3)
}

// With no time a message expires at each tick of the server, once a second.
func TestMessageTimeOutOfZero(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 1)
	g.create("s", "g", func(s *groupSettings) { s.MessageTimeout = 0 })
	g.join("s", "g", 1).expect("0@s", "0@s+1", "0@s+2")
}

func TestNoRetriesMeansThatTheFirstParks(t *testing.T) {
	t.Parallel()
	for _, retries := range []int32{0, -1} {
		g := newGroups(t, common)
		g.append("s", 2)
		g.create("s", "g", retrying(retries))
		c := g.join("s", "g", 1)
		c.nack(esdb.NackActionRetry, "", c.expect("0@s")...)
		c.expect("1@s")
		g.untilParked("s", "g", 1)
	}
}

// Groups whose buffers have no size deliver all the same.
func TestBuffersOfZero(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*groupSettings){
		"live buffer": func(s *groupSettings) { s.LiveBufferSize = 0 },
		"read batch":  func(s *groupSettings) { s.ReadBatchSize = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGroups(t, common)
			g.append("s", 2)
			g.create("s", "g", change)
			c := g.join("s", "g", 10)
			c.ack(c.expect("0@s", "1@s")...)
			g.append("s", 2)
			c.expect("2@s", "3@s")
		})
	}
}

func TestAcknowledgingWhatIsNotThereIsIgnored(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 2)
	g.create("s", "g")
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
		for range 2 { // the second is not there any more
			if err := call.Send(acknowledge(id)); err != nil {
				t.Fatal(err)
			}
		}
	}
	g.untilCheckpoint("s", "g", 1)
}

// One consumer is preferred until it is full, then the next.
func TestDispatchToSingleGoesOnWhenFull(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.create("s", "g", func(s *groupSettings) { s.ConsumerStrategyName = esdb.ConsumerStrategyDispatchToSingle })
	one, two := g.join("s", "g", 2), g.join("s", "g", 2)
	g.append("s", 3)
	one.expect("0@s", "1@s")
	two.expect("2@s")
}

func TestWhoLeavesMakesRoom(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("s", 1)
	g.create("s", "g", func(s *groupSettings) { s.MaxSubscriberCount = 1 })
	g.join("s", "g", 1).sub.Close()
	g.until("s", "g", "empty", func(i *esdb.PersistentSubscriptionInfo) bool { return len(i.Connections) == 0 })
	if n := g.join("s", "g", 1).take().Event.OriginalEvent().EventNumber; n != 0 {
		t.Errorf("revision %d", n)
	}
}

// A start on $all is inclusive, as on a stream; in catch-up subscriptions it is not.
func TestGroupOnAllStartsAtAPosition(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.append("visura-1", 3)
	second := g.read("visura-1")[1].Event.Position
	request := g.creation(create(fromPosition(second.Commit, second.Prepare)))
	request.Options.GetAll().FilterOption = &persistent.CreateReq_AllOptions_Filter{Filter: &persistent.CreateReq_AllOptions_FilterOptions{
		Filter: &persistent.CreateReq_AllOptions_FilterOptions_StreamIdentifier{
			StreamIdentifier: &persistent.CreateReq_AllOptions_FilterOptions_Expression{Prefix: []string{g.full("visura-")}}},
		Window: &persistent.CreateReq_AllOptions_FilterOptions_Max{Max: 32}, CheckpointIntervalMultiplier: 1}}
	if _, err := g.stub.Create(g.ctx, request); err != nil {
		t.Fatal(err)
	}
	g.join("$all", "g", 10).expect("1@visura-1", "2@visura-1")
}
