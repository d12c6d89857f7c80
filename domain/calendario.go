package domain

import (
	"cmp"
	"slices"
	"time"
)

// CalendarioSet is a version of when the Comune's office is open, of after how many of its
// hours silence confirms, and of after how many days what nobody ends expires, in force
// from when it is recorded. A term that runs already stays as it was told. What shuts the office is read by all who wait for it, so it holds
// no word about a person.
type CalendarioSet struct {
	Versione     int        `json:"versione"` // counted from 1
	OreSilenzio  int        `json:"ore_silenzio"`
	GiorniAttesa int        `json:"giorni_attesa,omitempty"` // days of the calendar; 0: GiorniAttesa
	Aperture     []Fascia   `json:"aperture,omitempty"`      // of a week; none: the office never opens, and silence confirms nothing
	SantoPatrono string     `json:"santo_patrono,omitempty"` // MM-DD
	Chiusure     []Chiusura `json:"chiusure,omitempty"`      // by their first day
}

// GiorniAttesa is after how many days of the calendar a request that nothing else ends
// expires, where a Comune has not said so.
const GiorniAttesa = 30

func (CalendarioSet) EventType() string { return "comune.calendar-set.v1" }

func init() { register[CalendarioSet]() }

// Calendar returns when the office is open by it.
func (e CalendarioSet) Calendar() Calendar {
	return NewCalendar(e.Aperture, e.SantoPatrono, e.Chiusure)
}

// Same says whether no term differs by two versions, and no closure in its words.
func (e CalendarioSet) Same(as CalendarioSet) bool {
	hours, others := e.Calendar().Hours, as.Calendar().Hours
	return e.OreSilenzio == as.OreSilenzio && e.Attesa() == as.Attesa() && e.SantoPatrono == as.SantoPatrono && slices.Equal(e.Chiusure, as.Chiusure) &&
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

// Attesa returns after how many days of the calendar what nothing else ends expires.
func (e CalendarioSet) Attesa() int { return cmp.Or(e.GiorniAttesa, GiorniAttesa) }

// ExpiresAt returns when a request that begins to wait for a person at an instant expires:
// at midnight in Italy, when as many whole days have passed after that day.
func (e CalendarioSet) ExpiresAt(at time.Time) time.Time {
	return ItalianMidnight(ItalianDay(at).Plus(e.Attesa() + 1))
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

// ExpiresAt is CalendarioSet.ExpiresAt of the version in force, which it names.
func (s Comune) ExpiresAt(at time.Time) (scade time.Time, versione int) {
	c := s.Calendario()
	return c.ExpiresAt(at), c.Versione
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
