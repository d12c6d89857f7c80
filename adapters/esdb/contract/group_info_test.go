package contract

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/google/go-cmp/cmp"
)

// Chapter 8: numbers come back as they were given.
func TestSettingsAreEchoed(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("x", 1)
	type settings = persistent.CreateReq_Settings
	info := func(stream, group string, change ...func(*persistent.CreateReq_Options)) *persistent.SubscriptionInfo {
		t.Helper()
		if got, _ := answer(g, g.stub.Create, g.creation(create(append(change, withName(group))...))); got != "ok" {
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
	got := []any{g.Short(i.EventSource), i.GroupName, i.MaxRetryCount, i.MinCheckPointCount, i.MaxCheckPointCount, i.MessageTimeoutMilliseconds,
		i.CheckPointAfterMilliseconds, i.NamedConsumerStrategy, i.ResolveLinkTos, i.ExtraStatistics, i.LiveBufferSize, i.ReadBatchSize, i.BufferSize}
	want := []any{"s", "plain", int32(-3), int32(9), int32(2), int32(12), int32(math.MaxInt32), "DispatchToSingle", true, true, int32(0), int32(0), int32(1)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	position := g.Read("x")[0].Event.Position
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
	g.T.Helper()
	stream, group = g.Full(stream), g.Group(stream, group)
	r, err := g.stub.GetInfo(g.Ctx, &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: group,
		StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: name(stream)}}})
	if err != nil {
		g.T.Fatal(err)
	}
	return r.SubscriptionInfo
}

func TestLists(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	for _, group := range []string{"b", "a", "", " ", "a::b"} {
		g.Create("s", group)
	}
	g.Create("other", "c")
	g.CreateAll("d", "visura-")
	var o esdb.ListPersistentSubscriptionsOptions
	of := []string{"s/", "s/ ", "s/a", "s/a::b", "s/b"}
	stream := func(s string) []string {
		infos, err := g.Client.ListPersistentSubscriptionsForStream(g.Ctx, g.Full(s), o)
		return g.listed(infos, err)
	}
	if diff := cmp.Diff(of, stream("s")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"$all/d"}, g.listed(g.Client.ListPersistentSubscriptionsToAll(g.Ctx, o))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(append([]string{"$all/d", "other/c"}, of...), g.listed(g.Client.ListAllPersistentSubscriptions(g.Ctx, o))); diff != "" {
		t.Error(diff)
	}
	never := &persistent.ListReq{Options: &persistent.ListReq_Options{ListOption: &persistent.ListReq_Options_ListForStream{
		ListForStream: &persistent.ListReq_StreamOption{StreamOption: &persistent.ListReq_StreamOption_Stream{Stream: name(g.Full("never"))}}}}}
	got, trailer := answer(g, g.stub.List, never)
	if got != "NotFound does-not-exist" || len(trailer.Get("group-name")) != 0 || trailer.Get("stream-name")[0] != g.Full("never") {
		t.Errorf("a stream without groups: %s %v", got, trailer)
	}
	if err := g.Client.DeletePersistentSubscription(g.Ctx, g.Full("other"), "c", esdb.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string(nil), stream("other")); diff != "" {
		t.Error(diff)
	}
}

// listed is the test's groups among those listed, sorted.
func (g groups) listed(infos []esdb.PersistentSubscriptionInfo, err error) []string {
	g.T.Helper()
	if err != nil {
		g.T.Fatal(err)
	}
	var list []string
	for _, i := range infos {
		if key := i.EventSource + "/" + i.GroupName; strings.Contains(key, g.Prefix) {
			list = append(list, g.Short(key))
		}
	}
	slices.Sort(list)
	return list
}

func TestInfoCounts(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 30)
	g.Create("s", "g", func(s *esdb.PersistentSubscriptionSettings) {
		s.HistoryBufferSize, s.ReadBatchSize, s.ExtraStatistics = 20, 10, true
	})
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
	// A real server measures some seconds after the first message.
	g.Until("s", "g", "measured", func(*esdb.PersistentSubscriptionInfo) bool {
		c = g.describe("s", "g").Connections[0]
		return len(c.ObservedMeasurements) > 0
	})
	var keys []string
	for _, m := range c.ObservedMeasurements {
		keys = append(keys, m.Key)
	}
	want := []string{"Mean", "Median", "Fastest", "Quintile 1", "Quintile 2", "Quintile 3", "Quintile 4", "Quintile 5",
		"90%", "95%", "99%", "99.5%", "99.9%", "Highest"}
	if diff := cmp.Diff(want, keys); diff != "" {
		t.Error(diff)
	}
}

func TestInfoOfAGroupThatHasSeenNothing(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Create("s", "g")
	g.Until("s", "g", "live", func(i *esdb.PersistentSubscriptionInfo) bool { return strings.HasSuffix(i.Status, "Live") })
	if i := g.describe("s", "g"); i.LastKnownEventPosition != "" || i.LastCheckpointedEventPosition != "" || i.TotalItems != 0 {
		t.Errorf("%v", i)
	}
}
