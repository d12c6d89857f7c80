package contract

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
)

// states puts a stream into each state that the rules distinguish. Its events, if
// any, are a, b, c at revisions 0 to 2.
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
	w := newWire(t, common)
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

// Chapter 2: what an append answers in each state of a stream, and what it leaves
// in the stream's metadata. "W3" is written up to revision 3, "WV(2)" a wrong
// version with 2 as the current one, "SD" stream deleted.
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
			// Re-opened: the next metadata hides the old events.
			first := strings.TrimPrefix(want, "W")
			revision := map[string]string{"3": "1", "0": "2"}[first]
			meta = fmt.Sprintf(`%s {"$tb":%s}`, revision, first)
			if got := w.soon(read(stream(s)), first); got != first {
				w.t.Errorf("after re-opening it reads %q", got)
			}
		}
		if got := w.newestMetadata(s); got != meta {
			w.t.Errorf("metadata %q, want %q", got, meta)
		}
	})
}

// Chapter 2, idempotency: content and type are never compared, ids are. "=2" says
// that nothing was written because all of it is there, up to revision 2. An id is
// used in one stream only.
func TestRepeatedAppends(t *testing.T) {
	t.Parallel()
	type repeat struct {
		state    string
		expected int64
		letters  string
		want     string
	}
	repeats := []repeat{
		// At an explicit revision, or no stream: a repeat has the ids that follow
		// that revision.
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
		// At any, or stream exists: a repeat has known ids only, in any order; a
		// first id that is unknown makes it a write.
		{"live", anything, "a", "=0"},
		{"live", anything, "ca", "=0"},
		{"live", anything, "abc", "=2"},
		{"live", anything, "xa", "W4"},
		{"live", anything, "ax", "WV(2)"},
		{"live", streamExists, "b", "=1"},
		{"live", streamExists, "bx", "WV(2)"},
		// Truncated events are recognised, but have no position in the reply.
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
	w := newWire(t, common)
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
		same := proposed(uuid.NewString(), "event", "{}")
		for _, s := range []string{"one", "other"} {
			reply, _, err := w.send(appendOptions(s, anything), same)
			if err != nil || reply.GetSuccess().GetCurrentRevision() != 0 {
				t.Errorf("%s: %v, %v", s, reply, err)
			}
			if got := w.read(read(stream(s))); got != "0" {
				t.Errorf("%s reads %q", s, got)
			}
		}
	})
}

// Of several appends at one revision exactly one succeeds; the others are wrong
// versions.
func TestConcurrentWriters(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	client, ctx, s := common.client, w.ctx, w.Uses(w.Full("s"))
	const writers, wanted = 16, 200
	winners := make([]atomic.Int32, wanted)
	var group sync.WaitGroup
	for range writers {
		group.Go(func() {
			for revision := 0; revision < wanted; {
				opts := esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}}
				if revision > 0 {
					opts.ExpectedRevision = esdb.Revision(uint64(revision - 1))
				}
				w, err := client.AppendToStream(ctx, s, opts, esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson})
				var e *esdb.Error
				switch {
				case err == nil && w.NextExpectedVersion == uint64(revision):
					winners[revision].Add(1)
				case err == nil || !errors.As(err, &e) || e.Code() != esdb.ErrorCodeWrongExpectedVersion:
					t.Errorf("at revision %d: %v, %v", revision, w, err)
					return
				}
				revision++
			}
		})
	}
	group.Wait()
	for revision := range winners {
		if n := winners[revision].Load(); n != 1 {
			t.Errorf("revision %d was won %d times", revision, n)
		}
	}
	read, err := client.ReadStream(ctx, s, esdb.ReadStreamOptions{}, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	for want := uint64(0); ; want++ {
		e, err := read.Recv()
		if errors.Is(err, io.EOF) && want == wanted {
			return
		}
		if err != nil || e.Event.EventNumber != want {
			t.Fatalf("revision %d: %v, %v", want, e, err)
		}
	}
}
