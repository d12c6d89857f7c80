// Package commands is what may be asked: one file a command, with its pure
// Decide; one handler for the commands of every aggregate; and one file a
// process, with the ports it acts through.
package commands

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// State is the folded history of one stream.
type State[S any] interface {
	Evolve(domain.Event, domain.Meta) S
}

// A Command is an intention about one stream. Decide is pure: it returns the
// events that follow, no events if there is nothing left to do, or a refusal.
type Command[S any] interface {
	Decide(Given[S]) ([]domain.Event, error)
}

// Given is what a decision rests on, all of it data.
type Given[S any] struct {
	ID      string          // of the stream, without its category: a command that carries an id is checked against it
	State   S               // of the stream, at its head
	Actor   domain.Standing // who acts, at the heads of the streams that say so; zero for the system
	Parties domain.Parties  // those the command refers to, at their heads; the others are zero
	Keyed   Keyed           // what the command refers to and only the server can make
	Meta    domain.Meta     // Facts holds the revision of each stream that Actor and Parties were read from
}

// reach returns what the actor may know of and do; the zero Reach when they do
// not hold the capacity they act in.
func (g Given[S]) reach() domain.Reach {
	r, _ := g.Actor.Reach(g.Meta.By, g.Meta.At)
	return r
}

// Outcome is what became of a command.
type Outcome struct {
	// Position is what a reader must reach to see the outcome: of the last event
	// written, or of the stream's last event if nothing was left to do.
	Position domain.Position
	// Wrote says whether the command wrote events; a repeated one does not.
	Wrote bool
	// Quote are what is left of the quotas that what was written counted in.
	Quote []domain.Residuo
}

// ErrStale is returned by Append when the stream has moved past the expected
// revision.
var ErrStale = errors.New("stream has moved")

// ErrErased is returned by what needs a data key that has been destroyed.
var ErrErased = errors.New("data key destroyed")

// NoStream is the expected revision of a stream that does not exist yet.
const NoStream int64 = -1

// AnyRevision expects nothing; for journals no decision rests on.
const AnyRevision int64 = -2

// Store keeps streams of events. It is safe for concurrent use.
type Store interface {
	// Load calls each for every event of the stream after revision after (NoStream for
	// all), oldest first, and returns the revision of the last one, or after if
	// there is none. A stream that does not exist has no events.
	Load(ctx context.Context, stream string, after int64, each func(domain.Recorded)) (int64, error)
	// Append writes events at the end of the stream, durably and all or none, and
	// returns the position of the last. Event ids follow from m.CommandID, stream
	// and index, so a repeated call whose outcome was unknown writes once. An id is
	// never used in two streams. It answers ErrStale when the stream is not at the
	// expected revision.
	Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error)
	// Head returns the position of the last event of the whole log, of any kind, as
	// the log stands when it is called: whatever was acknowledged before is at or
	// before it.
	Head(ctx context.Context) (domain.Position, error)
	// Since reads the log after a position, at most so many events of any kind. It
	// tells wants where each stands, in the order of the log, and then calls each for
	// those that were wanted, in the same order; one that cannot be read comes without
	// its Event, so that only who needs its stream fails. It returns how far it came,
	// and whether that is the end as it was during the call.
	Since(ctx context.Context, after domain.Position, most int, wants func(stream string, revision uint64) bool, each func(domain.Recorded)) (reached domain.Position, end bool, err error)
}

// Handler carries out commands. It is safe for concurrent use.
type Handler struct {
	Store   Store
	Secrets Secrets
	Quote   Quote // wanted where quotas apply
	Now     func() time.Time
	NewID   func() string // a fresh UUID
	memory  memory
	turns   turns
	coming  atomic.Int64 // how many have joined looks ahead that have not ended, and have no turn yet
	modelli modelli
}

// maxAttempts bounds how often a command is decided because somebody else wrote
// first.
const maxAttempts = 5

// errCrowded is returned after maxAttempts conflicts.
var errCrowded = domain.Errorf(domain.Unavailable, "altri stanno operando sugli stessi dati: riprovare tra poco")

// ErrMoved is returned by HandleAt when the stream is at another revision, and
// nothing was written.
var ErrMoved = errors.New("stream is at another revision")

