package esdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	header "google.golang.org/grpc/metadata"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Store is commands.Store over an event store, with personal data sealed. It is
// safe for concurrent use.
type Store struct {
	client *Client
	codec  codec
	names  keyNames // under which streams are sealed
	drawn  keyNames // drawn for streams that had none, whatever became of the append
}

var _ commands.Store = (*Store)(nil)

// NewStore returns a store whose personal data is sealed under keys.
func NewStore(client *Client, keys Keys) *Store {
	return &Store{client: client, codec: newCodec(keys, compartments...)}
}

const (
	loadBudget   = 10 * time.Second // of a load with its repeats
	appendBudget = 20 * time.Second // of an append with its repeats
	pageSize     = 2000             // events a read asks for; every stream but journals fits in one
)

var storeWaits = Backoff{Initial: 10 * time.Millisecond, Max: 500 * time.Millisecond}

// Load implements commands.Store. It asks the leader, once unless the stream is
// longer than a page, and repeats what an outage interrupted. An outage of more
// than loadBudget is a domain.Unavailable error.
func (s *Store) Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, loadBudget)
	defer cancel()
	last := max(after, commands.NoStream)
	for {
		page, err := s.page(ctx, stream, last+1)
		if err != nil {
			return last, err
		}
		events, err := s.codec.decode(ctx, page)
		for _, r := range events {
			s.names.note(stream, r.Sealed.Key)
			each(r)
			last = int64(r.Revision)
		}
		if err != nil || len(page) < pageSize {
			return last, err
		}
	}
}

// page reads the events from a revision on.
func (s *Store) page(ctx context.Context, stream string, from int64) ([]*es.RecordedEvent, error) {
	options := es.ReadStreamOptions{Direction: es.Forwards, From: es.Revision(uint64(from))}
	return repeat(atLeader(ctx), false, func(ctx context.Context) ([]*es.RecordedEvent, error) {
		return guard(ctx, s.client, func(ctx context.Context, client *es.Client) ([]*es.RecordedEvent, error) {
			reader, err := client.ReadStream(ctx, stream, options, pageSize)
			if err != nil {
				return nil, err
			}
			defer reader.Close()
			events, err := drain(reader)
			if err != nil && codeOf(err) == es.ErrorCodeResourceNotFound {
				return nil, nil
			}
			return events, err
		})
	})
}

// atLeader makes calls ask the leader: who lags would say that there is no more.
// The client has an option for this that it never sends (docs/client-faults.md).
func atLeader(ctx context.Context) context.Context {
	return header.AppendToOutgoingContext(ctx, "requires-leader", "true")
}

func drain(reader *es.ReadStream) ([]*es.RecordedEvent, error) {
	var events []*es.RecordedEvent
	for {
		e, err := reader.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return events, nil
		case err != nil:
			return nil, err
		}
		events = append(events, e.Event)
	}
}

// Append implements commands.Store. While it is unknown whether the events were
// written it repeats the call with the same ids and the same expected revision,
// which the server recognises. What is sealed has ids of its key: repeated by who
// drew another for the stream it is commands.ErrStale, so that a stream has one key
// and who wrote knows which; at commands.AnyRevision, where two could give it two,
// nothing is to be sealed. An outage of more than appendBudget is a
// domain.Unavailable error; the events may have been written all the same.
// Metadata without a trace gets that of the span in ctx.
func (s *Store) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	m.Trace = traced(ctx, m.Trace)
	return s.AppendAll(ctx, stream, expected, []Decided{{events, m}})
}

// Decided is what one command wrote.
type Decided struct {
	Events []domain.Event
	Meta   domain.Meta
}

// AppendAll is Append of what several commands wrote in turn, at once: for who
// brings in a history. The events and their ids are those of an append for each.
func (s *Store) AppendAll(ctx context.Context, stream string, expected int64, all []Decided) (domain.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, appendBudget)
	defer cancel()
	under := s.under(ctx, stream, expected)
	var data []es.EventData
	for _, d := range all {
		encoded, err := s.codec.encode(stream, d.Events, d.Meta, under.get)
		if err != nil {
			return domain.Position{}, err
		}
		data = append(data, encoded...)
	}
	if len(data) == 0 {
		return domain.Position{}, nil
	}
	result, err := repeat(ctx, true, func(ctx context.Context) (*es.WriteResult, error) {
		return s.client.append(ctx, stream, revision(expected), data)
	})
	switch {
	case err == nil:
		s.names.note(stream, under.name)
		return domain.Position{Commit: result.CommitPosition, Prepare: result.PreparePosition}, nil
	case codeOf(err) == es.ErrorCodeWrongExpectedVersion:
		return domain.Position{}, commands.ErrStale
	}
	return domain.Position{}, err
}

