// Package storetest says by tests what a commands.Store promises, and has the
// store in memory on which commands are tested.
package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"sync"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Memory is a commands.Store that lasts as long as the process. It keeps events
// in their stored form and recognises repeated appends as EventStoreDB does; it
// seals nothing. The zero value is an empty store.
type Memory struct {
	mu      sync.Mutex
	streams map[string][]stored
	events  uint64 // of all streams together
}

var _ commands.Store = (*Memory)(nil)

// stored is an event beside the JSON it is decoded from at every load.
type stored struct {
	domain.Recorded
	name string
	data []byte
}

// Load implements commands.Store.
func (s *Memory) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	if err := ctx.Err(); err != nil {
		return after, err
	}
	s.mu.Lock()
	history := s.streams[stream]
	s.mu.Unlock()
	last := max(after, commands.NoStream)
	for last+1 < int64(len(history)) {
		r := history[last+1].Recorded
		var err error
		if r.Event, err = domain.Decode(history[last+1].name, history[last+1].data); err != nil {
			return last, err
		}
		r.Meta.Facts = maps.Clone(r.Meta.Facts)
		each(r)
		last++
	}
	return last, nil
}

// Append implements commands.Store.
func (s *Memory) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if err := ctx.Err(); err != nil || len(events) == 0 {
		return domain.Position{}, err
	}
	fresh, err := encode(stream, events, m)
	if err != nil {
		return domain.Position{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	history := s.streams[stream]
	if expected != int64(len(history))-1 {
		before, err := repeated(history, expected, fresh)
		if err != nil || before != nil {
			return before.position(), err
		}
	}
	for i := range fresh {
		s.events++
		fresh[i].Position = domain.Position{Commit: s.events, Prepare: s.events}
		fresh[i].Revision = uint64(len(history) + i)
	}
	if s.streams == nil {
		s.streams = map[string][]stored{}
	}
	s.streams[stream] = append(history, fresh...)
	return fresh[len(fresh)-1].Position, nil
}

// Head implements commands.Store.
func (s *Memory) Head(ctx context.Context) (domain.Position, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return domain.Position{Commit: s.events, Prepare: s.events}, ctx.Err()
}

// Since implements commands.Store.
func (s *Memory) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	found, reached, end := s.between(after, most)
	found = slices.DeleteFunc(found, func(e stored) bool { return !wants(e.Stream, e.Revision) })
	for _, e := range found {
		r := e.Recorded
		r.Event, _ = domain.Decode(e.name, e.data) // what cannot be read comes without
		each(r)
	}
	return reached, end, ctx.Err()
}

// between returns the events after a position, at most so many, how far they reach
// and whether there are no more.
func (s *Memory) between(after domain.Position, most int) (found []stored, reached domain.Position, end bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	last := min(s.events, after.Commit+uint64(most))
	reached = domain.Position{Commit: last, Prepare: last}
	for _, history := range s.streams {
		for _, e := range history {
			if e.Position.Compare(after) > 0 && e.Position.Compare(reached) <= 0 {
				found = append(found, e)
			}
		}
	}
	slices.SortFunc(found, func(a, b stored) int { return a.Position.Compare(b.Position) })
	return found, reached, last == s.events
}

// repeated judges an append that does not expect the stream as it stands. It
// returns the event the last one was stored as before, nil if there is something
// to write, or ErrStale. Contents are not compared: ids follow from the command.
func repeated(history []stored, expected int64, fresh []stored) (*stored, error) {
	if expected == commands.AnyRevision {
		return anywhere(history, fresh)
	}
	from := expected + 1
	if from < 0 || from+int64(len(fresh)) > int64(len(history)) {
		return nil, commands.ErrStale
	}
	for i, e := range fresh {
		if history[from+int64(i)].ID != e.ID {
			return nil, commands.ErrStale
		}
	}
	return &history[from+int64(len(fresh))-1], nil
}

// anywhere is repeated for who expects nothing: if the first event is new all
// are written, else all must be known.
func anywhere(history, fresh []stored) (last *stored, err error) {
	for i, e := range fresh {
		at := slices.IndexFunc(history, func(known stored) bool { return known.ID == e.ID })
		switch {
		case at < 0 && i == 0:
			return nil, nil
		case at < 0:
			return nil, commands.ErrStale
		}
		last = &history[at]
	}
	return last, nil
}

// position is that of an event, none for none.
func (e *stored) position() domain.Position {
	if e == nil {
		return domain.Position{}
	}
	return e.Position
}

// encode returns the events as they will be stored, without revision and
// position. Nothing in them is shared with the caller.
func encode(stream string, events []domain.Event, m domain.Meta) ([]stored, error) {
	m.At, m.Facts = m.At.UTC().Round(0), maps.Clone(m.Facts)
	fresh := make([]stored, len(events))
	for i, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", e.EventType(), err)
		}
		id := uuid.NewSHA1(uuid.Nil, []byte(m.CommandID+"\n"+stream+"\n"+strconv.Itoa(i)))
		fresh[i] = stored{Recorded: domain.Recorded{Meta: m, ID: id.String(), Stream: stream}, name: e.EventType(), data: data}
	}
	return fresh, nil
}