// Handle decides and appends; within this process, commands for one stream go
// one at a time. It decides on the state it remembers, which costs no read: the
// append proves that it was the head, and a decision to write nothing, or a
// refusal, is made again on the stream as it is read then. It decides again, too,
// if another process was faster. Of m it sets At and Facts itself, and ids that
// are empty are made fresh. Who always loses is refused as domain.Unavailable.
func Handle[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], m domain.Meta, cmd Command[S]) (Outcome, error) {
	return HandleAt(ctx, h, stream, AnyRevision, m, cmd)
}

// HandleAt is Handle for who has seen the stream at a revision and writes only
// there, or where announcements alone have followed. Refusals come first, so that of what
// the actor may not know its revision tells nothing; what is done already is no conflict.
func HandleAt[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], at int64, m domain.Meta, cmd Command[S]) (Outcome, error) {
	m.Facts = nil
	return handle(ctx, h, stream, at, m, cmd)
}

// HandleAll carries out commands about one stream as one: each is decided on what
// those before it leave, and what follows from all of them is appended together. A
// refusal of any is that of all.
func HandleAll[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], m domain.Meta, cmds ...Command[S]) (Outcome, error) {
	m.Facts = nil
	return handle(ctx, h, stream, AnyRevision, m, cmds...)
}

// handle is HandleAt and HandleAll, also for who has read facts already: those in m
// are kept, and what the decision rests on is added.
func handle[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], at int64, m domain.Meta, cmds ...Command[S]) (Outcome, error) {
	done, err := h.turns.take(ctx, string(stream))
	if err != nil {
		return Outcome{}, fmt.Errorf("await %s: %w", stream, err)
	}
	defer done()
	if b := begunIn(ctx); b != nil {
		h.here(b) // their turn is counted from now on
	}
	fresh := m.CommandID == ""
	m = h.complete(m)
	own, read := remembered(h, stream), false
	for attempt := 1; ; {
		would, err := decide(ctx, h, stream, own.state, m, cmds, true)
		if err != nil {
			return Outcome{}, err
		}
		moved := at != AnyRevision && !own.stands(at)
		switch {
		case read && would.refused != nil:
			return Outcome{}, would.refused
		case read && len(would.events) == 0:
			return Outcome{Position: own.position}, nil
		case read && moved:
			return Outcome{}, fmt.Errorf("%s: %w", stream, ErrMoved)
		case would.refused == nil && len(would.events) > 0 && !moved:
			pos, err := write(ctx, h, stream, own, would.events, would.meta, fresh)
			switch {
			case err == nil:
				return Outcome{Position: pos, Wrote: true, Quote: would.quote}, nil
			case !errors.Is(err, ErrStale):
				return Outcome{}, fmt.Errorf("append %s: %w", stream, err)
			case attempt == maxAttempts:
				return Outcome{}, fmt.Errorf("append %s: %w: %w", stream, errCrowded, err)
			}
			attempt++
		}
		if own, err = load(ctx, h, stream, false); err != nil {
			return Outcome{}, err
		}
		read = true
	}
}

// write appends events to a stream at a state of it, and remembers what became of
// it if it is known that these were written now: one of a given id may have been
// written before, decided otherwise.
func write[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], own folded[S], events []domain.Event, m domain.Meta, fresh bool) (domain.Position, error) {
	held := h.memory.hold(string(stream), false)
	pos, err := h.Store.Append(ctx, string(stream), own.revision, events, m)
	if err != nil || !fresh {
		held.drop()
		return pos, err
	}
	held.keep(own.after(events, m, pos))
	return pos, nil
}

// complete sets the time and the ids that are not given.
func (h *Handler) complete(m domain.Meta) domain.Meta {
	m.At = h.Now().UTC()
	if m.CommandID == "" {
		m.CommandID = h.NewID()
	}
	if m.Correlation == "" {
		m.Correlation = m.CommandID
	}
	if m.Causation == "" {
		m.Causation = m.CommandID
	}
	return m
}

// idOf returns the id of the aggregate a stream belongs to.
func idOf[S any](stream domain.Stream[S]) string {
	_, id, _ := strings.Cut(string(stream), "-")
	return id
}
