// Package group is the state machine of one persistent subscription group: which
// consumer gets which event, what is retried or parked, and up to where everything
// is finished. It is pure: no I/O, no clock, no goroutines. Time and inputs are
// arguments, outputs are returned by Take.
//
// Invariants: a checkpoint lies before every event that is neither finished by a
// consumer nor durably parked, in whatever order acknowledgements, refusals,
// time-outs and departures come; and the first deliveries of the events of one key
// are in order when one consumer is connected or the strategy is Pinned or
// PinnedByCorrelation.
package group

import "time"

// Strategy chooses the consumer of a message. The values are the names of the
// protocol.
type Strategy string

// The strategies of the protocol; the names are case-sensitive.
const (
	RoundRobin          Strategy = "RoundRobin"
	DispatchToSingle    Strategy = "DispatchToSingle"
	Pinned              Strategy = "Pinned"
	PinnedByCorrelation Strategy = "PinnedByCorrelation"
)

// Known reports whether s is one of the four strategies.
func (s Strategy) Known() bool {
	return s == RoundRobin || s == DispatchToSingle || s == Pinned || s == PinnedByCorrelation
}

// Settings are the settings of a group. They are constant in the life of a Group; an
// update makes a new Group.
type Settings struct {
	Strategy        Strategy
	MaxRetries      int           // a retry beyond it parks; zero or less: the first retry parks
	MessageTimeout  time.Duration // zero or less: expires at each Tick
	CheckpointAfter time.Duration // zero or less: never by time
	MinCheckpoint   int           // events after which the first checkpoint does not wait for the time
	MaxCheckpoint   int           // events after which a checkpoint does not wait for the time
	MaxConsumers    int           // 0: no limit; less: each Join is refused
	LiveBuffer      int           // how many recent live events Info counts
	HistoryBuffer   int           // events held that wait for a consumer, at most
	ReadBatch       int           // events asked for at a time; 0: 10
	Measure         bool          // keep latencies for Info
}

// Event is one event of the source, or a parked one that is replayed.
type Event struct {
	ID       [16]byte // what consumers acknowledge: of the link, if a link was resolved
	Position uint64   // strictly increasing: revision in a stream, commit position in $all, revision of a parked link
	Key      string   // the stream, or the correlation id, by which strategies pin
	Payload  any      // for the caller, not used here
}

// Group is the state machine. It is not safe for concurrent use.
type Group struct {
	settings  Settings
	consumers []*consumer // in joining order
	free      int         // slots without a message, over all consumers
	next      int         // index in consumers of the one whose turn it is
	pins      *pins       // nil unless the strategy pins

	unfinished chain // every event read and neither finished nor parked, in source order; replayed ones are not here
	replaying  chain // the same for replayed messages
	buffered   chain // read, never pushed
	retries    chain // waiting for another attempt, by position
	replays    chain // replayed messages that wait, by position
	flight     chain // with a consumer, by time of push
	inFlight   map[[16]byte]*message

	live      bool // the end of the source was reached and reading keeps up
	liveCount int  // events read while live
	more      bool // there may be more to read
	reading   bool // a page was asked for and has not come
	mark      mark
	stats     rate
	out       Output
}

// New returns a group that has read nothing. finished is the durable checkpoint, nil
// when there is none; the first page must begin after it.
func New(now time.Time, s Settings, finished *uint64) *Group {
	g := &Group{
		settings: s, more: true, stats: rate{since: now}, inFlight: map[[16]byte]*message{},
		unfinished: chain{link: byOrder}, replaying: chain{link: byOrder},
		buffered: chain{link: byPlace}, retries: chain{link: byPlace}, replays: chain{link: byPlace}, flight: chain{link: byPlace},
	}
	if s.Strategy == Pinned || s.Strategy == PinnedByCorrelation {
		g.pins = &pins{}
	}
	g.mark.writtenAt = now
	if finished != nil {
		g.mark.known = point{position: *finished, valid: true}
		g.mark.written = g.mark.known
		g.mark.durable = g.mark.known
	}
	return g
}

// Output is what the caller has to do after one or more inputs.
type Output struct {
	Pushes     []Push  // deliver, in this order
	Parks      []Park  // write to the parked stream, then call Parked or ParkFailed
	Checkpoint *uint64 // make durable, then call CheckpointWritten or CheckpointFailed
	Read       int     // number of events to read after the last page, then call Read; 0: none
}

// Push delivers an event to a consumer. It occupies a slot already.
type Push struct {
	Consumer ConsumerID
	Event    Event
	Retry    int // number of deliveries before
}

// Park asks for an event to be parked. The event is unfinished until Parked is
// called.
type Park struct {
	Event    Event
	Reason   string
	Replayed bool
	message  *message
}

// Take returns the outputs since the last call. The slices are valid until the next
// input. A push to a consumer that has left must be ignored: its message was
// requeued.
func (g *Group) Take() Output {
	out := g.out
	g.out = Output{Pushes: g.out.Pushes[:0], Parks: g.out.Parks[:0]}
	if g.more && !g.reading && g.room() {
		g.reading = true
		out.Read = g.batch()
	}
	return out
}
