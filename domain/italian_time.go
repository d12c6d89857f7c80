package domain

import "time"

// ItalianTime returns t in the time of Italy: CET, and CEST from the last
// Sunday of March to the last of October at 01:00 UTC (directive 2000/84/EC).
// It reads no time zone files, so it does not depend on the machine.
func ItalianTime(t time.Time) time.Time {
	t = t.UTC()
	start, end := lastSunday(t.Year(), time.March), lastSunday(t.Year(), time.October)
	if !t.Before(start) && t.Before(end) {
		return t.In(cest)
	}
	return t.In(cet)
}

// ItalianMoment writes an instant on the clocks of Italy: 28/11/2026 alle 10:41.
func ItalianMoment(t time.Time) string { return ItalianTime(t).Format("02/01/2006 alle 15:04") }

// ItalianDay returns the calendar day t falls on in Italy.
func ItalianDay(t time.Time) Date { return DateOf(ItalianTime(t)) }

var (
	cet  = time.FixedZone("CET", 3600)
	cest = time.FixedZone("CEST", 7200)
)

// lastSunday returns 01:00 UTC of the month's last Sunday.
func lastSunday(year int, month time.Month) time.Time {
	last := time.Date(year, month+1, 0, 1, 0, 0, 0, time.UTC)
	return last.AddDate(0, 0, -int(last.Weekday()))
}

// ItalianMidnight returns the instant at which a calendar day begins in Italy, UTC.
func ItalianMidnight(d Date) time.Time {
	midnight := d.Time()
	_, offset := ItalianTime(midnight).Zone()
	return midnight.Add(-time.Duration(offset) * time.Second)
}
