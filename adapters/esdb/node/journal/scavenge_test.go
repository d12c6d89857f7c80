package journal

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

func metadataEvent(data string) Proposed {
	return Proposed{ID: uuid.New(), Type: TypeMetadata, JSON: true, Data: []byte(data)}
}

func mustScavenge(t testing.TB, j *Journal, spare Spare) Scavenged {
	t.Helper()
	s, err := j.Scavenge(context.Background(), spare)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Verify(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s
}

// left lists the log, as stream:revision.
func left(t testing.TB, j *Journal) (shown []string) {
	t.Helper()
	for _, e := range everything(t, j) {
		revision := fmt.Sprint(e.Revision)
		if e.Tombstone {
			revision = "end"
		}
		shown = append(shown, e.Stream+":"+revision)
	}
	slices.Sort(shown)
	return shown
}

func TestScavengeRemovesWhatNoReadShows(t *testing.T) {
	t.Parallel()
	at := time.Unix(1e9, 0)
	j, err := open(Options{Dir: "journal", Now: func() time.Time { return at }}, vfs.NewMem())
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	ctx := context.Background()
	for _, s := range []string{"plain", "truncated", "counted", "aged", "all too old", "deleted", "reopened", "ended", "cut off"} {
		mustAppend(t, j, s, event("0"), event("1"))
		at = at.Add(time.Hour)
		mustAppend(t, j, s, event("2"))
	}
	mustAppend(t, j, "$$truncated", metadataEvent(`{"$tb":1}`), metadataEvent(`{"$tb":2}`))
	mustAppend(t, j, "$$counted", metadataEvent(`{"$maxCount":2}`))
	at = at.Add(24 * time.Hour)
	mustAppend(t, j, "aged", event("3"), event("4"))
	mustAppend(t, j, "$$aged", metadataEvent(`{"$maxAge":3600}`))
	mustAppend(t, j, "$$all too old", metadataEvent(`{"$maxAge":3600}`))
	for _, s := range []string{"deleted", "reopened", "cut off"} {
		if _, err := j.Delete(ctx, s, Any); err != nil {
			t.Fatal(err)
		}
	}
	mustAppend(t, j, "reopened", event("3"))
	for _, s := range []string{"ended", "$$cut off"} {
		if _, err := j.Tombstone(ctx, s, Any); err != nil {
			t.Fatal(err)
		}
	}
	before := map[uint64]Event{}
	for _, e := range everything(t, j) {
		before[e.Position] = e
	}
	end := j.End()

	s := mustScavenge(t, j, nothing)
	want := []string{
		"$$aged:0", "$$all too old:0", "$$counted:0", "$$cut off:0", "$$cut off:end", "$$deleted:0", "$$reopened:1", "$$truncated:1",
		"aged:3", "aged:4", "all too old:2", "counted:1", "counted:2", "cut off:2", "deleted:2", "ended:end",
		"plain:0", "plain:1", "plain:2", "reopened:3", "truncated:2",
	}
	if diff := cmp.Diff(want, left(t, j)); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if removed := len(before) - len(want); s.Events != removed || s.Bytes == 0 || s.Streams != 10 {
		t.Errorf("scavenged %+v, removed %d", s, removed)
	}
	for _, e := range everything(t, j) {
		if diff := cmp.Diff(before[e.Position], e); diff != "" {
			t.Errorf("changed: %s", diff)
		}
	}
	if j.End() != end {
		t.Errorf("the log ends at %d, before at %d", j.End(), end)
	}
	if again := mustScavenge(t, j, nothing); again != (Scavenged{}) {
		t.Errorf("again: %+v", again)
	}
}

// Readers can resume from the position of a removed event.
func TestPositionsOfRemovedEventsAreStillBorders(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	var positions []uint64
	for range 5 {
		positions = append(positions, mustAppend(t, j, "s", event("1")).Position)
	}
	mustAppend(t, j, "$$s", metadataEvent(`{"$tb":3}`))
	mustScavenge(t, j, nothing)
	for i, p := range positions {
		if ok, err := j.AtBorder(p); err != nil || !ok {
			t.Errorf("position %d: %t, %v", p, ok, err)
		}
		if ok, err := j.AtBorder(p + 1); err != nil || ok == (i >= 3) {
			t.Errorf("position %d inside record %d: %t, %v", p+1, i, ok, err)
		}
	}
	var p Page
	if err := j.ReadAll(&p, AllRead{From: positions[1], Most: 1}); err != nil || p.Events[0].Position != positions[3] {
		t.Errorf("from a removed event on: %v, %v", p.Events, err)
	}
	if ok, err := j.AtBorder(j.End() + 1); err != nil || ok {
		t.Errorf("beyond the end: %t, %v", ok, err)
	}
}

func TestScavengeSparesWhatItIsTold(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	mustAppend(t, j, "s", event("0"), event("1"), event("2"), event("3"))
	mustAppend(t, j, "$$s", metadataEvent(`{"$tb":3}`))
	lowest := uint64(1)
	mustScavenge(t, j, func(stream string) uint64 {
		if stream == "s" {
			return lowest
		}
		return MaxRevision
	})
	var p Page
	if err := j.ReadStream(&p, StreamRead{Stream: "s", Most: 10, Untruncated: true}); err != nil || len(p.Events) != 3 {
		t.Errorf("%d events are left, %v", len(p.Events), err)
	}
	lowest = MaxRevision
	mustScavenge(t, j, nothing)
	if diff := cmp.Diff([]string{"$$s:0", "s:3"}, left(t, j)); diff != "" {
		t.Error(diff)
	}
}

// Scavenging the last events does not change the end of the log.
func TestTheEndStaysTheEnd(t *testing.T) {
	t.Parallel()
	disk := vfs.NewMem()
	j := openTest(t, disk)
	e := event("1")
	if err := j.Import(context.Background(), []Event{
		{Stream: "s", Revision: MaxRevision, Tombstone: true, Position: 100, ID: uuid.New(), Type: TypeTombstone},
		{Stream: "$$s", Position: 1000, ID: e.ID, Type: TypeMetadata, JSON: true, Data: []byte("{}")},
	}); err != nil {
		t.Fatal(err)
	}
	end := j.End()
	mustScavenge(t, j, nothing)
	j.Close()
	if j = openTest(t, disk); j.End() != end {
		t.Errorf("it ends at %d, before at %d", j.End(), end)
	}
}

// Scavenges run while others write, truncate and read, with crashes at any moment:
// visible events are never removed.
func TestScavengeUnderLoadAndCrashes(t *testing.T) {
	t.Parallel()
	disk := vfs.NewCrashableMem()
	for round := range 5 {
		j, err := open(Options{Dir: "journal"}, disk)
		if err != nil {
			t.Fatal(err)
		}
		checkTails(t, j)
		ctx, cancel := context.WithCancel(context.Background())
		var working sync.WaitGroup
		for writer := range 3 {
			working.Go(func() { truncating(t, ctx, j, fmt.Sprint("s", writer)) })
		}
		working.Go(func() {
			for ctx.Err() == nil {
				if _, err := j.Scavenge(ctx, nothing); err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
		for start := j.End(); j.End() < start+50_000; {
			<-j.Changed()
		}
		disk = disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: rand.New(rand.NewPCG(uint64(round), 1))})
		cancel()
		working.Wait()
		j.Close()
	}
	checkTails(t, openTest(t, disk))
}

// truncating appends and keeps the last ten events visible.
func truncating(t *testing.T, ctx context.Context, j *Journal, stream string) {
	for ctx.Err() == nil {
		w, err := j.Append(context.Background(), Append{Stream: stream, Expected: Any, Events: []Proposed{event("1"), event("2"), event("3")}})
		if err == nil {
			_, err = j.Append(context.Background(), Append{Stream: "$$" + stream, Expected: Any,
				Events: []Proposed{metadataEvent(fmt.Sprintf(`{"$tb":%d}`, max(0, w.Revision-9)))}})
		}
		if err != nil {
			t.Error(err)
			return
		}
		var p Page
		if err := j.ReadStream(&p, StreamRead{Stream: stream, Most: 100}); err != nil || len(p.Events) != min(10, int(w.Revision+1)) {
			t.Errorf("%s shows %d events, %v", stream, len(p.Events), err)
			return
		}
	}
}

func checkTails(t *testing.T, j *Journal) {
	t.Helper()
	if _, err := j.Verify(context.Background()); err != nil {
		t.Fatal(err)
	}
	for writer := range 3 {
		var p Page
		err := j.ReadStream(&p, StreamRead{Stream: fmt.Sprint("s", writer), Most: 100})
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if n := len(p.Events); err != nil || n < 10 && p.Last >= 10 || p.Events[n-1].Revision != uint64(p.Last) {
			t.Errorf("stream %d shows %d events to %d, %v", writer, n, p.Last, err)
		}
	}
}
