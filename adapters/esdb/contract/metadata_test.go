package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What each metadata hides of a stream of five events.
func TestStreamMetadata(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	const whole = "0 1 2 3 4"
	for i, c := range []struct{ metadata, want string }{
		{`{"$maxCount":2}`, "3 4"},
		{`{"$maxCount":9}`, whole},
		{`{"$maxCount":0}`, whole},
		{`{"$maxCount":-1,"$tb":1}`, "1 2 3 4"},
		{`{"$tb":3}`, "3 4"},
		{`{"$tb":-1,"$maxCount":1}`, "4"},
		{`{"$tb":3,"$maxCount":4}`, "3 4"},
		{`{"$tb":1,"$maxCount":2}`, "3 4"},
		{`{"$tb":5}`, ""},
		{`{"$tb":9223372036854775806}`, ""},
		{`{"$tb":9223372036854775807}`, "none"},
		{`{"$tb":9223372036854775808}`, whole},
		{`{"$tb":1,"$tb":2}`, "2 3 4"},
		{`{"$TB":2}`, whole},
		{`{"$tb":"2"}`, whole},
		{`{"$tb":2.0}`, whole},
		{`{"$tb":2e0}`, whole},
		{`{"$tb":null}`, whole},
		{`{"$tb":2,"$maxCount":"x"}`, whole},
		{`{"$tb":2,"$maxAge":63000000000}`, "2 3 4"},
		{`{"$tb":2,"$maxAge":922337203686}`, whole},
		{`{"$tb":2,"$cacheControl":10}`, "2 3 4"},
		{`{"$tb":2,"$cacheControl":"10"}`, whole},
		{`{"$tb":2,"$acl":{"$r":"x","$w":["a","b"]}}`, "2 3 4"},
		{`{"$tb":2,"$acl":{"$q":"x"}}`, whole},
		{`{"$tb":2,"$acl":[]}`, whole},
		{`{"$tb":2,"$acl":{"$r":1}}`, whole},
		{`{"$tb":2,"$tmp":true}`, "2 3 4"},
		{`{"$tb":2,"$tmp":1}`, whole},
		{`{"$tb":2,"mine":{"$tb":"x"},"$other":null}`, "2 3 4"},
		{"\ufeff" + `{"$tb":2}`, "2 3 4"},
		{`{"$tb":2} and more`, "2 3 4"},
		{`/* no */{"$tb":2}`, whole},
		{`[{"$tb":2}]`, whole},
		{`{"$tb":2`, whole},
		{``, whole},
	} {
		t.Run(c.metadata, func(t *testing.T) {
			w := w.with(t)
			s := fmt.Sprint("s", i)
			w.append(s, noStream, "a", "b", "c", "d", "e")
			w.write("$$"+s, "any type", c.metadata)
			if got := w.read(read(stream(s))); got != c.want {
				t.Errorf("forwards %q, want %q", got, c.want)
			}
			reversed := strings.Fields(c.want)
			for i, j := 0, len(reversed)-1; i < j; i, j = i+1, j-1 {
				reversed[i], reversed[j] = reversed[j], reversed[i]
			}
			if got := w.read(read(stream(s), streamEnd, backwards)); got != strings.Join(reversed, " ") {
				t.Errorf("backwards %q, want %q", got, reversed)
			}
		})
	}
}

func TestNewestMetadataCountsAlone(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("s", noStream, "a", "b", "c")
	for _, step := range []struct{ metadata, want string }{
		{`{"$tb":2}`, "2"}, {`{"$tb":1}`, "1 2"}, {`{"$tb":7}`, ""}, {`broken`, "0 1 2"}, {`{"$maxCount":1}`, "2"}, {`{}`, "0 1 2"},
	} {
		w.write("$$s", "$metadata", step.metadata)
		if got := w.read(read(stream("s"))); got != step.want {
			t.Errorf("after %s it reads %q, want %q", step.metadata, got, step.want)
		}
	}
	for title, c := range map[string]struct{ got, want string }{
		"forwards from 0":     {w.read(read(stream("$$s"))), "5"},
		"backwards":           {w.read(read(stream("$$s"), streamEnd, backwards)), "5"},
		"backwards from 3":    {w.read(read(stream("$$s"), revision(3), backwards)), ""},
		"at a wrong revision": {w.append("$$s", 3, "x"), "WV(5)"},
		"at its revision":     {w.append("$$s", 5, "x"), "W6"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", title, c.got, c.want)
		}
	}
}

// A truncation ahead of the stream hides what is appended until it is reached.
func TestTruncationAheadOfTheStream(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("s", noStream, "a")
	w.write("$$s", "$metadata", `{"$tb":2}`)
	w.append("s", anything, "b")
	if got := w.read(read(stream("s"))); got != "" {
		t.Errorf("it reads %q", got)
	}
	w.append("s", anything, "c")
	if got := w.read(read(stream("s"))); got != "2" {
		t.Errorf("it reads %q", got)
	}
}

