package domain

import (
	"cmp"
	"fmt"
	"strconv"
	"time"
)

// Data is a calendar date that may lack its day, or its day and month, as
// registers hold them. It has no time zone and is never shifted by one. The
// zero value is no date.
type Data struct{ Anno, Mese, Giorno int }

// ParseData reads YYYY, YYYY-MM or YYYY-MM-DD and refuses days that do not
// exist.
func ParseData(s string) (Data, error) {
	var d Data
	refusal := FieldErrorf(Invalid, "data", "la data ha la forma AAAA-MM-GG ed esiste sul calendario")
	if len(s) != 4 && len(s) != 7 && len(s) != 10 {
		return d, refusal
	}
	for i, part := range []*int{&d.Anno, &d.Mese, &d.Giorno} {
		from, width := []int{0, 5, 8}[i], []int{4, 2, 2}[i]
		if from >= len(s) {
			break
		}
		n, err := strconv.ParseUint(s[from:from+width], 10, 16)
		if err != nil || n == 0 || from > 0 && s[from-1] != '-' {
			return Data{}, refusal
		}
		*part = int(n)
	}
	if d.Giorno > 0 && DataOf(d.Time()) != d || d.Mese > 12 {
		return Data{}, refusal
	}
	return d, nil
}

// DataOf returns the calendar day t falls on in its own location.
func DataOf(t time.Time) Data {
	y, m, d := t.Date()
	return Data{y, int(m), d}
}

// Time returns the start of the day, UTC; missing parts count as first.
func (d Data) Time() time.Time {
	return time.Date(d.Anno, time.Month(max(d.Mese, 1)), max(d.Giorno, 1), 0, 0, 0, 0, time.UTC)
}

// Intera says whether year, month and day are all known.
func (d Data) Intera() bool { return d.Giorno > 0 }

// IsZero says that there is no date.
func (d Data) IsZero() bool { return d == Data{} }

// Compare orders dates by what is known, missing parts first.
func (d Data) Compare(e Data) int {
	return cmp.Or(cmp.Compare(d.Anno, e.Anno), cmp.Compare(d.Mese, e.Mese), cmp.Compare(d.Giorno, e.Giorno))
}

// String writes what ParseData reads; no date is the empty string.
func (d Data) String() string {
	switch {
	case d.Giorno > 0:
		return fmt.Sprintf("%04d-%02d-%02d", d.Anno, d.Mese, d.Giorno)
	case d.Mese > 0:
		return fmt.Sprintf("%04d-%02d", d.Anno, d.Mese)
	case d.Anno > 0:
		return fmt.Sprintf("%04d", d.Anno)
	}
	return ""
}

// Italiana writes the date as people read it: 03/04/1952, 04/1952, 1952.
func (d Data) Italiana() string {
	switch {
	case d.Giorno > 0:
		return fmt.Sprintf("%02d/%02d/%04d", d.Giorno, d.Mese, d.Anno)
	case d.Mese > 0:
		return fmt.Sprintf("%02d/%04d", d.Mese, d.Anno)
	}
	return d.String()
}

// MarshalText writes what ParseData reads.
func (d Data) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText parses or refuses; empty is no date. Stored events pass through
// here too: the rule may be relaxed, never tightened.
func (d *Data) UnmarshalText(text []byte) (err error) {
	if len(text) > 0 {
		*d, err = ParseData(string(text))
	}
	return err
}
