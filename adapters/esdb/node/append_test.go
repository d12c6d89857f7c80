package node_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding/gzip"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// states puts a stream into each state the rules distinguish. Where it has
// events they are a, b, c at revisions 0 to 2.
var states = map[string]func(w wire, s string){
	"absent":               func(wire, string) {},
	"absent with metadata": func(w wire, s string) { w.write("$$"+s, "$metadata", `{"x":1}`) },
	"live":                 func(w wire, s string) { w.append(s, noStream, "a", "b", "c") },
	"truncated": func(w wire, s string) {
		w.append(s, noStream, "a", "b", "c")
		w.write("$$"+s, "$metadata", `{"$tb":3}`)
	},
	"soft-deleted": func(w wire, s string) {
		w.append(s, noStream, "a", "b", "c")
		w.delete(s, anything)
	},
	"soft-deleted, never had events": func(w wire, s string) {
		w.write("$$"+s, "$metadata", `{"x":1}`)
		w.delete(s, anything)
	},
	"tombstoned": func(w wire, s string) {
		w.append(s, noStream, "a", "b", "c")
		w.tombstone(s, anything)
	},
	"tombstoned while absent": func(w wire, s string) { w.tombstone(s, noStream) },
}

// each runs a test for every state and expectation, on streams of their own.
func each(t *testing.T, table map[string]map[int64]string, test func(w wire, s string, expected int64, want string)) {
	w := newWire(t, start(t, node.Options{}))
	for state, row := range table {
		for expected, want := range row {
			t.Run(fmt.Sprintf("%s, expecting %d", state, expected), func(t *testing.T) {
				s := "s-" + uuid.NewString()
				states[state](w.with(t), s)
				test(w.with(t), s, expected, want)
			})
		}
	}
}

func TestAppendMatrix(t *testing.T) {
	t.Parallel()
	const max = math.MaxInt64
	each(t, map[string]map[int64]string{
		"absent":                         {anything: "W0", noStream: "W0", streamExists: "WV(none)", 0: "WV(none)", 2: "WV(none)", max: "WV(none)"},
		"absent with metadata":           {anything: "W0", noStream: "W0", streamExists: "W0", 0: "WV(none)", 2: "WV(none)", max: "WV(none)"},
		"live":                           {anything: "W3", noStream: "WV(2)", streamExists: "W3", 0: "WV(2)", 2: "W3", 3: "WV(2)", max: "WV(2)"},
		"truncated":                      {anything: "W3", noStream: "WV(2)", streamExists: "W3", 0: "WV(2)", 2: "W3", 3: "WV(2)", max: "WV(2)"},
		"soft-deleted":                   {anything: "W3", noStream: "W3", streamExists: "SD", 0: "WV(2)", 2: "W3", 3: "WV(2)", max: "WV(2)"},
		"soft-deleted, never had events": {anything: "W0", noStream: "W0", streamExists: "SD", 0: "WV(none)", 2: "WV(none)", max: "WV(none)"},
		"tombstoned":                     {anything: "SD", noStream: "SD", streamExists: "SD", 0: "SD", 2: "SD", max: "SD"},
		"tombstoned while absent":        {anything: "SD", noStream: "SD", streamExists: "SD", 0: "SD", 2: "SD", max: "SD"},
	}, func(w wire, s string, expected int64, want string) {
		before := w.newestMetadata(s)
		if got := w.append(s, expected, "x"); got != want {
			w.t.Fatalf("got %s, want %s", got, want)
		}
		meta := before
		if strings.HasPrefix(want, "W") && !strings.HasPrefix(want, "WV") && strings.Contains(before, "922337") {
			// Re-opened: the next metadata hides what was there before.
			first := strings.TrimPrefix(want, "W")
			revision := map[string]string{"3": "1", "0": "2"}[first]
			meta = fmt.Sprintf(`%s {"$tb":%s}`, revision, first)
			if got := w.read(read(stream(s))); got != first {
				w.t.Errorf("after re-opening it reads %q", got)
			}
		}
		if got := w.newestMetadata(s); got != meta {
			w.t.Errorf("metadata %q, want %q", got, meta)
		}
	})
}

