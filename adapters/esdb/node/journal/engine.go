package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"syscall"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/bloom"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
)

// formatVersion must be raised by every change that older code cannot read.
const formatVersion = 1

// Memory of the engine, in bytes: for blocks read from disk, of which it takes what the
// writes occupy that are not yet in tables; and for each of the two tables of those.
const (
	cacheBytes    = 64 << 20
	memTableBytes = 16 << 20
)

func openEngine(o Options, fs vfs.FS, failed *failure, closing <-chan struct{}) (*pebble.DB, error) {
	cache := pebble.NewCache(cacheBytes)
	defer cache.Unref()
	opts := &pebble.Options{
		Cache:              cache,
		Comparer:           comparer,
		FS:                 newDisk(fs, o.Dir, failed, closing),
		FormatMajorVersion: pebble.FormatNewest,
		Logger:             engineLogger{o.Logger, failed},
		MemTableSize:       memTableBytes,
		ReadOnly:           o.ReadOnly,
		EventListener:      listener(o.Logger, failed),
	}
	for i := range opts.Levels {
		opts.Levels[i].FilterPolicy = bloom.FilterPolicy(10)
	}
	db, err := pebble.Open(o.Dir, opts)
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) ||
		(err != nil && strings.Contains(err.Error(), "lock held by current process")) {
		return nil, ErrInUse
	}
	if broken := failed.get(); err == nil && broken != nil && !o.ReadOnly {
		return nil, errors.Join(broken, db.Close())
	}
	return db, err
}

// listener makes the journal read-only when tables cannot be written, which would in
// the end block commits for ever, or when a table is damaged.
func listener(logger *slog.Logger, failed *failure) *pebble.EventListener {
	fail := func(err error) {
		failed.set(err)
		logger.Error("journal is read-only", "error", err)
	}
	return &pebble.EventListener{
		BackgroundError: fail,
		DataCorruption:  func(i pebble.DataCorruptionInfo) { fail(fmt.Errorf("%s: %w", i.Path, i.Details)) },
	}
}

// comparer orders keys by their bytes. The prefix of an id key ends after the id, so
// that the engine's filters answer whether an id is known in a stream.
var comparer = func() *pebble.Comparer {
	c := *pebble.DefaultComparer
	c.Name = "visure.journal.1"
	c.Split = func(key []byte) int {
		if len(key) > idPrefixSize && key[0] == prefixID {
			return idPrefixSize
		}
		return len(key)
	}
	return &c
}()

// checkFormat writes format and id into an empty journal, and refuses formats that
// this code cannot read.
func checkFormat(db *pebble.DB) (uuid.UUID, error) {
	format, err := get(db, nameKey(prefixMeta, "format"))
	if errors.Is(err, pebble.ErrNotFound) {
		return stamp(db)
	}
	if err != nil {
		return uuid.Nil, fmt.Errorf("read format: %w", err)
	}
	if v, n := binary.Uvarint(format); n <= 0 || v != formatVersion {
		return uuid.Nil, fmt.Errorf("format version %d, this program reads %d", v, formatVersion)
	}
	id, err := get(db, nameKey(prefixMeta, "id"))
	if err != nil {
		return uuid.Nil, fmt.Errorf("read id: %w", err)
	}
	return uuid.FromBytes(id)
}

func stamp(db *pebble.DB) (uuid.UUID, error) {
	id := uuid.New()
	b := db.NewBatch()
	defer b.Close()
	b.Set(nameKey(prefixMeta, "format"), binary.AppendUvarint(nil, formatVersion), nil)
	b.Set(nameKey(prefixMeta, "id"), id[:], nil)
	if err := b.Commit(pebble.Sync); err != nil {
		return uuid.Nil, fmt.Errorf("write format: %w", err)
	}
	return id, nil
}

// firstPosition is the position of the first event. It is above 0, which means the
// start.
const firstPosition = 64

// findEnd returns the end of the log: the position of the last record plus its size.
func findEnd(db *pebble.DB) (uint64, error) {
	it, err := db.NewIter(&pebble.IterOptions{LowerBound: logKey(0), UpperBound: []byte{prefixLog + 1}})
	if err != nil {
		return 0, fmt.Errorf("find the end: %w", err)
	}
	end := uint64(firstPosition)
	if it.Last() {
		end = binary.BigEndian.Uint64(it.Key()[1:]) + advance(len(it.Value()))
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return 0, fmt.Errorf("find the end: %w", err)
	}
	return end, nil
}

// get copies the value of a key.
func get(r pebble.Reader, key []byte) ([]byte, error) {
	v, closer, err := r.Get(key)
	if err != nil {
		return nil, err
	}
	v = append([]byte(nil), v...)
	return v, closer.Close()
}

// failure keeps the first error that made the journal read-only.
type failure struct {
	mu  sync.Mutex
	err error
}

func (f *failure) set(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil {
		f.err = fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
}

func (f *failure) get() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// engineLogger passes on the engine's errors. The engine calls Fatalf when it cannot
// write, and requires that it does not return: it panics, and writer.apply, on whose
// goroutine commits fail, recovers.
type engineLogger struct {
	*slog.Logger
	failed *failure
}

type engineFailure struct{ error }

func (l engineLogger) Infof(format string, args ...any) {
	l.Debug("pebble: " + fmt.Sprintf(format, args...))
}

func (l engineLogger) Errorf(format string, args ...any) {
	l.Error("pebble: " + fmt.Sprintf(format, args...))
}

func (l engineLogger) Fatalf(format string, args ...any) {
	err := fmt.Errorf(format, args...)
	l.failed.set(err)
	l.Error("journal is read-only", "error", err)
	panic(engineFailure{err})
}
