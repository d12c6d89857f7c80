package generate

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestTheLargestHasItsShare(t *testing.T) {
	s := newShares(8000, largestComune)
	if part := s.part(0); math.Abs(part-largestComune) > 0.0001 {
		t.Errorf("the largest has %.4f of all", part)
	}
	r, drawn := rand.New(rand.NewPCG(1, 1)), 0
	for range 100_000 {
		if s.draw(r) == 0 {
			drawn++
		}
	}
	if drawn < 4_700 || drawn > 5_300 {
		t.Errorf("the largest is drawn %d times of 100,000", drawn)
	}
}

func TestRequestsComeInOrderAndMostlyInOfficeHours(t *testing.T) {
	from := time.Date(2026, 3, 10, 9, 0, 0, 0, time.UTC)
	to := time.Date(2026, 5, 12, 9, 30, 0, 0, time.UTC)
	const n = 50_000
	all, office, night, last := 0, 0, 0, from
	err := eachDay(rand.New(rand.NewPCG(1, 1)), from, to, n, func(day []time.Time) error {
		for _, at := range day {
			if at.Before(last) || at.After(to) {
				t.Fatalf("%s after %s", at, last)
			}
			last = at
			all++
			day := domain.ItalianDay(at)
			open := day.Time().Weekday() != time.Sunday && day.Time().Weekday() != time.Saturday && !domain.Holiday(day)
			switch hour := domain.ItalianTime(at).Hour(); {
			case open && hour >= 8 && hour < 18:
				office++
			case hour < 6:
				night++
			}
		}
		return nil
	})
	if err != nil || all != n {
		t.Fatalf("%d of %d, %v", all, n, err)
	}
	if office < n*95/100 || office == n || night == 0 {
		t.Errorf("of %d requests %d in office hours, %d at night", n, office, night)
	}
}

func TestInventedPeopleHaveWellFormedCodes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 1000 {
		h := newHuman(r)
		if _, err := domain.ParseCodiceFiscale(string(h.cf)); err != nil {
			t.Fatalf("%+v: %v", h, err)
		}
	}
}
