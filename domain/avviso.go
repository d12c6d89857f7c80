package domain

import (
	"slices"
	"time"
)

// Avviso is a notice of a Comune: it stands at the head of the pages of those it is
// for.
type Avviso struct {
	AvvisoPublished
	At time.Time `json:"at"` // when it was published
}

// AvvisoPublished shows people a notice for a time. It is read by all whom it is for,
// so it holds no word about a person.
type AvvisoPublished struct {
	Numero int       `json:"numero"` // counted from 1
	Testo  string    `json:"testo"`
	Dal    time.Time `json:"dal,omitzero"`    // zero: from when it is published
	Al     time.Time `json:"al"`              // up to then
	Ruoli  []Role    `json:"ruoli,omitempty"` // who acts in one of these; none: in any
	Ente   EnteID    `json:"ente,omitempty"`  // who acts at it; none: at any, and at the Comune
}

// AvvisoWithdrawn ends a notice before its time.
type AvvisoWithdrawn struct {
	Numero int `json:"numero"`
}

func (AvvisoPublished) EventType() string { return "comune.avviso-published.v1" }
func (AvvisoWithdrawn) EventType() string { return "comune.avviso-withdrawn.v1" }

func init() {
	register[AvvisoPublished]()
	register[AvvisoWithdrawn]()
}

// Avvisi are the notices of a Comune that were not withdrawn, by number, and were not
// over when the last one was published.
type Avvisi struct {
	Last int // number of the one published last
	All  []Avviso
}

// evolve returns the state after one more event of the Comune.
func (s Avvisi) evolve(e Event, m Meta) Avvisi {
	switch e := e.(type) {
	case AvvisoPublished:
		left := without(s.All, func(a Avviso) bool { return a.Over(m.At) })
		return Avvisi{e.Numero, append(left, Avviso{e, m.At})}
	case AvvisoWithdrawn:
		s.All = without(s.All, func(a Avviso) bool { return a.Numero == e.Numero })
	}
	return s
}

// Open returns those that are not over at an instant, by number.
func (s Avvisi) Open(at time.Time) []Avviso {
	return without(s.All, func(a Avviso) bool { return a.Over(at) })
}

// Shown returns what somebody is shown at an instant, by number.
func (s Avvisi) Shown(by Actor, at time.Time) []Avviso {
	return without(s.All, func(a Avviso) bool { return !a.InForce(at) || !a.For(by) })
}

// Since returns the instant from which it is shown.
func (a Avviso) Since() time.Time {
	if a.Dal.After(a.At) {
		return a.Dal
	}
	return a.At
}

// InForce says whether it is shown at an instant.
func (a Avviso) InForce(at time.Time) bool { return !at.Before(a.Since()) && !a.Over(at) }

// Over says whether its time has passed at an instant.
func (a Avviso) Over(at time.Time) bool { return !at.Before(a.Al) }

// For says whether it is for who acts in a capacity.
func (a Avviso) For(by Actor) bool {
	return (len(a.Ruoli) == 0 || slices.Contains(a.Ruoli, by.Role)) && (a.Ente == "" || a.Ente == by.Ente)
}
