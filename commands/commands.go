// Package commands is what may be asked: one file a command, with its pure
// Decide; one handler for all of them; and Advance, the process that carries a
// visura from approval to document through the ports declared beside it.
package commands

import (
	"context"
	"errors"
	"fmt"
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
	Decide(s S, f Facts, m domain.Meta) ([]domain.Event, error)
}

// Facts are the states of other streams a decision rests on, as they stand at
// their heads. Those not referred to are zero.
type Facts struct {
	Utente       domain.Utente // who acts; zero for the system itself
	Comune       domain.Comune
	Ente         domain.Ente
	Convenzione  domain.Convenzione
	Profile      domain.Profile
	SubjectToken string // keyed hash of the soggetto named in Refs
}

// Refs names the facts a command needs. Empty ids are not loaded.
type Refs struct {
	Comune      domain.CodiceISTAT
	Ente        domain.EnteID
	Convenzione domain.ConvenzioneID
	Profile     domain.ProfileID
	Soggetto    domain.Soggetto
}

// A Referrer is a command that needs facts beyond its own stream and the actor.
// Refs is pure; s is the command's own stream at its head.
type Referrer[S any] interface {
	Refs(s S, actor domain.Utente, m domain.Meta) Refs
}

// ErrStale is returned by Append when the stream has moved past the expected
// revision.
var ErrStale = errors.New("stream has moved")

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
	// and index, so a repeated call whose outcome was unknown writes once. It
	// answers ErrStale when the stream is not at the expected revision.
	Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error)
}

// Pseudonyms turns a subject into the keyed hash that stands beside sealed data.
type Pseudonyms interface {
	SubjectToken(domain.Soggetto) string
}

// Handler carries out commands. It is safe for concurrent use.
type Handler struct {
	Store      Store
	Pseudonyms Pseudonyms
	Now        func() time.Time
	NewID      func() string // a fresh UUID
	folds      foldCache
	turns      turns
}

// maxAttempts bounds how often a command is decided because somebody else wrote
// first.
const maxAttempts = 5

// errCrowded is the answer to whoever was never the first to write.
var errCrowded = domain.Errorf(domain.Unavailable, "altri stanno operando sugli stessi dati: riprovare tra poco")

// Envelope is what surrounds a command: who asks, and the ids that tie what
// follows to its cause. Empty ids are made fresh.
type Envelope struct {
	By          domain.Actor
	CommandID   string
	Correlation string
	Causation   string
	Trace       string
}

// Handle loads, decides and appends, deciding again if another process was
// faster; within this one, commands for one stream go one at a time. It returns
// the position a reader must reach to see the outcome: of the last event
// written, or of the stream's last event if nothing was left to do. Who always
// loses is refused as domain.Unavailable.
func Handle[S State[S]](ctx context.Context, h *Handler, stream domain.Stream[S], env Envelope, cmd Command[S]) (domain.Position, error) {
	done, err := h.turns.take(ctx, string(stream))
	if err != nil {
		return domain.Position{}, fmt.Errorf("await %s: %w", stream, err)
	}
	defer done()
	m := h.meta(env)
	for attempt := 1; ; attempt++ {
		own, err := load(ctx, h, stream)
		if err != nil {
			return domain.Position{}, err
		}
		facts, err := factsOf(ctx, h, own.state, m, cmd)
		if err != nil {
			return domain.Position{}, err
		}
		events, err := cmd.Decide(own.state, facts, m)
		if err != nil {
			return domain.Position{}, err
		}
		if len(events) == 0 {
			return own.position, nil
		}
		pos, err := h.Store.Append(ctx, string(stream), own.revision, events, m)
		switch {
		case err == nil:
			return pos, nil
		case !errors.Is(err, ErrStale):
			return domain.Position{}, fmt.Errorf("append %s: %w", stream, err)
		case attempt == maxAttempts:
			return domain.Position{}, fmt.Errorf("append %s: %w: %w", stream, errCrowded, err)
		}
	}
}
