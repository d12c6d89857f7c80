package contract

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
)

// Chapter 8, management: the order of the checks is strategy, start, existence,
// sizes.
func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	type change = func(*persistent.CreateReq_Options)
	type settings = persistent.CreateReq_Settings
	unknown := with(func(s *settings) { s.ConsumerStrategy = "roundrobin" })
	tooSmall := with(func(s *settings) { s.HistoryBufferSize = 20 })
	g := newGroups(t, common)
	g.Append("x", 1)
	g.Create("taken", "g")
	for name, c := range map[string]struct {
		change []change
		want   string
	}{
		"a good one passes":                         {[]change{withName("good")}, "ok"},
		"no settings":                               {[]change{func(o *persistent.CreateReq_Options) { o.Settings = nil }}, "H"},
		"no stream":                                 {[]change{func(o *persistent.CreateReq_Options) { o.StreamOption = nil }}, "H"},
		"no stream identifier":                      {[]change{func(o *persistent.CreateReq_Options) { o.GetStream().StreamIdentifier = nil }}, "H"},
		"no revision option":                        {[]change{func(o *persistent.CreateReq_Options) { o.GetStream().RevisionOption = nil }}, "InvalidArgument"},
		"$all in the form of a stream":              {[]change{onStream("$all")}, "Unknown"},
		"a revision out of range":                   {[]change{fromRevision(1 << 63)}, "H"},
		"a position out of range":                   {[]change{fromPosition(1<<63, 0)}, "H"},
		"a position with prepare beyond commit":     {[]change{fromPosition(1, 2)}, "H"},
		"a position beyond the end":                 {[]change{fromPosition(1<<60, 0)}, "Internal failed"},
		"a regex that does not compile":             {[]change{byRegex("(")}, "H"},
		"an unknown strategy":                       {[]change{unknown}, "Internal failed"},
		"a name that is taken":                      {[]change{onStream("taken")}, "AlreadyExists exists"},
		"a batch that is not less than the buffer":  {[]change{tooSmall}, "Internal failed"},
		"the strategy is looked at before the name": {[]change{unknown, onStream("taken")}, "Internal failed"},
		"the name before the sizes":                 {[]change{tooSmall, onStream("taken")}, "AlreadyExists exists"},
	} {
		got, trailer := answer(g, g.stub.Create, g.creation(create(c.change...)))
		if !answers(got, c.want) {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if got == "Internal failed" && (len(trailer.Get("reason")) != 1 || g.Short(trailer.Get("group-name")[0]) != "g") {
			t.Errorf("%s: trailers %v", name, trailer)
		}
	}
	if got, _ := answer(g, g.stub.Create, &persistent.CreateReq{}); got != "H" {
		t.Errorf("no options: %s", got)
	}
}

