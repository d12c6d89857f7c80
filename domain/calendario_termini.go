package domain

import (
	"fmt"
	"slices"
	"time"
)

// Termine is when silence about a request made at an instant confirms it, by one calendar
// and by another; nil: never.
type Termine struct {
	At    time.Time  `json:"at"`
	Prima *time.Time `json:"prima,omitempty"`
	Dopo  *time.Time `json:"dopo,omitempty"`
}

// Differs says whether the two are not the same.
func (t Termine) Differs() bool {
	if t.Prima == nil || t.Dopo == nil {
		return t.Prima != t.Dopo
	}
	return !t.Prima.Equal(*t.Dopo)
}

// maxClosures is of how many closures that differ the eve is looked at.
const maxClosures = 3

// Compare returns when requests that say no other term would be confirmed by silence, by
// this version and by another, if they were made now and at instants at which the two are
// most likely to differ: on a Friday, at the end of the year, before the patron saint's
// day, and before the next closures that only one of them has. They are in order.
func (e CalendarioSet) Compare(next CalendarioSet, now time.Time) (all []Termine) {
	today := ItalianDay(now)
	eves := []Date{today.Plus(1 + (int(time.Friday)-int(today.Time().Weekday())+6)%7)}
	last := Date{today.Year, 12, 31}
	if today == last {
		last.Year++
	}
	eves = append(eves, last)
	for _, saint := range []string{e.SantoPatrono, next.SantoPatrono} {
		if d, ok := nextDay(saint, today); ok {
			eves = append(eves, d.Plus(-1))
		}
	}
	var changed []Chiusura
	for _, c := range slices.Concat(e.Chiusure, next.Chiusure) {
		if slices.Contains(e.Chiusure, c) != slices.Contains(next.Chiusure, c) && c.Dal.Plus(-1).Compare(today) > 0 {
			changed = append(changed, c)
		}
	}
	slices.SortFunc(changed, func(a, b Chiusura) int { return a.Dal.Compare(b.Dal) })
	for _, c := range changed[:min(len(changed), maxClosures)] {
		eves = append(eves, c.Dal.Plus(-1))
	}
	slices.SortFunc(eves, Date.Compare)
	instants := []time.Time{now}
	for _, d := range slices.Compact(eves) {
		instants = append(instants, ItalianInstant(d, 10*time.Hour).UTC())
	}
	for _, at := range instants {
		all = append(all, Termine{at, known(e.SilenceDue(at, 0)), known(next.SilenceDue(at, 0))})
	}
	return all
}

// nextDay returns the next day of a month and day, MM-DD, whose eve is to come.
func nextDay(day string, today Date) (Date, bool) {
	for year := today.Year; day != "" && year <= today.Year+9; year++ {
		if d, err := ParseDate(fmt.Sprintf("%04d-%s", year, day)); err == nil && d.Complete() && d.Plus(-1).Compare(today) > 0 {
			return d, true
		}
	}
	return Date{}, false
}

// known is an instant; nil for none.
func known(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	return &at
}
