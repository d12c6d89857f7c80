package contract

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// groups talks to a store about groups. It speaks of streams, and of groups on
// $all, by the test's names.
type groups struct {
	t     *testing.T
	ctx   context.Context
	store *store
	names
	client *esdb.Client
	stub   persistent.PersistentSubscriptionsClient
}

func newGroups(t *testing.T, s *store) groups {
	t.Helper()
	g := groups{t, within(t, time.Minute), s, newNames(s), s.client, persistent.NewPersistentSubscriptionsClient(s.conn)}
	t.Cleanup(func() { g.clear(s) })
	return g
}

// named is the server's name of a stream and of a group on it.
func (g groups) named(stream, group string) (string, string) {
	stream, group = g.full(stream), g.group(stream, group)
	g.usesGroup(stream, group)
	return stream, group
}

// settings are the client's defaults, changed.
func settings(change ...func(*esdb.PersistentSubscriptionSettings)) *esdb.PersistentSubscriptionSettings {
	s := esdb.SubscriptionSettingsDefault()
	s.CheckpointLowerBound = 1
	for _, c := range change {
		c(&s)
	}
	return &s
}

func pinned(s *esdb.PersistentSubscriptionSettings) {
	s.ConsumerStrategyName = esdb.ConsumerStrategyPinned
}
func resolving(s *esdb.PersistentSubscriptionSettings) { s.ResolveLinkTos = true }
func retrying(n int32) func(*esdb.PersistentSubscriptionSettings) {
	return func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = n }
}

// create makes a group on a stream, from its start.
func (g groups) create(stream, group string, change ...func(*esdb.PersistentSubscriptionSettings)) {
	g.t.Helper()
	s, name := g.named(stream, group)
	err := g.client.CreatePersistentSubscription(g.ctx, s, name,
		esdb.PersistentStreamSubscriptionOptions{Settings: settings(change...), StartFrom: esdb.Start{}})
	if err != nil {
		g.t.Fatalf("create %s::%s: %v", stream, group, err)
	}
}

// createAll makes a group on $all as the application does: by prefix, from the start.
func (g groups) createAll(group, prefix string, change ...func(*esdb.PersistentSubscriptionSettings)) {
	g.t.Helper()
	_, name := g.named("$all", group)
	err := g.client.CreatePersistentSubscriptionToAll(g.ctx, name, esdb.PersistentAllSubscriptionOptions{
		Settings: settings(change...), StartFrom: esdb.Start{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{g.full(prefix)}}})
	if err != nil {
		g.t.Fatalf("create $all::%s: %v", group, err)
	}
}

// append adds n events to a stream.
func (g groups) append(stream string, n int) {
	g.t.Helper()
	var events []esdb.EventData
	for range n {
		events = append(events, esdb.EventData{EventID: uuid.New(), EventType: "happened", ContentType: esdb.ContentTypeJson, Data: []byte(`{}`)})
	}
	g.appendEvents(stream, events...)
}

func (g groups) appendEvents(stream string, events ...esdb.EventData) {
	g.t.Helper()
	if _, err := g.client.AppendToStream(g.ctx, g.uses(g.full(stream)), esdb.AppendToStreamOptions{}, events...); err != nil {
		g.t.Fatalf("append to %s: %v", stream, err)
	}
}

// link makes a link; its target is named as the test does.
func (g groups) link(to string) esdb.EventData {
	if number, target, ok := strings.Cut(to, "@"); ok {
		to = number + "@" + g.full(target)
	}
	return esdb.EventData{EventID: uuid.New(), EventType: "$>", Data: []byte(to)}
}

// consumer is one subscription of the official client. It calls it from one goroutine at a time, as it must be.
type consumer struct {
	g   groups
	sub *esdb.PersistentSubscription
	got chan *esdb.PersistentSubscriptionEvent
}

func (g groups) join(stream, group string, slots uint32) *consumer {
	g.t.Helper()
	c, err := g.tryJoin(stream, group, slots)
	if err != nil {
		g.t.Fatalf("join %s::%s: %v", stream, group, err)
	}
	return c
}

func (g groups) tryJoin(stream, group string, slots uint32) (*consumer, error) {
	options := esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: slots}
	stream, group = g.full(stream), g.group(stream, group)
	var sub *esdb.PersistentSubscription
	var err error
	if stream == "$all" {
		sub, err = g.client.SubscribeToPersistentSubscriptionToAll(g.ctx, group, options)
	} else {
		sub, err = g.client.SubscribeToPersistentSubscription(g.ctx, stream, group, options)
	}
	if err != nil {
		return nil, err
	}
	c := &consumer{g: g, sub: sub, got: make(chan *esdb.PersistentSubscriptionEvent, 10_000)}
	go func() {
		defer close(c.got)
		for {
			e := sub.Recv()
			c.got <- e
			if e.SubscriptionDropped != nil {
				return
			}
		}
	}()
	g.t.Cleanup(func() { sub.Close() })
	return c, nil
}

// take waits for the next event.
func (c *consumer) take() *esdb.EventAppeared {
	c.g.t.Helper()
	select {
	case e := <-c.got:
		if e.EventAppeared == nil {
			c.g.t.Fatalf("dropped: %v", e.SubscriptionDropped.Error)
		}
		return e.EventAppeared
	case <-time.After(10 * time.Second):
		c.g.t.Fatal("no event came")
	}
	return nil
}

