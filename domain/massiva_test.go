package domain_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestARequestThatWasStoppedGoesOnWithinThirtyDaysAndNinetyInAll(t *testing.T) {
	made := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for days, want := range map[int]int{0: 30, 59: 89, 60: 90, 61: 90, 90: 90} {
		if got := domain.StoppedUntil(made, made.AddDate(0, 0, days)); !got.Equal(made.AddDate(0, 0, want)) {
			t.Errorf("stopped after %d days: until %s, want %d days", days, got, want)
		}
	}
}
