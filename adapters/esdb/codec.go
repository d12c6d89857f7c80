package esdb

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/domain"
)

// codec turns domain events into stored ones and back. The stored form is
// described in docs/eventi.md.
type codec struct {
	keys   Keys
	nonces io.Reader
	opens  []string // the compartments it opens; the others are handed on sealed
}

func newCodec(keys Keys, opens ...string) codec {
	return codec{keys: keys, nonces: rand.Reader, opens: opens}
}

// eventIDs is the namespace of all event ids. It is part of the stored format.
var eventIDs = uuid.MustParse("5c1d7f0e-3b0a-5d67-9a5e-6f2f8f4b7a10")

// eventID follows from command, stream, index and the name of the key that the
// event is sealed under, empty for none. So a repeated append names the same
// events, one that seals them under another key does not, and no two events of the
// database share an id.
func eventID(commandID, stream string, index int, key string) uuid.UUID {
	text := commandID + "\n" + stream + "\n" + strconv.Itoa(index)
	if key != "" {
		text += "\n" + key
	}
	return uuid.NewSHA1(eventIDs, []byte(text))
}

// keyFor returns the data key that what is being written is sealed under, and its
// name. It is asked only if something is to be sealed.
type keyFor func() (name string, key []byte, err error)

// EventID returns the id of a stored event that has no sealed half: of the command
// that wrote it, the stream, and its index among the events of the command.
func EventID(commandID, stream string, index int) string {
	return eventID(commandID, stream, index, "").String()
}

// encode returns the stored form of the events of one append.
func (c codec) encode(stream string, events []domain.Event, m domain.Meta, key keyFor) ([]es.EventData, error) {
	meta, err := encodeMeta(m)
	if err != nil {
		return nil, fmt.Errorf("encode metadata: %w", err)
	}
	stored := make([]es.EventData, len(events))
	for i, e := range events {
		idUnder := func(key string) uuid.UUID { return eventID(m.CommandID, stream, i, key) }
		id, data, err := c.encodeEvent(stream, idUnder, e, key)
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

func (c codec) encodeEvent(stream string, idUnder func(key string) uuid.UUID, e domain.Event, keyOf keyFor) (id uuid.UUID, data []byte, err error) {
	v := reflect.Indirect(reflect.ValueOf(e))
	p, err := planOf(v.Type())
	if err != nil {
		return id, nil, err
	}
	if len(p.sealed) == 0 {
		data, err = json.Marshal(e)
		return idUnder(""), data, err
	}
	open, _, err := p.open.of(v)
	if err != nil {
		return id, nil, err
	}
	plain, err := p.toSeal(v)
	if err != nil || plain == nil {
		return idUnder(""), open, err
	}
	name, key, err := keyOf()
	if err != nil {
		return id, nil, fmt.Errorf("key of %s: %w", stream, err)
	}
	id = idUnder(name)
	half, err := c.sealHalf(plain, place{stream, e.EventType(), id.String(), open}, key)
	if err != nil {
		return id, nil, err
	}
	half.Key = name
	data, err = appendHalf(open, half)
	return id, data, err
}

// toSeal returns the plain compartments of an event; nil when nothing is to be
// sealed.
func (p *plan) toSeal(event reflect.Value) (map[string][]byte, error) {
	plain, needed := map[string][]byte{}, p.required
	for name, sealed := range p.sealed {
		text, empty, err := sealed.of(event)
		if err != nil {
			return nil, err
		}
		plain[name], needed = text, needed || !empty
	}
	if !needed {
		return nil, nil
	}
	return plain, nil
}

// sealHalf seals an event's compartments.
func (c codec) sealHalf(plain map[string][]byte, at place, key []byte) (half sealedHalf, err error) {
	aead, err := newAEAD(key)
	if err != nil {
		return half, err
	}
	for _, name := range compartments {
		text, ok := plain[name]
		if !ok {
			continue
		}
		if *half.box(name), err = seal(aead, c.nonces, at.bound(name), text); err != nil {
			return half, err
		}
	}
	return half, nil
}

// decode reads stored events, their compartments opened as far as the codec opens
// them, with one query of keys for all. Data whose key was destroyed comes back
// zero. It returns the events before the first that cannot be read, and an
// *unreadableError for that one; or none, when the keys cannot be had.
func (c codec) decode(ctx context.Context, events []*es.RecordedEvent) (all []domain.Recorded, err error) {
	parsed := make([]stored, 0, len(events))
	var names []string
	var unreadable error
	var before *stored
	for _, e := range events {
		s, err := parse(e, before)
		if err != nil {
			unreadable = err
			break
		}
		if s.wants(c.opens) {
			names = append(names, s.half.Key)
		}
		parsed = append(parsed, s)
		before = &parsed[len(parsed)-1] // which has room, so it stays there
	}
	var keys map[string][]byte
	if len(names) > 0 {
		if keys, err = c.keys.Lookup(ctx, names); err != nil {
			return nil, fmt.Errorf("keys of %d events: %w", len(names), err)
		}
	}
	all = make([]domain.Recorded, 0, len(parsed))
	for _, s := range parsed {
		r, err := c.finish(s, keys)
		if err != nil {
			return all, err
		}
		all = append(all, r)
	}
	return all, unreadable
}

// finish opens what the keys open and makes the event.
func (c codec) finish(s stored, keys map[string][]byte) (domain.Recorded, error) {
	data, opened := s.open, false
	r := domain.Recorded{
		Meta: s.meta, ID: s.event.EventID.String(), Stream: s.event.StreamID, Revision: s.event.EventNumber,
		Position: domain.Position{Commit: s.event.Position.Commit, Prepare: s.event.Position.Prepare},
	}
	for _, name := range compartments {
		box := *s.half.box(name)
		if box == "" {
			continue
		}
		bound := s.place().bound(name)
		if name == compartmentPerson {
			r.Sealed = domain.Sealed{Key: s.half.Key, Bound: bound, Box: box}
		}
		key, ok := keys[s.half.Key]
		if !ok || !s.opens(c.opens, name) {
			continue
		}
		plain, err := unseal(key, bound, box)
		if err == nil {
			data, err = join(data, plain)
		}
		if err != nil {
			return domain.Recorded{}, unreadable(s.event, err.Error())
		}
		opened = true
	}
	var err error
	r.Event, err = domain.Decode(s.event.EventType, data)
	switch {
	case err != nil && opened:
		return domain.Recorded{}, unreadable(s.event, "its content was unsealed and makes no "+s.event.EventType) // the cause might quote it
	case err != nil:
		return domain.Recorded{}, unreadable(s.event, err.Error())
	}
	return r, nil
}

// join makes one JSON object of two without common names.
func join(a, b []byte) ([]byte, error) {
	a, b = bytes.TrimSpace(a), bytes.TrimSpace(b)
	switch {
	case len(a) < 2 || len(b) < 2 || a[len(a)-1] != '}' || b[0] != '{':
		return nil, errSeal
	case len(a) == 2:
		return b, nil
	case len(b) == 2:
		return a, nil
	}
	joined := make([]byte, 0, len(a)+len(b))
	joined = append(joined, a[:len(a)-1]...)
	joined = append(joined, ',')
	return append(joined, b[1:]...), nil
}
