package group_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"pgregory.net/rapid"
)

func TestNothingIsLostAndCheckpointsNeverPassAnUnfinishedEvent(t *testing.T) {
	t.Parallel()
	for _, strategy := range []group.Strategy{group.RoundRobin, group.DispatchToSingle, group.Pinned, group.PinnedByCorrelation} {
		t.Run(string(strategy), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				w := newWorld(t, strategy)
				t.Repeat(map[string]func(*rapid.T){
					"append": w.append, "read": w.read, "ack": w.ack, "nack": w.nack, "tick": w.tick, "join": w.join, "leave": w.leave,
					"park": w.park, "checkpoint": w.written, "crash": w.crash, "replay": w.replay, "": w.check,
				})
				w.drain(t)
			})
		})
	}
}

func (w *world) append(t *rapid.T) {
	for range rapid.IntRange(1, 5).Draw(t, "events") {
		n := len(w.source)
		e := group.Event{ID: eventID(n), Position: uint64(n+1) * 10, Key: fmt.Sprint("s", rapid.IntRange(0, 5).Draw(t, "stream"))}
		if rapid.IntRange(0, 9).Draw(t, "same id") == 0 {
			e.ID = eventID(n / 2)
		}
		w.filtered[e.Position] = rapid.IntRange(0, 4).Draw(t, "filtered") == 0
		w.source = append(w.source, e)
	}
	w.g.Committed()
	w.take(t)
}

func eventID(n int) [16]byte { return [16]byte{byte(n), byte(n >> 8), 1} }

func (w *world) read(t *rapid.T) {
	if w.want == 0 {
		t.Skip("no page is wanted")
	}
	var p group.Page
	for p.Considered < w.want && w.cursor < len(w.source) {
		e := w.source[w.cursor]
		w.cursor++
		p.Considered++
		p.Last = e.Position
		if !w.filtered[e.Position] {
			p.Events = append(p.Events, e)
		}
	}
	p.End = w.cursor == len(w.source)
	w.want = 0
	w.g.Read(w.now, p)
	w.take(t)
}

