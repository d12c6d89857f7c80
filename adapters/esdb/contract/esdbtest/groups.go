package esdbtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// Groups manages groups of a store with the official client. Streams and groups have
// the test's names. Its methods fail the test on errors.
type Groups struct {
	T      testing.TB
	Ctx    context.Context
	Client *esdb.Client
	Names
}

// Named returns the server's names of a stream and of a group on it, and records the
// group.
func (g Groups) Named(stream, group string) (string, string) {
	stream, group = g.Full(stream), g.Group(stream, group)
	g.UsesGroup(stream, group)
	return stream, group
}

// Settings are the client's defaults, changed.
func Settings(change ...func(*esdb.PersistentSubscriptionSettings)) *esdb.PersistentSubscriptionSettings {
	s := esdb.SubscriptionSettingsDefault()
	s.CheckpointLowerBound = 1
	for _, c := range change {
		c(&s)
	}
	return &s
}

// Pinned keeps the events of a stream with one consumer.
func Pinned(s *esdb.PersistentSubscriptionSettings) {
	s.ConsumerStrategyName = esdb.ConsumerStrategyPinned
}

// Resolving resolves links.
func Resolving(s *esdb.PersistentSubscriptionSettings) { s.ResolveLinkTos = true }

// Retrying parks after so many retries.
func Retrying(n int32) func(*esdb.PersistentSubscriptionSettings) {
	return func(s *esdb.PersistentSubscriptionSettings) { s.MaxRetryCount = n }
}

// Create makes a group on a stream, from its start.
func (g Groups) Create(stream, group string, change ...func(*esdb.PersistentSubscriptionSettings)) {
	g.T.Helper()
	s, name := g.Named(stream, group)
	err := g.Client.CreatePersistentSubscription(g.Ctx, s, name,
		esdb.PersistentStreamSubscriptionOptions{Settings: Settings(change...), StartFrom: esdb.Start{}})
	if err != nil {
		g.T.Fatalf("create %s::%s: %v", stream, group, err)
	}
}

// CreateAll makes a group on $all as the application does: by prefix, from the start.
func (g Groups) CreateAll(group, prefix string, change ...func(*esdb.PersistentSubscriptionSettings)) {
	g.T.Helper()
	_, name := g.Named("$all", group)
	err := g.Client.CreatePersistentSubscriptionToAll(g.Ctx, name, esdb.PersistentAllSubscriptionOptions{
		Settings: Settings(change...), StartFrom: esdb.Start{},
		Filter: &esdb.SubscriptionFilter{Type: esdb.StreamFilterType, Prefixes: []string{g.Full(prefix)}}})
	if err != nil {
		g.T.Fatalf("create $all::%s: %v", group, err)
	}
}

// Append adds n events to a stream.
func (g Groups) Append(stream string, n int) {
	g.T.Helper()
	var events []esdb.EventData
	for range n {
		events = append(events, esdb.EventData{EventID: uuid.New(), EventType: "happened", ContentType: esdb.ContentTypeJson, Data: []byte(`{}`)})
	}
	g.AppendEvents(stream, events...)
}

// AppendEvents adds events to a stream, whatever its revision.
func (g Groups) AppendEvents(stream string, events ...esdb.EventData) {
	g.T.Helper()
	if _, err := g.Client.AppendToStream(g.Ctx, g.Uses(g.Full(stream)), esdb.AppendToStreamOptions{}, events...); err != nil {
		g.T.Fatalf("append to %s: %v", stream, err)
	}
}

// Link makes a link to "revision@stream", with the test's name of the stream.
func (g Groups) Link(to string) esdb.EventData {
	if number, target, ok := strings.Cut(to, "@"); ok {
		to = number + "@" + g.Full(target)
	}
	return esdb.EventData{EventID: uuid.New(), EventType: "$>", Data: []byte(to)}
}

