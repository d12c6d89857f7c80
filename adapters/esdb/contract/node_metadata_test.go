package contract

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// clock is a clock that the test sets.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.nanos.Store(time.Date(2026, 3, 29, 1, 59, 0, 0, time.UTC).UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

func TestNodeMaxAgeToTheSecond(t *testing.T) {
	t.Parallel()
	c := newClock()
	w := newWire(t, alone(t, node.Options{Now: c.now}))
	w.write("$$s", "$metadata", `{"$maxAge":10}`)
	for _, letter := range []string{"a", "b", "c", "d"} {
		w.append("s", anything, letter)
		c.advance(4 * time.Second)
	}
	// Ages are now 16, 12, 8 and 4 seconds.
	for _, step := range []struct {
		pass       time.Duration
		want, back string
	}{
		{0, "2 3", "3 2"}, {2 * time.Second, "2 3", "3 2"}, {time.Second, "3", "3"}, {time.Hour, "", ""},
	} {
		c.advance(step.pass)
		if got := w.read(read(stream("s"))); got != step.want {
			t.Errorf("it reads %q, want %q", got, step.want)
		}
		if got := w.read(read(stream("s"), streamEnd, backwards)); got != step.back {
			t.Errorf("backwards %q, want %q", got, step.back)
		}
	}
	if got := w.append("s", noStream, "a", "b"); got != "=1 hidden" {
		t.Errorf("a repeat of what is too old answers %s", got)
	}
	w.write("$$s", "$metadata", `{"$maxAge":10,"$maxCount":1}`)
	w.append("s", anything, "e", "f")
	if got := w.read(read(stream("s"))); got != "5" {
		t.Errorf("with a count besides it reads %q", got)
	}
	w.write("$$s", "$metadata", `{"$maxAge":922337203685}`)
	if got := w.read(read(stream("s"))); got != "0 1 2 3 4 5" {
		t.Errorf("an age beyond all time hides: it reads %q", got)
	}
}

func TestNodeTimeNeverFallsWithinAStream(t *testing.T) {
	t.Parallel()
	c := newClock()
	dir := t.TempDir()
	n := alone(t, node.Options{Dir: dir, Now: c.now})
	w := newWire(t, n)
	w.append("s", noStream, "a")
	c.advance(-time.Hour)
	w.append("s", anything, "b")
	w.append("other", noStream, "c")
	n.close()
	w = newWire(t, alone(t, node.Options{Dir: dir, Now: c.now}))
	w.append("s", anything, "d")
	events := w.events(read(stream("s")))
	for i, e := range events[1:] {
		if before := events[i].GetEvent().GetMetadata()["created"]; e.GetEvent().GetMetadata()["created"] < before {
			t.Errorf("event %d is older than the one before", i+1)
		}
	}
	if other := w.events(read(stream("other")))[0]; other.GetEvent().GetMetadata()["created"] >= events[0].GetEvent().GetMetadata()["created"] {
		t.Error("another stream does not follow the clock")
	}
}

// Re-opening keeps the bytes of the metadata, except $tb and the form of numbers. A
// real server rewrites dates too, and fails on a byte order mark and on text after
// the object.
func TestNodeReopeningKeepsMetadata(t *testing.T) {
	t.Parallel()
	w := newWire(t, alone(t, node.Options{}))
	for i, c := range []struct{ deleted, reopened string }{
		{`{"$tb":9223372036854775807}`, `{"$tb":2}`},
		{"\ufeff" + `{ "d":"2026-01-01T00:00:00Z", "$tb" : 9223372036854775807 ,"f":1.50} tail 1.50`, "\ufeff" + `{ "d":"2026-01-01T00:00:00Z", "$tb" : 2 ,"f":1.5} tail 1.50`},
		{`{"$tb":1,"x":1,"$tb":9223372036854775807}`, `{"$tb":1,"x":1,"$tb":2}`},
	} {
		s := fmt.Sprint("s", i)
		w.append(s, noStream, "a", "b")
		w.write("$$"+s, "$metadata", c.deleted)
		if got := w.read(read(stream(s))); got != "none" {
			t.Fatalf("by hand it is not deleted: %q", got)
		}
		if got := w.append(s, anything, "c", "d"); got != "W3" {
			t.Fatalf("got %s", got)
		}
		if got := w.newestMetadata(s); got != "1 "+c.reopened {
			t.Errorf("got  %q\nwant %q", got, "1 "+c.reopened)
		}
		if got := w.read(read(stream(s))); got != "2 3" {
			t.Errorf("it reads %q", got)
		}
	}
}

