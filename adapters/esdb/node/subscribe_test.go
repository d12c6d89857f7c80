package node_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/grpc/status"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node"
)

// subscriber collects what one subscription sends.
type subscriber struct {
	t      testing.TB
	stream string
	call   streams.Streams_ReadClient
	got    chan *streams.ReadResp
	err    error
}

func (w wire) subscribe(options ...query) *subscriber {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.ctx)
	r := read(append(options, subscription)...)
	call, err := w.Read(ctx, r)
	if err != nil {
		w.t.Fatal(err)
	}
	s := &subscriber{t: w.t, call: call, got: make(chan *streams.ReadResp, 100_000),
		stream: string(r.GetOptions().GetStream().GetStreamIdentifier().GetStreamName())}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer close(s.got)
		for {
			m, err := call.Recv()
			if err != nil {
				s.err = err
				return
			}
			s.got <- m
		}
	}()
	w.t.Cleanup(func() { cancel(); <-done })
	return s
}

func (s *subscriber) next() *streams.ReadResp {
	s.t.Helper()
	select {
	case m := <-s.got:
		return m
	case <-time.After(10 * time.Second):
		s.t.Fatal("nothing more arrived")
		return nil
	}
}

// expect compares the next messages with words of brief; a last word in capitals
// is how the subscription ends.
func (s *subscriber) expect(words string) {
	s.t.Helper()
	for _, want := range strings.Fields(words) {
		m := s.next()
		var got string
		if m != nil {
			got = brief(m)
		} else {
			got = fault(s.err, s.call.Trailer(), s.stream)
		}
		if got != want {
			s.t.Fatalf("got %s, want %s of %q", got, want, words)
		}
	}
}

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
			s.expect("confirmed")
			w.append("s5", anything, "a", "b")
			s.expect("0 1 caught-up")
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
			s.expect("confirmed")
			w.append("s7", anything, "x")
			s.expect("3 caught-up")
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
			s.expect("confirmed")
			w.tombstone("s13", anything)
			s.expect("SD")
		},
		"tombstoned before": func(w wire) {
			states["tombstoned"](w, "s14")
			w.subscribe(stream("s14")).expect("SD")
			w.subscribe(stream("s14"), revision(1)).expect("SD")
			w.subscribe(stream("s14"), streamEnd).expect("SD")
		},
		"a client's event is no tombstone": func(w wire) {
			s := w.subscribe(stream("s15"), streamEnd)
			s.expect("confirmed caught-up")
			w.write("s15", "$streamDeleted", "{}")
			w.append("s15", anything, "a")
			s.expect("0 1")
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
		"metadata ends with its stream": func(w wire) {
			w.append("s17", noStream, "a")
			w.write("$$s17", "$metadata", `{}`)
			s := w.subscribe(stream("$$s17"))
			s.expect("confirmed 0 caught-up")
			w.tombstone("s17", anything)
			s.expect("SD")
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
			w.subscribe(stream("s20"), links).expect("confirmed 0@s19 dangling@1 caught-up")
		},
	} {
		t.Run(title, func(t *testing.T) { t.Parallel(); test(newWire(t, start(t, node.Options{}))) })
	}
}

func TestAllSubscriptions(t *testing.T) {
	t.Parallel()
	for title, test := range map[string]func(w wire){
		"history, then what is new": func(w wire) {
			w.append("s", noStream, "a")
			s := w.subscribe(all)
			s.expect("confirmed 0 caught-up")
			w.append("other", noStream, "b", "c")
			w.delete("s", anything)
			w.tombstone("s", anything)
			s.expect("0 1 0 tombstone")
		},
		"an empty log": func(w wire) {
			s := w.subscribe(all)
			s.expect("confirmed caught-up")
			w.append("s", noStream, "a")
			s.expect("0")
		},
		"a start is exclusive": func(w wire) {
			w.append("s", noStream, "a", "b", "c")
			p := w.events(read(all))[1].GetCommitPosition()
			w.subscribe(all, position(p, p)).expect("confirmed 2 caught-up")
			w.subscribe(all, position(p, 0)).expect("confirmed 1 2 caught-up")
		},
		"from the end, and from beyond it": func(w wire) {
			w.append("s", noStream, "a")
			end, beyond := w.subscribe(all, allEnd), w.subscribe(all, position(1<<40, 1<<40))
			end.expect("confirmed caught-up")
			beyond.expect("confirmed caught-up")
			w.append("s", anything, "b")
			end.expect("1")
			beyond.expect("1")
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
		t.Run(title, func(t *testing.T) { t.Parallel(); test(newWire(t, start(t, node.Options{}))) })
	}
}

// Where checkpoints fall: history in pages, live at the very event.
func TestFilteredSubscriptions(t *testing.T) {
	t.Parallel()
	// put appends one event to each stream named by a letter.
	put := func(w wire, names string) {
		for _, s := range names {
			w.append(string(s), anything, uuid.NewString())
		}
	}
	at := func(w wire, i int) uint64 { return w.events(read(all))[i].GetCommitPosition() }
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
			checkpoint(s, at(w, 3), at(w, 3))
			checkpoint(s, at(w, 4), 0)
			s.expect("3")
			checkpoint(s, at(w, 9), at(w, 9))
			s.expect("caught-up")
		},
		"an interval of several pages": func(w wire) {
			put(w, "xy"+"yx"+"yy"+"yy"+"y")
			s := w.subscribe(all, filtered(2, 2, byStream("", "x")))
			s.expect("confirmed 0 1")
			checkpoint(s, at(w, 3), at(w, 3))
			checkpoint(s, at(w, 6), 0)
			s.expect("caught-up")
		},
		"a first page without match": func(w wire) {
			put(w, "yyyx")
			s := w.subscribe(all, filtered(2, 1, byStream("", "x")))
			s.expect("confirmed")
			checkpoint(s, 0, 0)
			s.expect("0 caught-up")
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
			checkpoint(s, at(w, 2), at(w, 2))
			put(w, "xyx")
			s.expect("1 2")
			checkpoint(s, at(w, 5), at(w, 5))
			put(w, "yyy")
			checkpoint(s, at(w, 8), at(w, 8))
		},
		"by type, with an expression": func(w wire) {
			s := w.subscribe(all, filtered(100, 1, byType("^visura[.]")))
			s.expect("confirmed caught-up")
			w.write("a", "ente.signed", "{}")
			w.write("a", "visura.issued", "{}")
			w.write("b", "visura", "{}")
			w.write("b", "visura.requested", "{}")
			s.expect("1 1")
		},
		"filters look at the link, not its target": func(w wire) {
			w.write("target", "event", "{}")
			w.write("link", "$>", "0@target")
			w.subscribe(all, links, filtered(100, 1, byStream("", "link"))).expect("confirmed 0@target caught-up")
		},
		"a filter of nothing": func(w wire) {
			put(w, "ab")
			w.subscribe(all, filtered(100, 1, byStream(""))).expect("confirmed caught-up")
		},
	} {
		t.Run(title, func(t *testing.T) { t.Parallel(); test(newWire(t, start(t, node.Options{}))) })
	}
}

