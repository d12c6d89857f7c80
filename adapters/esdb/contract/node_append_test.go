package contract

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/contract/esdbtest"
	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// Names that a real server accepts as streams, and is harmed by.
func TestNodeRefusesReservedNames(t *testing.T) {
	t.Parallel()
	s := alone(t, node.Options{})
	malformedAppends(t, s, map[string]malformed{
		"$all":                       {[]*streams.AppendReq{options("$all"), good()}, "InvalidArgument"},
		"metadata of the empty name": {[]*streams.AppendReq{options("$$"), good()}, "InvalidArgument"},
		"$$$$":                       {[]*streams.AppendReq{options("$$$$"), good()}, "InvalidArgument"},
		"a name longer than any key": {[]*streams.AppendReq{options(strings.Repeat("$", 1<<20)), good()}, "InvalidArgument"},
		"a message above the limit":  {[]*streams.AppendReq{options("s"), big(0, 17_000_000)}, "ResourceExhausted"},
		"one dollar is a stream":     {[]*streams.AppendReq{options("$"), good()}, "ok"},
		"$all may have metadata":     {[]*streams.AppendReq{options("$$$all"), good()}, "ok"},
	})
	w := newWire(t, s)
	for _, step := range []struct{ what, got, want string }{
		{"ending $all", w.tombstone("$all", anything), "InvalidArgument"},
		{"ending $$", w.tombstone("$$", anything), "InvalidArgument"},
		{"deleting $all", w.delete("$all", 7), "WV(-1)"},
	} {
		if step.got != step.want {
			t.Errorf("%s: %q, want %q", step.what, step.got, step.want)
		}
	}
}

