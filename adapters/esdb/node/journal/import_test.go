package journal

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
)

// everything returns the whole log.
func everything(t testing.TB, j *Journal) []Event {
	t.Helper()
	var p Page
	if err := j.ReadAll(&p, AllRead{Most: 1 << 20}); err != nil || !p.End {
		t.Fatalf("the log is read to its end: %t, %v", p.End, err)
	}
	return p.Events
}

// visible returns the revisions that a read of the stream shows, forwards and
// backwards, or the error.
func visible(t testing.TB, j *Journal, stream string) (revisions []uint64, err error) {
	t.Helper()
	var p Page
	err = j.ReadStream(&p, StreamRead{Stream: stream, Most: 100})
	for _, e := range p.Events {
		revisions = append(revisions, e.Revision)
	}
	back := StreamRead{Stream: stream, From: MaxRevision, Backwards: true, Most: 3}
	for n := len(revisions); err == nil; back.From = p.Next {
		if err := j.ReadStream(&p, back); err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Events {
			if n--; n < 0 || e.Revision != revisions[n] {
				t.Fatalf("backwards from %d: revision %d of %v", back.From, e.Revision, revisions)
			}
		}
		if p.End {
			break
		}
	}
	return revisions, err
}

// A journal imported into another reads the same, and answers later writes the same.
func TestAnImportedJournalIsLikeTheOriginal(t *testing.T) {
	t.Parallel()
	from, to := openTest(t, vfs.NewMem()), openTest(t, vfs.NewMem())
	ctx := context.Background()
	any := func(_ Written, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	metadata := func(data string) Proposed {
		return Proposed{ID: uuid.New(), Type: TypeMetadata, JSON: true, Data: []byte(data)}
	}
	a, b := event("a"), event("b")
	mustAppend(t, from, "live", a, b)
	mustAppend(t, from, "$$live", metadata(`{"$maxCount":1}`))
	mustAppend(t, from, "reopened", event("1"), event("2"))
	any(from.Delete(ctx, "reopened", Any))
	mustAppend(t, from, "reopened", event("3"))
	mustAppend(t, from, "deleted", event("1"))
	any(from.Delete(ctx, "deleted", Any))
	mustAppend(t, from, "ended", event("1"))
	any(from.Tombstone(ctx, "ended", Any))
	mustAppend(t, from, "past", event("1"))
	any(from.Delete(ctx, "past", Any))
	any(from.Tombstone(ctx, "$$past", Any))

	events := everything(t, from)
	half := len(events) / 2
	for _, part := range [][]Event{events[:half], events[half:]} {
		if err := to.Import(ctx, part); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(events, everything(t, to)); diff != "" {
		t.Fatalf("the log differs (-from +to):\n%s", diff)
	}
	if from.End() != to.End() {
		t.Errorf("one ends at %d, the other at %d", from.End(), to.End())
	}
	for _, s := range []string{"live", "$$live", "reopened", "deleted", "ended", "past", "$$past"} {
		want, wantErr := visible(t, from, s)
		got, err := visible(t, to, s)
		if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (wantErr == nil) {
			t.Errorf("%s: %v, want %v (-want +got):\n%s", s, err, wantErr, diff)
		}
		_, wantErr = from.Append(ctx, Append{Stream: s, Expected: 7})
		if _, err := to.Append(ctx, Append{Stream: s, Expected: 7}); err.Error() != wantErr.Error() {
			t.Errorf("%s: an append answers %v, want %v", s, err, wantErr)
		}
	}
	if w, err := to.Append(ctx, Append{Stream: "live", Expected: NoStream, Events: []Proposed{a, b}}); err != nil || w.Revision != 1 {
		t.Errorf("a repeat of what was imported: %v, %v", w, err)
	}
}

// Streams whose first events were removed can be imported without them.
func TestAnImportedStreamMayBeginLate(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	ctx := context.Background()
	events := []Event{
		{Stream: "$$s", Revision: 7, Position: 1000, Created: 10, ID: uuid.New(), Type: TypeMetadata, JSON: true, Data: []byte(`{"$maxAge":922337203685}`)},
		{Stream: "s", Revision: 40, Position: 2000, Created: 20, ID: uuid.New(), Type: "event"},
		{Stream: "s", Revision: 41, Position: 3000, Created: 15, ID: uuid.New(), Type: "event"},
	}
	if err := j.Import(ctx, events); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := visible(t, j, "s"); err != nil || !cmp.Equal(got, []uint64{40, 41}) {
			t.Errorf("it reads %v, %v", got, err)
		}
		// Without rules reads begin below the first stored revision.
		mustAppend(t, j, "$$s", Proposed{ID: uuid.New(), Type: TypeMetadata, JSON: true, Data: []byte(`{}`)})
	}
	link := &Event{Type: TypeLink, Data: []byte("39@s")}
	if target, isLink, err := j.Resolve(link); target != nil || !isLink || err != nil {
		t.Errorf("a link to what was removed: %v", err)
	}
	if got := everything(t, j)[2].Created; got != 20 {
		t.Errorf("time fell within the stream, to %d", got)
	}
	if w := mustAppend(t, j, "s", event("next")); w.Revision != 42 || w.Position <= 3000 {
		t.Errorf("the next append is %+v", w)
	}
}

func TestImportRefuses(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	ctx := context.Background()
	at := func(position uint64, stream string, revision uint64) Event {
		return Event{Stream: stream, Revision: revision, Position: position, ID: uuid.New(), Type: "event",
			Tombstone: revision == MaxRevision}
	}
	if err := j.Import(ctx, []Event{at(1000, "s", 0), at(2000, "ended", MaxRevision)}); err != nil {
		t.Fatal(err)
	}
	falseTombstone := at(3000, "s", 1)
	falseTombstone.Tombstone = true
	before := everything(t, j)
	for title, events := range map[string][]Event{
		"a position before the end":            {at(2000, "s", 1)},
		"a position inside the one before":     {at(3000, "s", 1), at(3010, "s", 2)},
		"a position no client could name":      {at(1<<63, "s", 1)},
		"a gap":                                {at(3000, "s", 1), at(4000, "s", 3)},
		"a revision that is there":             {at(3000, "s", 0)},
		"a tombstone at an ordinary revision":  {falseTombstone},
		"an event after the end of its stream": {at(3000, "ended", 0)},
		"a stream without a name":              {at(3000, "", 0)},
		"$all":                                 {at(3000, "$all", 0)},
		"a name longer than any key":           {at(3000, strings.Repeat("x", 1<<16), 0)},
	} {
		var invalid *Invalid
		if err := j.Import(ctx, events); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", title, err)
		}
	}
	if diff := cmp.Diff(before, everything(t, j)); diff != "" {
		t.Errorf("something was written:\n%s", diff)
	}
	if w := mustAppend(t, j, "s", event("next")); w.Revision != 1 {
		t.Errorf("the next append is %+v", w)
	}
}