func TestDeleteMatrix(t *testing.T) {
	t.Parallel()
	each(t, map[string]map[int64]string{
		"absent":                         {anything: "WV(-1)", noStream: "WV(-1)", streamExists: "WV(-1)", 2: "WV(-1)"},
		"absent with metadata":           {anything: "ok", noStream: "ok", streamExists: "ok", 2: "WV(-1)"},
		"live":                           {anything: "ok", noStream: "WV(2)", streamExists: "ok", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"truncated":                      {anything: "ok", noStream: "WV(2)", streamExists: "ok", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"soft-deleted":                   {anything: "ok", noStream: "ok", streamExists: "SD", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"soft-deleted, never had events": {anything: "ok", noStream: "ok", streamExists: "SD", 0: "WV(-1)"},
		"tombstoned":                     {anything: "SD", noStream: "SD", streamExists: "SD", 2: "SD"},
		"tombstoned while absent":        {anything: "SD", noStream: "SD", streamExists: "SD", 2: "SD"},
	}, func(w wire, s string, expected int64, want string) {
		if got := w.delete(s, expected); got != want {
			w.t.Fatalf("got %s, want %s", got, want)
		}
		if want == "ok" {
			if got := w.read(read(stream(s))); got != "none" {
				w.t.Errorf("after the delete it reads %q", got)
			}
			if got := w.newestMetadata(s); !strings.HasSuffix(got, ` {"$tb":9223372036854775807}`) {
				w.t.Errorf("the mark is %q", got)
			}
		}
	})
}

func TestTombstoneMatrix(t *testing.T) {
	t.Parallel()
	each(t, map[string]map[int64]string{
		"absent":                         {anything: "ok", noStream: "ok", streamExists: "WV(-1)", 2: "WV(-1)"},
		"absent with metadata":           {anything: "ok", noStream: "ok", streamExists: "ok", 2: "WV(-1)"},
		"live":                           {anything: "ok", noStream: "WV(2)", streamExists: "ok", 1: "WV(2)", 2: "ok", 3: "WV(2)"},
		"soft-deleted":                   {anything: "ok", noStream: "ok", streamExists: "SD", 1: "WV(2)", 2: "ok"},
		"soft-deleted, never had events": {anything: "ok", noStream: "ok", streamExists: "SD", 0: "WV(-1)"},
		"tombstoned":                     {anything: "SD", noStream: "SD", streamExists: "SD", 2: "SD"},
	}, func(w wire, s string, expected int64, want string) {
		if got := w.tombstone(s, expected); got != want {
			w.t.Fatalf("got %s, want %s", got, want)
		}
		if want != "ok" {
			return
		}
		for _, read := range []*streams.ReadReq{
			read(stream(s)), read(stream(s), streamEnd, backwards), read(stream("$$" + s)),
			read(stream(s), subscription), read(stream(s), streamEnd, subscription), read(stream("$$"+s), subscription),
		} {
			if got := w.read(read); got != "SD" {
				w.t.Errorf("%v reads %q", read, got)
			}
		}
		newest := w.events(read(all, allEnd, backwards, count(1)))[0].GetEvent()
		if newest.GetStreamRevision() != math.MaxInt64 || newest.GetMetadata()["type"] != "$streamDeleted" ||
			newest.GetMetadata()["content-type"] != "application/octet-stream" || len(newest.GetData()) != 0 {
			w.t.Errorf("the tombstone is %v", newest)
		}
	})
}

func TestRepeatedAppends(t *testing.T) {
	t.Parallel()
	type repeat struct {
		state    string
		expected int64
		letters  string
		want     string
	}
	repeats := []repeat{
		// An explicit revision, or no stream: the same run, or it is another write.
		{"live", noStream, "a", "=0"},
		{"live", noStream, "ab", "=1"},
		{"live", noStream, "abc", "=2"},
		{"live", noStream, "abcd", "WV(2)"},
		{"live", noStream, "ac", "WV(2)"},
		{"live", noStream, "ba", "WV(2)"},
		{"live", noStream, "b", "WV(2)"},
		{"live", 0, "b", "=1"},
		{"live", 0, "bc", "=2"},
		{"live", 0, "bd", "WV(2)"},
		{"live", 1, "c", "=2"},
		{"live", 2, "a", "W3"},
		{"live", 2, "abc", "W5"},
		// Any and stream exists: whatever order, but all of them or, unknown the first, none.
		{"live", anything, "a", "=0"},
		{"live", anything, "ca", "=0"},
		{"live", anything, "abc", "=2"},
		{"live", anything, "xa", "W4"},
		{"live", anything, "ax", "WV(2)"},
		{"live", streamExists, "b", "=1"},
		{"live", streamExists, "bx", "WV(2)"},
		// Truncated events count still, but have no position to show.
		{"truncated", noStream, "abc", "=2 hidden"},
		{"truncated", anything, "b", "=1 hidden"},
		// A full repeat does not re-open a soft-deleted stream.
		{"soft-deleted", anything, "abc", "=2 hidden"},
		{"soft-deleted", noStream, "ab", "=1 hidden"},
		{"soft-deleted", 0, "bc", "=2 hidden"},
		{"soft-deleted", noStream, "ax", "WV(2)"},
		{"soft-deleted", noStream, "xa", "W4"},
		{"soft-deleted", anything, "ax", "WV(2)"},
		{"soft-deleted", streamExists, "abc", "SD"},
		// No events at all.
		{"absent", anything, "", "Wnone"},
		{"absent", noStream, "", "Wnone"},
		{"absent", streamExists, "", "WV(none)"},
		{"absent", 0, "", "WV(none)"},
		{"absent with metadata", streamExists, "", "Wnone"},
		{"live", 2, "", "W2"},
		{"live", anything, "", "W2"},
		{"live", 1, "", "WV(2)"},
		{"live", noStream, "", "WV(2)"},
	}
	w := newWire(t, start(t, node.Options{}))
	for _, r := range repeats {
		t.Run(fmt.Sprintf("%s, expecting %d, %q", r.state, r.expected, r.letters), func(t *testing.T) {
			w := w.with(t)
			s := "s-" + uuid.NewString()
			states[r.state](w, s)
			before := w.read(read(stream(s)))
			if got := w.append(s, r.expected, strings.Split(r.letters, "")[:len(r.letters)]...); got != r.want {
				t.Fatalf("got %s, want %s", got, r.want)
			}
			if after := w.read(read(stream(s))); r.want[0] == '=' && after != before {
				t.Errorf("a repeat changed the stream from %q to %q", before, after)
			}
		})
	}
	t.Run("an id used twice counts where it was first", func(t *testing.T) {
		w := w.with(t)
		w.append("twice", noStream, "a", "b")
		w.append("twice", 1, "a", "c")
		if got := w.append("twice", anything, "c", "a"); got != "=0" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("the same id in another stream is another event", func(t *testing.T) {
		w := w.with(t)
		w.append("one", noStream, "a")
		if got := w.append("other", anything, "a"); got != "W0" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("repeats outlive a restart", func(t *testing.T) {
		dir := t.TempDir()
		first := start(t, node.Options{Dir: dir})
		newWire(t, first).append("s", noStream, "a", "b", "c")
		first.Close()
		w := newWire(t, start(t, node.Options{Dir: dir}))
		if got := w.append("s", anything, "b"); got != "=1" {
			t.Errorf("got %s", got)
		}
		if got := w.append("s", noStream, "a", "b", "c"); got != "=2" {
			t.Errorf("got %s", got)
		}
	})
}

// Every malformed append fails itself alone, with the answer of the real server.
func TestMalformedAppends(t *testing.T) {
	t.Parallel()
	n := start(t, node.Options{})
	w := newWire(t, n)
	good := proposed(id("a"), "event", "{}")
	options := appendOptions("s", anything)
	change := func(f func(*streams.AppendReq_ProposedMessage)) *streams.AppendReq {
		m := proposed(id("a"), "event", "{}")
		f(m.GetProposedMessage())
		return m
	}
	withID := func(u *shared.UUID) *streams.AppendReq {
		return change(func(m *streams.AppendReq_ProposedMessage) { m.Id = u })
	}
	text := func(s string) *shared.UUID { return &shared.UUID{Value: &shared.UUID_String_{String_: s}} }
	big := func(data, metadata int) *streams.AppendReq {
		return change(func(m *streams.AppendReq_ProposedMessage) {
			m.Data, m.CustomMetadata = make([]byte, data), make([]byte, metadata)
		})
	}
	noExpectation := &streams.AppendReq{Content: &streams.AppendReq_Options_{Options: &streams.AppendReq_Options{StreamIdentifier: name("s")}}}
	noName := appendOptions("s", anything)
	noName.GetOptions().StreamIdentifier = nil
	atRevision := func(r uint64) *streams.AppendReq {
		o := appendOptions("absent-"+uuid.NewString(), 0)
		o.GetOptions().ExpectedStreamRevision = &streams.AppendReq_Options_Revision{Revision: r}
		return o
	}
	missing := "InvalidArgument missing-required-metadata-property"
	for title, c := range map[string]struct {
		messages []*streams.AppendReq
		want     string
	}{
		"nothing":                      {nil, "H"},
		"an empty message":             {[]*streams.AppendReq{{}}, "H"},
		"an event before the options":  {[]*streams.AppendReq{good, options}, "H"},
		"options twice":                {[]*streams.AppendReq{options, options}, "H"},
		"an empty message after":       {[]*streams.AppendReq{options, {}}, "H"},
		"no identifier":                {[]*streams.AppendReq{noName, good}, "H"},
		"an empty name":                {[]*streams.AppendReq{appendOptions("", anything), good}, "H"},
		"no expectation":               {[]*streams.AppendReq{noExpectation, good}, "InvalidArgument"},
		"revision 2^63":                {[]*streams.AppendReq{atRevision(1 << 63), good}, "H"},
		"revision 2^64-2":              {[]*streams.AppendReq{atRevision(1<<64 - 2), good}, "H"},
		"revision 2^64-1 is no stream": {[]*streams.AppendReq{atRevision(1<<64 - 1), good}, "ok"},
		"no id":                        {[]*streams.AppendReq{options, withID(nil)}, "H"},
		"an id without value":          {[]*streams.AppendReq{options, withID(&shared.UUID{})}, "H"},
		"an empty id":                  {[]*streams.AppendReq{options, withID(text(""))}, "H"},
		"an id of zeros":               {[]*streams.AppendReq{options, withID(text(uuid.Nil.String()))}, "H"},
		"a malformed id":               {[]*streams.AppendReq{options, withID(text("abc"))}, "H"},
		"an id in upper case":          {[]*streams.AppendReq{options, withID(text(strings.ToUpper(uuid.NewString())))}, "ok"},
		"an empty type":                {[]*streams.AppendReq{options, proposed(id("a"), "", "{}")}, "H"},
		"a long type":                  {[]*streams.AppendReq{options, proposed(uuid.NewString(), strings.Repeat("è", 900), "{}")}, "ok"},
		"no type":                      {[]*streams.AppendReq{options, change(func(m *streams.AppendReq_ProposedMessage) { delete(m.Metadata, "type") })}, missing},
		"no content type": {[]*streams.AppendReq{options, change(func(m *streams.AppendReq_ProposedMessage) {
			delete(m.Metadata, "content-type")
		})}, missing},
		"no metadata":                {[]*streams.AppendReq{options, change(func(m *streams.AppendReq_ProposedMessage) { m.Metadata = nil })}, missing},
		"a mebibyte":                 {[]*streams.AppendReq{appendOptions("big", anything), big(1<<20, 0)}, "ok"},
		"a mebibyte and a byte":      {[]*streams.AppendReq{options, big(1<<20-1, 0), big(2, 0)}, "InvalidArgument maximum-append-size-exceeded"},
		"much metadata":              {[]*streams.AppendReq{appendOptions("big2", anything), big(0, 15_900_000)}, "ok"},
		"a message above the limit":  {[]*streams.AppendReq{options, big(0, 17_000_000)}, "ResourceExhausted"},
		"$all":                       {[]*streams.AppendReq{appendOptions("$all", anything), good}, "InvalidArgument"},
		"$all, wrongly expected":     {[]*streams.AppendReq{appendOptions("$all", 3), good}, "wrong version"},
		"metadata of the empty name": {[]*streams.AppendReq{appendOptions("$$", anything), good}, "InvalidArgument"},
		"$$$$":                       {[]*streams.AppendReq{appendOptions("$$$$", anything), good}, "InvalidArgument"},
		"a name longer than any key": {[]*streams.AppendReq{appendOptions(strings.Repeat("$", 1<<20), anything), good}, "InvalidArgument"},
	} {
		t.Run(title, func(t *testing.T) {
			w := w.with(t)
			before := w.lastPosition()
			reply, trailer, err := w.send(c.messages...)
			got := "ok"
			if err != nil {
				got = fault(err, trailer, "")
			} else if reply.GetWrongExpectedVersion() != nil {
				got = "wrong version"
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if written := w.lastPosition() != before; written != (c.want == "ok") {
				t.Errorf("something written: %t", written)
			}
		})
	}
	t.Run("the limit is named", func(t *testing.T) {
		_, trailer, _ := w.with(t).send(options, big(1<<20+1, 0))
		if got := trailer.Get("maximum-append-size"); len(got) != 1 || got[0] != "1048576" {
			t.Errorf("maximum-append-size %v", got)
		}
	})
	t.Run("compressed requests are understood", func(t *testing.T) {
		w := wire{t, within(t, time.Minute), streams.NewStreamsClient(dial(t, n, grpc.WithDefaultCallOptions(grpc.UseCompressor(gzip.Name))))}
		if got := w.append("zipped", noStream, "a"); got != "W0" {
			t.Errorf("got %s", got)
		}
	})
	t.Run("an append cancelled before its end leaves nothing", func(t *testing.T) {
		w := w.with(t)
		before := w.lastPosition()
		ctx, cancel := context.WithCancel(w.ctx)
		call, err := w.Append(ctx)
		if err != nil {
			t.Fatal(err)
		}
		call.Send(options)
		call.Send(good)
		cancel()
		call.RecvMsg(&streams.AppendResp{})
		if got := w.append("after-cancel", noStream, "z"); got != "W0" {
			t.Fatalf("got %s", got)
		}
		if got := w.events(read(all, position(before, before)))[1:]; len(got) != 1 {
			t.Errorf("%d events instead of one", len(got))
		}
	})
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