// expect waits for events that read "revision@stream", "+retry" behind it if it is one, and "->" before the target of a
// resolved link. It returns them.
func (c *consumer) expect(want ...string) []*esdb.ResolvedEvent {
	c.g.t.Helper()
	var got []string
	var events []*esdb.ResolvedEvent
	for range want {
		e := c.take()
		got = append(got, c.g.short(describe(e)))
		events = append(events, e.Event)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		c.g.t.Fatalf("delivered (-want +got):\n%s", diff)
	}
	return events
}

// expectAll waits for events as expect does, in whatever order they come. It returns
// them in the order of want.
func (c *consumer) expectAll(want ...string) []*esdb.ResolvedEvent {
	c.g.t.Helper()
	events := map[string]*esdb.ResolvedEvent{}
	for range want {
		e := c.take()
		events[c.g.short(describe(e))] = e.Event
	}
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(events))); diff != "" {
		c.g.t.Fatalf("delivered (-want +got):\n%s", diff)
	}
	ordered := make([]*esdb.ResolvedEvent, len(want))
	for i, w := range want {
		ordered[i] = events[w]
	}
	return ordered
}

func describe(e *esdb.EventAppeared) string {
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

func (c *consumer) ack(events ...*esdb.ResolvedEvent) {
	c.g.t.Helper()
	if err := c.sub.Ack(events...); err != nil {
		c.g.t.Fatal(err)
	}
}

func (c *consumer) nack(action esdb.NackAction, reason string, events ...*esdb.ResolvedEvent) {
	c.g.t.Helper()
	if err := c.sub.Nack(reason, action, events...); err != nil {
		c.g.t.Fatal(err)
	}
}

// dropped waits for the end of the subscription and returns its code.
func (c *consumer) dropped() codes.Code {
	c.g.t.Helper()
	for {
		select {
		case e := <-c.got:
			if e.SubscriptionDropped != nil {
				return status.Code(e.SubscriptionDropped.Error)
			}
		case <-time.After(10 * time.Second):
			c.g.t.Fatal("not dropped")
		}
	}
}

func (g groups) info(stream, group string) *esdb.PersistentSubscriptionInfo {
	g.t.Helper()
	var info *esdb.PersistentSubscriptionInfo
	var err error
	stream, group = g.full(stream), g.group(stream, group)
	if stream == "$all" {
		info, err = g.client.GetPersistentSubscriptionInfoToAll(g.ctx, group, esdb.GetPersistentSubscriptionOptions{})
	} else {
		info, err = g.client.GetPersistentSubscriptionInfo(g.ctx, stream, group, esdb.GetPersistentSubscriptionOptions{})
	}
	if err != nil {
		g.t.Fatalf("info of %s::%s: %v", stream, group, err)
	}
	return info
}

// until asks for the group's figures until they are as wanted.
func (g groups) until(stream, group, what string, ok func(*esdb.PersistentSubscriptionInfo) bool) *esdb.PersistentSubscriptionInfo {
	g.t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(10 * time.Second); ; <-ticker.C {
		info := g.info(stream, group)
		if ok(info) {
			return info
		}
		if time.Now().After(end) {
			g.t.Fatalf("%s::%s: never %s: %s %+v", stream, group, what, info.Status, *info.Stats)
		}
	}
}

func (g groups) untilCheckpoint(stream, group string, revision uint64) {
	g.t.Helper()
	g.until(stream, group, fmt.Sprint("a checkpoint at ", revision), func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LastCheckpointedEventRevision != nil && *i.Stats.LastCheckpointedEventRevision == revision
	})
}

func (g groups) untilParked(stream, group string, n int64) {
	g.t.Helper()
	g.until(stream, group, fmt.Sprint(n, " parked"), func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.ParkedMessagesCount == n
	})
}

// parked waits until a group has parked n messages, and returns the links to them, in
// the order of the parked stream, which need not be the source's.
func (g groups) parked(stream, group string, n int) []*esdb.RecordedEvent {
	g.t.Helper()
	g.untilParked(stream, group, int64(n))
	var links []*esdb.RecordedEvent
	for _, e := range g.read(parkedPrefix + stream + "::" + group + "-parked") {
		links = append(links, e.OriginalEvent())
	}
	if len(links) != n {
		g.t.Fatalf("%d links are parked, want %d", len(links), n)
	}
	return links
}

// read returns all visible events of a stream.
func (g groups) read(stream string) []*esdb.ResolvedEvent {
	g.t.Helper()
	r, err := g.client.ReadStream(g.ctx, g.full(stream), esdb.ReadStreamOptions{}, 10_000)
	if err != nil {
		g.t.Fatal(err)
	}
	defer r.Close()
	var events []*esdb.ResolvedEvent
	for {
		e, err := r.Recv()
		if err != nil {
			return events
		}
		events = append(events, e)
	}
}

// answer calls a method of the service and says in short what came: "ok", "H", or the code and the exception.
func answer[Req, Resp any](g groups, call func(context.Context, Req, ...grpc.CallOption) (Resp, error), request Req) (string, metadata.MD) {
	var trailer metadata.MD
	_, err := call(g.ctx, request, grpc.Trailer(&trailer))
	if err == nil {
		return "ok", trailer
	}
	return strings.Replace(fault(err, trailer, ""), "persistent-subscription-", "", 1), trailer
}

// code is the official client's view of an error.
func code(err error) esdb.ErrorCode {
	var e *esdb.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return -1
}