// Chapter 8: every method gives the same answer for a group that does not exist.
func TestGroupsThatAreNotThere(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	stream := name(g.Full("s"))
	missing := "NotFound does-not-exist"
	update := &persistent.UpdateReq{Options: &persistent.UpdateReq_Options{GroupName: "a group", Settings: &persistent.UpdateReq_Settings{NamedConsumerStrategy: 7},
		StreamOption: &persistent.UpdateReq_Options_Stream{Stream: &persistent.UpdateReq_StreamOptions{
			StreamIdentifier: stream, RevisionOption: &persistent.UpdateReq_StreamOptions_Start{}}}}}
	remove := &persistent.DeleteReq{Options: &persistent.DeleteReq_Options{GroupName: "a group",
		StreamOption: &persistent.DeleteReq_Options_StreamIdentifier{StreamIdentifier: stream}}}
	info := &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: "a group",
		StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: stream}}}
	replay := &persistent.ReplayParkedReq{Options: &persistent.ReplayParkedReq_Options{GroupName: "a group",
		StreamOption: &persistent.ReplayParkedReq_Options_StreamIdentifier{StreamIdentifier: stream},
		StopAtOption: &persistent.ReplayParkedReq_Options_NoLimit{}}}
	check := func(what, got string, trailer metadata.MD, want string) {
		t.Helper()
		if !answers(got, want) {
			t.Errorf("%s: %s, want %s", what, got, want)
		}
		if want == missing && (trailer.Get("stream-name")[0] != g.Full("s") || trailer.Get("group-name")[0] != "a group") {
			t.Errorf("%s: trailers %v", what, trailer)
		}
	}
	got, trailer := answer(g, g.stub.Update, update)
	check("update", got, trailer, missing)
	got, trailer = answer(g, g.stub.Delete, remove)
	check("delete", got, trailer, missing)
	got, trailer = answer(g, g.stub.GetInfo, info)
	check("info", got, trailer, missing)
	got, trailer = answer(g, g.stub.ReplayParked, replay)
	check("replay", got, trailer, missing)
	replay.Options.StopAtOption = &persistent.ReplayParkedReq_Options_StopAt{StopAt: -1}
	got, trailer = answer(g, g.stub.ReplayParked, replay)
	check("replay with a negative stop", got, trailer, "Internal failed")

	stream.StreamName = []byte("$all")
	got, trailer = answer(g, g.stub.Update, update)
	check("update of $all in the form of a stream", got, trailer, "Unknown")
	got, trailer = answer(g, g.stub.Delete, remove)
	check("delete of $all in the form of a stream", got, trailer, "Unknown")

	got, trailer = answer(g, g.stub.Update, &persistent.UpdateReq{})
	check("update without options", got, trailer, "H")
	got, trailer = answer(g, g.stub.Delete, &persistent.DeleteReq{})
	check("delete without options", got, trailer, "H")
	got, trailer = answer(g, g.stub.GetInfo, &persistent.GetInfoReq{})
	check("info without options", got, trailer, "H")
	got, trailer = answer(g, g.stub.ReplayParked, &persistent.ReplayParkedReq{})
	check("replay without options", got, trailer, "H")
	got, trailer = answer(g, g.stub.List, &persistent.ListReq{Options: &persistent.ListReq_Options{}})
	check("list without options", got, trailer, "H")
}

