package esdb

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/visure-anagrafiche/visure/domain"
)

// sealedField is the last member of a stored event that has a sealed half.
const sealedField = "sealed"

// sealedHalf is the sealed half of a stored event: the name of the data key and
// a box for each compartment.
type sealedHalf struct {
	Key    string `json:"key"`
	Person string `json:"person,omitempty"`
	Token  string `json:"token,omitempty"`
}

func (h *sealedHalf) box(compartment string) *string {
	if compartment == compartmentToken {
		return &h.Token
	}
	return &h.Person
}

// appendHalf puts the sealed half at the end of the open one, byte for byte the
// same up to there: the boxes are authenticated with these bytes.
func appendHalf(open []byte, half sealedHalf) ([]byte, error) {
	text, err := json.Marshal(half)
	if err != nil {
		return nil, err
	}
	data := append(make([]byte, 0, len(open)+len(text)+16), open[:len(open)-1]...)
	if len(open) > len(`{}`) {
		data = append(data, ',')
	}
	data = append(data, `"`+sealedField+`":`...)
	return append(append(data, text...), '}'), nil
}

// stored is a stored event taken apart, nothing of it opened yet.
type stored struct {
	event *es.RecordedEvent
	meta  domain.Meta
	open  []byte
	half  sealedHalf
}

func (s stored) place() place {
	return place{s.event.StreamID, s.event.EventType, s.event.EventID.String(), s.open}
}

// opens says whether a compartment is there and among those to be opened.
func (s stored) opens(wanted []string, compartment string) bool {
	return *s.half.box(compartment) != "" && slices.Contains(wanted, compartment)
}

// wants says whether a key is needed to open what is wanted of the event.
func (s stored) wants(wanted []string) bool {
	return slices.ContainsFunc(wanted, func(c string) bool { return s.opens(wanted, c) })
}

// parse takes a stored event apart. It refuses one that has in the open what is
// to be sealed, or lacks the sealed half it must have or a part of it. The events of
// an append have the same metadata, which are not read twice when the one before is
// given.
func parse(e *es.RecordedEvent, before *stored) (s stored, err error) {
	s = stored{event: e, open: e.Data}
	if before != nil && bytes.Equal(before.event.UserMetadata, e.UserMetadata) {
		s.meta = before.meta
		s.meta.Facts = maps.Clone(before.meta.Facts)
	} else if s.meta, err = decodeMeta(e.UserMetadata); err != nil {
		return s, unreadable(e, "its metadata: "+err.Error())
	}
	p, err := planOfType(e.EventType)
	if err != nil {
		return s, unreadable(e, err.Error())
	}
	if len(p.sealed) == 0 && !bytes.Contains(e.Data, sealedMember) {
		return s, nil
	}
	if err := s.split(); err != nil {
		return s, unreadable(e, err.Error())
	}
	if len(p.sealed) == 0 && s.half.Key != "" {
		return s, unreadable(e, "it has a sealed half and nothing to be sealed")
	}
	exposed, err := p.exposed(s.open)
	switch {
	case err != nil:
		return s, unreadable(e, "its open half is no JSON object")
	case exposed:
		return s, unreadable(e, "it has in the open what is to be sealed")
	case s.half.Key == "" && p.required:
		return s, unreadable(e, "it has no sealed half")
	case s.half.Key != "" && !p.fits(&s.half):
		return s, unreadable(e, "its sealed half has other compartments than its type")
	}
	return s, nil
}

// sealedMember is how the sealed half begins, after a comma unless the open
// half is empty. No text within JSON can hold it, for its quotes would be
// escaped.
var sealedMember = []byte(`"` + sealedField + `":`)

// split parts the halves of an event that has both. What appendHalf would not
// have written, to the byte, is refused: no other text stands for the same event.
func (s *stored) split() error {
	data := s.event.Data
	at := bytes.LastIndex(data, sealedMember)
	if at < 0 {
		return nil
	}
	tail := data[at+len(sealedMember):]
	if len(tail) == 0 || tail[len(tail)-1] != '}' {
		return fmt.Errorf("its %s half is cut off", sealedField)
	}
	if err := json.Unmarshal(tail[:len(tail)-1], &s.half); err != nil || s.half.Key == "" {
		return fmt.Errorf("its %s half is not of the known form", sealedField)
	}
	s.open = append(bytes.Clone(bytes.TrimSuffix(data[:at], []byte{','})), '}')
	if written, err := appendHalf(s.open, s.half); err != nil || !bytes.Equal(written, data) {
		return fmt.Errorf("its %s half is not of the known form", sealedField)
	}
	return nil
}

// unreadableError names a stored event that cannot be read, and why. ParkReason is
// the code under which a message about its stream is parked. It wraps no error: a
// domain.Error of a parser must not be taken for the refusal of a request.
type unreadableError struct {
	stream   string
	revision uint64
	cause    string
}

func unreadable(e *es.RecordedEvent, cause string) error {
	return &unreadableError{stream: e.StreamID, revision: e.EventNumber, cause: cause}
}

func (e *unreadableError) Error() string {
	return fmt.Sprintf("event %d of %s cannot be read: %s", e.revision, e.stream, e.cause)
}

// ParkReason returns a code: the message is parked, since trying again cannot help.
func (e *unreadableError) ParkReason() string { return "unreadable_event" }