// Whatever is written to the metadata of a soft-deleted stream, its old events stay
// hidden.
func TestNodeMetadataWrittenWhileSoftDeleted(t *testing.T) {
	t.Parallel()
	w := newWire(t, alone(t, node.Options{}))
	for i, c := range []struct{ written, after, want string }{
		{`{"mine":1}`, `2 {"$tb":3,"mine":1}`, ""},
		{`{}`, `2 {"$tb":3}`, ""},
		{`{"$tb":0,"mine":1}`, `2 {"$tb":3,"mine":1}`, ""},
		{`broken`, `2 {"$tb":3}`, ""},
		{`{"$maxCount":"x"}`, `2 {"$tb":3}`, ""},
		{`{"$tb":9223372036854775807}`, `2 {"$tb":3}`, ""},
	} {
		t.Run(c.written, func(t *testing.T) {
			w := w.with(t)
			s := fmt.Sprint("s", i)
			states["soft-deleted"](w, s)
			w.write("$$"+s, "$metadata", c.written)
			if got := w.newestMetadata(s); got != c.after {
				t.Errorf("metadata %q, want %q", got, c.after)
			}
			if got := w.read(read(stream(s))); got != c.want {
				t.Errorf("it reads %q, want %q", got, c.want)
			}
			w.append(s, anything, "x")
			if got := w.read(read(stream(s))); got != "3" {
				t.Errorf("after an append it reads %q", got)
			}
		})
	}
	t.Run("a tombstone on the metadata", func(t *testing.T) {
		w := w.with(t)
		states["soft-deleted"](w, "ended")
		if got := w.tombstone("$$ended", anything); got != "ok" {
			t.Fatal(got)
		}
		if got := w.read(read(stream("ended"))); got != "" {
			t.Errorf("it reads %q", got)
		}
		w.append("ended", 2, "x")
		if got := w.read(read(stream("ended"))); got != "3" {
			t.Errorf("after an append it reads %q", got)
		}
	})
}

func TestNodeMetadataStreamsDeletedAndEnded(t *testing.T) {
	t.Parallel()
	w := newWire(t, alone(t, node.Options{}))
	steps := func(title string, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
	states["truncated"](w, "s")
	steps("deleting metadata", w.delete("$$s", anything), "ok")
	steps("metadata stays in force", w.read(read(stream("s"))), "")
	steps("and readable", w.read(read(stream("$$s"))), "0")
	steps("the mark is one level up", w.newestMetadata("$$s"), `0 {"$tb":9223372036854775807}`)
	steps("ending metadata", w.tombstone("$$s", anything), "ok")
	steps("the stream goes on without", w.read(read(stream("s"))), "0 1 2")
	steps("metadata is ended", w.read(read(stream("$$s"))), "SD")
	steps("and cannot be written", w.append("$$s", anything, "m"), "SD")
	steps("the stream can be written", w.append("s", 2, "d"), "W3")
	steps("but no more deleted", w.delete("s", anything), "SD")
	steps("only ended", w.tombstone("s", anything), "ok")

	states["tombstoned"](w, "t")
	steps("metadata of the ended", w.append("$$t", anything, "m"), "SD")
	steps("deleting it", w.delete("$$t", anything), "SD")
	steps("ending it", w.tombstone("$$t", noStream), "SD")
	steps("one level up", w.append("$$$$t", anything, "m"), "SD")

	steps("ending $all", w.tombstone("$all", anything), "InvalidArgument")
	steps("ending $$", w.tombstone("$$", anything), "InvalidArgument")
	steps("deleting $all", w.delete("$all", anything), "WV(-1)")
}
