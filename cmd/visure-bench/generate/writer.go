package generate

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
)

// appendsAtOnce is how many appends are under way: enough that many share a sync
// of the event store's.
const appendsAtOnce = 96

// chunk is what is appended to a stream at once: what one or several commands
// decided, one soon after the other.
type chunk struct {
	stream   string
	expected int64
	decided  []esdb.Decided
	erased   bool // the stream's data key is to be destroyed first
}

// writer appends chunks, many at once, those of a stream in the order they come.
type writer struct {
	store   *esdb.Store
	destroy func(ctx context.Context, key string) error
	seed    maphash.Seed
	queues  []chan chunk
	workers sync.WaitGroup
	failed  atomic.Pointer[error]

	appends, events atomic.Int64
}

func newWriter(ctx context.Context, store *esdb.Store, destroy func(context.Context, string) error) *writer {
	w := &writer{store: store, destroy: destroy, seed: maphash.MakeSeed(), queues: make([]chan chunk, appendsAtOnce)}
	for i := range w.queues {
		w.queues[i] = make(chan chunk, 16)
		w.workers.Go(func() { w.work(ctx, w.queues[i]) })
	}
	return w
}

// write hands a chunk over. Its error is of a chunk before.
func (w *writer) write(ctx context.Context, c chunk) error {
	if failed := w.failed.Load(); failed != nil {
		return *failed
	}
	select {
	case w.queues[maphash.String(w.seed, c.stream)%uint64(len(w.queues))] <- c:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish waits until everything is written. Nothing may be handed over afterwards.
func (w *writer) finish() error {
	for _, q := range w.queues {
		close(q)
	}
	w.workers.Wait()
	if failed := w.failed.Load(); failed != nil {
		return *failed
	}
	return nil
}

func (w *writer) work(ctx context.Context, queue <-chan chunk) {
	for c := range queue {
		if w.failed.Load() != nil {
			continue
		}
		if err := w.append(ctx, c); err != nil {
			err = fmt.Errorf("append %s: %w", c.stream, err)
			w.failed.CompareAndSwap(nil, &err)
		}
	}
}

func (w *writer) append(ctx context.Context, c chunk) error {
	if c.erased {
		key, err := w.store.KeyName(ctx, c.stream)
		if err != nil {
			return err
		}
		if err := w.destroy(ctx, key); err != nil {
			return err
		}
	}
	if _, err := w.store.AppendAll(ctx, c.stream, c.expected, c.decided); err != nil {
		return err
	}
	w.appends.Add(1)
	for _, d := range c.decided {
		w.events.Add(int64(len(d.Events)))
	}
	return nil
}
