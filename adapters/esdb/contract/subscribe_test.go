package contract

import (
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"
)

// Chapter 7: what a subscription to a stream sends, in order.
func TestStreamSubscriptions(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]func(w wire){
		"history, then what is new": func(w wire) {
			w.append("s", noStream, "a", "b")
			s := w.subscribe(stream("s"))
			s.expect("confirmed 0 1 caught-up")
			w.append("s", anything, "c")
			w.append("s", anything, "d", "e")
			s.expect("2 3 4")
		},
		"a start is exclusive": func(w wire) {
			w.append("s1", noStream, "a", "b", "c")
			w.subscribe(stream("s1"), revision(0)).expect("confirmed 1 2 caught-up")
		},
		"from the last": func(w wire) {
			w.append("s2", noStream, "a", "b")
			s := w.subscribe(stream("s2"), revision(1))
			s.expect("confirmed caught-up")
			w.append("s2", anything, "c")
			s.expect("2")
		},
		"from beyond the end, what comes before is suppressed": func(w wire) {
			w.append("s3", noStream, "a")
			s := w.subscribe(stream("s3"), revision(3))
			s.expect("confirmed caught-up")
			w.append("s3", anything, "b", "c", "d", "e", "f")
			s.expect("4 5")
		},
		"from the end": func(w wire) {
			w.append("s4", noStream, "a")
			s := w.subscribe(stream("s4"), streamEnd)
			s.expect("confirmed caught-up")
			w.append("s4", anything, "b")
			s.expect("1")
		},
		"absent, from the start": func(w wire) {
			s := w.subscribe(stream("s5"))
			s.expect(w.store.by("confirmed", "confirmed caught-up"))
			w.append("s5", anything, "a", "b")
			s.expect(w.store.by("0 1 caught-up", "0 1"))
		},
		"absent, from the end": func(w wire) {
			s := w.subscribe(stream("s6"), streamEnd)
			s.expect("confirmed caught-up")
			w.append("s6", anything, "a")
			s.expect("0")
		},
		"soft-deleted, then re-opened": func(w wire) {
			states["soft-deleted"](w, "s7")
			s := w.subscribe(stream("s7"))
			s.expect(w.store.by("confirmed", "confirmed caught-up"))
			w.append("s7", anything, "x")
			s.expect(w.store.by("3 caught-up", "3"))
		},
		"soft-deleted, from the end": func(w wire) {
			states["soft-deleted"](w, "s8")
			s := w.subscribe(stream("s8"), streamEnd)
			s.expect("confirmed caught-up")
			w.append("s8", anything, "x")
			s.expect("3")
		},
		"everything hidden": func(w wire) {
			states["truncated"](w, "s9")
			s := w.subscribe(stream("s9"))
			s.expect("confirmed caught-up")
			w.append("s9", anything, "x")
			s.expect("3")
		},
		"a soft delete while live does not show": func(w wire) {
			w.append("s10", noStream, "a")
			s := w.subscribe(stream("s10"))
			s.expect("confirmed 0 caught-up")
			w.delete("s10", anything)
			w.append("s10", anything, "b")
			s.expect("1")
		},
		"truncation while live does not show": func(w wire) {
			w.append("s11", noStream, "a")
			s := w.subscribe(stream("s11"))
			s.expect("confirmed 0 caught-up")
			w.write("$$s11", "$metadata", `{"$tb":100,"$maxCount":1}`)
			w.append("s11", anything, "b", "c")
			s.expect("1 2")
		},
		"a tombstone while live": func(w wire) {
			w.append("s12", noStream, "a")
			s := w.subscribe(stream("s12"))
			s.expect("confirmed 0 caught-up")
			w.append("s12", anything, "b")
			w.tombstone("s12", anything)
			s.expect("1 tombstone SD")
		},
		"a tombstone while waiting": func(w wire) {
			s := w.subscribe(stream("s13"))
			s.expect(w.store.by("confirmed", "confirmed caught-up"))
			w.tombstone("s13", anything)
			s.expect(w.store.by("SD", "tombstone SD"))
		},
		"tombstoned before": func(w wire) {
			states["tombstoned"](w, "s14")
			w.subscribe(stream("s14")).expect("SD")
			w.subscribe(stream("s14"), revision(1)).expect("SD")
		},
		"metadata: the newest, then every one": func(w wire) {
			for _, data := range []string{`{"a":1}`, `{"a":2}`} {
				w.write("$$s16", "$metadata", data)
			}
			s := w.subscribe(stream("$$s16"))
			s.expect("confirmed 1 caught-up")
			w.write("$$s16", "$metadata", `{"a":3}`)
			w.write("$$s16", "$metadata", `{"a":4}`)
			s.expect("2 3")
		},
		"a repeated append is not sent again": func(w wire) {
			s := w.subscribe(stream("s18"), streamEnd)
			s.expect("confirmed caught-up")
			w.append("s18", noStream, "a")
			w.append("s18", noStream, "a")
			w.append("s18", 0, "b")
			s.expect("0 1")
		},
		"links are resolved": func(w wire) {
			w.append("s19", noStream, "a")
			w.write("s20", "$>", "0@s19")
			w.write("s20", "$>", "0@nowhere")
			s := w.subscribe(stream("s20"), links)
			s.expect("confirmed 0@s19 dangling@1 caught-up")
			w.write("s20", "$>", "-1@s19")
			w.write("s20", "$>", "0")
			w.append("s19", anything, "b")
			w.write("s20", "$>", "-1@s19")
			s.expect("0@s19 dangling@3 1@s19")
		},
	} {
		t.Run(title, func(t *testing.T) { t.Parallel(); test(newWire(t, common)) })
	}
}