// From whatever checkpoint one resumes, no match of the filter is lost.
func TestResumingFromCheckpoints(t *testing.T) {
	t.Parallel()
	w := newWire(t, start(t, node.Options{}))
	random := rand.New(rand.NewPCG(1, 2))
	matches := 0
	for range 200 {
		s := "y"
		if random.IntN(5) == 0 {
			s = "x"
			matches++
		}
		w.append(s, anything, uuid.NewString())
	}
	s := w.subscribe(all, filtered(3, 2, byStream("", "x")))
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
		rest := 0
		again := w.subscribe(all, position(c.CommitPosition, c.PreparePosition), filtered(3, 2, byStream("", "x")))
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

// Subscribers that start, pause and read while others write see every event once
// and in order.
func TestCatchUpUnderLoad(t *testing.T) {
	t.Parallel()
	n := start(t, node.Options{})
	client := newClient(t, n)
	ctx := within(t, time.Minute)
	const writers, each = 8, 100
	var writing sync.WaitGroup
	for i := range writers {
		writing.Go(func() {
			for range each {
				event := esdb.EventData{EventID: uuid.New(), EventType: "event", ContentType: esdb.ContentTypeJson, Data: []byte("{}")}
				if _, err := client.AppendToStream(ctx, fmt.Sprint("s", i), esdb.AppendToStreamOptions{}, event); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var reading sync.WaitGroup
	for range 4 {
		reading.Go(func() {
			s, err := client.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{From: esdb.Start{}})
			if err != nil {
				t.Error(err)
				return
			}
			defer s.Close()
			next := map[string]uint64{}
			last := uint64(0)
			for total := 0; total < writers*each; {
				m := s.Recv()
				if m.SubscriptionDropped != nil {
					t.Error(m.SubscriptionDropped.Error)
					return
				}
				if m.EventAppeared == nil {
					continue
				}
				e := m.EventAppeared.Event
				if e.EventNumber != next[e.StreamID] || e.Position.Commit <= last {
					t.Errorf("%s: revision %d instead of %d, position %d after %d", e.StreamID, e.EventNumber, next[e.StreamID], e.Position.Commit, last)
					return
				}
				next[e.StreamID]++
				last = e.Position.Commit
				total++
			}
		})
	}
	writing.Wait()
	reading.Wait()
}

func TestSubscriptionsEndWithTheNode(t *testing.T) {
	t.Parallel()
	n := start(t, node.Options{})
	w := newWire(t, n)
	live, waiting := w.subscribe(all), w.subscribe(stream("absent"))
	live.expect("confirmed caught-up")
	waiting.expect("confirmed")
	began := time.Now()
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("closing took %s", took)
	}
	live.expect("Unavailable")
	waiting.expect("Unavailable")
}

func TestDroppedSubscriptionsCanGoOn(t *testing.T) {
	t.Parallel()
	n := start(t, node.Options{})
	w := newWire(t, n)
	w.append("s", noStream, "a")
	s := w.subscribe(stream("s"))
	s.expect("confirmed 0 caught-up")
	n.DropSubscriptions()
	s.expect("Aborted")
	if m := status.Convert(s.err).Message(); !strings.HasPrefix(m, "Operation timed out: Consumer too slow") {
		t.Errorf("it said %q", m)
	}
	again := w.subscribe(stream("s"), revision(0))
	again.expect("confirmed caught-up")
	w.append("s", anything, "b")
	again.expect("1")
}
