package group_test

import (
	"time"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/group"
	"pgregory.net/rapid"
)

// world simulates the source, the consumers and the disk of one group, and checks
// the invariants at every step. A crash keeps the source, the durable checkpoint,
// the parked messages and what consumers have done.
type world struct {
	settings group.Settings
	oneEach  bool          // every consumer has one slot, and parking never fails
	source   []group.Event // positions 10, 20, 30 …
	filtered map[uint64]bool

	g          *group.Group
	now        time.Time
	cursor     int // index in source of the next event to read
	want       int
	checkpoint *uint64 // durable
	writing    *uint64
	parking    []group.Park

	done   map[uint64]bool // finished by a consumer or parked durably, ever
	parked []group.Event   // durable, not replayed
	links  int             // ever parked

	held     map[group.ConsumerID]map[[16]byte]delivery
	slots    map[group.ConsumerID]int
	last     group.ConsumerID
	first    map[string]uint64 // by key: highest position delivered since the last crash
	retry    map[uint64]int    // by position: last retry count delivered since the last crash
	replayed map[[16]byte]bool // waiting or in flight
}

type delivery struct {
	group.Push
	at time.Time
}

func (d delivery) replayed() bool { return d.Event.Payload == "replayed" }

func newWorld(t *rapid.T, strategy group.Strategy) *world {
	w := &world{
		now: time.Unix(1e9, 0), filtered: map[uint64]bool{}, done: map[uint64]bool{},
		oneEach: rapid.Bool().Draw(t, "one slot each"),
		settings: group.Settings{
			Strategy: strategy, MaxRetries: rapid.IntRange(-1, 3).Draw(t, "max retries"),
			MessageTimeout:  time.Duration(rapid.IntRange(0, 5).Draw(t, "timeout")) * time.Second,
			CheckpointAfter: time.Duration(rapid.IntRange(0, 3).Draw(t, "checkpoint after")) * time.Second,
			MinCheckpoint:   rapid.IntRange(0, 3).Draw(t, "min"), MaxCheckpoint: rapid.IntRange(0, 6).Draw(t, "max"),
			MaxConsumers: rapid.IntRange(0, 4).Draw(t, "consumers"), LiveBuffer: 3,
			ReadBatch: rapid.IntRange(0, 4).Draw(t, "batch"), HistoryBuffer: rapid.IntRange(5, 9).Draw(t, "history"),
		},
	}
	w.crash(t)
	return w
}

// crash starts the group again from what is durable.
func (w *world) crash(t *rapid.T) {
	w.g = group.New(w.now, w.settings, w.checkpoint)
	w.cursor, w.want, w.writing, w.parking = 0, 0, nil, nil
	for w.checkpoint != nil && w.cursor < len(w.source) && w.source[w.cursor].Position <= *w.checkpoint {
		w.cursor++
	}
	w.held, w.slots = map[group.ConsumerID]map[[16]byte]delivery{}, map[group.ConsumerID]int{}
	w.first, w.retry, w.replayed = map[string]uint64{}, map[uint64]int{}, map[[16]byte]bool{}
	w.take(t)
}

// take carries out the outputs of the group, and checks them.
func (w *world) take(t *rapid.T) {
	out := w.g.Take()
	w.want += out.Read
	w.parking = append(w.parking, out.Parks...)
	for _, p := range out.Pushes {
		w.pushed(t, p)
	}
	if out.Checkpoint == nil {
		return
	}
	if w.writing != nil {
		t.Fatal("two checkpoints are being written at once")
	}
	if w.checkpoint != nil && *out.Checkpoint <= *w.checkpoint {
		t.Fatalf("checkpoint %d does not advance from %d", *out.Checkpoint, *w.checkpoint)
	}
	for _, e := range w.source {
		if e.Position <= *out.Checkpoint && !w.filtered[e.Position] && !w.done[e.Position] {
			t.Fatalf("checkpoint %d passes %d, which is not finished", *out.Checkpoint, e.Position)
		}
	}
	w.writing = out.Checkpoint
}

func (w *world) pinned() bool {
	return w.settings.Strategy == group.Pinned || w.settings.Strategy == group.PinnedByCorrelation
}

func (w *world) pushed(t *rapid.T, p group.Push) {
	held, ok := w.held[p.Consumer]
	if !ok {
		t.Fatalf("pushed to %d, which is not there", p.Consumer)
	}
	for id, others := range w.held {
		if _, twice := others[p.Event.ID]; twice {
			t.Fatalf("id %x twice in flight", p.Event.ID)
		}
		for _, o := range others {
			if w.pinned() && id != p.Consumer && o.Event.Key == p.Event.Key {
				t.Fatalf("stream %s in flight with two consumers", p.Event.Key)
			}
		}
	}
	if len(held) == w.slots[p.Consumer] {
		t.Fatalf("consumer %d has no free slot", p.Consumer)
	}
	held[p.Event.ID] = delivery{Push: p, at: w.now}
	if held[p.Event.ID].replayed() {
		return
	}
	at, before := p.Event.Position, 0
	if r, seen := w.retry[at]; seen {
		before = r + 1
	}
	if p.Retry < before || before == 0 && p.Retry != 0 {
		t.Fatalf("%d delivered with retry %d, want %d", at, p.Retry, before)
	}
	if _, seen := w.retry[at]; !seen {
		if at < w.first[p.Event.Key] {
			t.Fatalf("%d of %s first delivered after %d", at, p.Event.Key, w.first[p.Event.Key])
		}
		w.first[p.Event.Key] = at
	}
	w.retry[at] = p.Retry
	if w.oneEach && (w.pinned() || len(w.held) == 1) {
		w.mustBeOldest(t, p)
	}
}

// mustBeOldest checks the order that the application relies on: with one slot each,
// an event of a stream is not delivered before the earlier ones delivered since the
// last crash are finished or being parked.
func (w *world) mustBeOldest(t *rapid.T, p group.Push) {
	onTheWay := map[uint64]bool{}
	for _, q := range w.parking {
		onTheWay[q.Event.Position] = true
	}
	for _, e := range w.source {
		_, seen := w.retry[e.Position]
		if e.Position < p.Event.Position && e.Key == p.Event.Key && seen && !w.done[e.Position] && !onTheWay[e.Position] {
			t.Fatalf("%d delivered before %d of the same stream was finished", p.Event.Position, e.Position)
		}
	}
}
