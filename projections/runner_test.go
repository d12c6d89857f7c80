package projections

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

// clear makes the read models as if nothing had ever been read.
func clear(t tester, pool *pgxpool.Pool) {
	t.Helper()
	statements := []string{`DELETE FROM checkpoint`} // cheaper than TRUNCATE, which syncs files
	for _, m := range models {
		for _, table := range m.Tables() {
			statements = append(statements, `DELETE FROM `+table)
		}
	}
	if _, err := pool.Exec(context.Background(), strings.Join(statements, ";")); err != nil {
		t.Fatal(err)
	}
}

// applied returns the rows that events make when all are applied at once.
func applied(t tester, pool *pgxpool.Pool, events []domain.Recorded) map[string]string {
	t.Helper()
	clear(t, pool)
	q := &pgx.Batch{}
	for _, m := range models {
		if err := queue(q, m, events, domain.Position{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := pool.SendBatch(context.Background(), q).Close(); err != nil {
		t.Fatal(err)
	}
	return dump(t, pool)
}

func TestEventsSeenTwiceCountOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		once := stories(t).all()
		var twice []domain.Recorded
		for _, r := range once {
			twice = append(twice, r, r)
		}
		want := applied(t, pool, once)
		if diff := cmp.Diff(want, applied(t, pool, twice)); diff != "" {
			t.Fatalf("each event twice:\n%s", diff)
		}
		if diff := cmp.Diff(want, applied(t, pool, append(once, once...))); diff != "" {
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
		want := applied(t, pool, l.all())
		clear(t, pool)
		deaths := rapid.SliceOfN(rapid.SampledFrom([]string{"feed", "session", "process"}), 0, 4).Draw(t, "deaths")
		points := rapid.SliceOfN(rapid.IntRange(0, len(l.events)-1), len(deaths), len(deaths)).Draw(t, "points")
		for i, death := range deaths {
			dieAt(t, pool, l, death, l.events[points[i]].Position)
		}
		l.before = nil
		r, stop := run(t, pool, l)
		defer stop()
		await(t, r, l.head())
		if diff := cmp.Diff(want, dump(t, pool)); diff != "" {
			t.Fatalf("after %v:\n%s", deaths, diff)
		}
		foldedLikewise(t, pool, l)
	})
}

// dieAt runs a runner until the feed comes to a position, and has it die there.
func dieAt(t tester, pool *pgxpool.Pool, l *memoryLog, death string, at domain.Position) {
	t.Helper()
	reached := make(chan struct{})
	var once atomic.Bool
	l.mu.Lock()
	l.before = func(r domain.Recorded) error {
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
	}
	l.mu.Unlock()
	r, stop := run(t, pool, l)
	defer stop()
	if death != "process" {
		await(t, r, at)
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
func foldedLikewise(t *rapid.T, pool *pgxpool.Pool, l *memoryLog) {
	states := make(map[string]domain.Visura)
	for _, r := range l.all() {
		if _, ok := domain.VisuraOf(r.Stream); ok {
			states[r.Stream] = states[r.Stream].Evolve(r.Event, r.Meta)
		}
	}
	p, err := NewElencoQueries(pool).Page(context.Background(), ScopeOf(domain.Sistema), Filter{Limit: MaxPage})
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

func TestOneWritesAndAnotherTakesOver(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	first, stop := run(t, pool, l)
	await(t, first, issue(l, 1))
	second, _ := run(t, pool, l)
	// The one that stands by learns of what the other writes.
	for n := 2; n < 30; n++ {
		await(t, second, issue(l, n))
	}
	// What is written is told a moment before it is counted.
	until(t, "the first writes", func() bool { h := first.Health()[0]; return h.State == Live && h.Batches > 0 })
	if h := second.Health()[0]; h.State != Standby || h.Batches != 0 {
		t.Errorf("the second writes too: %+v", h)
	}
	stop()
	await(t, second, issue(l, 30))
	until(t, "the second writes", func() bool { h := second.Health()[0]; return h.State == Live && h.Batches > 0 })
}

func TestPostgreSQLMayComeAndGo(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	writer, _ := run(t, pool, l)
	await(t, writer, issue(l, 0))
	standby, _ := run(t, pool, l)
	for n := 1; n <= 5; n++ {
		if _, err := pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
			t.Fatal(err)
		}
		pos := issue(l, n)
		await(t, writer, pos)
		await(t, standby, pos)
	}
	if diff := cmp.Diff(applied(t, pgtest.New(t), l.all()), dump(t, pool)); diff != "" {
		t.Error(diff)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	r, _ := run(t, pool, l)
	pos := issue(l, 1)
	await(t, r, pos)
	t.Run("returns at once for what is there", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.Await(ctx, "elenco", pos); err != nil {
			t.Error(err)
		}
	})
	t.Run("is bounded by its context", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := r.Await(ctx, "elenco", domain.Position{Commit: 1 << 40}); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if n := len(r.signals.models["elenco"].waiting); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
	t.Run("refuses a read model that does not exist", func(t *testing.T) {
		if err := r.Await(t.Context(), "nessuno", pos); err == nil {
			t.Error("no error")
		}
	})
}

func TestWhoWatchesAVisuraSeesItsOutcome(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	writer, _ := run(t, pool, l)
	await(t, writer, issue(l, 100))
	standby, _ := run(t, pool, l)
	await(t, standby, l.head())
	queries := NewDettaglioQueries(pool)
	for name, r := range map[string]*Runner{"of the writer": writer, "of another instance": standby} {
		id := visuraID(len(name))
		changed, stop := r.Watch(id)
		go issue(l, len(name))
		for status := domain.Absent; status != domain.Issued; {
			select {
			case <-changed:
			case <-time.After(10 * time.Second):
				t.Fatalf("%s: no signal after %q", name, status)
			}
			d, err := queries.One(t.Context(), ScopeOf(domain.Sistema), id)
			if err != nil && domain.CodeOf(err) != domain.NotFound {
				t.Fatal(err)
			}
			status = d.Status
		}
		stop()
		if n := len(r.signals.watches); n != 0 {
			t.Errorf("%s: %d still watched", name, n)
		}
	}
}

// fragile is a read model that breaks at a document of a given size.
type fragile struct {
	bad    int
	broken func(q *pgx.Batch) error
}

func (fragile) Name() string     { return "fragile" }
func (fragile) Tables() []string { return []string{"fragile"} }
func (f fragile) Apply(q *pgx.Batch, r domain.Recorded) error {
	if e, ok := r.Event.(domain.VisuraIssued); ok && e.Size == f.bad {
		return f.broken(q)
	}
	q.Queue(`INSERT INTO fragile (stream, revision) VALUES ($1, $2) ON CONFLICT DO NOTHING`, r.Stream, r.Revision)
	return nil
}

func TestAReadModelThatBreaksStopsAlone(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(q *pgx.Batch) error{
		"by its own word": func(*pgx.Batch) error { return errors.New("no such thing") },
		"by PostgreSQL":   func(q *pgx.Batch) error { q.Queue(`INSERT INTO fragile VALUES (NULL, 1)`); return nil },
		"by a wrong type": func(q *pgx.Batch) error {
			q.Queue(`INSERT INTO fragile VALUES ('a', $1)`, "RSSMRA80A01H501U")
			return nil
		},
		"by a missing table": func(q *pgx.Batch) error { q.Queue(`INSERT INTO nowhere VALUES (1)`); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, l := pgtest.New(t), newLog()
			if _, err := pool.Exec(t.Context(), `CREATE TABLE fragile (stream text NOT NULL, revision bigint, PRIMARY KEY (stream, revision))`); err != nil {
				t.Fatal(err)
			}
			issue(l, 1)
			bad := issued(visuraID(2))
			bad.Size = 666
			at := l.add(string(visuraID(2).Stream()), domain.Sistema, bad)
			issue(l, 3)
			r, stop := run(t, pool, l, fragile{666, broken}, Elenco{}, Scadenze{})
			await(t, r, l.head(), "elenco", "scadenze")
			await(t, r, issue(l, 4), "elenco", "scadenze")
			if err := r.Await(t.Context(), "fragile", l.head()); !errors.Is(err, ErrDetached) {
				t.Errorf("to wait for it: %v", err)
			}
			h := r.Health()[0]
			if h.Well() || h.Position.Compare(at) >= 0 || !strings.Contains(h.Error, "visura.issued.v1 at "+at.String()) {
				t.Errorf("health %+v", h)
			}
			if strings.Contains(h.Error, "RSSMRA") {
				t.Errorf("the error quotes data: %s", h.Error)
			}
			stop()
			// Mended, it is made anew beside the others, and takes part again.
			r, _ = run(t, pool, l, fragile{bad: -1}, Elenco{}, Scadenze{})
			await(t, r, issue(l, 5))
			var rows int
			if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM fragile`).Scan(&rows); err != nil || rows != len(l.all()) {
				t.Errorf("%d rows of %d events, %v", rows, len(l.all()), err)
			}
		})
	}
}

func TestAnUnreadableEventIsNeverSkipped(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	before := issue(l, 1)
	bad := issue(l, 2)
	var readable atomic.Bool
	met := make(chan struct{}, 1000)
	l.before = func(r domain.Recorded) error {
		if r.Position == bad && !readable.Load() {
			met <- struct{}{}
			return fmt.Errorf("%w: of an unknown type", ErrUnreadable)
		}
		return nil
	}
	r, _ := run(t, pool, l)
	await(t, r, before)
	for range 3 { // however often it is tried
		<-met
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := r.Await(ctx, "elenco", bad); err == nil {
		t.Error("it was skipped")
	}
	readable.Store(true) // by a newer version, here or in another instance
	await(t, r, bad)
}

func TestAReadModelThatJoinsDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	r, stop := run(t, pool, l, Elenco{})
	await(t, r, issue(l, 1))
	stop()
	var gate atomic.Bool
	start := l.all()[0].Position
	opened := make(chan struct{})
	l.before = func(r domain.Recorded) error { // the newcomer reads from the beginning, and is held there
		if r.Position == start && gate.CompareAndSwap(false, true) {
			<-opened
		}
		return nil
	}
	r, _ = run(t, pool, l, Elenco{}, Dettaglio{})
	await(t, r, issue(l, 2), "elenco")
	if err := r.Await(t.Context(), "dettaglio", l.head()); !errors.Is(err, ErrDetached) {
		t.Errorf("the newcomer follows already: %v", err)
	}
	close(opened)
	await(t, r, issue(l, 3))
}
