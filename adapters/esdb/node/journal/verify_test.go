package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
)

// soundJournal has two streams and metadata. "s" has the number of its first
// position, at which verifications are tried.
func soundJournal(t *testing.T) (*Journal, Written) {
	j := openTest(t, vfs.NewMem())
	w := mustAppend(t, j, "s", event("0"))
	mustAppend(t, j, "t", event("0"))
	mustAppend(t, j, "s", event("1"), event("2"))
	mustAppend(t, j, "$$s", metadataEvent(`{"$maxCount":7}`))
	if _, err := j.Append(context.Background(), Append{Stream: "s", Expected: Any}); err != nil {
		t.Fatal(err)
	}
	if v, err := j.Verify(context.Background()); err != nil || v.Events != 5 || v.Streams != 3 || v.End != j.End() {
		t.Fatalf("a sound journal: %+v, %v", v, err)
	}
	return j, w
}

func TestVerifyNamesTheFirstFault(t *testing.T) {
	t.Parallel()
	change := func(t *testing.T, j *Journal, name string, f func(*head)) {
		h, _, err := loadHead(j.db, name)
		if err != nil {
			t.Fatal(err)
		}
		f(&h)
		j.db.Set(nameKey(prefixHead, name), h.encode(nil), pebble.Sync)
	}
	for name, c := range map[string]struct {
		harm func(t *testing.T, j *Journal, number uint64)
		want string
	}{
		"a record cut short": {func(t *testing.T, j *Journal, n uint64) {
			j.db.Set(logKey(n), []byte("short"), pebble.Sync)
		}, "record at position 64 cannot be read"},
		"a record inside another": {func(t *testing.T, j *Journal, n uint64) {
			value, _ := get(j.db, logKey(n))
			j.db.Set(logKey(n+3), value, pebble.Sync)
		}, "record at position 67 lies inside the one before"},
		"a record that nothing leads to": {func(t *testing.T, j *Journal, n uint64) {
			j.db.Delete(streamKey(n, 2), pebble.Sync)
		}, `stream "s": its last revision is 1, remembered is 2`},
		"a gap": {func(t *testing.T, j *Journal, n uint64) {
			j.db.Delete(streamKey(n, 1), pebble.Sync)
		}, `stream "s": revision 2 follows 0`},
		"a record that is missing": {func(t *testing.T, j *Journal, n uint64) {
			j.db.Delete(logKey(n), pebble.Sync)
		}, `stream "s": revision 0 should be at position 64, where no record is`},
		"an entry that leads elsewhere": {func(t *testing.T, j *Journal, n uint64) {
			other, _ := get(j.db, streamKey(n, 1))
			j.db.Set(streamKey(n, 0), other, pebble.Sync)
		}, `stream "s": revision 0 should be at position`},
		"an id that is missing": {func(t *testing.T, j *Journal, n uint64) {
			j.db.DeleteRange([]byte{prefixID}, []byte{prefixID + 1}, pebble.Sync)
		}, `the id of revision 0 is not in the index`},
		"an id of nothing": {func(t *testing.T, j *Journal, n uint64) {
			id := letterID("a")
			j.db.Set(putIDKey(make([]byte, idKeySize), n, &id, 1), nil, pebble.Sync)
		}, "the index of event ids has 6 entries, the log 5 events"},
		"an entry of no stream": {func(t *testing.T, j *Journal, n uint64) {
			var at [8]byte
			putPosition(at[:], n)
			j.db.Set(streamKey(n+1, 0), at[:], pebble.Sync)
		}, "the index of streams has 6 entries, the log 5 events"},
		"a stream that is forgotten": {func(t *testing.T, j *Journal, n uint64) {
			j.db.Delete(nameKey(prefixHead, "t"), pebble.Sync)
		}, "the streams have 4 events, the log 5"},
		"a last revision forgotten": {func(t *testing.T, j *Journal, n uint64) {
			change(t, j, "s", func(h *head) { h.last-- })
		}, `stream "s": its last revision is 2, remembered is 1`},
		"a tombstone from nowhere": {func(t *testing.T, j *Journal, n uint64) {
			change(t, j, "t", func(h *head) { h.tombstone = true })
		}, `stream "t": whether it has a tombstone is remembered wrongly`},
		"metadata forgotten": {func(t *testing.T, j *Journal, n uint64) {
			change(t, j, "s", func(h *head) { h.meta = metadata{} })
		}, `stream "$$s": it says {truncateBefore:0 maxCount:7 maxAge:0}, remembered for its stream is {truncateBefore:0 maxCount:0 maxAge:0}`},
		"metadata from nowhere": {func(t *testing.T, j *Journal, n uint64) {
			change(t, j, "t", func(h *head) { h.meta.maxCount = 1 })
		}, `stream "t": metadata is remembered that it never had`},
		"time that falls": {func(t *testing.T, j *Journal, n uint64) {
			change(t, j, "s", func(h *head) { h.created = 1 })
		}, `stream "s": revision 0 is newer than what is remembered`},
		"a head that cannot be read": {func(t *testing.T, j *Journal, n uint64) {
			j.db.Set(nameKey(prefixHead, "t"), []byte{0}, pebble.Sync)
		}, `what is remembered of stream "t" cannot be read`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j, w := soundJournal(t)
			c.harm(t, j, w.Position)
			j.publish(j.End())
			_, err := j.Verify(context.Background())
			var d *Damage
			if !errors.As(err, &d) || !strings.Contains(d.Reason, c.want) {
				t.Errorf("found %v, want %s", err, c.want)
			}
		})
	}
}

// A flipped bit on the disk is found by the checksums of the tables.
func TestVerifyReadsEverySum(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "j")
	j, err := Open(Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	for range 100 {
		mustAppend(t, j, "s", event(strings.Repeat("0123456789", 100)))
	}
	if err := j.db.Flush(); err != nil {
		t.Fatal(err)
	}
	j.Close()
	tables, _ := filepath.Glob(filepath.Join(dir, "*.sst"))
	if len(tables) == 0 {
		t.Fatal("no tables")
	}
	for _, table := range tables {
		bytes, err := os.ReadFile(table)
		if err != nil {
			t.Fatal(err)
		}
		bytes[len(bytes)/3] ^= 1
		if err := os.WriteFile(table, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again, err := Open(Options{Dir: dir, ReadOnly: true})
	if err == nil {
		_, err = again.Verify(context.Background())
		again.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("found %v", err)
	}
}

func TestVerifyCanBeEnded(t *testing.T) {
	t.Parallel()
	j := openTest(t, vfs.NewMem())
	mustAppend(t, j, "s", event("1"))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := j.Verify(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("it answers %v", err)
	}
	j.Close()
	if _, err := j.Verify(context.Background()); !errors.Is(err, ErrClosed) {
		t.Errorf("closed, it answers %v", err)
	}
}
