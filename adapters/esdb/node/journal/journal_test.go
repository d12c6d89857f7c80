package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
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

func TestWriterForgetsHeadsInTurn(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	for i := range 10 {
		mustAppend(t, j, fmt.Sprint("s", i), event("1"))
	}
	c := newHeads(j.db, 3, nil)
	first, err := c.load("s0")
	if err != nil || first.last != 0 {
		t.Fatalf("%v, %v", first, err)
	}
	for i := range 10 {
		if h, err := c.load(fmt.Sprint("s", i)); err != nil || h.last != 0 {
			t.Fatalf("%v, %v", h, err)
		}
		if again, _ := c.load("s0"); i < 3 && again != first {
			t.Errorf("s0 was forgotten after %d others", i)
		}
		if kept := len(c.young) + len(c.elder); kept > 6 {
			t.Errorf("%d heads are kept", kept)
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

// A page with a slow filter ends early, at any event, and the next one goes on there.
func TestASlowFilterEndsThePage(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	j.pageTime = 0
	for range 3 {
		mustAppend(t, j, "s", event(uuid.NewString()))
	}
	every := func(_, _ []byte) (bool, error) { return true, nil }
	for _, backwards := range []bool{false, true} {
		r := AllRead{Backwards: backwards, Most: 100, Keep: every}
		if backwards {
			r.From = j.End()
		}
		seen := 0
		for p := (Page{}); !p.End; r.From = p.Next {
			if err := j.ReadAll(&p, r); err != nil || len(p.Events) != 1 {
				t.Fatalf("a page of %d events, %v", len(p.Events), err)
			}
			seen++
		}
		if seen != 3 {
			t.Errorf("backwards %v: %d of 3 events", backwards, seen)
		}
	}
}