// anyHeld draws ids of messages in flight with any consumer, and perhaps an unknown
// one.
func (w *world) anyHeld(t *rapid.T) [][16]byte {
	ids := [][16]byte{{0xff}}
	for _, held := range w.held {
		for id := range held {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, func(a, b [16]byte) int { return bytes.Compare(a[:], b[:]) })
	return rapid.SliceOfNDistinct(rapid.SampledFrom(ids), 1, min(3, len(ids)), rapid.ID).Draw(t, "ids")
}

func (w *world) release(id [16]byte) (delivery, bool) {
	for _, held := range w.held {
		if d, ok := held[id]; ok {
			delete(held, id)
			return d, true
		}
	}
	return delivery{}, false
}

func (w *world) finish(id [16]byte) {
	d, ok := w.release(id)
	switch {
	case ok && d.replayed():
		delete(w.replayed, id)
	case ok:
		w.done[d.Event.Position] = true
	}
}

func (w *world) ack(t *rapid.T) {
	ids := w.anyHeld(t)
	for _, id := range ids {
		w.finish(id)
	}
	w.g.Ack(w.now, ids...)
	w.take(t)
}

func (w *world) nack(t *rapid.T) {
	action := rapid.SampledFrom([]group.Action{group.Retry, group.ParkIt, group.Skip}).Draw(t, "action")
	for _, id := range w.anyHeld(t) {
		if action == group.Skip {
			w.finish(id)
		} else {
			w.release(id)
		}
		w.g.Nack(w.now, action, "because", id)
		w.take(t)
	}
}

func (w *world) tick(t *rapid.T) {
	w.now = w.now.Add(time.Second)
	for _, held := range w.held {
		for id, d := range held {
			if w.now.Sub(d.at) >= w.settings.MessageTimeout {
				delete(held, id)
			}
		}
	}
	w.g.Tick(w.now)
	w.take(t)
}

func (w *world) join(t *rapid.T) {
	slots := 1
	if !w.oneEach {
		slots = rapid.IntRange(0, 4).Draw(t, "slots")
	}
	w.last++
	w.held[w.last], w.slots[w.last] = map[[16]byte]delivery{}, slots
	err := w.g.Join(w.now, w.last, slots)
	if full := w.settings.MaxConsumers > 0 && len(w.held) > w.settings.MaxConsumers; full != errors.Is(err, group.ErrFull) {
		t.Fatalf("consumer %d of %d: %v", len(w.held), w.settings.MaxConsumers, err)
	} else if full {
		delete(w.held, w.last)
	}
	w.take(t)
}

func (w *world) leave(t *rapid.T) {
	if len(w.held) == 0 {
		t.Skip("nobody is there")
	}
	id := rapid.SampledFrom(slices.Sorted(maps.Keys(w.held))).Draw(t, "who")
	delete(w.held, id)
	w.g.Leave(w.now, id)
	w.take(t)
}

// park completes the write of one parked message, or fails it.
func (w *world) park(t *rapid.T) {
	if len(w.parking) == 0 {
		t.Skip("nothing is being parked")
	}
	p := w.parking[0]
	w.parking = w.parking[1:]
	if !w.oneEach && rapid.IntRange(0, 4).Draw(t, "fails") == 0 {
		w.g.ParkFailed(w.now, p)
		w.take(t)
		return
	}
	w.makeParked(p)
	w.g.Parked(w.now, p)
	w.take(t)
}

func (w *world) makeParked(p group.Park) {
	w.links++
	w.parked = append(w.parked, group.Event{ID: linkID(w.links), Position: uint64(w.links), Key: p.Event.Key, Payload: "replayed"})
	if p.Replayed {
		delete(w.replayed, p.Event.ID)
	} else {
		w.done[p.Event.Position] = true
	}
}

func linkID(n int) [16]byte { return [16]byte{byte(n), byte(n >> 8), 2} }

func (w *world) replay(t *rapid.T) {
	if len(w.parked) == 0 {
		t.Skip("nothing is parked")
	}
	n := rapid.IntRange(1, len(w.parked)).Draw(t, "events")
	for _, e := range w.parked[:n] {
		w.replayed[e.ID] = true
	}
	w.g.Replay(w.now, w.parked[:n])
	w.parked = w.parked[n:]
	w.take(t)
}

// written completes the write of the checkpoint, or fails it.
func (w *world) written(t *rapid.T) {
	if w.writing == nil {
		t.Skip("no checkpoint is being written")
	}
	if rapid.IntRange(0, 4).Draw(t, "fails") == 0 {
		w.writing = nil
		w.g.CheckpointFailed()
	} else {
		w.checkpoint, w.writing = w.writing, nil
		w.g.CheckpointWritten(w.now)
	}
	w.take(t)
}

// check compares the figures of the group with the world's.
func (w *world) check(t *rapid.T) {
	info, inFlight := w.g.Info(w.now), 0
	for _, held := range w.held {
		inFlight += len(held)
	}
	known := 0
	for _, e := range w.source[:w.cursor] {
		if !w.filtered[e.Position] && (w.checkpoint == nil || e.Position > *w.checkpoint) && !w.done[e.Position] {
			known++
		}
	}
	if info.InFlight != inFlight || len(info.Consumers) != len(w.held) {
		t.Fatalf("%d in flight with %d consumers, want %d with %d", info.InFlight, len(info.Consumers), inFlight, len(w.held))
	}
	if have := info.InFlight + info.Buffered + info.Retrying + len(w.parking); have < known+len(w.replayed) {
		t.Fatalf("the group has %d messages, %d and %d replayed are unfinished", have, known, len(w.replayed))
	}
	if info.Checkpoint == nil != (w.checkpoint == nil) || info.Checkpoint != nil && *info.Checkpoint != *w.checkpoint {
		t.Fatalf("shows checkpoint %v, durable is %v", info.Checkpoint, w.checkpoint)
	}
	if limit := max(w.settings.HistoryBuffer, 10); info.Buffered > limit {
		t.Fatalf("%d buffered of %d", info.Buffered, limit)
	}
	if _, waiting := w.g.Replaying(); waiting != (len(w.replayed) > 0) {
		t.Fatalf("replaying %v with %d replayed messages unfinished", waiting, len(w.replayed))
	}
}

// drain finishes everything with one consumer; then every event must be done.
func (w *world) drain(t *rapid.T) {
	w.oneEach = false
	for id := range w.held {
		delete(w.held, id)
		w.g.Leave(w.now, id)
		w.take(t)
	}
	w.last++
	w.held[w.last], w.slots[w.last] = map[[16]byte]delivery{}, 3
	if err := w.g.Join(w.now, w.last, 3); err != nil {
		t.Fatal(err)
	}
	w.take(t)
	for idle := 0; idle < 3; idle++ {
		for w.want > 0 || len(w.parking) > 0 || w.writing != nil || len(w.held[w.last]) > 0 {
			idle = 0
			w.drainStep(t)
		}
	}
	for _, e := range w.source {
		if !w.filtered[e.Position] && !w.done[e.Position] {
			t.Errorf("%d of %s was never finished", e.Position, e.Key)
		}
	}
	if len(w.replayed) > 0 {
		t.Errorf("%d replayed messages were never finished", len(w.replayed))
	}
	if i := w.g.Info(w.now); i.InFlight+i.Buffered+i.Retrying != 0 || !i.Live {
		t.Errorf("not idle at the end: %+v", i)
	}
}

func (w *world) drainStep(t *rapid.T) {
	switch {
	case w.want > 0:
		w.read(t)
	case len(w.parking) > 0:
		p := w.parking[0]
		w.parking = w.parking[1:]
		w.makeParked(p)
		w.g.Parked(w.now, p)
		w.take(t)
	case w.writing != nil:
		w.checkpoint, w.writing = w.writing, nil
		w.g.CheckpointWritten(w.now)
		w.take(t)
	default:
		for id := range w.held[w.last] {
			w.finish(id)
			w.g.Ack(w.now, id)
			w.take(t)
			return
		}
	}
}
