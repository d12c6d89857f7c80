package journal

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/cockroachdb/pebble/v2"
)

// head is the state of a stream: everything that writes and reads need besides its
// events.
type head struct {
	// number identifies the stream in keys; 0 before the first event.
	number uint64
	// last is the last revision, -1 before the first. A tombstone does not count.
	last      int64
	tombstone bool
	// created is the time of the last event, in ticks.
	created int64
	// meta is the metadata in force.
	meta metadata
	// floor is a lowest visible revision independent of metadata: it keeps the
	// events of a soft-deleted stream hidden after a tombstone on its metadata.
	floor int64
}

// softDeleted reports whether the stream is soft-deleted and not re-opened.
func (h *head) softDeleted() bool { return h.meta.truncateBefore == MaxRevision }

// lowest is the first revision that reads show, $maxAge not considered.
func (h *head) lowest(name string) int64 {
	if IsMeta(name) {
		return max(h.last, 0)
	}
	low := max(h.meta.truncateBefore, h.floor, 0)
	if isCheckpoint(name) {
		low = max(low, h.last)
	}
	if h.meta.maxCount > 0 {
		low = max(low, h.last-h.meta.maxCount+1)
	}
	return low
}

// A head is stored as: flags, then number, last+1, created, floor, $tb,
// $maxCount and $maxAge as uvarints.
func (h *head) encode(b []byte) []byte {
	var flags byte
	if h.tombstone {
		flags = 1
	}
	b = append(b, flags)
	for _, v := range [...]uint64{h.number, uint64(h.last + 1), uint64(h.created), uint64(h.floor),
		uint64(h.meta.truncateBefore), uint64(h.meta.maxCount), uint64(h.meta.maxAge)} {
		b = binary.AppendUvarint(b, v)
	}
	return b
}

var errHead = errors.New("stored head is damaged")

func (h *head) decode(b []byte) error {
	if len(b) == 0 {
		return errHead
	}
	h.tombstone = b[0]&1 != 0
	b = b[1:]
	var v [7]uint64
	for i := range v {
		x, n := binary.Uvarint(b)
		if n <= 0 {
			return errHead
		}
		v[i], b = x, b[n:]
	}
	h.number, h.last, h.created, h.floor = v[0], int64(v[1])-1, int64(v[2]), int64(v[3])
	h.meta = metadata{truncateBefore: int64(v[4]), maxCount: int64(v[5]), maxAge: int64(v[6])}
	return nil
}

// loadHead reads the head of a stream; ok is false when none is stored. Most streams
// that are asked for are new, which the filters of the last level answer from memory,
// and Get does not look at those.
func loadHead(r pebble.Reader, name string) (h head, ok bool, err error) {
	h.last = -1
	it, err := r.NewIter(&pebble.IterOptions{UseL6Filters: true})
	if err != nil {
		return h, false, fmt.Errorf("read head: %w", err)
	}
	var key [64]byte
	if ok = it.SeekPrefixGE(append(append(key[:0], prefixHead), name...)); ok {
		err = h.decode(it.Value())
	}
	if err := errors.Join(err, it.Error(), it.Close()); err != nil {
		return h, false, fmt.Errorf("read head: %w", err)
	}
	return h, ok, nil
}

// heads caches the heads that the writer used last, at most 2*most, besides those
// changed by the group, which the engine does not return yet.
type heads struct {
	db           *pebble.DB
	most         int
	young, elder map[string]*head
	changed      map[string]*head
}

const headsKept = 16 << 10

func newHeads(db *pebble.DB, most int, changed map[string]*head) *heads {
	return &heads{db: db, most: most, young: map[string]*head{}, changed: changed}
}

func (c *heads) load(name string) (*head, error) {
	if h := c.young[name]; h != nil {
		return h, nil
	}
	if h := c.changed[name]; h != nil {
		return h, nil
	}
	h := c.elder[name]
	if h == nil {
		loaded, _, err := loadHead(c.db, name)
		if err != nil {
			return nil, err
		}
		h = &loaded
	}
	if len(c.young) >= c.most {
		c.young, c.elder = make(map[string]*head, c.most), c.young
	}
	c.young[name] = h
	return h, nil
}
