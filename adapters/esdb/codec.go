package esdb

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// codec turns domain events into stored ones and back.
type codec struct {
	keys   Keys
	nonces io.Reader
}

func newCodec(keys Keys) codec { return codec{keys: keys, nonces: rand.Reader} }

// eventIDs is the namespace of all event ids. It is part of the stored format.
var eventIDs = uuid.MustParse("5c1d7f0e-3b0a-5d67-9a5e-6f2f8f4b7a10")

// eventID follows from command, stream and index, so a repeated append names
// the same events, and no two events of the database share an id.
func eventID(commandID, stream string, index int) uuid.UUID {
	return uuid.NewSHA1(eventIDs, []byte(commandID+"\n"+stream+"\n"+strconv.Itoa(index)))
}

// encode returns the stored form of the events of one append.
func (c codec) encode(ctx context.Context, stream string, events []domain.Event, m domain.Meta) ([]es.EventData, error) {
	meta, err := encodeMeta(m)
	if err != nil {
		return nil, fmt.Errorf("encode metadata: %w", err)
	}
	stored := make([]es.EventData, len(events))
	for i, e := range events {
		id := eventID(m.CommandID, stream, i)
		data, err := c.encodeEvent(ctx, stream, id.String(), e)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", e.EventType(), err)
		}
		stored[i] = es.EventData{
			EventID: id, EventType: e.EventType(), ContentType: es.ContentTypeJson,
			Data: data, Metadata: meta,
		}
	}
	return stored, nil
}

func (c codec) encodeEvent(ctx context.Context, stream, id string, e domain.Event) ([]byte, error) {
	v := reflect.Indirect(reflect.ValueOf(e))
	p, err := planOf(v.Type())
	if err != nil {
		return nil, err
	}
	if p.personal == nil {
		return json.Marshal(e)
	}
	open, personal := p.split(v)
	if personal != nil {
		plain, err := json.Marshal(personal)
		if err != nil {
			return nil, err
		}
		key, err := c.keys.Create(ctx, stream)
		if err != nil {
			return nil, fmt.Errorf("key of %s: %w", stream, err)
		}
		sealed, err := seal(key, c.nonces, place(stream, e.EventType(), id), plain)
		if err != nil {
			return nil, err
		}
		open.Field(open.NumField() - 1).SetString(sealed)
	}
	return json.Marshal(open.Interface())
}

// decode reads a stored event. Personal data whose key was destroyed comes back
// zero; what cannot be read is an *unreadableError.
func (c codec) decode(ctx context.Context, e *es.RecordedEvent) (domain.Recorded, error) {
	meta, err := decodeMeta(e.UserMetadata)
	if err != nil {
		return domain.Recorded{}, unreadable(e, "its metadata: "+err.Error())
	}
	data, opened, err := c.openPersonal(ctx, e)
	if err != nil {
		return domain.Recorded{}, err
	}
	event, err := domain.Decode(e.EventType, data)
	switch {
	case err != nil && opened:
		return domain.Recorded{}, unreadable(e, "its content was unsealed and makes no "+e.EventType) // the cause might quote it
	case err != nil:
		return domain.Recorded{}, unreadable(e, err.Error())
	}
	return domain.Recorded{
		Event: event, Meta: meta, ID: e.EventID.String(), Stream: e.StreamID, Revision: e.EventNumber,
		Position: domain.Position{Commit: e.Position.Commit, Prepare: e.Position.Prepare},
	}, nil
}

// openPersonal returns the event's JSON with the sealed half put back, and
// whether there was one that opens.
func (c codec) openPersonal(ctx context.Context, e *es.RecordedEvent) (data []byte, opened bool, err error) {
	if !bytes.Contains(e.Data, []byte(`"`+sealedField+`"`)) {
		return e.Data, false, nil
	}
	var half struct {
		Sealed string `json:"sealed"`
	}
	if err := json.Unmarshal(e.Data, &half); err != nil {
		return nil, false, unreadable(e, err.Error())
	}
	if half.Sealed == "" {
		return e.Data, false, nil
	}
	key, err := c.keys.Key(ctx, e.StreamID)
	switch {
	case errors.Is(err, commands.ErrErased):
		return e.Data, false, nil
	case err != nil:
		return nil, false, fmt.Errorf("key of %s: %w", e.StreamID, err)
	}
	plain, err := unseal(key, place(e.StreamID, e.EventType, e.EventID.String()), half.Sealed)
	if err != nil {
		return nil, false, unreadable(e, err.Error())
	}
	data, err = join(e.Data, plain)
	if err != nil {
		return nil, false, unreadable(e, err.Error())
	}
	return data, true, nil
}

// join makes one JSON object of two, both not empty and without common names.
func join(a, b []byte) ([]byte, error) {
	a, b = bytes.TrimSpace(a), bytes.TrimSpace(b)
	if len(a) < 2 || len(b) < 2 || a[len(a)-1] != '}' || b[0] != '{' {
		return nil, errSeal
	}
	joined := make([]byte, 0, len(a)+len(b))
	joined = append(joined, a[:len(a)-1]...)
	joined = append(joined, ',')
	return append(joined, b[1:]...), nil
}

// unreadableError is a stored event nobody can read. It carries the reason code
// under which a message about such a stream is parked. It wraps nothing: what a
// parser says about history is no refusal of anybody's request.
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

// ParkReason says that trying again cannot help.
func (e *unreadableError) ParkReason() string { return "unreadable_event" }
