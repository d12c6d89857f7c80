package journal

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
)

// slowDisk is a file system whose syncs of the log wait while it is held.
type slowDisk struct {
	gate    sync.RWMutex
	held    atomic.Bool
	reached chan struct{}
}

func newSlowDisk() *slowDisk { return &slowDisk{reached: make(chan struct{}, 1000)} }

func (d *slowDisk) fs() vfs.FS {
	return errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		if d.held.Load() && isLog(op) && isSync(op) {
			d.reached <- struct{}{}
			d.gate.RLock()
			defer d.gate.RUnlock()
		}
		return nil
	}))
}

func (d *slowDisk) hold() { d.gate.Lock(); d.held.Store(true) }

func (d *slowDisk) release() { d.held.Store(false); d.gate.Unlock() }

// Events are not readable before the disk has synced them.
func TestNothingUnsyncedIsReadable(t *testing.T) {
	t.Parallel()
	disk := newSlowDisk()
	j := openTest(t, disk.fs())
	mustAppend(t, j, "s", event("1"))
	end, changed := j.End(), j.Changed()

	disk.hold()
	answered := make(chan Written)
	go func() { answered <- mustAppend(t, j, "s", event("2")) }()
	select {
	case <-disk.reached:
	case <-answered:
		disk.release()
		t.Fatal("the append was answered without a sync")
	}

	var p Page
	if err := j.ReadStream(&p, StreamRead{Stream: "s", Most: 10, Untruncated: true}); err != nil || len(p.Events) != 1 {
		t.Errorf("the stream shows %d events, %v", len(p.Events), err)
	}
	if err := j.ReadAll(&p, AllRead{Most: 10}); err != nil || len(p.Events) != 1 {
		t.Errorf("the log shows %d events, %v", len(p.Events), err)
	}
	if s, err := j.State("s"); err != nil || s.Last != 0 || j.End() != end {
		t.Errorf("the stream is at %d, the log at %d", s.Last, j.End())
	}
	select {
	case <-changed:
		t.Error("subscribers were woken")
	case <-answered:
		t.Error("the append was answered")
	default:
	}
	disk.release()
	if w := <-answered; w.Revision != 1 {
		t.Errorf("written %v", w)
	}
	<-changed
	if err := j.ReadStream(&p, StreamRead{Stream: "s", Most: 10}); err != nil || len(p.Events) != 2 {
		t.Errorf("afterwards the stream shows %d events, %v", len(p.Events), err)
	}
}

// Requests of one group are decided in order, each on the state that those before it
// leave, although nothing is committed yet.
func TestOneGroupDecidesInOrder(t *testing.T) {
	t.Parallel()
	disk := newSlowDisk()
	j := openTest(t, disk.fs())
	disk.hold()
	first := make(chan Written)
	go func() { first <- mustAppend(t, j, "first", event("")) }()
	<-disk.reached

	ev := func(names string) (events []Proposed) {
		for _, l := range strings.Split(names, "") {
			events = append(events, Proposed{ID: letterID(l), Type: "event"})
		}
		return events
	}
	appends := func(stream string, e Expected, names string) *request {
		return &request{kind: appendEvents, stream: stream, expected: e, events: ev(names)}
	}
	requests := []struct {
		*request
		want string
	}{
		{appends("s", NoStream, "ab"), "W1"},
		{appends("s", NoStream, "ab"), "W1"},
		{appends("s", Any, "b"), "W1"},
		{appends("s", 1, "bc"), "W3"},
		{appends("s", 0, "bb"), "W2"},
		{appends("s", 1, "bc"), "W3"},
		{appends("s", Any, "cb"), "W1"},
		{appends("s", NoStream, "x"), "WV3"},
		{&request{kind: deleteStream, stream: "s", expected: 3}, "ok"},
		{appends("s", Any, "ab"), "W1"},
		{appends("s", StreamExists, "d"), "SD"},
		{appends("s", 3, "d"), "W4"},
		{appends("t", NoStream, "a"), "W0"},
		{&request{kind: tombstoneStream, stream: "t", expected: 0}, "ok"},
		{appends("t", Any, "a"), "SD"},
	}
	for _, r := range requests {
		r.done = make(chan struct{})
		j.requests <- r.request
	}
	disk.release()
	<-first
	for i, r := range requests {
		<-r.done
		word := "ok"
		if r.kind == appendEvents {
			word = "W"
		}
		if got := said(word, r.written, r.err); got != r.want {
			t.Errorf("request %d is answered %s, want %s", i, got, r.want)
		}
	}
	if a, b := requests[0].written, requests[1].written; a != b || a.Position == 0 {
		t.Errorf("a repeat is answered %v, the first %v", b, a)
	}
	if hidden := requests[9].written; hidden.Position != 0 {
		t.Errorf("a repeat on a soft-deleted stream has the position %d", hidden.Position)
	}
	var p Page
	if err := j.ReadStream(&p, StreamRead{Stream: "s", Most: 10}); err != nil || len(p.Events) != 1 || p.Events[0].Revision != 4 {
		t.Errorf("the stream shows %v, %v", p.Events, err)
	}
	if err := j.ReadStream(&p, StreamRead{Stream: "$$s", Most: 10}); err != nil || string(p.Events[0].Data) != `{"$tb":4}` {
		t.Errorf("the metadata is %s, %v", p.Events[0].Data, err)
	}
}

