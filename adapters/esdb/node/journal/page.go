package journal

import (
	"encoding/binary"
	"errors"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"
)

// Page is the result of one read. It may be passed to the next read, which
// overwrites it and the slices of its events.
type Page struct {
	Events []Event
	// Next is the From of the next page: a revision of a stream, a position of the
	// log.
	Next uint64
	// End: there are no more events in this direction now.
	End bool
	// Last is the last revision of the stream, -1 if it has none. It is set even
	// with ErrNotFound.
	Last int64
	// Considered is how many events of the log were looked at, kept or not.
	Considered int
	// Position is that of the last event considered, 0 if none.
	Position uint64

	bytes []byte
}

// pageBytes ends a page of large events, to bound its memory.
const pageBytes = 1 << 20

func (p *Page) reset() {
	clear(p.Events)
	*p = Page{Events: p.Events[:0], bytes: p.bytes[:0], Last: -1}
	if cap(p.bytes) > 4*pageBytes {
		p.bytes = nil
	}
}

func (p *Page) full(most int) bool {
	return len(p.Events) >= most || len(p.bytes) >= pageBytes
}

// add copies a record into the page.
func (p *Page) add(f *fields, position uint64, stream string) {
	n := len(p.bytes)
	p.bytes = append(append(p.bytes, f.data...), f.meta...)
	data := p.bytes[n : n+len(f.data) : n+len(f.data)]
	meta := p.bytes[n+len(f.data) : len(p.bytes) : len(p.bytes)]
	e := Event{
		Stream:    stream,
		Revision:  f.revision,
		Position:  position,
		ID:        uuid.UUID(f.id),
		JSON:      f.flags&flagJSON != 0,
		Tombstone: f.flags&flagTombstone != 0,
		Created:   f.created,
		Data:      data,
		Metadata:  meta,
	}
	e.Stream = p.repeated(stream, f.stream, func(e *Event) string { return e.Stream })
	e.Type = p.repeated("", f.typ, func(e *Event) string { return e.Type })
	p.Events = append(p.Events, e)
}

// repeated converts b to a string, without allocating when a recent event has the
// same one.
func (p *Page) repeated(known string, b []byte, of func(*Event) string) string {
	if string(b) == known {
		return known
	}
	for i := len(p.Events) - 1; i >= max(0, len(p.Events)-4); i-- {
		if s := of(&p.Events[i]); string(b) == s {
			return s
		}
	}
	return string(b)
}

// cursor reads records of the log by position. It tries the neighbour of the last
// record first, which is much cheaper than a search and usually right.
type cursor struct {
	it  *pebble.Iterator
	key [keySize]byte
}

func newCursor(s *pebble.Snapshot) (cursor, error) {
	it, err := s.NewIter(&pebble.IterOptions{LowerBound: []byte{prefixLog}, UpperBound: []byte{prefixLog + 1}})
	return cursor{it: it}, err
}

func (c *cursor) position() uint64 { return binary.BigEndian.Uint64(c.it.Key()[1:]) }

// find moves to the record at a position, which must exist.
func (c *cursor) find(position uint64, backwards bool, f *fields) error {
	ok := c.it.Valid()
	if ok && c.position() != position {
		if backwards {
			ok = c.it.Prev()
		} else {
			ok = c.it.Next()
		}
	}
	if !ok || c.position() != position {
		if !c.it.SeekGE(putLogKey(c.key[:], position)) || c.position() != position {
			return errors.Join(errRecord, c.it.Error())
		}
	}
	return c.record(f)
}

func (c *cursor) record(f *fields) error {
	value, err := c.it.ValueAndErr()
	if err != nil {
		return err
	}
	return f.decode(value)
}

func (c *cursor) close() error { return c.it.Close() }