// Chapter 4: events older than $maxAge are hidden, but recognised as repeats.
func TestMaxAge(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.write("$$s", "$metadata", `{"$maxAge":1}`)
	w.append("s", anything, "a", "b")
	if w.until(read(stream("s")), "") != "" {
		t.Fatal("what is too old still shows")
	}
	if got := w.read(read(stream("s"), streamEnd, backwards)); got != "" {
		t.Errorf("backwards it reads %q", got)
	}
	if got := w.append("s", noStream, "a", "b"); got != "=1 hidden" {
		t.Errorf("a repeat of what is too old answers %s", got)
	}
	w.write("$$s", "$metadata", `{"$maxAge":100,"$maxCount":1}`)
	w.append("s", anything, "c", "d")
	if got := w.read(read(stream("s"))); got != "3" {
		t.Errorf("with a count besides it reads %q", got)
	}
}

// Metadata written to a soft-deleted stream re-opens it without its old events.
func TestMetadataWrittenWhileSoftDeleted(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	for i, c := range []struct {
		written, revision string
		after             map[string]int64
		want              string
	}{
		{`{"mine":1}`, "2", map[string]int64{"mine": 1, "$tb": 3}, ""},
		{`{}`, "2", map[string]int64{"$tb": 3}, ""},
		{`{"$tb":0,"mine":1}`, "2", map[string]int64{"mine": 1, "$tb": 3}, ""},
		{`{"$tb":9223372036854775807}`, "2", map[string]int64{"$tb": 3}, ""},
		{`{"$tb":9223372036854775807,"mine":1}`, "2", map[string]int64{"mine": 1, "$tb": 3}, ""},
	} {
		t.Run(c.written, func(t *testing.T) {
			w := w.with(t)
			s := fmt.Sprint("s", i)
			states["soft-deleted"](w, s)
			w.write("$$"+s, "$metadata", c.written)
			revision, data, _ := strings.Cut(w.newestMetadata(s), " ")
			var after map[string]int64
			if err := json.Unmarshal([]byte(data), &after); err != nil || revision != c.revision || !cmp.Equal(after, c.after) {
				t.Errorf("metadata %s %s, want %s %v", revision, data, c.revision, c.after)
			}
			if got := w.soon(read(stream(s)), c.want); got != c.want {
				t.Errorf("it reads %q, want %q", got, c.want)
			}
			w.append(s, anything, "x")
			if got := w.soon(read(stream(s)), "3"); got != "3" {
				t.Errorf("after an append it reads %q", got)
			}
		})
	}
}

// An append of no events re-opens a soft-deleted stream too: what was deleted stays
// hidden, and the stream reads as empty.
func TestAnEmptyAppendReopens(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	for i, c := range []struct {
		expected   int64
		want, read string
		metadata   string
	}{
		{anything, "W1", "", `1 {"$tb":2,"k":1}`},
		{1, "W1", "", `1 {"$tb":2,"k":1}`},
		{noStream, "WV(1)", "none", `0 {"$tb":9223372036854775807,"k":1}`},
		{0, "WV(1)", "none", `0 {"$tb":9223372036854775807,"k":1}`},
		{streamExists, "SD", "none", `0 {"$tb":9223372036854775807,"k":1}`},
	} {
		s := fmt.Sprint("s", i)
		w.append(s, noStream, "a", "b")
		w.write("$$"+s, "$metadata", `{"$tb":9223372036854775807,"k":1}`)
		if got := w.append(s, c.expected); got != c.want {
			t.Errorf("expecting %d it answers %s, want %s", c.expected, got, c.want)
		}
		if got := w.soon(read(stream(s)), c.read); got != c.read {
			t.Errorf("expecting %d: it reads %q, want %q", c.expected, got, c.read)
		}
		if got := w.newestMetadata(s); got != c.metadata {
			t.Errorf("expecting %d: metadata %s, want %s", c.expected, got, c.metadata)
		}
	}
}

// Re-opening writes the numbers of the other metadata in their shortest form.
func TestReopeningShortensNumbers(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	w.append("s", noStream, "a", "b")
	w.write("$$s", "$metadata", `{"$tb":9223372036854775807,"f":1.50,"n":123456789012345678901234567890}`)
	if got := w.append("s", anything, "c"); got != "W2" {
		t.Fatalf("got %s", got)
	}
	if got, want := w.newestMetadata("s"), `1 {"$tb":2,"f":1.5,"n":123456789012345678901234567890}`; got != want {
		t.Errorf("metadata %s, want %s", got, want)
	}
}

// A metadata stream can be deleted as any other, without effect on its stream.
func TestDeletedMetadataStaysInForce(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	states["truncated"](w, "s")
	w.Ends("s")
	for _, step := range []struct{ what, got, want string }{
		{"deleting metadata", w.delete("$$s", anything), "ok"},
		{"metadata stays in force", w.read(read(stream("s"))), ""},
		{"the mark is one level up", w.newestMetadata("$$s"), `0 {"$tb":9223372036854775807}`},
		{"deleting $all", w.delete("$all", 7), "WV(-1)"},
	} {
		if step.got != step.want {
			t.Errorf("%s: %q, want %q", step.what, step.got, step.want)
		}
	}
}
