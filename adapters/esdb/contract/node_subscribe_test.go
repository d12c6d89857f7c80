package contract

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

func TestNodeSubscriptions(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]func(w wire){
		"a client's event is no tombstone": func(w wire) {
			s := w.subscribe(stream("s15"), streamEnd)
			s.expect("confirmed caught-up")
			w.write("s15", "$streamDeleted", "{}")
			w.append("s15", anything, "a")
			s.expect("0 1")
		},
		"metadata ends with its stream": func(w wire) {
			w.append("s17", noStream, "a")
			w.write("$$s17", "$metadata", `{}`)
			s := w.subscribe(stream("$$s17"))
			s.expect("confirmed 0 caught-up")
			w.tombstone("s17", anything)
			s.expect("SD")
		},
		"from the end of a tombstoned stream": func(w wire) {
			states["tombstoned"](w, "s")
			w.subscribe(stream("s"), streamEnd).expect("SD")
		},
		"metadata of a tombstoned stream": func(w wire) {
			states["tombstoned"](w, "s")
			w.subscribe(stream("$$s")).expect("SD")
		},
		"an interval of 2^32 events is not none": func(w wire) {
			w.append("s", noStream, "a")
			s := w.subscribe(all, filtered(1<<16, 1<<16, byStream("", "s")))
			s.expect("confirmed 0 caught-up")
			w.append("s", anything, "b", "c")
			s.expect("1 2")
		},
		"an expression that takes too long": func(w wire) {
			s := w.subscribe(all, filtered(100, 1, byStream("^(a+)+$")))
			s.expect("confirmed caught-up")
			w.append(strings.Repeat("a", 64)+"b", noStream, "a")
			s.expect("InvalidArgument")
		},
		"an empty log": func(w wire) {
			s := w.subscribe(all)
			s.expect("confirmed caught-up")
			w.append("s", noStream, "a")
			s.expect("0")
		},
		"what groups on all write for themselves is hidden": func(w wire) {
			s := w.subscribe(all)
			s.expect("confirmed caught-up")
			w.append("$persistentsubscription-$all::g-parked", noStream, "a", "b")
			w.write("$$$persistentsubscription-$all::g-parked", "$metadata", "{}")
			w.append("$persistentsubscription-s::g-parked", noStream, "c", "d", "e")
			s.expect("0 0 1 2")
		},
	} {
		t.Run(title, func(t *testing.T) { t.Parallel(); test(newWire(t, alone(t, node.Options{}))) })
	}
}

