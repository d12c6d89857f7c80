// Package domain holds the aggregates, their events and values: what can happen to
// a visura, to users, Enti, Comuni and agreements, and what follows from it. It
// imports the standard library only. Evolve never fails and nothing here acts:
// time, actor and ids come in as data.
package domain

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Event is a fact. Its type name is stored with it and never changes; a new shape
// gets a new version.
//
// Fields tagged `sealed:"person"` hold personal data, a field tagged
// `sealed:"token"` the keyed hash of the person asked about: the store seals
// them under the stream's data key before they are written, and they come back
// zero once that key has been destroyed. Evolve and every projection must accept
// the zero value. An event with such a field that is not "omitempty" or
// "omitzero" is never stored without its sealed half.
type Event interface{ EventType() string }

// Announcement is an event that records that people were written to. It changes nothing
// that anybody decides on: who saw its stream before it has seen enough.
type Announcement interface {
	Event
	announces()
}

// Meta is stored with every event and says who did it, when, and because of
// what. It never holds personal data of subjects.
type Meta struct {
	At          time.Time // when it was recorded, UTC
	By          Actor
	CommandID   string // UUID; with stream and index it makes the event's id
	Correlation string // UUID of the first request of the chain
	Causation   string // UUID of what directly caused this
	Trace       string // W3C traceparent, empty when not traced
	// Facts is the revision of every other stream the decision rested on, by the
	// stream's name; -1 for one that did not exist. A replay reads them so far and
	// judges on exactly what was known.
	Facts map[string]int64
}

// Actor is who acts, in which capacity and from where. A capacity is a role at a
// Comune, or at an Ente for all the Comuni that gave it: then Comune is empty.
type Actor struct {
	Utente     UtenteID    `json:"utente,omitempty"`
	Role       Role        `json:"role"`
	Ente       EnteID      `json:"ente,omitempty"`
	Comune     CodiceISTAT `json:"comune,omitempty"`
	Postazione string      `json:"postazione,omitempty"`
	Session    string      `json:"session,omitempty"`
	// Strong says that a second factor was proven in the session.
	Strong bool `json:"strong,omitempty"`
	// Account is the name of the system account by which the installation was
	// administered.
	Account string `json:"account,omitempty"`
	// Via is the software by which the person asked, if one did for them.
	Via ApplicativoID `json:"via,omitempty"`
}

// ApplicativoID is the id of software by which persons ask.
type ApplicativoID string

// Role is the capacity in which a person acts.
type Role string

const (
	RoleTop      Role = "top"      // Anagrafe of a Comune: administers and decides
	RoleAnagrafe Role = "anagrafe" // officer of a Comune: decides
	RoleAdmin    Role = "admin"    // administrator of an Ente for a Comune
	RoleStandard Role = "standard" // operator of an Ente for a Comune
	RoleAuditor  Role = "auditor"  // of a Comune or an Ente: reads and verifies, never requests
	RoleSistema  Role = "sistema"  // the process itself: silence, outcomes, start-up
	// RoleInstallazione is who administers the installation, on its machine: known
	// by the name of the account there.
	RoleInstallazione Role = "installazione"
)

// Sistema is the actor of what the process does by itself.
var Sistema = Actor{Role: RoleSistema}

// Position is an event's place in the order of all events of the store. It means
// nothing but that order; no two events have the same.
type Position struct{ Commit, Prepare uint64 }

// Compare orders positions as cmp.Compare does.
func (p Position) Compare(q Position) int {
	return cmp.Or(cmp.Compare(p.Commit, q.Commit), cmp.Compare(p.Prepare, q.Prepare))
}

// String is the form used in headers: commit-prepare.
func (p Position) String() string { return fmt.Sprintf("%d-%d", p.Commit, p.Prepare) }

// ParsePosition reads what String writes.
func ParsePosition(s string) (Position, error) {
	commit, prepare, ok := strings.Cut(s, "-")
	c, err1 := strconv.ParseUint(commit, 10, 63)
	p, err2 := strconv.ParseUint(prepare, 10, 63)
	if !ok || err1 != nil || err2 != nil {
		return Position{}, FieldErrorf(Invalid, "posizione", "la posizione ha la forma numero-numero")
	}
	return Position{Commit: c, Prepare: p}, nil
}

// Recorded is an event as it stands in the store.
type Recorded struct {
	Event    Event
	Meta     Meta
	ID       string // the event's UUID
	Stream   string
	Revision uint64
	Position Position
	Sealed   Sealed // the event's personal data as they are stored, opened or not; zero when it has none
}

// Fold returns the state after history, oldest first.
func Fold[S interface{ Evolve(Event, Meta) S }](s S, history []Recorded) S {
	for _, r := range history {
		s = s.Evolve(r.Event, r.Meta)
	}
	return s
}

// decoders holds every name ever stored, with the function that reads it into
// today's type.
var decoders = map[string]func([]byte) (Event, error){}

// register adds one of today's types to the table under the name it is stored
// by. Each aggregate registers its own.
func register[E Event]() {
	var e E
	decoders[e.EventType()] = decode[E]
}

func decode[E Event](data []byte) (Event, error) {
	var e E
	err := json.Unmarshal(data, &e)
	return e, err
}

// Decode reads a stored event. Unknown names and unreadable data are errors: a
// reader of history stops at them and never skips.
func Decode(eventType string, data []byte) (Event, error) {
	read, ok := decoders[eventType]
	if !ok {
		return nil, fmt.Errorf("decode event: unknown type %q", eventType)
	}
	e, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("decode %s: %w", eventType, err)
	}
	return e, nil
}

// EventTypes returns every wire name ever stored, in no order.
func EventTypes() []string {
	names := make([]string, 0, len(decoders))
	for name := range decoders {
		names = append(names, name)
	}
	return names
}