// When the disk refuses a write, writes return ErrReadOnly and reads work.
func TestWriteErrorsLeaveItReadOnly(t *testing.T) {
	t.Parallel()
	for title, broken := range map[string]func(errorfs.Op) bool{
		"sync":  isSync,
		"write": func(op errorfs.Op) bool { return op.Kind == errorfs.OpFileWrite },
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			var full atomic.Bool
			disk := vfs.NewCrashableMem()
			j := openTest(t, errorfs.Wrap(disk, errorfs.InjectorFunc(func(op errorfs.Op) error {
				if full.Load() && isLog(op) && broken(op) {
					return errors.New("no space left on device")
				}
				return nil
			})))
			mustAppend(t, j, "s", event("1"))
			full.Store(true)
			for range 3 {
				_, err := j.Append(context.Background(), Append{Stream: "s", Expected: 0, Events: []Proposed{event("2")}})
				if !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "no space left") {
					t.Fatalf("the append answers %v", err)
				}
			}
			if err := j.Put(context.Background(), Entry{"e", []byte("x")}); !errors.Is(err, ErrReadOnly) || !errors.Is(j.Err(), ErrReadOnly) {
				t.Errorf("put answers %v, the journal %v", err, j.Err())
			}
			var p Page
			if err := j.ReadStream(&p, StreamRead{Stream: "s", Most: 10}); err != nil || len(p.Events) != 1 {
				t.Errorf("the stream shows %d events, %v", len(p.Events), err)
			}
			j.Close()
			again := openTest(t, disk.CrashClone(vfs.CrashCloneCfg{}))
			if w := mustAppend(t, again, "s", event("3")); w.Revision < 1 {
				t.Errorf("with a sound disk: %v", w)
			}
		})
	}
}

// Appends of several events are stored whole or not at all, whatever unsynced data
// survive a crash.
func TestAppendsAreAtomic(t *testing.T) {
	t.Parallel()
	disk := vfs.NewCrashableMem()
	j := openTest(t, disk)
	var acknowledged atomic.Int64
	for round := range 20 {
		var writing sync.WaitGroup
		for range 4 {
			writing.Go(func() {
				for range 10 {
					mustAppend(t, j, "s", event("1"), event("2"), event("3"))
					acknowledged.Add(3)
				}
			})
		}
		for start := int64(round) * 120; acknowledged.Load() < start+30; {
			<-j.Changed()
		}
		before := acknowledged.Load()
		left := disk.CrashClone(vfs.CrashCloneCfg{UnsyncedDataPercent: 50, RNG: rand.New(rand.NewPCG(uint64(round), 0))})
		again, err := open(Options{Dir: "journal"}, left)
		if err != nil {
			t.Fatal(err)
		}
		var p Page
		events := int64(0)
		for r := (AllRead{Most: 1000}); ; r.From = p.Next {
			if err := again.ReadAll(&p, r); err != nil {
				t.Fatal(err)
			}
			for i, e := range p.Events {
				if want := uint64(events) + uint64(i); e.Revision != want {
					t.Fatalf("revision %d where %d should be", e.Revision, want)
				}
			}
			events += int64(len(p.Events))
			if p.End {
				break
			}
		}
		if events < before || events%3 != 0 {
			t.Errorf("round %d: %d events left of %d acknowledged", round, events, before)
		}
		again.Close()
		writing.Wait()
	}
}
