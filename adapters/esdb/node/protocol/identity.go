package protocol

import (
	"encoding/binary"
	"unicode/utf8"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
)

// AllStream names the whole log where the name of a stream is expected.
const AllStream = "$all"

// StructuredID is an id in the form of two numbers.
func StructuredID(id uuid.UUID) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits:  int64(binary.BigEndian.Uint64(id[:8])),
		LeastSignificantBits: int64(binary.BigEndian.Uint64(id[8:])),
	}}}
}

// ParseID reads an event id in either form. ok is false for malformed ids and for
// the id of all zeros.
func ParseID(u *shared.UUID) (id uuid.UUID, ok bool) {
	switch v := u.GetValue().(type) {
	case *shared.UUID_Structured_:
		binary.BigEndian.PutUint64(id[:8], uint64(v.Structured.GetMostSignificantBits()))
		binary.BigEndian.PutUint64(id[8:], uint64(v.Structured.GetLeastSignificantBits()))
	case *shared.UUID_String_:
		const urnForm = 45
		var err error
		if id, err = uuid.Parse(v.String_); err != nil || len(v.String_) == urnForm {
			return uuid.Nil, false
		}
	}
	return id, id != uuid.Nil
}

// ParseName reads the name of a stream. Each byte that is not UTF-8 becomes U+FFFD.
// ok is false for an empty name.
func ParseName(s *shared.StreamIdentifier) (name string, ok bool) {
	b := s.GetStreamName()
	if !utf8.Valid(b) {
		return string([]rune(string(b))), true
	}
	return string(b), len(b) > 0
}
