package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"
)

// maxName is the longest stream name, in bytes; names are part of keys.
const maxName = math.MaxUint16

// append refuses an append, recognises a repeat, or adds the events, and the
// metadata event that re-opening a stream needs.
func (w *writer) append(name string, expected Expected, events []Proposed) (Written, error) {
	if err := checkLength(name); err != nil {
		return Written{}, err
	}
	h, err := w.writable(name)
	if err != nil {
		return Written{}, err
	}
	repeat, err := w.checkAppend(name, h, expected, events)
	if err != nil {
		return Written{}, err
	}
	if repeat >= 0 {
		position, err := w.visiblePosition(name, h, repeat)
		return Written{Revision: repeat, Position: position}, err
	}
	if err := checkName(name); err != nil {
		return Written{}, err
	}
	if len(events) == 0 {
		return w.appendNothing(name, h)
	}
	first := h.last + 1
	var position uint64
	for i := range events {
		if position, err = w.store(name, h, &events[i], 0, uint64(h.last+1)); err != nil {
			return Written{}, err
		}
		h.last++
	}
	written := Written{Revision: h.last, Position: position}
	if IsMeta(name) {
		return written, w.metadataWritten(name, &events[len(events)-1])
	}
	if h.softDeleted() {
		return written, w.reopen(name, h, first)
	}
	return written, nil
}

// appendNothing stores an append of no events: a void record, so that it has a
// position of its own. It re-opens a soft-deleted stream, as any other append to the
// stream or to its metadata does.
func (w *writer) appendNothing(name string, h *head) (Written, error) {
	written := Written{Revision: h.last, Position: w.end}
	err := w.storeRecord(&record{flags: flagVoid, created: ticks(w.j.now()), stream: name})
	if err != nil {
		return Written{}, err
	}
	if IsMeta(name) {
		name = name[len(MetaPrefix):]
		if h, err = w.heads.load(name); err != nil {
			return Written{}, err
		}
	}
	if h.softDeleted() {
		err = w.reopen(name, h, h.last+1)
	}
	return written, err
}

// checkAppend compares the expectation with the stream. For a repeat it returns the
// revision of the last event, for events to be written -1.
func (w *writer) checkAppend(name string, h *head, expected Expected, events []Proposed) (repeat int64, err error) {
	wrong := &WrongVersion{Stream: name, Expected: expected, Current: h.last}
	soft := h.softDeleted()
	switch {
	case expected == StreamExists && soft:
		return 0, &Deleted{name}
	case expected == StreamExists && h.last < 0:
		known, err := w.hasMetadata(name)
		if err == nil && !known {
			err = wrong
		}
		return -1, err
	case expected == Any || expected == StreamExists:
		return w.findRepeat(h, events, wrong)
	case int64(expected) == h.last:
		return -1, nil
	case int64(expected) > h.last || expected < Any:
		return 0, wrong
	}
	matched, err := w.matchRun(h, int64(expected)+1, events)
	switch {
	case err != nil:
		return 0, err
	case matched == len(events) && matched > 0:
		return int64(expected) + int64(matched), nil
	case matched == 0 && len(events) > 0 && expected == NoStream && soft:
		return -1, nil
	}
	return 0, wrong
}

// matchRun counts how many of the events are stored, in order, from a revision on.
func (w *writer) matchRun(h *head, revision int64, events []Proposed) (int, error) {
	for i := range events {
		ok := revision+int64(i) <= h.last
		if ok {
			var err error
			if ok, err = w.idAt(h.number, &events[i].ID, uint64(revision)+uint64(i)); err != nil {
				return 0, err
			}
		}
		if !ok {
			return i, nil
		}
	}
	return len(events), nil
}

// findRepeat searches the events anywhere in the stream, in any order. It returns
// the revision of the last one, or -1 if the first is unknown; if a later one is
// unknown, wrong.
func (w *writer) findRepeat(h *head, events []Proposed, wrong error) (int64, error) {
	last := int64(-1)
	if h.last < 0 {
		return last, nil
	}
	for i := range events {
		revision, err := w.firstUse(h.number, &events[i].ID)
		switch {
		case err != nil:
			return 0, err
		case revision < 0 && i == 0:
			return -1, nil
		case revision < 0:
			return 0, wrong
		}
		last = revision
	}
	return last, nil
}

