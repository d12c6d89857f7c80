// Package journal is the durable log of the embedded event store: streams of
// events with gap-free revisions inside one totally ordered log, kept by Pebble
// in a directory.
//
// One goroutine writes. It takes every append that is waiting, decides each in
// turn, and commits them together in one synced batch; only then does it publish
// a new view and answer. Readers work on the published view, so nothing is ever
// readable that a crash could take back.
//
// Subscribers pull: they read a page, and when it says End they wait on Changed.
// Nothing is buffered for them here, so a slow one costs nothing.
//
// The rules of appends, deletes and stream metadata are those of EventStoreDB
// 23.10 as observed from outside. The package knows nothing of gRPC.
package journal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/google/uuid"
)

// Options say where a journal lives. Only Dir is required.
type Options struct {
	// Dir is created when absent. One journal at a time may have it open.
	Dir string
	// Now stamps events and ages them out; time.Now when nil.
	Now func() time.Time
	// Logger receives what an engineer should know; discarded when nil.
	Logger *slog.Logger
	// ReadOnly opens what is there and changes no file of it; writes answer
	// ErrReadOnly.
	ReadOnly bool
	// Observe is told of every commit, before those who wait for it are answered.
	Observe func(Commit)
}

// Commit is what was made durable together.
type Commit struct {
	Requests int
	Events   int
	Bytes    int // before compression
	Took     time.Duration
}

// Journal is an open log. All methods are safe for concurrent use.
type Journal struct {
	dir    string
	db     *pebble.DB
	id     uuid.UUID
	now    func() time.Time
	logger *slog.Logger
	failed *failure
	// observe is told of commits.
	observe func(Commit)

	requests chan *request
	stop     chan struct{}
	stopped  chan struct{}
	closing  sync.Once

	scavenging sync.Mutex

	views   views
	changed signal
	end     atomic.Uint64
}

// Open opens or creates the journal in a directory. ErrInUse says that another
// process, or this one, has it open already.
func Open(o Options) (*Journal, error) {
	if o.Dir == "" {
		return nil, errors.New("open journal: no directory")
	}
	if !o.ReadOnly {
		if err := os.MkdirAll(o.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("open journal: %w", err)
		}
	}
	return open(o, vfs.Default)
}

func open(o Options, fs vfs.FS) (*Journal, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	j := &Journal{
		dir:      o.Dir,
		now:      o.Now,
		logger:   o.Logger,
		failed:   &failure{},
		observe:  o.Observe,
		requests: make(chan *request, 1024),
		stop:     make(chan struct{}),
		stopped:  make(chan struct{}),
	}
	if j.observe == nil {
		j.observe = func(Commit) {}
	}
	if o.ReadOnly {
		j.failed.set(errors.New("it was opened to be read only"))
	}
	db, err := openEngine(o, fs, j.failed, j.stop)
	if err != nil {
		return nil, fmt.Errorf("open journal %s: %w", o.Dir, err)
	}
	j.db = db
	if j.id, err = checkFormat(db); err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", o.Dir, err), db.Close())
	}
	end, err := findEnd(db)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open journal %s: %w", o.Dir, err), db.Close())
	}
	j.publish(end)
	go newWriter(j, end).run()
	return j, nil
}

// ID identifies the journal for as long as its directory lives.
func (j *Journal) ID() uuid.UUID { return j.id }

// End is the position the next event will have. Every readable event lies
// below it; it is never 0.
func (j *Journal) End() uint64 { return j.end.Load() }

// Changed returns a channel that is closed when End moves or the journal closes.
// To miss nothing, take the channel first, then read, then wait:
//
//	for {
//		changed := j.Changed()
//		// read pages until one says End, then
//		<-changed
//	}
func (j *Journal) Changed() <-chan struct{} { return j.changed.wait() }

// Err tells why the journal no longer accepts writes; nil while it does.
func (j *Journal) Err() error { return j.failed.get() }

// Close answers what is under way, refuses the rest with ErrClosed, and releases
// the directory once every reader has finished its page.
func (j *Journal) Close() error {
	err := ErrClosed
	j.closing.Do(func() {
		close(j.stop)
		<-j.stopped
		j.views.close()
		j.changed.close()
		if err = j.db.Close(); err != nil {
			err = fmt.Errorf("close journal: %w", err)
		}
	})
	return err
}

// publish makes everything committed so far readable.
func (j *Journal) publish(end uint64) {
	j.views.publish(&view{snapshot: j.db.NewSnapshot(), end: end})
	j.end.Store(end)
	j.changed.fire()
}

// do hands a request to the writer and waits for its answer. A request whose
// context ends while it waits may still be carried out.
func (j *Journal) do(ctx context.Context, r *request) (Written, error) {
	r.done = make(chan struct{})
	if err := ctx.Err(); err != nil {
		return Written{}, err
	}
	select {
	case j.requests <- r:
	case <-ctx.Done():
		return Written{}, ctx.Err()
	case <-j.stopped:
		return Written{}, ErrClosed
	}
	select {
	case <-r.done:
		return r.written, r.err
	case <-ctx.Done():
		return Written{}, ctx.Err()
	case <-j.stopped:
		select {
		case <-r.done:
			return r.written, r.err
		default:
			return Written{}, ErrClosed
		}
	}
}