// Requests that a real server never answers.
func TestNodeAnswersWhatOthersLeaveOpen(t *testing.T) {
	t.Parallel()
	w := newWire(t, alone(t, node.Options{}))
	w.append("s", noStream, "a", "b")
	everything := byStream("", "")
	for title, c := range map[string]struct {
		read *streams.ReadReq
		want string
	}{
		"all, none wanted":            {read(all, count(0)), "InvalidArgument"},
		"window 2^31":                 {read(all, filtered(1<<31, 1, everything)), "InvalidArgument"},
		"multiplier 0 of a read":      {read(all, count(1), filtered(10, 0, byStream("", "s"))), "0"},
		"subscription from 2^63-1":    {read(stream("s"), subscription, revision(math.MaxInt64)), "H"},
		"not at a border":             {read(all, at(65, 65)), "Unknown"},
		"backwards from the first":    {read(all, at(64, 0), backwards), ""},
		"backwards from before it":    {read(all, at(63, 62), backwards), ""},
		"an expression of 9000 bytes": {read(all, filtered(10, 1, byStream(strings.Repeat("x", 9000)))), "InvalidArgument"},
		"not at a border, subscribed": {read(all, subscription, at(65, 65)), "H"},
		"a very long name":            {read(stream(strings.Repeat("$", 1<<20))), "none"},
		"no form of ids":              {read(stream("s"), func(o *streams.ReadReq_Options) { o.UuidOption = nil }), "0 1"},
		"an empty position": {read(all, func(o *streams.ReadReq_Options) {
			o.GetAll().AllOption = &streams.ReadReq_Options_AllOptions_Position{}
		}), "0 1"},
	} {
		t.Run(title, func(t *testing.T) {
			if got := w.with(t).read(c.read); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("batch append is not offered", func(t *testing.T) {
		call, err := w.BatchAppend(w.ctx)
		if err == nil {
			_, err = call.Recv()
		}
		if got := fault(err, nil, ""); got != codes.Unimplemented.String() {
			t.Errorf("got %s", got)
		}
	})
}

func TestNodeKnowsRepeatsAfterARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := alone(t, node.Options{Dir: dir})
	newWire(t, first).append("s", noStream, "a", "b", "c")
	if err := first.node.Close(); err != nil {
		t.Fatal(err)
	}
	w := newWire(t, alone(t, node.Options{Dir: dir}))
	if got := w.append("s", anything, "b"); got != "=1" {
		t.Errorf("got %s", got)
	}
	if got := w.append("s", noStream, "a", "b", "c"); got != "=2" {
		t.Errorf("got %s", got)
	}
}

// The same append sent many times at once is written once, and all succeed.
func TestNodeConcurrentRepeats(t *testing.T) {
	t.Parallel()
	client := alone(t, node.Options{}).client
	ctx := esdbtest.Within(t, time.Minute)
	for round := range 20 {
		event := esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson}
		expected := []esdb.ExpectedRevision{esdb.NoStream{}, esdb.Any{}}[round%2]
		var group sync.WaitGroup
		positions := make([]uint64, 8)
		for i := range positions {
			group.Go(func() {
				w, err := client.AppendToStream(ctx, fmt.Sprint("s", round), esdb.AppendToStreamOptions{ExpectedRevision: expected}, event)
				if err != nil {
					t.Error(err)
					return
				}
				positions[i] = w.CommitPosition
			})
		}
		group.Wait()
		for _, p := range positions[1:] {
			if p != positions[0] || p == 0 {
				t.Fatalf("positions %v", positions)
			}
		}
	}
}

// The tombstone of a stream ends its metadata streams too.
func TestNodeEndsMetadataWithItsStream(t *testing.T) {
	t.Parallel()
	w := newWire(t, alone(t, node.Options{}))
	states["tombstoned"](w, "s")
	for _, step := range []struct{ what, got, want string }{
		{"writing metadata", w.append("$$s", anything, "m"), "SD"},
		{"deleting metadata", w.delete("$$s", anything), "SD"},
		{"ending metadata", w.tombstone("$$s", anything), "SD"},
		{"writing metadata of metadata", w.append("$$$$s", anything, "m"), "SD"},
	} {
		if step.got != step.want {
			t.Errorf("%s: %q, want %q", step.what, step.got, step.want)
		}
	}
}

func TestNodeTrailersCarryAnyName(t *testing.T) {
	t.Parallel()
	w := newWire(t, alone(t, node.Options{}))
	for s, want := range map[string]string{"plain 100%": "plain 100%", "città 100%": "citt%C3%A0 100%25", "a\nb": "a%0Ab"} {
		w.tombstone(s, noStream)
		_, trailer, err := w.send(appendOptions(s, anything), proposed(uuid.NewString(), "t", "{}"))
		if status.Code(err) != codes.FailedPrecondition || strings.Join(trailer.Get("stream-name"), ",") != want {
			t.Errorf("%q: %v, trailers %v", s, err, trailer)
		}
		_, err = w.Delete(w.ctx, &streams.DeleteReq{Options: &streams.DeleteReq_Options{StreamIdentifier: name(s),
			ExpectedStreamRevision: &streams.DeleteReq_Options_Any{}}}, grpc.Trailer(&trailer))
		if status.Code(err) != codes.FailedPrecondition || strings.Join(trailer.Get("stream-name"), ",") != want {
			t.Errorf("%q: %v, trailers %v", s, err, trailer)
		}
	}
}

func TestNodeTrailersCarryAnyGroup(t *testing.T) {
	t.Parallel()
	g := newGroups(t, alone(t, node.Options{}))
	info := &persistent.GetInfoReq{Options: &persistent.GetInfoReq_Options{GroupName: "gruppo è",
		StreamOption: &persistent.GetInfoReq_Options_StreamIdentifier{StreamIdentifier: name("città")}}}
	got, trailer := answer(g, g.stub.GetInfo, info)
	if got != "NotFound does-not-exist" || trailer.Get("group-name")[0] != "gruppo %C3%A8" || trailer.Get("stream-name")[0] != "citt%C3%A0" {
		t.Errorf("%s, trailers %v", got, trailer)
	}
}

// Links to nothing and to the last event, beyond those that real servers were asked:
// any data without @ is a link to nothing, any negative revision the last event.
func TestNodeResolvesLinks(t *testing.T) {
	t.Parallel()
	w := newWire(t, alone(t, node.Options{}))
	w.append("target", noStream, "a", "b", "c")
	states["truncated"](w, "hidden")
	for i, c := range []struct{ data, want string }{
		{"", "dangling@0"}, {"text", "dangling@1"}, {"7", "dangling@2"}, {"-7@target", "2@target"},
		{"-1@hidden", "dangling@4"}, {"-1@absent", "dangling@5"}, {"1@", "dangling@6"},
	} {
		w.write("links", "$>", c.data)
		if got := w.read(read(stream("links"), revision(uint64(i)), links)); got != c.want {
			t.Errorf("a link %q resolves to %q, want %q", c.data, got, c.want)
		}
		if got := w.read(read(all, links, backwards, allEnd, count(1))); got != c.want {
			t.Errorf("a link %q in the log resolves to %q, want %q", c.data, got, c.want)
		}
	}
	dangling := w.events(read(stream("links"), count(1), links))[0]
	if dangling.GetEvent() != nil || dangling.GetCommitPosition() != dangling.GetLink().GetCommitPosition() || dangling.GetCommitPosition() == 0 {
		t.Errorf("a link to nothing is sent as %v", dangling)
	}
}