// idAt reports whether the event at a revision of a stream has the id.
func (w *writer) idAt(number uint64, id *uuid.UUID, revision uint64) (bool, error) {
	if w.fresh.at(number, *id, revision) {
		return true, nil
	}
	_, closer, err := w.db.Get(putIDKey(w.key[:], number, id, revision))
	if errors.Is(err, pebble.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for an event id: %w", err)
	}
	return true, closer.Close()
}

// firstUse returns the first revision of an event id in a stream, -1 for none.
func (w *writer) firstUse(number uint64, id *uuid.UUID) (int64, error) {
	it, err := w.db.NewIter(&pebble.IterOptions{UseL6Filters: true})
	if err != nil {
		return 0, fmt.Errorf("look for an event id: %w", err)
	}
	revision := int64(-1)
	if it.SeekPrefixGE(putIDKey(w.key[:], number, id, 0)) {
		revision = int64(binary.BigEndian.Uint64(it.Key()[idPrefixSize:]))
	} else if fresh, ok := w.fresh.first[freshID{number, *id}]; ok {
		revision = int64(fresh.revision)
	}
	if err := errors.Join(it.Error(), it.Close()); err != nil {
		return 0, fmt.Errorf("look for an event id: %w", err)
	}
	return revision, nil
}

// visiblePosition is the position of an event if reads show it, else 0.
func (w *writer) visiblePosition(name string, h *head, revision int64) (uint64, error) {
	if h.softDeleted() || revision < h.lowest(name) {
		return 0, nil
	}
	position, created, err := w.locate(h.number, uint64(revision))
	if err != nil || created < cutoff(h.meta.maxAge, w.j.now()) {
		return 0, err
	}
	return position, nil
}

// writable loads a stream's head and refuses tombstoned streams: those with a
// tombstone of their own, and the metadata of such.
func (w *writer) writable(name string) (*head, error) {
	h, err := w.heads.load(name)
	if err != nil {
		return nil, err
	}
	ended, err := w.ended(name)
	if err == nil && ended {
		err = &Deleted{name}
	}
	return h, err
}

// ended reports whether a stream, or the stream whose metadata it is, has a
// tombstone.
func (w *writer) ended(name string) (bool, error) {
	for base := range bases(name) {
		b, err := w.heads.load(base)
		if err != nil {
			return false, err
		}
		if b.tombstone {
			return true, nil
		}
	}
	return false, nil
}

// bases yields a name, then if it is that of a metadata stream the name of its
// stream, and so on, four names at most. The bound keeps a name of many "$" from
// costing a lookup for each pair.
func bases(name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for range 4 {
			if !yield(name) || !IsMeta(name) {
				return
			}
			name = name[len(MetaPrefix):]
		}
	}
}

// hasMetadata reports whether the metadata stream has events and no tombstone.
func (w *writer) hasMetadata(name string) (bool, error) {
	h, err := w.heads.load(MetaPrefix + name)
	if err != nil {
		return false, err
	}
	return h.last >= 0 && !h.tombstone, nil
}

func checkLength(name string) error {
	if len(name) > maxName {
		return &Invalid{fmt.Sprintf("stream name longer than %d bytes", maxName)}
	}
	return nil
}

// checkName refuses names that cannot be written to: $all, and metadata streams of
// the empty name.
func checkName(name string) error {
	if name == "$all" {
		return &Invalid{"$all is not a stream to write to"}
	}
	base := name
	for strings.HasPrefix(base, MetaPrefix) {
		base = base[len(MetaPrefix):]
	}
	if base == "" {
		return &Invalid{"stream name is empty"}
	}
	return nil
}

const ticksPerSecond = int64(time.Second / 100)

func ticks(t time.Time) int64 { return t.Unix()*ticksPerSecond + int64(t.Nanosecond())/100 }

// cutoff is the time, in ticks, before which events of a stream are hidden by
// $maxAge.
func cutoff(maxAge int64, now time.Time) int64 {
	if maxAge == 0 {
		return math.MinInt64
	}
	return ticks(now) - maxAge*ticksPerSecond
}
