package journal

import (
	"encoding/binary"
	"errors"

	"github.com/cockroachdb/pebble/v2"
	"github.com/google/uuid"
)

// Page is what one read brings. It can be used for the next read again, which
// overwrites the events' slices; keep a page, or use a new one, to keep its
// events.
type Page struct {
	Events []Event
	// Next is where the next page starts: a revision for streams, a position for
	// the log (in the sense of AllRead.From).
	Next uint64
	// End says that nothing more can be read in this direction for now.
	End bool
	// Last is the last revision of the stream, or -1; known even if not found.
	Last int64
	// Considered counts the log's events looked at, kept or not.
	Considered int
	// Position is that of the last event looked at, 0 if none.
	Position uint64
	// Seen is the position of the last of them.
	Seen uint64

	bytes []byte
}

// pageBytes ends a page early, so that large events do not fill the memory.
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

// repeated makes a string of bytes, reusing that of a recent event if equal.
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

// cursor reads records of the log by position. Going from one record to its
// neighbour is much cheaper than a search, and mostly enough.
type cursor struct {
	it  *pebble.Iterator
	key [keySize]byte
}

func newCursor(s *pebble.Snapshot) (cursor, error) {
	it, err := s.NewIter(&pebble.IterOptions{LowerBound: []byte{prefixLog}, UpperBound: []byte{prefixLog + 1}})
	return cursor{it: it}, err
}

func (c *cursor) position() uint64 { return binary.BigEndian.Uint64(c.it.Key()[1:]) }

// find moves to a position known to hold a record.
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