// Positions of checkpoints: at the ends of pages in history, at the completing event
// when live.
func TestNodeFilteredSubscriptions(t *testing.T) {
	t.Parallel()
	// put appends one event to each stream named by a letter.
	put := func(w wire, names string) {
		for _, s := range names {
			w.append(string(s), anything, uuid.NewString())
		}
	}
	place := func(w wire, i int) uint64 { return w.events(read(all))[i].GetCommitPosition() }
	checkpoint := func(s *subscriber, commit, prepare uint64) {
		s.t.Helper()
		c := s.next().GetCheckpoint()
		if c == nil || c.CommitPosition != commit || c.PreparePosition != prepare {
			s.t.Fatalf("got %v, want a checkpoint at %d/%d", c, commit, prepare)
		}
	}
	for title, test := range map[string]func(w wire){
		"pages of history": func(w wire) {
			put(w, "xxyx"+"yyyy"+"yxyy"+"y")
			s := w.subscribe(all, filtered(4, 1, byStream("", "x")))
			s.expect("confirmed 0 1 2")
			checkpoint(s, place(w, 3), place(w, 3))
			checkpoint(s, place(w, 4), 0)
			s.expect("3")
			checkpoint(s, place(w, 9), place(w, 9))
			s.expect("caught-up")
		},
		"an interval of several pages": func(w wire) {
			put(w, "xy"+"yx"+"yy"+"yy"+"y")
			s := w.subscribe(all, filtered(2, 2, byStream("", "x")))
			s.expect("confirmed 0 1")
			checkpoint(s, place(w, 3), place(w, 3))
			checkpoint(s, place(w, 6), 0)
			s.expect("caught-up")
		},
		"a first page without match": func(w wire) {
			put(w, "yyyx")
			s := w.subscribe(all, filtered(2, 1, byStream("", "x")))
			s.expect("confirmed")
			checkpoint(s, 0, 0)
			s.expect("0 caught-up")
		},
		"a first page without match, from a position": func(w wire) {
			put(w, "yyyyx")
			first := place(w, 0)
			s := w.subscribe(all, at(first, first), filtered(2, 1, byStream("", "x")))
			s.expect("confirmed")
			checkpoint(s, first, first)
			s.expect("0 caught-up")
			again := w.subscribe(all, at(first, first), filtered(2, 1, byStream("", "x")))
			again.expect("confirmed")
			checkpoint(again, first, first)
			again.expect("0 caught-up")
		},
		"a window of 0 is one of 1": func(w wire) {
			put(w, "yxy")
			s := w.subscribe(all, filtered(0, 1, byStream("", "x")))
			s.expect("confirmed")
			checkpoint(s, 0, 0)
			s.expect("0")
			checkpoint(s, place(w, 1), place(w, 1))
			s.expect("caught-up")
			put(w, "x")
			s.expect("1")
			checkpoint(s, place(w, 3), place(w, 3))
		},
		"an interval that history completes at its end": func(w wire) {
			put(w, "yyx")
			s := w.subscribe(all, filtered(3, 1, byStream("", "x")))
			s.expect("confirmed 0 caught-up")
			put(w, "yyyy")
			checkpoint(s, place(w, 3), place(w, 3))
			checkpoint(s, place(w, 6), place(w, 6))
		},
		"a page ends after 32 matches": func(w wire) {
			put(w, strings.Repeat("x", 40))
			s := w.subscribe(all, filtered(1000, 1, byStream("", "x")))
			s.expect("confirmed")
			for i := range 40 {
				s.expect(fmt.Sprint(i))
			}
			s.expect("caught-up")
		},
		"live, the count goes on from history": func(w wire) {
			put(w, "yx")
			s := w.subscribe(all, filtered(3, 1, byStream("", "x")))
			s.expect("confirmed 0 caught-up")
			put(w, "y")
			checkpoint(s, place(w, 2), place(w, 2))
			put(w, "xyx")
			s.expect("1 2")
			checkpoint(s, place(w, 5), place(w, 5))
			put(w, "yyy")
			checkpoint(s, place(w, 8), place(w, 8))
		},
	} {
		t.Run(title, func(t *testing.T) { t.Parallel(); test(newWire(t, alone(t, node.Options{}))) })
	}
}

func TestNodeSubscriptionsEndWithTheNode(t *testing.T) {
	t.Parallel()
	n := alone(t, node.Options{})
	w := newWire(t, n)
	live, waiting := w.subscribe(all), w.subscribe(stream("absent"))
	live.expect("confirmed caught-up")
	waiting.expect("confirmed")
	began := time.Now()
	if err := n.node.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("closing took %s", took)
	}
	live.expect("Unavailable")
	waiting.expect("Unavailable")
}

func TestNodeDroppedSubscriptionsCanGoOn(t *testing.T) {
	t.Parallel()
	n := alone(t, node.Options{})
	w := newWire(t, n)
	w.append("s", noStream, "a")
	s := w.subscribe(stream("s"))
	s.expect("confirmed 0 caught-up")
	n.node.DropSubscriptions()
	s.expect("Aborted")
	if m := status.Convert(s.err).Message(); !strings.HasPrefix(m, "Operation timed out: Consumer too slow") {
		t.Errorf("it said %q", m)
	}
	again := w.subscribe(stream("s"), revision(0))
	again.expect("confirmed caught-up")
	w.append("s", anything, "b")
	again.expect("1")
}
