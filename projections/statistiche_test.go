package projections

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// recounted is what the streams say.
func recounted(events []domain.Recorded) *Recount {
	c := NewRecount()
	for _, r := range events {
		c.Add(r)
	}
	return c
}

// tabulated is what the tables hold.
func tabulated(t enginetest.T, pool *pgxpool.Pool) *Recount {
	t.Helper()
	c, err := Tabulated(context.Background(), pool)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// spread has the streams of a log begin on different days, and their documents take
// different times.
func spread(t *rapid.T, events []domain.Recorded) []domain.Recorded {
	days := map[string]time.Duration{}
	for i, r := range events {
		if r.Revision == 0 {
			days[r.Stream] = time.Duration(rapid.IntRange(0, 48*60).Draw(t, "minutes later")) * time.Minute
		}
		events[i].Meta.At = r.Meta.At.Add(days[r.Stream])
		if e, ok := r.Event.(domain.VisuraIssued); ok {
			e.IssuedAt = events[i].Meta.At.Add(time.Duration(rapid.IntRange(0, 90000).Draw(t, "took")) * time.Second)
			events[i].Event = e
		}
	}
	return events
}

func TestStatisticsReconcileToTheUnit(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		events := spread(t, stories(t).All())
		inBatches(t, pool, false, cut(t, events, true)...)
		want, got := recounted(events), tabulated(t, pool)
		if diff := cmp.Diff(want.Celle, got.Celle); diff != "" {
			t.Fatalf("cells:\n%s", diff)
		}
		if diff := cmp.Diff(want.Tempi, got.Tempi); diff != "" {
			t.Fatalf("times:\n%s", diff)
		}
	})
}

// The times of any days together are within 2 % of what they would be one by one.
func TestTimesOfSeveralDaysAreMerged(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(14, 3))
	var all []time.Duration
	merged := Tempi{}
	for range 5000 {
		took := time.Duration(random.ExpFloat64() * float64(2*time.Second))
		all = append(all, max(took, time.Millisecond))
		merged[bucket(all[len(all)-1].Microseconds())]++
	}
	slices.Sort(all)
	for share, exact := range map[float64]time.Duration{0.5: all[2499], 0.95: all[4749], 1: all[4999]} {
		if got := merged.Within(share); (got - exact).Abs() > exact/50 {
			t.Errorf("%v of them took %v, %v as merged", share, exact, got)
		}
	}
	if got := (Tempi{}).Within(0.5); got != 0 {
		t.Errorf("none took %v", got)
	}
}

func TestBordersAreAtMostFourPercentApart(t *testing.T) {
	t.Parallel()
	for i := 1; i < len(borders); i++ {
		if from, to := borders[i-1], borders[i]; to <= from || to-from > from/25 {
			t.Errorf("from %d to %d", from, to)
		}
	}
}
