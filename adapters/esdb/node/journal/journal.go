// Package journal is the durable log of the embedded event store: streams of events
// with gap-free revisions in one totally ordered log, stored by Pebble in a
// directory.
//
// One goroutine writes. It takes all waiting requests, decides on each in turn, and
// commits them in one synced batch; then it publishes a new view and answers.
// Readers use the published view, so every event that is readable is durable.
//
// Subscribers read pages, and when one says End they wait on Changed. Nothing is
// buffered for them.
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

// Options configure a journal. Only Dir is required.
type Options struct {
	// Dir is the directory, created when absent. One process at a time can have it
	// open.
	Dir string
	// Now is the clock for the times of events and for $maxAge; time.Now when nil.
	Now func() time.Time
	// Logger receives warnings and errors; nil discards them.
	Logger *slog.Logger
	// ReadOnly opens an existing journal and changes no file of it. Writes return
	// ErrReadOnly.
	ReadOnly bool
	// Observe is called after every commit, on the writer's goroutine, before the
	// requests are answered. It must not block.
	Observe func(Commit)
}

// Commit describes one synced batch.
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
	observe  func(Commit)
	pageTime time.Duration

	requests chan *request
	stop     chan struct{}
	stopped  chan struct{}
	closing  sync.Once

	scavenging sync.Mutex

	views   views
	changed signal
	end     atomic.Uint64
}

// Open opens or creates the journal in a directory. The error is ErrInUse when it is
// open already.
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
		pageTime: pageTime,
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

// ID is the random id that the journal got when it was created.
func (j *Journal) ID() uuid.UUID { return j.id }

// End is the position of the next event. It is above 0 and above the position of
// every readable event.
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

// Err is the error that made the journal read-only; nil while it accepts writes.
func (j *Journal) Err() error { return j.failed.get() }

// Close answers the requests under way, refuses others with ErrClosed, waits for
// readers to finish their pages, and releases the directory.
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

// do passes a request to the writer and waits for the answer. A request whose
// context ends meanwhile may still be carried out.
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