// Chapter 7: subscriptions to the log. Events of other tests are ignored.
func TestAllSubscriptions(t *testing.T) {
	t.Parallel()
	before := func(w wire) query {
		p := w.lastPosition()
		return at(p, p)
	}
	for title, test := range map[string]func(w wire){
		"history, then what is new": func(w wire) {
			before := before(w)
			w.append("s", noStream, "a")
			s := w.subscribe(all, before)
			s.expect("confirmed 0 caught-up")
			w.append("other", noStream, "b", "c")
			w.delete("s", anything)
			w.tombstone("s", anything)
			s.expect("0 1 0 tombstone")
		},
		"a start is exclusive": func(w wire) {
			w.append("s", noStream, "a", "b", "c")
			p := w.events(read(stream("s")))[1].GetCommitPosition()
			w.subscribe(all, at(p, p)).expect("confirmed 2 caught-up")
			w.subscribe(all, at(p, 0)).expect("confirmed 2 caught-up")
		},
		"from the end": func(w wire) {
			w.append("s", noStream, "a")
			end := w.subscribe(all, allEnd)
			end.expect("confirmed caught-up")
			w.append("s", anything, "b")
			end.expect("1")
		},
		"from beyond the end": func(w wire) {
			if w.store.line >= 24 {
				w.t.Skip("this line delivers nothing below the start")
			}
			w.append("s", noStream, "a")
			beyond := w.subscribe(all, at(1<<60, 1<<60))
			beyond.expect("confirmed caught-up")
			w.append("s", anything, "b")
			beyond.expect("1")
		},
		"links are resolved": func(w wire) {
			before := before(w)
			w.append("target", noStream, "a")
			w.write("links", "$>", "0@target")
			w.write("links", "$>", "0@nowhere")
			w.subscribe(all, before, links).expect("confirmed 0 0@target dangling@1 caught-up")
		},
		"filtered by type, with an expression": func(w wire) {
			s := w.subscribe(all, before(w), filtered(100, 1, byType("^visura[.]")))
			s.expect("confirmed caught-up")
			w.write("a", "ente.signed", "{}")
			w.write("a", "visura.issued", "{}")
			w.write("b", "visura", "{}")
			w.write("b", "visura.requested", "{}")
			s.expect("1 1")
		},
		"filtered by a lookahead": func(w wire) {
			before := before(w)
			w.append("a-1", noStream, "a")
			w.append("a-2", noStream, "a")
			s := w.subscribe(all, before, filtered(100, 1, byStream("^PREFIXa-(?!1)")))
			s.expect("confirmed 0 caught-up")
			w.append("a-1", anything, "b")
			w.append("a-2", anything, "b")
			s.expect("1")
		},
		"filtered by stream": func(w wire) {
			before := before(w)
			w.append("a-1", noStream, "a")
			w.append("b-1", noStream, "a")
			s := w.subscribe(all, before, filtered(100, 1, byStream("", "a-")))
			s.expect("confirmed 0 caught-up")
			w.append("b-1", anything, "b")
			w.append("a-1", anything, "b")
			s.expect("1")
		},
		"filters look at the link, not its target": func(w wire) {
			before := before(w)
			w.write("target", "event", "{}")
			w.write("link", "$>", "0@target")
			w.subscribe(all, before, links, filtered(100, 1, byStream("", "link"))).expect("confirmed 0@target caught-up")
		},
		"a filter of nothing": func(w wire) {
			before := before(w)
			w.append("a", noStream, "a")
			w.subscribe(all, before, filtered(100, 1, byStream(""))).expect("confirmed caught-up")
		},
	} {
		t.Run(title, func(t *testing.T) { t.Parallel(); test(newWire(t, common)) })
	}
}

// Resuming from any checkpoint loses no match of the filter.
func TestResumingFromCheckpoints(t *testing.T) {
	t.Parallel()
	w := newWire(t, common)
	random := rand.New(rand.NewPCG(1, 2))
	start := w.lastPosition()
	matches := 0
	for range 200 {
		s := "y"
		if random.IntN(5) == 0 {
			s = "x"
			matches++
		}
		w.append(s, anything, uuid.NewString())
	}
	s := w.subscribe(all, at(start, start), filtered(3, 2, byStream("", "x")))
	s.checkpoints = true
	seen, checkpoints := 0, 0
	for m := s.next(); m.GetCaughtUp() == nil; m = s.next() {
		if m.GetEvent() != nil {
			seen++
		}
		c := m.GetCheckpoint()
		if c == nil {
			continue
		}
		checkpoints++
		if c.CommitPosition < start || c.CommitPosition == start && c.PreparePosition < start {
			t.Errorf("the checkpoint %v lies before the start %d", c, start)
		}
		rest := 0
		again := w.subscribe(all, at(c.CommitPosition, c.PreparePosition), filtered(3, 2, byStream("", "x")))
		for m := again.next(); m.GetCaughtUp() == nil; m = again.next() {
			if m.GetEvent() != nil {
				rest++
			}
		}
		if seen+rest < matches {
			t.Fatalf("resuming from %v: %d seen before, %d after, of %d", c, seen, rest, matches)
		}
	}
	if seen != matches || checkpoints < 20 {
		t.Errorf("%d of %d matches, %d checkpoints", seen, matches, checkpoints)
	}
}
