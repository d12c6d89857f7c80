package journal

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"

	"github.com/google/uuid"
)

// MaxRevision is the revision of a tombstone, and "from the end" in backwards
// reads. No other event has it.
const MaxRevision = math.MaxInt64

// Types of events with a meaning of their own.
const (
	TypeMetadata  = "$metadata"
	TypeTombstone = "$streamDeleted"
	TypeLink      = "$>"
)

// MetaPrefix before a stream's name gives the name of its metadata stream.
const MetaPrefix = "$$"

// Event is one record of the log. Its slices belong to the page it was read
// into.
type Event struct {
	Stream string
	// Revision counts from 0 within the stream, without gaps.
	Revision uint64
	// Position is unique in the journal and grows with every event.
	Position uint64
	ID       uuid.UUID
	Type     string
	// JSON is what the writer claimed about Data; nobody has checked it.
	JSON bool
	// Tombstone marks the event that ends a stream. A client's event of type
	// TypeTombstone is not one.
	Tombstone bool
	// Created counts 100 ns since 1970; it never falls within a stream.
	Created  int64
	Data     []byte
	Metadata []byte
}

// Proposed is an event to be appended.
type Proposed struct {
	ID       uuid.UUID
	Type     string
	JSON     bool
	Data     []byte
	Metadata []byte
}

// A record is stored as: flags, created (8 bytes), id (16), revision (uvarint),
// then stream, type and data, each after its length (uvarint), then metadata.
const (
	flagJSON      = 1 << 0
	flagTombstone = 1 << 1
	// flagVoid marks a position given to an append of no events.
	flagVoid = 1 << 2

	recordFixed = 1 + 8 + 16
)

var errRecord = errors.New("stored record is damaged")

// record is an event about to be stored.
type record struct {
	flags    byte
	created  int64
	id       uuid.UUID
	revision uint64
	stream   string
	typ      string
	data     []byte
	metadata []byte
}

func (r *record) size() int {
	return recordFixed + uvarintLen(r.revision) +
		uvarintLen(uint64(len(r.stream))) + len(r.stream) +
		uvarintLen(uint64(len(r.typ))) + len(r.typ) +
		uvarintLen(uint64(len(r.data))) + len(r.data) + len(r.metadata)
}

// encode fills b, which has exactly the record's size.
func (r *record) encode(b []byte) {
	b[0] = r.flags
	binary.BigEndian.PutUint64(b[1:], uint64(r.created))
	copy(b[9:], r.id[:])
	n := recordFixed
	n += binary.PutUvarint(b[n:], r.revision)
	n += binary.PutUvarint(b[n:], uint64(len(r.stream)))
	n += copy(b[n:], r.stream)
	n += binary.PutUvarint(b[n:], uint64(len(r.typ)))
	n += copy(b[n:], r.typ)
	n += binary.PutUvarint(b[n:], uint64(len(r.data)))
	n += copy(b[n:], r.data)
	copy(b[n:], r.metadata)
}

// fields are the parts of a stored record, still in the stored bytes.
type fields struct {
	flags                       byte
	created                     int64
	revision                    uint64
	id, stream, typ, data, meta []byte
}

func (f *fields) decode(b []byte) error {
	if len(b) < recordFixed {
		return errRecord
	}
	f.flags = b[0]
	f.created = int64(binary.BigEndian.Uint64(b[1:]))
	f.id = b[9:25]
	b = b[recordFixed:]
	var n int
	if f.revision, n = binary.Uvarint(b); n <= 0 {
		return errRecord
	}
	b = b[n:]
	for _, part := range [...]*[]byte{&f.stream, &f.typ, &f.data} {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > uint64(len(b)-n) {
			return errRecord
		}
		*part, b = b[n:n+int(size):n+int(size)], b[n+int(size):]
	}
	f.meta = b
	return nil
}

// advance is how far a record of so many bytes moves the end of the log.
func advance(size int) uint64 { return uint64(size) + keySize }

// IsMeta tells whether a name is that of a metadata stream.
func IsMeta(stream string) bool { return strings.HasPrefix(stream, MetaPrefix) }

// hidden tells whether a stream never shows in reads of the whole log: these
// hold what groups on the whole log write, which would else feed themselves.
func hidden(stream []byte) bool {
	const prefix = "$persistentsubscription-$all::"
	return len(stream) >= len(prefix) && string(stream[:len(prefix)]) == prefix
}

// isCheckpoint tells whether a stream holds the checkpoints of a group, of which only
// the newest means anything: reads show no other, and a scavenge removes them.
func isCheckpoint(stream string) bool {
	return strings.HasPrefix(stream, "$persistentsubscription") && strings.HasSuffix(stream, "-checkpoint")
}

func uvarintLen(x uint64) int {
	n := 1
	for ; x >= 0x80; x >>= 7 {
		n++
	}
	return n
}
