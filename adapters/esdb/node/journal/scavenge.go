package journal

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"
)

// Scavenged counts what a scavenge removed.
type Scavenged struct {
	Streams int    `json:"streams"`
	Events  int    `json:"events"`
	Bytes   uint64 `json:"bytes"` // of the log, before compression
}

// Spare returns the lowest revision of a stream that must stay although reads do not
// show it; MaxRevision when there is none. It is called on the writer's goroutine,
// so it may read the journal but not write to it.
type Spare func(stream string) uint64

// Scavenge removes the events that no read of a stream shows: truncated and aged
// ones, those of deleted streams, superseded metadata and checkpoints. Reads of the
// log do not show them any more either. The last event of a stream stays, unless the
// stream has a tombstone; tombstones stay. Positions and revisions do not change.
//
// Writes and reads continue meanwhile. An interrupted scavenge leaves the journal
// consistent; the next one does the rest.
func (j *Journal) Scavenge(ctx context.Context, spare Spare) (Scavenged, error) {
	j.scavenging.Lock()
	defer j.scavenging.Unlock()
	var total Scavenged
	err := j.Streams(ctx, func(name string) error {
		s, err := j.scavengeStream(ctx, name, spare)
		total.Streams += min(s.Events, 1)
		total.Events += s.Events
		total.Bytes += s.Bytes
		return err
	})
	if err == nil && total.Events > 0 {
		err = j.reclaim(ctx)
	}
	if err != nil {
		return total, fmt.Errorf("scavenge: %w", err)
	}
	return total, nil
}

// reclaim compacts the engine's tables, which frees the space of removed events.
func (j *Journal) reclaim(ctx context.Context) error {
	v, err := j.views.acquire()
	if err != nil {
		return err
	}
	defer j.views.release(v) // a held view keeps Close from closing the engine
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-j.stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	for _, prefix := range []byte{prefixLog, prefixStream, prefixID} {
		if err := j.db.Compact(ctx, []byte{prefix}, []byte{prefix + 1}, false); err != nil {
			return err
		}
	}
	return nil
}

// Batch sizes of a scavenge, which bound how long it holds a view and the writer.
const (
	namesAtOnce    = 1000
	removalsAtOnce = 500
)

// Streams calls f with the name of every stream that ever had an event, in order of
// name. It holds no view during the calls.
func (j *Journal) Streams(ctx context.Context, f func(name string) error) error {
	next := []byte{prefixHead}
	for next != nil {
		var names []string
		var err error
		if names, next, err = j.streamNames(next); err != nil {
			return err
		}
		for _, name := range names {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := f(name); err != nil {
				return err
			}
		}
	}
	return nil
}

// streamNames returns the names from a head's key on, and the key to go on from.
func (j *Journal) streamNames(from []byte) (names []string, next []byte, err error) {
	v, err := j.views.acquire()
	if err != nil {
		return nil, nil, err
	}
	defer j.views.release(v)
	it, err := v.snapshot.NewIter(&pebble.IterOptions{LowerBound: from, UpperBound: []byte{prefixHead + 1}})
	if err != nil {
		return nil, nil, err
	}
	ok := it.First()
	for ; ok && len(names) < namesAtOnce; ok = it.Next() {
		var h head
		if err := h.decode(it.Value()); err != nil {
			return nil, nil, errors.Join(err, it.Close())
		}
		if h.number > 0 {
			names = append(names, string(it.Key()[1:]))
		}
	}
	if ok {
		next = append([]byte{}, it.Key()...)
	}
	return names, next, errors.Join(it.Error(), it.Close())
}

// removal is an event to be removed.
type removal struct {
	revision, position uint64
	size               int
	created            int64
	id                 uuid.UUID
}

func (j *Journal) scavengeStream(ctx context.Context, name string, spare Spare) (Scavenged, error) {
	var total Scavenged
	for from := uint64(0); ; {
		found, err := j.removable(name, from)
		if err != nil || len(found) == 0 {
			return total, err
		}
		r := &request{kind: removeEvents, stream: name, removals: found, spare: spare}
		if _, err := j.do(ctx, r); err != nil {
			return total, err
		}
		for _, removed := range r.removals {
			total.Bytes += advance(removed.size)
		}
		total.Events += len(r.removals)
		if len(r.removals) < len(found) {
			return total, nil
		}
		from = found[len(found)-1].revision + 1
	}
}

// removable lists events of a stream, from a revision on, that are hidden now.
func (j *Journal) removable(name string, from uint64) ([]removal, error) {
	v, err := j.views.acquire()
	if err != nil {
		return nil, err
	}
	defer j.views.release(v)
	h, ended, err := v.head(name)
	if err != nil || h.number == 0 {
		return nil, err
	}
	before := uint64(MaxRevision)
	if !ended {
		if before, err = v.lowest(name, &h, j); err != nil {
			return nil, err
		}
	}
	if from >= before {
		return nil, nil
	}
	index, err := v.snapshot.NewIter(&pebble.IterOptions{LowerBound: streamKey(h.number, from), UpperBound: streamKey(h.number, before)})
	if err != nil {
		return nil, err
	}
	records, err := newCursor(v.snapshot)
	if err != nil {
		return nil, errors.Join(err, index.Close())
	}
	found, err := v.removals(index, &records)
	return found, errors.Join(err, index.Error(), index.Close(), records.close())
}

func (v *view) removals(index *pebble.Iterator, records *cursor) (found []removal, err error) {
	var f fields
	for ok := index.First(); ok && len(found) < removalsAtOnce; ok = index.Next() {
		position := readPosition(index.Value())
		if err := records.find(position, false, &f); err != nil {
			return nil, err
		}
		size := len(records.it.Value())
		if position+advance(size) == v.end {
			break // the last record of the log says where it ends, so it stays
		}
		found = append(found, removal{f.revision, position, size, f.created, uuid.UUID(f.id)})
	}
	return found, nil
}

// remove deletes the events of the request that are still hidden, and drops the
// others from the request.
func (w *writer) remove(r *request) error {
	h, err := w.heads.load(r.stream)
	if err != nil {
		return err
	}
	ended, err := w.ended(r.stream)
	if err != nil {
		return err
	}
	lowest, young := r.spare(r.stream), int64(math.MaxInt64)
	if !ended {
		young = cutoff(h.meta.maxAge, w.j.now())
	}
	if h.last >= 0 && (!ended || h.tombstone && IsMeta(r.stream)) {
		// A tombstoned metadata stream keeps its last event, because what it hid
		// stays hidden.
		lowest = min(lowest, uint64(h.last))
	}
	for i := range r.removals {
		e := &r.removals[i]
		if e.revision >= lowest || e.created >= young && e.revision >= uint64(h.lowest(r.stream)) {
			r.removals = r.removals[:i]
			break
		}
		w.batch.Delete(logKey(e.position), nil)
		w.batch.Delete(streamKey(h.number, e.revision), nil)
		w.batch.Delete(putIDKey(w.key[:], h.number, &e.id, e.revision), nil)
	}
	return nil
}
