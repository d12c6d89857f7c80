package domain

import "time"

// Calendar is when an office is open, in Italian time. On national holidays and
// on the patron saint's day it is closed whatever Hours says.
type Calendar struct {
	Hours        [7]Opening // by time.Weekday; the zero Opening is a closed day
	SantoPatrono string     // MM-DD, empty when there is none
}

// Opening is when an office opens and closes on a day, as times of day counted
// from midnight; To is not included.
type Opening struct{ From, To time.Duration }

// OrdinaryHours is the timetable of an office that has set none: Monday to
// Friday from 8 to 14.
func OrdinaryHours() (hours [7]Opening) {
	for day := time.Monday; day <= time.Friday; day++ {
		hours[day] = Opening{8 * time.Hour, 14 * time.Hour}
	}
	return hours
}

// Calendar returns when the Comune's office is open.
func (s Comune) Calendar() Calendar {
	return Calendar{Hours: OrdinaryHours(), SantoPatrono: s.SantoPatrono}
}

// Open returns the opening of the day d; ok is false when the office stays
// closed.
func (c Calendar) Open(d Date) (f Opening, ok bool) {
	f = c.Hours[d.Time().Weekday()]
	return f, f.To > f.From && !Holiday(d) && !c.patronSaint(d)
}

func (c Calendar) patronSaint(d Date) bool {
	return len(c.SantoPatrono) == 5 && d.String()[5:] == c.SantoPatrono
}

// maxClosed is after how many closed days in a row a calendar is taken to never
// open: more than holidays explain.
const maxClosed = 62

// SilenceDue returns the instant, UTC, at which the office will have been open for
// the given hours since from: silence counts as consent from then on. A term that
// ends when the office closes ends on that day and not when it opens again. For an
// office that never opens it returns the zero time: there is no consent by
// silence.
func SilenceDue(from time.Time, hours int, cal Calendar) time.Time {
	left := time.Duration(hours) * time.Hour
	if left <= 0 {
		return from
	}
	closed := 0
	for d := ItalianDay(from); closed <= maxClosed; d = DateOf(d.Time().AddDate(0, 0, 1)) {
		start, end, ok := cal.openOn(d, from)
		if !ok {
			closed++
			continue
		}
		closed = 0
		open := end.Sub(start)
		if open >= left {
			return start.Add(left).UTC()
		}
		left -= max(open, 0)
	}
	return time.Time{}
}

// OpenBetween returns how long the office is open from one instant to another.
func (c Calendar) OpenBetween(from, to time.Time) (open time.Duration) {
	for d := ItalianDay(from); !d.Time().After(ItalianDay(to).Time()); d = d.Plus(1) {
		if start, end, ok := c.openOn(d, from); ok {
			if end.After(to) {
				end = to
			}
			open += max(end.Sub(start), 0)
		}
	}
	return open
}

// openOn returns from when to when the office is open on a day, from an instant on: that
// may be after the end. ok is false when it stays closed.
func (c Calendar) openOn(d Date, from time.Time) (start, end time.Time, ok bool) {
	f, ok := c.Open(d)
	if start, end = ItalianInstant(d, f.From), ItalianInstant(d, f.To); start.Before(from) {
		start = from
	}
	return start, end, ok
}

// ItalianInstant returns the instant of a time of day in Italy. An hour that the start of
// summer time skips is taken as the one after it.
func ItalianInstant(d Date, clock time.Duration) time.Time {
	t := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, int(clock), cet)
	if summer := t.Add(-time.Hour); ItalianTime(summer).Location() == cest {
		return summer
	}
	return t
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
