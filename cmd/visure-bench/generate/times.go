package generate

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// byHour is how the requests of a day are spread over its hours in Italy: office
// hours, and one in some three hundred at night, when nobody should be there.
var byHour = [24]int{5, 5, 5, 5, 5, 5, 10, 80, 1000, 1600, 1800, 1700, 1200, 800, 500, 600, 500, 200, 60, 30, 20, 10, 10, 5}

// weightOf is how many requests a day has, against a working day's thousand.
func weightOf(day domain.Date) int {
	switch weekday := day.Time().Weekday(); {
	case domain.Holiday(day) || weekday == time.Sunday:
		return 10
	case weekday == time.Saturday:
		return 80
	}
	return 1000
}

// eachDay calls day with the instants of n requests from one instant to another,
// those of a day at once and in order.
func eachDay(r *rand.Rand, from, to time.Time, n int, day func([]time.Time) error) error {
	first, last := domain.ItalianDay(from).Time(), domain.ItalianDay(to).Time()
	left := 0
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		left += weightOf(domain.DateOf(d))
	}
	for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
		weight := weightOf(domain.DateOf(d))
		share := (n*weight + left/2) / left
		n, left = n-share, left-weight
		if err := day(instants(r, d, from, to, share)); err != nil {
			return err
		}
	}
	return nil
}

// instants draws n within a day, none before from or after to.
func instants(r *rand.Rand, day, from, to time.Time, n int) []time.Time {
	all := make([]time.Time, n)
	for i := range all {
		hour := draw(r, byHour[:])
		at := italian(day.Add(time.Duration(hour)*time.Hour + time.Duration(r.Int64N(int64(time.Hour)))))
		if at.Before(from) {
			at = from
		}
		if at.After(to) {
			at = to
		}
		all[i] = at
	}
	slices.SortFunc(all, time.Time.Compare)
	return all
}

// italian reads the clock of a time in UTC as one in Italy.
func italian(t time.Time) time.Time {
	_, offset := domain.ItalianTime(t.Add(-time.Hour)).Zone()
	return t.Add(-time.Duration(offset) * time.Second)
}

// draw returns an index, each as often as its weight says.
func draw(r *rand.Rand, weights []int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := r.IntN(sum)
	for i, w := range weights {
		if n -= w; n < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// within draws a time from low up to high.
func within(r *rand.Rand, low, high time.Duration) time.Duration {
	return low + time.Duration(r.Int64N(int64(high-low)))
}