// Info returns settings and figures of a group.
func (g Groups) Info(stream, group string) *esdb.PersistentSubscriptionInfo {
	g.T.Helper()
	var info *esdb.PersistentSubscriptionInfo
	var err error
	stream, group = g.Full(stream), g.Group(stream, group)
	if stream == "$all" {
		info, err = g.Client.GetPersistentSubscriptionInfoToAll(g.Ctx, group, esdb.GetPersistentSubscriptionOptions{})
	} else {
		info, err = g.Client.GetPersistentSubscriptionInfo(g.Ctx, stream, group, esdb.GetPersistentSubscriptionOptions{})
	}
	if err != nil {
		g.T.Fatalf("info of %s::%s: %v", stream, group, err)
	}
	return info
}

// Until polls the figures of a group until ok, 10 s at most. what completes "never
// …" in the failure.
func (g Groups) Until(stream, group, what string, ok func(*esdb.PersistentSubscriptionInfo) bool) *esdb.PersistentSubscriptionInfo {
	g.T.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(10 * time.Second); ; <-ticker.C {
		info := g.Info(stream, group)
		if ok(info) {
			return info
		}
		if time.Now().After(end) {
			g.T.Fatalf("%s::%s: never %s: %s %+v", stream, group, what, info.Status, *info.Stats)
		}
	}
}

// UntilCheckpoint waits until the group of a stream has its checkpoint at a revision.
func (g Groups) UntilCheckpoint(stream, group string, revision uint64) {
	g.T.Helper()
	g.Until(stream, group, fmt.Sprint("a checkpoint at ", revision), func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.LastCheckpointedEventRevision != nil && *i.Stats.LastCheckpointedEventRevision == revision
	})
}

// UntilParked waits until so many messages are parked.
func (g Groups) UntilParked(stream, group string, n int64) {
	g.T.Helper()
	g.Until(stream, group, fmt.Sprint(n, " parked"), func(i *esdb.PersistentSubscriptionInfo) bool {
		return i.Stats.ParkedMessagesCount == n
	})
}

// Parked waits until a group has parked n messages, and returns the links to them, in
// the order of the parked stream, which need not be the source's.
func (g Groups) Parked(stream, group string, n int) []*esdb.RecordedEvent {
	g.T.Helper()
	g.UntilParked(stream, group, int64(n))
	var links []*esdb.RecordedEvent
	for _, e := range g.Read(groupPrefix + stream + "::" + group + "-parked") {
		links = append(links, e.OriginalEvent())
	}
	if len(links) != n {
		g.T.Fatalf("%d links are parked, want %d", len(links), n)
	}
	return links
}

// Read returns all visible events of a stream.
func (g Groups) Read(stream string) []*esdb.ResolvedEvent {
	g.T.Helper()
	r, err := g.Client.ReadStream(g.Ctx, g.Full(stream), esdb.ReadStreamOptions{}, 10_000)
	if err != nil {
		g.T.Fatal(err)
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

// ParkAll joins, parks the next n events and leaves.
func (g Groups) ParkAll(stream, group string, n int) {
	g.T.Helper()
	before := g.Info(stream, group).Stats.ParkedMessagesCount
	c := g.Join(stream, group, uint32(n))
	var events []*esdb.ResolvedEvent
	for range n {
		events = append(events, c.Take().Event)
	}
	c.Nack(esdb.NackActionPark, "later", events...)
	g.UntilParked(stream, group, before+int64(n))
	c.Sub.Close()
}

// Replay replays the parked messages below the revision stop; 0 for all.
func (g Groups) Replay(stream, group string, stop int) {
	g.T.Helper()
	o := esdb.ReplayParkedMessagesOptions{StopAt: stop}
	var err error
	stream, group = g.Full(stream), g.Group(stream, group)
	if stream == "$all" {
		err = g.Client.ReplayParkedMessagesToAll(g.Ctx, group, o)
	} else {
		err = g.Client.ReplayParkedMessages(g.Ctx, stream, group, o)
	}
	if err != nil {
		g.T.Fatal(err)
	}
}

// Delete soft-deletes a stream.
func (g Groups) Delete(stream string) {
	g.T.Helper()
	if _, err := g.Client.DeleteStream(g.Ctx, g.Full(stream), esdb.DeleteStreamOptions{}); err != nil {
		g.T.Fatal(err)
	}
}
