package journal

import (
	"encoding/binary"

	"github.com/google/uuid"
)

// Keys are one letter, then names or big-endian numbers, so that their order is that
// of the numbers. A stream's number is the position of its first event, which is
// unique, and shorter than its name.
//
//	L position               a record of the log
//	S number revision        its position
//	I number id revision     nothing: an event id used in a stream
//	H name                   the head of a stream
//	G name                   an entry of the key/value area
//	M name                   format version, journal id
const (
	prefixLog    = 'L'
	prefixStream = 'S'
	prefixID     = 'I'
	prefixHead   = 'H'
	prefixEntry  = 'G'
	prefixMeta   = 'M'

	keySize       = 9
	streamKeySize = 17
	idKeySize     = 33
	idPrefixSize  = 25
)

func putLogKey(b []byte, position uint64) []byte {
	b[0] = prefixLog
	binary.BigEndian.PutUint64(b[1:], position)
	return b[:keySize]
}

func logKey(position uint64) []byte { return putLogKey(make([]byte, keySize), position) }

func putStreamKey(b []byte, number, revision uint64) []byte {
	b[0] = prefixStream
	binary.BigEndian.PutUint64(b[1:], number)
	binary.BigEndian.PutUint64(b[9:], revision)
	return b[:streamKeySize]
}

func streamKey(number, revision uint64) []byte {
	return putStreamKey(make([]byte, streamKeySize), number, revision)
}

func putIDKey(b []byte, number uint64, id *uuid.UUID, revision uint64) []byte {
	b[0] = prefixID
	binary.BigEndian.PutUint64(b[1:], number)
	copy(b[9:], id[:])
	binary.BigEndian.PutUint64(b[25:], revision)
	return b[:idKeySize]
}

func putPosition(b []byte, position uint64) { binary.BigEndian.PutUint64(b, position) }

func readPosition(b []byte) uint64 { return binary.BigEndian.Uint64(b) }

func nameKey(prefix byte, name string) []byte {
	b := make([]byte, 1+len(name))
	b[0] = prefix
	copy(b[1:], name)
	return b
}
