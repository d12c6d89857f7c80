package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func openTest(t testing.TB, fs vfs.FS) *Journal {
	t.Helper()
	j, err := open(Options{Dir: "journal"}, fs)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func event(data string) Proposed {
	return Proposed{ID: uuid.New(), Type: "event", JSON: true, Data: []byte(data)}
}

func mustAppend(t testing.TB, j *Journal, stream string, events ...Proposed) Written {
	t.Helper()
	w, err := j.Append(context.Background(), Append{Stream: stream, Expected: Any, Events: events})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func isLog(op errorfs.Op) bool { return strings.HasSuffix(op.Path, ".log") }

func isSync(op errorfs.Op) bool {
	return op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData
}

// slowDisk is a disk whose syncs of the log wait while it is held.
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

// While the disk has not said that it has them, nobody sees the events.
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

// Requests that wait for the disk together are decided in order, each seeing
// what those before it did, though nothing of it is stored yet.
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

// When the disk refuses a write, writes end with a clear error and reads go on.
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

// Appends of several events are there whole or not at all, whatever a crash
// spares of what was not synced.
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

func TestDirectoryBelongsToOneJournal(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	j, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: dir}); !errors.Is(err, ErrInUse) {
		t.Errorf("a second journal opens with %v", err)
	}
	id := j.ID()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	if j, err = Open(Options{Dir: dir}); err != nil || j.ID() != id {
		t.Fatalf("afterwards: %v", err)
	}
	j.Close()
}

func TestUnknownFormatIsRefused(t *testing.T) {
	t.Parallel()
	disk := vfs.NewMem()
	j := openTest(t, disk)
	if err := j.db.Set(nameKey(prefixMeta, "format"), []byte{formatVersion + 1}, pebble.Sync); err != nil {
		t.Fatal(err)
	}
	j.Close()
	if _, err := open(Options{Dir: "journal"}, disk); err == nil || !strings.Contains(err.Error(), "format version 2") {
		t.Errorf("it opens with %v", err)
	}
}

func TestClosedJournalRefuses(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	changed := j.Changed()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	<-changed
	<-j.Changed()
	var p Page
	_, err := j.Append(context.Background(), Append{Stream: "s", Expected: Any, Events: []Proposed{event("1")}})
	for _, err := range []error{err, j.ReadStream(&p, StreamRead{Stream: "s"}), j.ReadAll(&p, AllRead{}),
		j.Put(context.Background(), Entry{"a", nil}), j.Close()} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("it answers %v", err)
		}
	}
}

func TestEntries(t *testing.T) {
	t.Parallel()
	disk := vfs.NewMem()
	j := openTest(t, disk)
	ctx := context.Background()
	put := func(entries ...Entry) {
		t.Helper()
		if err := j.Put(ctx, entries...); err != nil {
			t.Fatal(err)
		}
	}
	put(Entry{"group/b", []byte("1")}, Entry{"group/a", []byte("2")}, Entry{"grouq", []byte("3")}, Entry{"group/c", []byte{}})
	put(Entry{"group/b", nil}, Entry{"group/a", []byte("4")})
	j.Close()
	j = openTest(t, disk)
	got, err := j.Entries("group/")
	if diff := cmp.Diff([]Entry{{"group/a", []byte("4")}, {"group/c", []byte{}}}, got); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
	value, ok, err := j.Entry("grouq")
	if err != nil || !ok || string(value) != "3" {
		t.Errorf("got %q, %t, %v", value, ok, err)
	}
	if _, ok, err := j.Entry("group/b"); err != nil || ok {
		t.Errorf("what was removed is there: %t, %v", ok, err)
	}
}

// The writer and its readers share pages and heads with many streams; more than
// it remembers must not confuse it.
func TestMoreStreamsThanTheWriterRemembers(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	names := 2*headsKept + 100
	var group sync.WaitGroup
	for part := range 8 {
		group.Go(func() {
			for i := part; i < names; i += 8 {
				mustAppend(t, j, fmt.Sprint("s", i), event("1"))
			}
		})
	}
	group.Wait()
	for i := 0; i < names; i += 97 {
		a := Append{Stream: fmt.Sprint("s", i), Expected: 0, Events: []Proposed{event("2")}}
		if w, err := j.Append(context.Background(), a); err != nil || w.Revision != 1 {
			t.Fatalf("%s: %v, %v", a.Stream, w, err)
		}
	}
}

func TestRecordsSurviveEncoding(t *testing.T) {
	t.Parallel()
	for _, r := range []record{
		{},
		{flags: flagJSON, created: 17e16, id: uuid.New(), revision: 7, stream: "s", typ: "t", data: []byte("d"), metadata: []byte("m")},
		{flags: flagTombstone, created: -1, revision: MaxRevision, stream: strings.Repeat("s", 300), typ: strings.Repeat("t", 900), data: make([]byte, 1<<20)},
	} {
		b := make([]byte, r.size())
		r.encode(b)
		var f fields
		if err := f.decode(b); err != nil {
			t.Fatal(err)
		}
		if f.flags != r.flags || f.created != r.created || !bytes.Equal(f.id, r.id[:]) || f.revision != r.revision ||
			string(f.stream) != r.stream || string(f.typ) != r.typ || !bytes.Equal(f.data, r.data) || !bytes.Equal(f.meta, r.metadata) {
			t.Errorf("%v became %v", r, f)
		}
		for cut := range min(len(b), 400) {
			f.decode(b[:cut])
		}
	}
}

func FuzzRecord(f *testing.F) {
	r := record{flags: flagJSON, id: uuid.New(), revision: 300, stream: "s", typ: "t", data: []byte("d"), metadata: []byte("m")}
	b := make([]byte, r.size())
	r.encode(b)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		var f fields
		if f.decode(b) != nil {
			return
		}
		r := record{f.flags, f.created, uuid.UUID(f.id), f.revision, string(f.stream), string(f.typ), f.data, f.meta}
		again := make([]byte, r.size())
		r.encode(again)
		var g fields
		if err := g.decode(again); err != nil || !bytes.Equal(g.data, f.data) || !bytes.Equal(g.meta, f.meta) {
			t.Errorf("%x became %x, %v", b, again, err)
		}
	})
}

func FuzzMetadata(f *testing.F) {
	for _, s := range []string{`{}`, `{"$tb":3}`, `{"a":[1],"$tb":3,"$acl":{"$r":["x"]}} tail`, "\ufeff{ }", `{"$tb":1,"$tb":2}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		before, ok := parseMetadata(b)
		edited := withTruncateBefore(b, 42)
		after, valid := parseMetadata(edited)
		before.truncateBefore = 42
		if !ok {
			before.metadata = metadata{truncateBefore: 42}
		}
		if !valid || after.metadata != before.metadata {
			t.Errorf("%q became %q: %v, want %v", b, edited, after.metadata, before.metadata)
		}
	})
}
