package domain

import (
	"cmp"
	"slices"
	"time"
)

// Calendar is when an office is open, in Italian time. On national holidays, on the
// patron saint's day and while it is shut it is closed whatever Hours says.
type Calendar struct {
	Hours        [7][]Opening // by time.Weekday, in the order of the day and apart from each other; none: a closed day
	SantoPatrono string       // MM-DD, empty when there is none
	Chiusure     []Chiusura
}

// Opening is when an office opens and closes on a day, as times of day counted
// from midnight; To is not included.
type Opening struct{ From, To time.Duration }

// Chiusura is a time for which an office is shut.
type Chiusura struct {
	Dal    Date   `json:"dal" doc:"Primo giorno di chiusura"`
	Al     Date   `json:"al" doc:"Ultimo giorno di chiusura, compreso"`
	Motivo string `json:"motivo" maxLength:"200" doc:"Perché, senza dati di persone"`
}

// Includes says whether the office is shut on a day by it.
func (c Chiusura) Includes(d Date) bool { return d.Compare(c.Dal) >= 0 && d.Compare(c.Al) <= 0 }

// NewCalendar is the calendar of a week, of which no two openings of a day are at the
// same time, with a patron saint's day and the times for which the office is shut.
func NewCalendar(week []Fascia, santoPatrono string, chiusure []Chiusura) Calendar {
	c := Calendar{SantoPatrono: santoPatrono, Chiusure: chiusure}
	for _, f := range week {
		from, ok1 := timeOfDay(f.Dalle)
		to, ok2 := timeOfDay(f.Alle)
		if !ok1 || !ok2 || from >= to {
			continue
		}
		for _, d := range f.Giorni {
			if d >= 1 && d <= 7 {
				c.Hours[d%7] = append(c.Hours[d%7], Opening{from, to})
			}
		}
	}
	for _, openings := range c.Hours {
		slices.SortFunc(openings, func(a, b Opening) int { return cmp.Compare(a.From, b.From) })
	}
	return c
}

// Open returns the openings of the day d, in their order; none when the office stays
// closed.
func (c Calendar) Open(d Date) []Opening {
	if Holiday(d) || c.patronSaint(d) || c.shut(d) {
		return nil
	}
	return c.Hours[d.Time().Weekday()]
}

// NeverOpens says that the office is open on no day of a week.
func (c Calendar) NeverOpens() bool {
	return !slices.ContainsFunc(c.Hours[:], func(o []Opening) bool { return len(o) > 0 })
}

// Wider says whether the office is open, from a day on, at a time at which it is not by
// another calendar.
func (c Calendar) Wider(than Calendar, from Date) bool {
	for day, openings := range c.Hours {
		if !covered(openings, than.Hours[day]) {
			return true
		}
	}
	for _, shut := range than.Chiusure {
		for d := shut.Dal; d.Compare(shut.Al) <= 0; d = d.Plus(1) {
			if d.Compare(from) >= 0 && !c.shut(d) {
				return true
			}
		}
	}
	return than.SantoPatrono != "" && than.SantoPatrono != c.SantoPatrono
}

// covered says whether openings are at no time that others do not have. Both are in the
// order of the day.
func covered(openings, by []Opening) bool {
	for _, o := range openings {
		from := o.From
		for _, b := range by {
			if b.From <= from && from < b.To {
				from = b.To
			}
		}
		if from < o.To {
			return false
		}
	}
	return true
}

func (c Calendar) shut(d Date) bool {
	return slices.ContainsFunc(c.Chiusure, func(one Chiusura) bool { return one.Includes(d) })
}

func (c Calendar) patronSaint(d Date) bool {
	return len(c.SantoPatrono) == 5 && d.String()[5:] == c.SantoPatrono
}

// maxClosed is after how many closed days in a row, those aside for which it is shut, an
// office is taken to never open: more than holidays explain.
const maxClosed = 62

// SilenceDue returns the instant, UTC, at which the office will have been open for
// the given hours since from: silence counts as consent from then on. A term that
// ends when the office closes ends on that day and not when it opens again. For an
// office that never opens it returns the zero time: there is no consent by
// silence.
func SilenceDue(from time.Time, hours int, cal Calendar) time.Time {
	return cal.After(from, time.Duration(hours)*time.Hour)
}

// After is SilenceDue for a time for which the office is to be open.
func (cal Calendar) After(from time.Time, left time.Duration) time.Time {
	if left <= 0 {
		return from
	}
	for d, closed := ItalianDay(from), 0; closed <= maxClosed && !cal.NeverOpens(); d = d.Plus(1) {
		if !cal.shut(d) {
			closed++
		}
		for _, o := range cal.Open(d) {
			start, end := o.on(d, from)
			open := end.Sub(start)
			if open >= left {
				return start.Add(left).UTC()
			}
			if open > 0 {
				left, closed = left-open, 0
			}
		}
	}
	return time.Time{}
}

// OpenBetween returns how long the office is open from one instant to another.
func (c Calendar) OpenBetween(from, to time.Time) (open time.Duration) {
	for d := ItalianDay(from); !d.Time().After(ItalianDay(to).Time()); d = d.Plus(1) {
		for _, o := range c.Open(d) {
			start, end := o.on(d, from)
			if end.After(to) {
				end = to
			}
			open += max(end.Sub(start), 0)
		}
	}
	return open
}

// on returns from when to when an opening lasts on a day, from an instant on: that may
// be after the end.
func (o Opening) on(d Date, from time.Time) (start, end time.Time) {
	start, end = ItalianInstant(d, o.From), ItalianInstant(d, o.To)
	if start.Before(from) {
		start = from
	}
	return start, end
}

// ItalianInstant returns the instant of a time of day in Italy. A time that the start of
// summer time skips is the instant of that start, and of one that its end repeats it is
// the first: a later time is never an earlier instant.
func ItalianInstant(d Date, clock time.Duration) time.Time {
	winter := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, int(clock), cet)
	summer := winter.Add(-time.Hour)
	switch {
	case ItalianTime(summer).Location() == cest:
		return summer
	case ItalianTime(winter).Location() == cest:
		return lastSunday(d.Year, time.March)
	}
	return winter
}

// Holiday says whether d is a national holiday (L. 260/1949 as
// amended; 4 October is one again from 2026).
func Holiday(d Date) bool {
	switch (Date{Month: d.Month, Day: d.Day}) {
	case Date{0, 1, 1}, Date{0, 1, 6}, Date{0, 4, 25}, Date{0, 5, 1}, Date{0, 6, 2}, Date{0, 8, 15},
		Date{0, 11, 1}, Date{0, 12, 8}, Date{0, 12, 25}, Date{0, 12, 26}:
		return true
	case Date{0, 10, 4}:
		return d.Year >= 2026
	}
	easter := Easter(d.Year)
	return d == easter || d == DateOf(easter.Time().AddDate(0, 0, 1))
}

// Easter returns Easter Sunday of a year of the Gregorian calendar (Meeus,
// Jones and Butcher).
func Easter(year int) Date {
	a, b, c := year%19, year/100, year%100
	h := (19*a + b - b/4 - (b-(b+8)/25+1)/3 + 15) % 30
	l := (32 + 2*(b%4) + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return Date{year, n / 31, n%31 + 1}
}
