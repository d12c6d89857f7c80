package journal

import (
	"errors"
	"fmt"
	"sort"

	"github.com/cockroachdb/pebble/v2"
)

// StreamRead asks for a page of one stream.
type StreamRead struct {
	Stream string
	// From is the first revision wanted; MaxRevision backwards means the end.
	From      uint64
	Backwards bool
	// Most is how many events the page may hold at most.
	Most int
	// Untruncated shows what metadata and soft deletes hide. Subscribers that
	// have caught up read so, since live delivery ignores truncation.
	Untruncated bool
}

// ReadStream fills the page. It answers ErrNotFound for a stream without events
// and for a soft-deleted one (unless Untruncated), *Deleted for a tombstoned
// one. A stream whose events are all hidden is an empty page.
func (j *Journal) ReadStream(p *Page, r StreamRead) error {
	v, err := j.views.acquire()
	if err != nil {
		return err
	}
	defer j.views.release(v)
	p.reset()
	h, err := v.readable(r.Stream)
	if err != nil {
		return err
	}
	if h.last < 0 || (h.softDeleted() && !r.Untruncated) {
		return ErrNotFound
	}
	low := uint64(0)
	if !r.Untruncated {
		if low, err = v.lowest(r.Stream, &h, j); err != nil {
			return fmt.Errorf("read stream: %w", err)
		}
	}
	p.Last = h.last
	if err := v.readStream(p, &h, low, r); err != nil {
		return fmt.Errorf("read stream: %w", err)
	}
	return nil
}

func (v *view) readStream(p *Page, h *head, low uint64, r StreamRead) error {
	first, last := max(r.From, low), uint64(h.last)
	if r.Backwards {
		first, last = low, min(r.From, last)
	}
	p.Next = first
	if p.End = first > last; p.End {
		p.Next = r.From
		return nil
	}
	index, err := v.snapshot.NewIter(&pebble.IterOptions{
		LowerBound: streamKey(h.number, first), UpperBound: streamKey(h.number, last+1)})
	if err != nil {
		return err
	}
	records, err := newCursor(v.snapshot)
	if err != nil {
		return errors.Join(err, index.Close())
	}
	err = fillStream(p, r, index, &records)
	if n := len(p.Events); n > 0 && err == nil {
		revision := p.Events[n-1].Revision
		if r.Backwards {
			p.End = revision == first
			p.Next = max(revision, 1) - 1
		} else {
			p.End = revision == last
			p.Next = revision + 1
		}
	}
	return errors.Join(err, index.Error(), index.Close(), records.close())
}

func fillStream(p *Page, r StreamRead, index *pebble.Iterator, records *cursor) error {
	start, step := index.First, index.Next
	if r.Backwards {
		start, step = index.Last, index.Prev
	}
	var f fields
	for ok := start(); ok && !p.full(r.Most); ok = step() {
		position := readPosition(index.Value())
		if err := records.find(position, r.Backwards, &f); err != nil {
			return err
		}
		p.add(&f, position, r.Stream)
	}
	return nil
}

// readable loads a stream's head and refuses tombstoned streams.
func (v *view) readable(name string) (head, error) {
	h, _, err := loadHead(v.snapshot, name)
	if err != nil {
		return h, err
	}
	for base, b := name, h; ; {
		if b.tombstone {
			return h, &Deleted{name}
		}
		if !IsMeta(base) || len(base) > maxName {
			return h, nil
		}
		base = base[len(MetaPrefix):]
		if b, _, err = loadHead(v.snapshot, base); err != nil {
			return h, err
		}
	}
}

// lowest is the first revision to show. Times never fall within a stream, so the
// first event young enough can be searched.
func (v *view) lowest(name string, h *head, j *Journal) (uint64, error) {
	low := h.lowest(name)
	if h.meta.maxAge == 0 || low > h.last {
		return uint64(low), nil
	}
	oldest := cutoff(h.meta.maxAge, j.now())
	if h.created < oldest {
		return uint64(h.last) + 1, nil
	}
	var failed error
	n := sort.Search(int(h.last-low), func(i int) bool {
		created, err := v.created(h.number, uint64(low)+uint64(i))
		failed = errors.Join(failed, err)
		return err != nil || created >= oldest
	})
	return uint64(low) + uint64(n), failed
}

func (v *view) created(number, revision uint64) (int64, error) {
	value, err := get(v.snapshot, streamKey(number, revision))
	if err != nil {
		return 0, err
	}
	if value, err = get(v.snapshot, logKey(readPosition(value))); err != nil {
		return 0, err
	}
	var f fields
	err = f.decode(value)
	return f.created, err
}

// State is what is known of a stream without reading it.
type State struct {
	// Last revision; -1 when it has no events. A tombstone does not count.
	Last int64
	// SoftDeleted streams read as not found until an append re-opens them.
	SoftDeleted bool
	// Tombstoned streams have ended; so have the metadata streams of such.
	Tombstoned bool
}

// State looks at a stream. It never refuses.
func (j *Journal) State(stream string) (State, error) {
	v, err := j.views.acquire()
	if err != nil {
		return State{}, err
	}
	defer j.views.release(v)
	h, err := v.readable(stream)
	var deleted *Deleted
	if err != nil && !errors.As(err, &deleted) {
		return State{}, err
	}
	return State{Last: h.last, SoftDeleted: h.softDeleted(), Tombstoned: deleted != nil}, nil
}

// Tombstone reads the event that ended a stream; ErrNotFound while it lives.
func (j *Journal) ReadTombstone(stream string) (Event, error) {
	v, err := j.views.acquire()
	if err != nil {
		return Event{}, err
	}
	defer j.views.release(v)
	h, _, err := loadHead(v.snapshot, stream)
	if err != nil {
		return Event{}, err
	}
	if !h.tombstone {
		return Event{}, ErrNotFound
	}
	e, err := v.event(stream, h.number, MaxRevision)
	if err != nil {
		return Event{}, fmt.Errorf("read tombstone: %w", err)
	}
	return e, nil
}

// event reads one event into memory of its own.
func (v *view) event(stream string, number, revision uint64) (Event, error) {
	value, err := get(v.snapshot, streamKey(number, revision))
	if err != nil {
		return Event{}, err
	}
	position := readPosition(value)
	value, closer, err := v.snapshot.Get(logKey(position))
	if err != nil {
		return Event{}, err
	}
	defer closer.Close()
	var f fields
	if err := f.decode(value); err != nil {
		return Event{}, err
	}
	var p Page
	p.add(&f, position, stream)
	return p.Events[0], nil
}
