package journal

import (
	"errors"
	"fmt"
	"math"
	"sort"

	"github.com/cockroachdb/pebble/v2"
)

// StreamRead selects a page of one stream.
type StreamRead struct {
	Stream string
	// From is the first revision, inclusive; backwards MaxRevision means the end.
	From      uint64
	Backwards bool
	// Most is the number of events at most.
	Most int
	// Untruncated includes events hidden by metadata and soft deletes, for
	// subscribers that have caught up: live delivery ignores truncation.
	Untruncated bool
}

// ReadStream fills the page. The error is ErrNotFound for a stream without events
// and for a soft-deleted one, *Deleted for a tombstoned one. A stream whose events
// are all hidden gives an empty page. Untruncated, a soft-deleted stream is read
// like any other; a tombstoned one gives its events, the tombstone last, and
// *Deleted for a page after that.
func (j *Journal) ReadStream(p *Page, r StreamRead) error {
	v, err := j.views.acquire()
	if err != nil {
		return err
	}
	defer j.views.release(v)
	p.reset()
	h, ended, err := v.head(r.Stream)
	if err != nil {
		return fmt.Errorf("read stream: %w", err)
	}
	p.Last = h.last
	low, last := uint64(0), h.last
	switch {
	case r.Untruncated && h.tombstone:
		last = MaxRevision
	case r.Untruncated && h.last >= 0:
	case ended:
		return &Deleted{r.Stream}
	case h.last < 0 || h.softDeleted():
		return ErrNotFound
	default:
		if low, err = v.lowest(r.Stream, &h, j); err != nil {
			return fmt.Errorf("read stream: %w", err)
		}
	}
	if err := v.readStream(p, h.number, low, uint64(last), r); err != nil {
		return fmt.Errorf("read stream: %w", err)
	}
	if ended && len(p.Events) == 0 {
		return &Deleted{r.Stream}
	}
	return nil
}

// readStream reads revisions from low to last, both inclusive.
func (v *view) readStream(p *Page, number, low, last uint64, r StreamRead) error {
	first := max(r.From, low)
	if r.Backwards {
		first, last = low, min(r.From, last)
	}
	p.Next = first
	if p.End = first > last; p.End {
		p.Next = r.From
		return nil
	}
	index, err := v.snapshot.NewIter(&pebble.IterOptions{
		LowerBound: streamKey(number, first), UpperBound: streamKey(number, last+1)})
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
	} else {
		// These events were removed by a scavenge.
		p.End, p.Next = true, r.From
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

// head loads the head of a stream. ended: the stream has a tombstone, or is the
// metadata of one that has.
func (v *view) head(name string) (h head, ended bool, err error) {
	if h, _, err = loadHead(v.snapshot, name); err != nil {
		return h, false, err
	}
	for base := range bases(name) {
		b := h
		if base != name {
			if b, _, err = loadHead(v.snapshot, base); err != nil {
				return h, false, err
			}
		}
		if b.tombstone {
			return h, true, nil
		}
	}
	return h, false, nil
}

// lowest is the first visible revision. Times do not decrease within a stream, so
// the first event within $maxAge is found by binary search.
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

// created is the time of an event in ticks; the earliest time if the event was
// removed.
func (v *view) created(number, revision uint64) (int64, error) {
	value, err := get(v.snapshot, streamKey(number, revision))
	if errors.Is(err, pebble.ErrNotFound) {
		return math.MinInt64, nil
	}
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

// State is the state of a stream, hidden events included.
type State struct {
	// Last revision; -1 when it has no events. A tombstone does not count.
	Last int64
	// Tombstoned: the stream has a tombstone, or is the metadata of one that has.
	Tombstoned bool
}

// State returns the state of a stream, deleted or not.
func (j *Journal) State(stream string) (State, error) {
	v, err := j.views.acquire()
	if err != nil {
		return State{}, err
	}
	defer j.views.release(v)
	h, ended, err := v.head(stream)
	if err != nil {
		return State{}, fmt.Errorf("look at a stream: %w", err)
	}
	return State{Last: h.last, Tombstoned: ended}, nil
}

// event returns a copy of one event, nil if it was removed by a scavenge.
func (v *view) event(stream string, number, revision uint64) (*Event, error) {
	value, err := get(v.snapshot, streamKey(number, revision))
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	position := readPosition(value)
	value, closer, err := v.snapshot.Get(logKey(position))
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	var f fields
	if err := f.decode(value); err != nil {
		return nil, err
	}
	var p Page
	p.add(&f, position, stream)
	return &p.Events[0], nil
}