func TestJoinRefuses(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Create("s", "g")
	g.Create("s", "one", func(s *esdb.PersistentSubscriptionSettings) { s.MaxSubscriberCount = 1 })
	g.Create("s", "none", func(s *esdb.PersistentSubscriptionSettings) { s.MaxSubscriberCount = -1 })
	g.Join("s", "one", 1)
	change := func(f func(*persistent.ReadReq_Options)) *persistent.ReadReq {
		r := joining("s", "g", 1)
		f(r.GetOptions())
		return r
	}
	for name, c := range map[string]struct {
		first *persistent.ReadReq
		want  string
	}{
		"an empty message":          {&persistent.ReadReq{}, "H"},
		"an acknowledgement":        {acknowledge(), "H"},
		"no stream":                 {change(func(o *persistent.ReadReq_Options) { o.StreamOption = nil }), "H"},
		"no form of ids":            {change(func(o *persistent.ReadReq_Options) { o.UuidOption = nil }), "H"},
		"a negative buffer":         {joining("s", "g", -1), "H"},
		"an empty stream name":      {joining("", "g", 1), "H"},
		"a group that is not":       {joining("s", "G", 1), "NotFound persistent-subscription-does-not-exist"},
		"a group that is full":      {joining("s", "one", 1), "FailedPrecondition maximum-subscribers-reached"},
		"a group that takes no one": {joining("s", "none", 1), "FailedPrecondition maximum-subscribers-reached"},
	} {
		call := g.call(c.first)
		if got := call.ended(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if _, err := g.TryJoin("s", "absent", 1); code(err) != esdb.ErrorCodeResourceNotFound {
		t.Errorf("the client sees %v", err)
	}
}

func TestHalfCloseDoesNotEndDelivery(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Create("s", "g")
	call := g.call(joining("s", "g", 10))
	call.confirmed()
	if err := call.CloseSend(); err != nil {
		t.Fatal(err)
	}
	g.Append("s", 1)
	m, err := call.Recv()
	if err != nil {
		t.Fatal(err)
	}
	e := m.GetEvent()
	if _, counted := e.Count.(*persistent.ReadResp_ReadEvent_RetryCount); !counted {
		t.Error("the first delivery has no retry count")
	}
	if e.GetCommitPosition() == 0 || e.GetCommitPosition() != e.Event.CommitPosition || e.Event.Id.GetString_() == "" {
		t.Errorf("got %v", e)
	}
}

// Chapter 8: an update drops the consumers and goes on from the checkpoint, or if
// there is none from the new start; one that fails changes nothing. In what order
// a retry and later events come is not certain.
func TestUpdateAndDeleteDropConsumers(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("s", 3)
	g.Create("s", "g")
	update := func(from esdb.StreamPosition, change ...func(*esdb.PersistentSubscriptionSettings)) error {
		return g.Client.UpdatePersistentSubscription(g.Ctx, g.Full("s"), "g",
			esdb.PersistentStreamSubscriptionOptions{Settings: esdbtest.Settings(change...), StartFrom: from})
	}
	c := g.Join("s", "g", 3)
	first := c.ExpectAll("0@s", "1@s", "2@s")
	if err := update(esdb.Start{}, func(s *esdb.PersistentSubscriptionSettings) { s.ReadBatchSize = 500 }); err == nil {
		t.Error("a bad update passes")
	}
	c.Nack(esdb.NackActionRetry, "", first[0])
	c.Expect("0@s+1")
	if err := update(esdb.Revision(1), esdbtest.Retrying(3)); err != nil {
		t.Fatal(err)
	}
	if code := c.Dropped(); code != codes.Canceled {
		t.Errorf("update drops with %v", code)
	}
	c = g.Join("s", "g", 10)
	again := c.ExpectAll("1@s", "2@s") // the new start, since there is no checkpoint; retries begin anew
	c.Ack(again[0])
	g.UntilCheckpoint("s", "g", 1)
	if err := update(esdb.Start{}, esdbtest.Retrying(4)); err != nil {
		t.Fatal(err)
	}
	if i := g.describe("s", "g"); i.StartFrom != "0" || i.MaxRetryCount != 4 {
		t.Errorf("shows start %s, retries %d", i.StartFrom, i.MaxRetryCount)
	}
	call := g.call(joining("s", "g", 1))
	call.confirmed()
	if m, err := call.Recv(); err != nil || m.GetEvent().GetEvent().GetStreamRevision() != 2 {
		t.Errorf("after the checkpoint comes %v, %v", m, err)
	}
	if err := g.Client.DeletePersistentSubscription(g.Ctx, g.Full("s"), "g", esdb.DeletePersistentSubscriptionOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := call.ended(); got != "Canceled persistent-subscription-dropped" {
		t.Errorf("delete drops with %s", got)
	}
	if code(update(esdb.Start{})) != esdb.ErrorCodeResourceNotFound {
		t.Error("the group is still there")
	}
	g.Create("s", "g")
	g.Join("s", "g", 10).ExpectAll("0@s", "1@s", "2@s")
}

func TestUpdateKeepsTheFilterAndKnowsStrategiesByNumberOnly(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("other", 1)
	g.Append("visura-1", 1)
	g.pinByCorrelation("$all", "g")
	err := g.Client.UpdatePersistentSubscriptionToAll(g.Ctx, g.Group("$all", "g"), esdb.PersistentAllSubscriptionOptions{
		Settings: esdbtest.Settings(esdbtest.Pinned), StartFrom: esdb.Start{}})
	if err != nil {
		t.Fatal(err)
	}
	g.Join("$all", "g", 1).Expect("0@visura-1")
	if i := g.describe("$all", "g"); i.NamedConsumerStrategy != "Pinned" {
		t.Errorf("strategy %s", i.NamedConsumerStrategy)
	}
}

// Info, replay and join accept $all in the form of a stream.
func TestAllInTheFormOfAStream(t *testing.T) {
	t.Parallel()
	g := newGroups(t, common)
	g.Append("visura-1", 1)
	g.CreateAll("g", "visura-")
	if i := g.describe("$all", "g"); i.EventSource != "$all" || g.Short(i.GroupName) != "g" {
		t.Errorf("info of %s::%s", i.EventSource, i.GroupName)
	}
	call := g.call(joining("$all", g.Group("$all", "g"), 1))
	if id := g.Short(call.confirmed()); id != "$all::g" {
		t.Errorf("subscription id %q", id)
	}
	m, err := call.Recv()
	if err != nil || g.Short(string(m.GetEvent().GetEvent().GetStreamIdentifier().GetStreamName())) != "visura-1" {
		t.Errorf("got %v, %v", m, err)
	}
}
