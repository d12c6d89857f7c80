package contract

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
)

// Chapter 5: reads of a stream. The answer is the revisions that come, "none" when
// the stream is not found.
func TestStreamReads(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	for state, put := range states {
		put(w, state)
	}
	w.write("$$counted", "$metadata", `{"$maxCount":2}`)
	w.append("counted", noStream, "a", "b", "c", "d", "e")
	for title, c := range map[string]struct {
		read *streams.ReadReq
		want string
	}{
		"from the start":                       {read(stream("live")), "0 1 2"},
		"from a revision, inclusive":           {read(stream("live"), revision(1)), "1 2"},
		"beyond the end":                       {read(stream("live"), revision(9)), ""},
		"from the highest revision":            {read(stream("live"), revision(math.MaxInt64)), ""},
		"some":                                 {read(stream("live"), count(2)), "0 1"},
		"backwards from the end":               {read(stream("live"), streamEnd, backwards), "2 1 0"},
		"backwards from 2^64-1":                {read(stream("live"), revision(math.MaxUint64), backwards), "2 1 0"},
		"backwards from a revision, inclusive": {read(stream("live"), revision(1), backwards), "1 0"},
		"backwards from beyond the end":        {read(stream("live"), revision(9), backwards), "2 1 0"},
		"backwards from 0":                     {read(stream("live"), revision(0), backwards), "0"},
		"backwards from the start":             {read(stream("live"), backwards), "0"},
		"backwards, some":                      {read(stream("live"), streamEnd, backwards, count(2)), "2 1"},
		"forwards from the end":                {read(stream("live"), streamEnd), "Unknown"},
		"forwards from 2^64-1":                 {read(stream("live"), revision(math.MaxUint64)), "Unknown"},
		"forwards from the end, absent":        {read(stream("absent"), streamEnd), "Unknown"},
		"no events wanted":                     {read(stream("live"), count(0)), "Unknown"},
		"revision 2^63":                        {read(stream("live"), revision(1<<63)), "H"},
		"absent":                               {read(stream("absent")), "none"},
		"absent, backwards":                    {read(stream("absent"), streamEnd, backwards), "none"},
		"absent with metadata":                 {read(stream("absent with metadata")), "none"},
		"soft-deleted":                         {read(stream("soft-deleted")), "none"},
		"soft-deleted, never had events":       {read(stream("soft-deleted, never had events")), "none"},
		"tombstoned":                           {read(stream("tombstoned"), revision(7)), "SD"},
		"metadata of a tombstoned":             {read(stream("$$tombstoned")), "SD"},
		"all hidden":                           {read(stream("truncated")), ""},
		"all hidden, backwards":                {read(stream("truncated"), streamEnd, backwards), ""},
		"counted":                              {read(stream("counted")), "3 4"},
		"counted, backwards from below":        {read(stream("counted"), revision(1), backwards), ""},
		"counted, backwards":                   {read(stream("counted"), streamEnd, backwards), "4 3"},
		"the last position is told if wanted": {read(stream("live"), func(o *streams.ReadReq_Options) {
			o.ControlOption = &streams.ReadReq_Options_ControlOption{Compatibility: 1}
		}), "0 1 2 last:2"},
	} {
		t.Run(title, func(t *testing.T) {
			if got := w.with(t).read(c.read); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Chapter 5: "H" is Unknown, "Exception was thrown by handler.", and "Unknown" that
// code with any text.
func TestMalformedReads(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("s", noStream, "a", "b")
	without := func(f func(o *streams.ReadReq_Options)) *streams.ReadReq { return read(stream("s"), f) }
	everything := byStream("", "")
	border := w.events(read(stream("s")))[1].GetCommitPosition()
	for title, c := range map[string]struct {
		read *streams.ReadReq
		want string
	}{
		"no options":               {&streams.ReadReq{}, "H"},
		"empty options":            {&streams.ReadReq{Options: &streams.ReadReq_Options{}}, "InvalidArgument"},
		"no count":                 {without(func(o *streams.ReadReq_Options) { o.CountOption = nil }), "InvalidArgument"},
		"no filter option":         {without(func(o *streams.ReadReq_Options) { o.FilterOption = nil }), "InvalidArgument"},
		"unknown direction":        {without(func(o *streams.ReadReq_Options) { o.ReadDirection = 7 }), "InvalidArgument"},
		"filter on a stream":       {read(stream("s"), filtered(10, 1, everything)), "InvalidArgument"},
		"backwards subscription":   {read(stream("s"), subscription, backwards), "InvalidArgument"},
		"no stream option":         {read(), "InvalidArgument"},
		"filter without kind":      {read(all, filtered(10, 1, nil)), "InvalidArgument"},
		"empty filter":             {read(all, func(o *streams.ReadReq_Options) { o.FilterOption = &streams.ReadReq_Options_Filter{} }), "InvalidArgument"},
		"multiplier 0, subscribed": {read(all, subscription, filtered(10, 0, everything)), "H"},
		"bad expression":           {read(all, subscription, filtered(10, 1, byStream("("))), "H"},
		"filter without window": {read(all, func(o *streams.ReadReq_Options) {
			o.FilterOption = &streams.ReadReq_Options_Filter{Filter: &streams.ReadReq_Options_FilterOptions{Filter: everything, CheckpointIntervalMultiplier: 1}}
		}), "InvalidArgument"},
		"no identifier": {read(stream("s"), func(o *streams.ReadReq_Options) { o.GetStream().StreamIdentifier = nil }), "H"},
		"no stream options": {read(func(o *streams.ReadReq_Options) {
			o.StreamOption = &streams.ReadReq_Options_Stream{}
		}), "H"},
		"no revision option":            {read(stream("s"), func(o *streams.ReadReq_Options) { o.GetStream().RevisionOption = nil }), "H"},
		"no all options":                {read(func(o *streams.ReadReq_Options) { o.StreamOption = &streams.ReadReq_Options_All{} }), "H"},
		"empty name":                    {read(stream("")), "H"},
		"empty name, subscribed":        {read(stream(""), subscription), "H"},
		"subscription from 2^63":        {read(stream("s"), subscription, revision(1<<63)), "H"},
		"commit before prepare":         {read(all, at(64, 65)), "H"},
		"commit of 2^63":                {read(all, at(1<<63, 1)), "H"},
		"commit of 2^64-1 alone":        {read(all, at(1<<64-1, 1)), "Unknown"},
		"backwards from beyond the end": {read(all, at(1<<60, 1<<60), backwards), "Unknown"},
		"forwards from beyond the end":  {read(all, at(1<<60, 1<<60)), ""},
	} {
		t.Run(title, func(t *testing.T) {
			if got := w.with(t).read(c.read); !answers(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	// A real server reads at that offset of its file, and finds nothing or fails.
	t.Run("not at a border", func(t *testing.T) {
		if got := w.with(t).read(read(all, at(border+1, border+1))); got != "" && !answers(got, "Unknown") {
			t.Errorf("got %q", got)
		}
	})
}

// Events of several streams, in the order of their commits.
func TestCommitOrder(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("s", noStream, "a", "b")
	w.append("other", noStream, "c")
	w.append("s", 1, "d")
	w.delete("s", anything)
	w.append("s", anything, "e")
	w.tombstone("other", anything)
	events := w.events(read(all, mine))
	var order []string
	for i, e := range events {
		r := e.GetEvent()
		order = append(order, fmt.Sprintf("%s:%d", w.Short(string(r.GetStreamIdentifier().GetStreamName())), int64(r.GetStreamRevision())))
		if i > 0 && r.GetCommitPosition() <= events[i-1].GetCommitPosition() || r.GetCommitPosition() == 0 || r.GetCommitPosition() != r.GetPreparePosition() {
			t.Errorf("event %d is at %d/%d", i, r.GetCommitPosition(), r.GetPreparePosition())
		}
	}
	want := "s:0 s:1 other:0 s:2 $$s:0 s:3 $$s:1 other:9223372036854775807"
	if got := strings.Join(order, " "); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	p := func(i int) uint64 { return events[i].GetCommitPosition() }
	last := p(len(events) - 1)
	for title, c := range map[string]struct {
		read *streams.ReadReq
		want int
		from int
	}{
		"from a position, inclusive":           {read(all, at(p(2), p(2)), mine), 6, 2},
		"from a position with a lower prepare": {read(all, at(p(2), 0), mine), 6, 2},
		"from 0/0":                             {read(all, at(0, 0), mine), 8, 0},
		"from the end":                         {read(all, allEnd, mine), 0, 0},
		"some":                                 {read(all, at(p(0), p(0)), count(3), mine), 3, 0},
		"one, of all there are":                {read(all, at(p(3), p(3)), count(1)), 1, 3},
		"backwards from the end":               {read(all, allEnd, backwards, mine), 8, 7},
		"backwards from 2^64-1":                {read(all, at(math.MaxUint64, math.MaxUint64), backwards, mine), 8, 7},
		"backwards from a position, exclusive": {read(all, at(p(2), p(2)), backwards, mine), 2, 1},
		"backwards from the last":              {read(all, at(last, last), backwards, count(1), mine), 1, 6},
		"backwards from the start":             {read(all, backwards), 0, 0},
		"backwards from 0/0":                   {read(all, at(0, 0), backwards), 0, 0},
		"backwards from below the first":       {read(all, at(1, 0), backwards), 0, 0},
		"filtered by stream, counting matches": {read(all, count(2), filtered(1, 1, byStream("", "other"))), 2, 2},
		"a window of 0 is one of 1":            {read(all, filtered(0, 1, byStream("", "other"))), 2, 2},
		"filtered by an expression":            {read(all, filtered(1, 1, byStream("^PREFIXoth.r$"))), 2, 2},
		"lookahead":                            {read(all, filtered(1, 1, byStream("^PREFIX(?!s$)other$"))), 2, 2},
		"lookahead that refuses":               {read(all, filtered(1, 1, byStream("^PREFIX(?!other)ot"))), 0, 0},
		"a backreference":                      {read(all, filtered(1, 1, byStream(`^PREFIX(o)t.*(?<!\1)r$`))), 2, 2},
		"an expression wins over prefixes":     {read(all, filtered(1, 1, byStream("^PREFIXoth", "s"))), 2, 2},
		"no expression, no prefix":             {read(all, filtered(1, 1, byStream(""))), 0, 0},
		"an empty prefix":                      {read(all, at(p(1), p(1)), count(1), filtered(1, 1, byStream("", ""))), 1, 1},
		"metadata streams can be filtered":     {read(all, filtered(1, 1, byStream("", "$$s"))), 2, 4},
		"prefixes are told apart by case":      {read(all, filtered(1, 1, byStream("", "OTHER"))), 0, 0},
		"prefixes, any of them":                {read(all, filtered(1, 1, byStream("", "other", "$$s"))), 4, 2},
	} {
		t.Run(title, func(t *testing.T) {
			got := w.with(t).events(c.read)
			if len(got) != c.want || c.want > 0 && got[0].GetCommitPosition() != p(c.from) {
				t.Errorf("got %d events, want %d from %d on: %v", len(got), c.want, c.from, got)
			}
		})
	}
}

// Events are read back byte for byte, with exactly the metadata of the protocol.
func TestWhatIsWrittenIsRead(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	for title, c := range map[string]struct {
		stream, typ, contentType, data, metadata string
		wantStream, wantContent                  string
	}{
		"plain":               {stream: "a", typ: "t", contentType: "application/json", data: `{"a":1}`, metadata: `{"b":2}`},
		"not json at all":     {stream: "b", typ: "t", contentType: "application/json", data: "\x00\xff", metadata: "\xfe"},
		"empty":               {stream: "c", typ: " ", contentType: "application/octet-stream"},
		"another content":     {stream: "d", typ: "$metadata", contentType: "Application/JSON", wantContent: "application/octet-stream", data: "{}"},
		"a name of anything":  {stream: "e \n\x00@::/è" + strings.Repeat("x", 1000), typ: "$streamDeleted", contentType: "application/json"},
		"a name not in UTF-8": {stream: "f\xff\xfe!", wantStream: "f\ufffd\ufffd!", typ: "t", contentType: "application/json"},
		"a system stream":     {stream: "$mine", typ: "$mine", contentType: "application/json"},
	} {
		t.Run(title, func(t *testing.T) {
			w := w.with(t)
			eventID := uuid.New()
			m := proposed(eventID.String(), c.typ, c.data)
			p := m.GetProposedMessage()
			p.Metadata = map[string]string{"type": c.typ, "content-type": c.contentType, "created": "1", "mine": "x"}
			p.CustomMetadata = []byte(c.metadata)
			if _, _, err := w.send(appendOptions(c.stream, noStream), m); err != nil {
				t.Fatal(err)
			}
			if c.wantStream == "" {
				c.wantStream = c.stream
			}
			if c.wantContent == "" {
				c.wantContent = c.contentType
			}
			asText := func(o *streams.ReadReq_Options) {
				o.UuidOption.Content = &streams.ReadReq_Options_UUIDOption_String_{String_: &shared.Empty{}}
			}
			got := w.events(read(stream(c.stream), asText))[0].GetEvent()
			created := got.GetMetadata()["created"]
			if w.Short(string(got.GetStreamIdentifier().GetStreamName())) != c.wantStream || got.GetId().GetString_() != eventID.String() ||
				string(got.GetData()) != c.data || string(got.GetCustomMetadata()) != c.metadata || len(got.GetMetadata()) != 3 ||
				got.GetMetadata()["type"] != c.typ || got.GetMetadata()["content-type"] != c.wantContent || len(created) != 17 {
				t.Errorf("got %v", got)
			}
			if n, err := strconv.ParseInt(created, 10, 64); err != nil || n <= 1 {
				t.Errorf("created %q", created)
			}
			if w.events(read(stream(c.stream)))[0].GetEvent().GetId().GetStructured() == nil {
				t.Error("ids are not structured by default")
			}
		})
	}
}

// Chapter 6: every event of the type of links is a link; its target may be missing.
func TestReadsResolveLinks(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("target", noStream, "a", "b", "c", "d")
	w.write("$$target", "$metadata", `{"$tb":1}`)
	w.append("gone", noStream, "g")
	w.tombstone("gone", anything)
	w.append("softly", noStream, "h")
	w.delete("softly", anything)
	w.write("with@sign", "event", "{}")
	for i, data := range []string{
		"2@target", "0@target", "9@target", "0@gone", "0@softly", "0@nowhere", " 003@target", "0@with@sign",
		"-1@target", "x@target", "2", "99999999999999999999@target",
	} {
		w.write("links", "$>", data)
		got := w.read(read(stream("links"), revision(uint64(i)), links))
		want := fmt.Sprintf("dangling@%d", i)
		switch data {
		case "2@target":
			want = "2@target"
		case " 003@target", "-1@target":
			want = "3@target"
		case "0@with@sign":
			want = "0@with@sign"
		case "x@target", "99999999999999999999@target":
			want = strconv.Itoa(i)
		}
		if got != want {
			t.Errorf("a link %q resolves to %q, want %q", data, got, want)
		}
	}
	w.write("links to links", "$>", "0@links")
	if got := w.read(read(stream("links to links"), links)); got != "0@links" {
		t.Errorf("a link to a link resolves to %q", got)
	}
	if got := w.read(read(stream("links"), count(1))); got != "0" {
		t.Errorf("unresolved it reads %q", got)
	}
	e := w.events(read(stream("links"), count(1), links))[0]
	if e.GetCommitPosition() != e.GetLink().GetCommitPosition() || e.GetEvent().GetCommitPosition() >= e.GetCommitPosition() {
		t.Errorf("positions of %v", e)
	}
}
