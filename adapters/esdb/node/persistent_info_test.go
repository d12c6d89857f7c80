package node_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

func TestSettingsAreEchoed(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	g.append("x", 1)
	type settings = persistent.CreateReq_Settings
	info := func(stream, group string, change ...func(*persistent.CreateReq_Options)) *persistent.SubscriptionInfo {
		t.Helper()
		if got, _ := answer(g, g.stub.Create, create(append(change, named(group))...)); got != "ok" {
			t.Fatalf("create %s: %s", group, got)
		}
		return g.describe(stream, group)
	}
	i := info("s", "plain", with(func(s *settings) {
		s.MaxRetryCount, s.MinCheckpointCount, s.MaxCheckpointCount = -3, 9, 2
		s.MessageTimeout = &persistent.CreateReq_Settings_MessageTimeoutTicks{MessageTimeoutTicks: 125_000}
		s.CheckpointAfter = nil
		s.ConsumerStrategy, s.NamedConsumerStrategy = "", persistent.CreateReq_DispatchToSingle
		s.ResolveLinks, s.ExtraStatistics = true, true
		s.LiveBufferSize, s.ReadBatchSize, s.HistoryBufferSize = 0, 0, 1
	}))
	got := []any{i.EventSource, i.GroupName, i.MaxRetryCount, i.MinCheckPointCount, i.MaxCheckPointCount, i.MessageTimeoutMilliseconds,
		i.CheckPointAfterMilliseconds, i.NamedConsumerStrategy, i.ResolveLinkTos, i.ExtraStatistics, i.LiveBufferSize, i.ReadBatchSize, i.BufferSize}
	want := []any{"s", "plain", int32(-3), int32(9), int32(2), int32(12), int32(math.MaxInt32), "DispatchToSingle", true, true, int32(0), int32(0), int32(1)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	position := g.read("x")[0].Event.Position
	for name, c := range map[string]struct {
		stream, want string
		change       func(*persistent.CreateReq_Options)
	}{
		"start":         {"s", "0", func(*persistent.CreateReq_Options) {}},
		"revision":      {"s", "7", fromRevision(7)},
		"end by number": {"s", "-1", fromRevision(math.MaxUint64)},
		"deprecated": {"s", "4", func(o *persistent.CreateReq_Options) {
			o.StreamOption, o.StreamIdentifier, o.Settings.Revision = nil, name("s"), 4 //nolint:staticcheck // old clients send it
		}},
		"start of $all":    {"$all", "C:0/P:0", onAll},
		"end of $all":      {"$all", "C:-1/P:-1", fromPosition(math.MaxUint64, math.MaxUint64)},
		"position of $all": {"$all", fmt.Sprintf("C:%d/P:0", position.Commit), fromPosition(position.Commit, 0)},
	} {
		if got := info(c.stream, name, c.change).StartFrom; got != c.want {
			t.Errorf("%s: start %q, want %q", name, got, c.want)
		}
	}
}

func (g groups) describe(stream, group string) *persistent.SubscriptionInfo {
	g.t.Helper()
	r, err := g.stub.GetInfo(g.ctx, &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: group,
		StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: name(stream)}}})
	if err != nil {
		g.t.Fatal(err)
	}
	return r.SubscriptionInfo
}

func TestLists(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
	for _, group := range []string{"b", "a", "", " ", "a::b"} {
		g.create("s", group)
	}
	g.create("other", "c")
	g.createAll("d", "visura-")
	names := func(infos []esdb.PersistentSubscriptionInfo, err error) []string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		list := []string{}
		for _, i := range infos {
			list = append(list, i.EventSource+"/"+i.GroupName)
		}
		return list
	}
	var o esdb.ListPersistentSubscriptionsOptions
	of := []string{"s/b", "s/a", "s/", "s/ ", "s/a::b"}
	if diff := cmp.Diff(of, names(g.client.ListPersistentSubscriptionsForStream(g.ctx, "s", o))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"$all/d"}, names(g.client.ListPersistentSubscriptionsToAll(g.ctx, o))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(append(of, "other/c", "$all/d"), names(g.client.ListAllPersistentSubscriptions(g.ctx, o))); diff != "" {
		t.Error(diff)
	}
	never := &persistent.ListReq{Options: &persistent.ListReq_Options{ListOption: &persistent.ListReq_Options_ListForStream{
		ListForStream: &persistent.ListReq_StreamOption{StreamOption: &persistent.ListReq_StreamOption_Stream{Stream: name("never")}}}}}
	got, trailer := answer(g, g.stub.List, never)
	if got != "NotFound does-not-exist" || len(trailer.Get("group-name")) != 0 || trailer.Get("stream-name")[0] != "never" {
		t.Errorf("a stream without groups: %s %v", got, trailer)
	}
	if err := g.client.DeletePersistentSubscription(g.ctx, "other", "c", esdb.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, names(g.client.ListPersistentSubscriptionsForStream(g.ctx, "other", o))); diff != "" {
		t.Error(diff)
	}
}

func TestInfoCounts(t *testing.T) {
	t.Parallel()
	g := newGroups(t, node.Options{})
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
