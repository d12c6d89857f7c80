package esdbtest

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Consumer is one subscription of the official client, whose Ack, Nack and Close must
// not be called at the same time.
type Consumer struct {
	g   Groups
	Sub *esdb.PersistentSubscription
	// Got has the events delivered and not taken yet, and at last the end of the
	// subscription.
	Got chan *esdb.PersistentSubscriptionEvent
}

// Join connects a consumer that takes so many events at a time, until the test ends.
func (g Groups) Join(stream, group string, slots uint32) *Consumer {
	g.T.Helper()
	c, err := g.TryJoin(stream, group, slots)
	if err != nil {
		g.T.Fatalf("join %s::%s: %v", stream, group, err)
	}
	return c
}

// TryJoin is Join that returns the error.
func (g Groups) TryJoin(stream, group string, slots uint32) (*Consumer, error) {
	options := esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: slots}
	stream, group = g.Full(stream), g.Group(stream, group)
	var sub *esdb.PersistentSubscription
	var err error
	if stream == "$all" {
		sub, err = g.Client.SubscribeToPersistentSubscriptionToAll(g.Ctx, group, options)
	} else {
		sub, err = g.Client.SubscribeToPersistentSubscription(g.Ctx, stream, group, options)
	}
	if err != nil {
		return nil, err
	}
	c := &Consumer{g: g, Sub: sub, Got: make(chan *esdb.PersistentSubscriptionEvent, 10_000)}
	go func() {
		defer close(c.Got)
		for {
			e := sub.Recv()
			c.Got <- e
			if e.SubscriptionDropped != nil {
				return
			}
		}
	}()
	g.T.Cleanup(func() { sub.Close() })
	return c, nil
}

// Take waits for the next event, 10 s at most.
func (c *Consumer) Take() *esdb.EventAppeared {
	c.g.T.Helper()
	select {
	case e := <-c.Got:
		if e.EventAppeared == nil {
			c.g.T.Fatalf("dropped: %v", e.SubscriptionDropped.Error)
		}
		return e.EventAppeared
	case <-time.After(10 * time.Second):
		c.g.T.Fatal("no event came")
	}
	return nil
}

// Expect waits for events in this order and returns them. Each reads
// "revision@stream", before that "revision@stream->" of the link if one was resolved,
// behind it "+1" for the first retry.
func (c *Consumer) Expect(want ...string) []*esdb.ResolvedEvent {
	c.g.T.Helper()
	var got []string
	var events []*esdb.ResolvedEvent
	for range want {
		e := c.Take()
		got = append(got, c.g.Short(Describe(e)))
		events = append(events, e.Event)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.g.T.Fatalf("delivered (-want +got):\n%s", diff)
	}
	return events
}

// ExpectAll waits for events as Expect does, in whatever order they come. It returns
// them in the order of want.
func (c *Consumer) ExpectAll(want ...string) []*esdb.ResolvedEvent {
	c.g.T.Helper()
	events := map[string]*esdb.ResolvedEvent{}
	for range want {
		e := c.Take()
		events[c.g.Short(Describe(e))] = e.Event
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(events))); diff != "" {
		c.g.T.Fatalf("delivered (-want +got):\n%s", diff)
	}
	ordered := make([]*esdb.ResolvedEvent, len(want))
	for i, w := range want {
		ordered[i] = events[w]
	}
	return ordered
}

// Describe is an event in the form of Expect.
func Describe(e *esdb.EventAppeared) string {
	at := func(r *esdb.RecordedEvent) string { return fmt.Sprintf("%d@%s", r.EventNumber, r.StreamID) }
	text := ""
	if e.Event.Link != nil {
		text = at(e.Event.Link) + "->"
	}
	if e.Event.Event != nil {
		text += at(e.Event.Event)
	}
	if e.RetryCount > 0 {
		text += fmt.Sprintf("+%d", e.RetryCount)
	}
	return text
}

// Ack finishes events.
func (c *Consumer) Ack(events ...*esdb.ResolvedEvent) {
	c.g.T.Helper()
	if err := c.Sub.Ack(events...); err != nil {
		c.g.T.Fatal(err)
	}
}

// Nack refuses events.
func (c *Consumer) Nack(action esdb.NackAction, reason string, events ...*esdb.ResolvedEvent) {
	c.g.T.Helper()
	if err := c.Sub.Nack(reason, action, events...); err != nil {
		c.g.T.Fatal(err)
	}
}

// Dropped waits for the end of the subscription and returns its code.
func (c *Consumer) Dropped() codes.Code {
	c.g.T.Helper()
	for {
		select {
		case e := <-c.Got:
			if e.SubscriptionDropped != nil {
				return status.Code(e.SubscriptionDropped.Error)
			}
		case <-time.After(10 * time.Second):
			c.g.T.Fatal("not dropped")
		}
	}
}
