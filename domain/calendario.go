package domain

import (
	"cmp"
	"slices"
	"time"
)

// CalendarioSet is a version of when the Comune's office is open and of after how many of
// its hours silence confirms, in force from when it is recorded. A term that runs already
// stays as it was told. What shuts the office is read by all who wait for it, so it holds
// no word about a person.
type CalendarioSet struct {
	Versione     int        `json:"versione"` // counted from 1
	OreSilenzio  int        `json:"ore_silenzio"`
	Aperture     []Fascia   `json:"aperture,omitempty"`      // of a week; none: the office never opens, and silence confirms nothing
	SantoPatrono string     `json:"santo_patrono,omitempty"` // MM-DD
	Chiusure     []Chiusura `json:"chiusure,omitempty"`      // by their first day
}

func (CalendarioSet) EventType() string { return "comune.calendar-set.v1" }

func init() { register[CalendarioSet]() }

// Calendar returns when the office is open by it.
func (e CalendarioSet) Calendar() Calendar {
	return NewCalendar(e.Aperture, e.SantoPatrono, e.Chiusure)
}

// Same says whether no term differs by two versions, and no closure in its words.
func (e CalendarioSet) Same(as CalendarioSet) bool {
	hours, others := e.Calendar().Hours, as.Calendar().Hours
	return e.OreSilenzio == as.OreSilenzio && e.SantoPatrono == as.SantoPatrono && slices.Equal(e.Chiusure, as.Chiusure) &&
		slices.EqualFunc(hours[:], others[:], slices.Equal)
}

// SilenceDue returns when silence about a request that begins to await confirmation at an
// instant counts as consent, after so many office hours, or for 0 after those of the
// version. Zero: never.
func (e CalendarioSet) SilenceDue(at time.Time, hours int) time.Time {
	if hours = cmp.Or(hours, e.OreSilenzio); hours <= 0 {
		return time.Time{}
	}
	return SilenceDue(at, hours, e.Calendar())
}

// ordinaryWeek are the openings of an office that has set none: Monday to Friday from 8
// to 14.
var ordinaryWeek = []Fascia{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:00", Alle: "14:00"}}

// Calendario returns the version in force. Of a Comune that has set none it is version 0:
// its hours of silence and its patron saint's day as it was registered, and the ordinary
// week, Monday to Friday from 8 to 14.
func (s Comune) Calendario() CalendarioSet {
	if s.Calendari.InForce.Versione > 0 {
		return s.Calendari.InForce
	}
	return CalendarioSet{OreSilenzio: s.ComuneRegistered.OreSilenzio, Aperture: ordinaryWeek, SantoPatrono: s.ComuneRegistered.SantoPatrono}
}

// Calendar returns when the Comune's office is open, by the version in force.
func (s Comune) Calendar() Calendar { return s.Calendario().Calendar() }

// OreSilenzio returns after how many office hours silence confirms where no other term was
// set, by the version in force; 0: never. It hides the hours of ComuneRegistered, which
// are those of version 0 alone.
func (s Comune) OreSilenzio() int { return s.Calendario().OreSilenzio }

// SilenceDue is CalendarioSet.SilenceDue of the version in force, which it names.
func (s Comune) SilenceDue(at time.Time, hours int) (due time.Time, versione int) {
	c := s.Calendario()
	return c.SilenceDue(at, hours), c.Versione
}

// OpenLeft returns for how long the office is open from an instant until the end of a term
// that was computed from a version, by that version: a term stays as it was told.
func (s Comune) OpenLeft(at, due time.Time, versione int) time.Duration {
	for _, c := range s.Calendari.Before {
		if c.Versione == versione {
			return c.Calendar().OpenBetween(at, due)
		}
	}
	return s.Calendar().OpenBetween(at, due)
}

// Calendari are the calendar of a Comune: the version it has set last, and those before.
type Calendari struct {
	InForce CalendarioSet   // version 0: it has set none
	Since   time.Time       // when it was set
	Before  []CalendarioSet // from version 0 on
}

// evolve returns the state after one more event of the Comune, by whose calendar it was
// open until then.
func (s Calendari) evolve(e CalendarioSet, m Meta, until CalendarioSet) Calendari {
	return Calendari{e, m.At, append(slices.Clip(s.Before), until)}
}
