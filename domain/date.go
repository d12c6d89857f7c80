package domain

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// Date is a calendar date that may lack its day, or its day and month, as
// registers hold them. It has no time zone and is never converted between zones.
// The zero value is no date.
type Date struct{ Year, Month, Day int }

// ParseDate reads YYYY, YYYY-MM or YYYY-MM-DD and refuses days that do not
// exist.
func ParseDate(s string) (Date, error) {
	var d Date
	refusal := FieldErrorf(Invalid, "data", "la data ha la forma AAAA-MM-GG ed esiste sul calendario")
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return d, refusal
	}
	for i, part := range []*int{&d.Year, &d.Month, &d.Day} {
		from, width := []int{0, 5, 8}[i], []int{4, 2, 2}[i]
		if from >= len(s) {
			break
		}
		n, err := strconv.ParseUint(s[from:from+width], 10, 16)
		if err != nil || n == 0 || from > 0 && s[from-1] != '-' {
			return Date{}, refusal
		}
		*part = int(n)
	}
	if d.Day > 0 && DateOf(d.Time()) != d || d.Month > 12 {
		return Date{}, refusal
	}
	return d, nil
}

// DateOf returns the calendar day t falls on in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, int(m), d}
}

// Time returns the start of the day, UTC; missing parts count as first.
func (d Date) Time() time.Time {
	return time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
}

// Plus returns the calendar day so many days later.
func (d Date) Plus(days int) Date { return DateOf(d.Time().AddDate(0, 0, days)) }

// DaysUntil returns how many days later another calendar day is.
func (d Date) DaysUntil(e Date) int { return int(e.Time().Sub(d.Time()) / (24 * time.Hour)) }

// Complete says whether year, month and day are all known.
func (d Date) Complete() bool { return d.Day > 0 }

// IsZero says that there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Compare orders dates; a date without a part comes before those that have it.
func (d Date) Compare(e Date) int {
	return cmp.Or(cmp.Compare(d.Year, e.Year), cmp.Compare(d.Month, e.Month), cmp.Compare(d.Day, e.Day))
}

// Agrees says whether two dates may be of one day: the parts that both have are
// equal.
func (d Date) Agrees(e Date) bool {
	return d.Year == 0 || e.Year == 0 || d.Year == e.Year &&
		(d.Month == 0 || e.Month == 0 || d.Month == e.Month && (d.Day == 0 || e.Day == 0 || d.Day == e.Day))
}

// String writes what ParseDate reads; no date is the empty string.
func (d Date) String() string {
	switch {
	case d.Day > 0:
		return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
	case d.Month > 0:
		return fmt.Sprintf("%04d-%02d", d.Year, d.Month)
	case d.Year > 0:
		return fmt.Sprintf("%04d", d.Year)
	}
	return ""
}

// Italian writes the date as people read it: 03/04/1952, 04/1952, 1952.
func (d Date) Italian() string {
	switch {
	case d.Day > 0:
		return fmt.Sprintf("%02d/%02d/%04d", d.Day, d.Month, d.Year)
	case d.Month > 0:
		return fmt.Sprintf("%02d/%04d", d.Month, d.Year)
	}
	return d.String()
}

// MarshalText writes what ParseDate reads.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText parses or refuses; empty is no date. Stored events pass through
// here too: the rule may be relaxed, never tightened.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) > 0 {
		*d, err = ParseDate(string(text))
	}
	return err
}