// Head implements commands.Store. It asks the leader.
func (s *Store) Head(ctx context.Context) (domain.Position, error) {
	ctx, cancel := context.WithTimeout(ctx, loadBudget)
	defer cancel()
	last, err := s.log(ctx, es.ReadAllOptions{Direction: es.Backwards, From: es.End{}}, 1)
	if err != nil || len(last) == 0 {
		return domain.Position{}, err
	}
	return position(&last[0].Position), nil
}

// Since implements commands.Store. It asks the leader. The client can filter no
// read of the log, so every event of it crosses the connection; only those that are
// wanted are decoded.
func (s *Store) Since(ctx context.Context, after domain.Position, most int, wants func(string, uint64) bool, each func(domain.Recorded)) (domain.Position, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, loadBudget)
	defer cancel()
	options := es.ReadAllOptions{Direction: es.Forwards, From: es.Start{}}
	if after != (domain.Position{}) {
		options.From = es.Position{Commit: after.Commit, Prepare: after.Prepare}
	}
	events, err := s.log(ctx, options, uint64(most)+1) // the one at after comes too
	if err != nil {
		return after, false, err
	}
	wanted := events[:0:0]
	reached := after
	for _, e := range events {
		at := position(&e.Position)
		if at.Compare(after) <= 0 {
			continue
		}
		reached = at
		if wants(e.StreamID, e.EventNumber) {
			wanted = append(wanted, e)
		}
	}
	s.tell(ctx, wanted, each)
	return reached, len(events) <= most, nil
}

// tell calls each for every event; of those that cannot be read, or whose keys
// cannot be had now, it tells only where they stand.
func (s *Store) tell(ctx context.Context, events []*es.RecordedEvent, each func(domain.Recorded)) {
	for len(events) > 0 {
		decoded, err := s.codec.decode(ctx, events)
		for _, r := range decoded {
			each(r)
		}
		events = events[len(decoded):]
		if err == nil {
			return
		}
		unread := len(events) // the keys cannot be had
		if errors.As(err, new(*unreadableError)) {
			unread = 1
		}
		for _, e := range events[:unread] {
			each(domain.Recorded{Stream: e.StreamID, Revision: e.EventNumber, Position: position(&e.Position)})
		}
		events = events[unread:]
	}
}

// log reads events of $all.
func (s *Store) log(ctx context.Context, options es.ReadAllOptions, most uint64) ([]*es.RecordedEvent, error) {
	return repeat(atLeader(ctx), false, func(ctx context.Context) ([]*es.RecordedEvent, error) {
		return guard(ctx, s.client, func(ctx context.Context, client *es.Client) ([]*es.RecordedEvent, error) {
			reader, err := client.ReadAll(ctx, options, most)
			if err != nil {
				return nil, err
			}
			defer reader.Close()
			return drain(reader)
		})
	})
}

func (c *Client) append(ctx context.Context, stream string, expected es.ExpectedRevision, data []es.EventData) (*es.WriteResult, error) {
	return guard(ctx, c, func(ctx context.Context, client *es.Client) (*es.WriteResult, error) {
		return client.AppendToStream(ctx, stream, es.AppendToStreamOptions{ExpectedRevision: expected}, data...)
	})
}

func revision(expected int64) es.ExpectedRevision {
	switch expected {
	case commands.AnyRevision:
		return es.Any{}
	case commands.NoStream:
		return es.NoStream{}
	}
	return es.Revision(uint64(expected))
}

// repeat makes a call again while its errors are transient and ctx lasts. It gives
// up at once when the store cannot be reached and nothing was sent, unless insist
// is set and this is not the first attempt: then an earlier one may have been
// carried out, and the next tells.
func repeat[T any](ctx context.Context, insist bool, call func(context.Context) (T, error)) (T, error) {
	for attempt := 1; ; attempt++ {
		v, err := call(ctx)
		if err == nil || !passing(err) {
			return v, err
		}
		unsent := errors.Is(err, errUnreachable) && (attempt == 1 || !insist)
		if ctx.Err() != nil || unsent {
			return v, unavailable(err)
		}
		if pause(ctx, storeWaits.wait(attempt)) != nil {
			return v, unavailable(fmt.Errorf("gave up after %d attempts: %w", attempt, err))
		}
	}
}
