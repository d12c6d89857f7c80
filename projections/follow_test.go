package projections

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func TestEventsSeenTwiceCountOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		once := stories(t).All()
		var twice []domain.Recorded
		for _, r := range once {
			twice = append(twice, r, r)
		}
		want := enginetest.Made(t, pool, once, All...)
		if diff := cmp.Diff(want, enginetest.Made(t, pool, twice, All...)); diff != "" {
			t.Fatalf("each event twice:\n%s", diff)
		}
		if diff := cmp.Diff(want, enginetest.Made(t, pool, append(once, once...), All...)); diff != "" {
			t.Fatalf("the whole log twice:\n%s", diff)
		}
	})
}

// Whatever kills the writer, and wherever: afterwards the rows are what the log
// says.
func TestKilledAnywhereTheRowsFollowTheLog(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		l := stories(t)
		events := l.All()
		want := enginetest.Made(t, pool, events, All...)
		enginetest.Clear(t, pool, All...)
		deaths := rapid.SliceOfN(rapid.SampledFrom([]string{"feed", "session", "process"}), 0, 4).Draw(t, "deaths")
		points := rapid.SliceOfN(rapid.IntRange(0, len(events)-1), len(deaths), len(deaths)).Draw(t, "points")
		for i, death := range deaths {
			dieAt(t, pool, l, death, events[points[i]].Position)
		}
		l.Before(nil)
		r, stop := enginetest.Run(t, pool, l, All...)
		defer stop()
		enginetest.Await(t, r, l.Head())
		if diff := cmp.Diff(want, enginetest.Dump(t, pool, All...)); diff != "" {
			t.Fatalf("after %v:\n%s", deaths, diff)
		}
		foldedLikewise(t, pool, l)
	})
}

// dieAt runs a runner until the feed comes to a position, and has it die there.
func dieAt(t enginetest.T, pool *pgxpool.Pool, l *enginetest.Log, death string, at domain.Position) {
	t.Helper()
	reached := make(chan struct{})
	var once atomic.Bool
	l.Before(func(r domain.Recorded) error {
		if r.Position != at || !once.CompareAndSwap(false, true) {
			return nil
		}
		close(reached)
		switch death {
		case "feed":
			return errors.New("the feed broke")
		case "session":
			_, err := pool.Exec(context.Background(), `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
				AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
			return err
		}
		return nil
	})
	r, stop := enginetest.Run(t, pool, l, All...)
	defer stop()
	if death != "process" {
		enginetest.Await(t, r, at)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	passed := make(chan error, 1)
	go func() { passed <- r.Await(ctx, "elenco", at) }()
	select {
	case <-reached:
	case err := <-passed: // an earlier life had been there
		if err != nil {
			t.Fatal(err)
		}
	}
}

// foldedLikewise compares the list with the state of each stream.
func foldedLikewise(t *rapid.T, pool *pgxpool.Pool, l *enginetest.Log) {
	states := make(map[string]domain.Visura)
	for _, r := range l.All() {
		if _, ok := domain.VisuraOf(r.Stream); ok {
			states[r.Stream] = states[r.Stream].Evolve(r.Event, r.Meta)
		}
	}
	p, err := NewElencoQueries(pool, l).Page(context.Background(), everything, Filter{Limit: MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Items) != len(states) {
		t.Fatalf("%d rows for %d visure", len(p.Items), len(states))
	}
	for _, row := range p.Items {
		v := states[string(row.ID.Stream())]
		if row.Status != v.Status || row.Soggetto.Cancellato != v.Erased || !row.RequestedAt.Equal(v.RequestedAt) {
			t.Fatalf("row %+v, state %+v", row, v)
		}
	}
}

func TestWhoWatchesAVisuraSeesItsOutcome(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	writer, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, writer, issue(l, 100))
	standby, _ := enginetest.Run(t, pool, l, All...)
	enginetest.Await(t, standby, l.Head())
	queries := NewDettaglioQueries(pool, l)
	for name, r := range map[string]*engine.Runner{"of the writer": writer, "of another instance": standby} {
		id := visuraID(len(name))
		changed, stop := r.Watch(string(id.Stream()))
		go issue(l, len(name))
		for status := domain.Absent; status != domain.Issued; {
			select {
			case <-changed:
			case <-time.After(10 * time.Second):
				t.Fatalf("%s: no signal after %q", name, status)
			}
			d, err := queries.One(t.Context(), everything, id)
			if err != nil && domain.CodeOf(err) != domain.NotFound {
				t.Fatal(err)
			}
			status = d.Status
		}
		stop()
	}
}
