package journal

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"

	"github.com/google/uuid"
)

// MaxRevision is the revision of tombstones, and of no other event. In
// StreamRead.From it means the end.
const MaxRevision = math.MaxInt64

// Types of events that the journal treats specially.
const (
	TypeMetadata  = "$metadata"
	TypeTombstone = "$streamDeleted"
	TypeLink      = "$>"
)

// MetaPrefix and the name of a stream make the name of its metadata stream.
const MetaPrefix = "$$"

// Event is one event of the log. Its slices are valid as long as the page it was
// read into.
type Event struct {
	Stream string
	// Revision counts from 0 within the stream, without gaps but for events removed
	// by a scavenge.
	Revision uint64
	// Position is unique in the journal, above 0, and increases with every event.
	Position uint64
	ID       uuid.UUID
	Type     string
	// JSON says that the writer declared Data to be JSON. It is not checked.
	JSON bool
	// Tombstone is true for the event that Journal.Tombstone writes, not for a
	// client's event of type TypeTombstone.
	Tombstone bool
	// Created is the time in ticks of 100 ns since 1970. It does not decrease within
	// a stream.
	Created  int64
	Data     []byte
	Metadata []byte
}

// Proposed is an event to be appended. Its slices must not be changed before the
// append returns.
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
	// flagVoid marks the record of an append of no events. It is not an event.
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

// fields are the parts of a stored record. The slices point into the stored bytes.
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

// advance is the distance of the positions of a record of so many bytes and the
// next.
func advance(size int) uint64 { return uint64(size) + keySize }

// IsMeta reports whether a name is that of a metadata stream.
func IsMeta(stream string) bool { return strings.HasPrefix(stream, MetaPrefix) }

// hidden reports whether reads of the whole log leave a stream out: the parked
// messages and checkpoints of groups on the whole log, which would else read their
// own writes.
func hidden(stream []byte) bool {
	const prefix = "$persistentsubscription-$all::"
	return len(stream) >= len(prefix) && string(stream[:len(prefix)]) == prefix
}

// isCheckpoint reports whether a stream holds the checkpoints of a group. Reads show
// the newest only, and a scavenge removes the others, as if the stream had a
// $maxCount of 1.
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
