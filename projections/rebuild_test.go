package projections

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

func rebuildAll(t tester, r *Runner) {
	t.Helper()
	for _, m := range models {
		if err := r.Rebuild(context.Background(), m.Name()); err != nil {
			t.Fatal(err)
		}
	}
}

// Also when some keys have been destroyed since: what was erased live is what
// is zero on the way back.
func TestARebuiltReadModelEqualsTheLiveOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		l := stories(t)
		clear(t, pool)
		r, stop := run(t, pool, l)
		defer stop()
		await(t, r, l.head())
		live := dump(t, pool)
		for _, e := range l.all() {
			if id, ok := domain.VisuraOf(e.Stream); ok && e.Event.EventType() == (domain.VisuraErased{}).EventType() {
				l.forget(id)
			}
		}
		rebuildAll(t, r)
		if diff := cmp.Diff(live, dump(t, pool)); diff != "" {
			t.Fatalf("rebuilt:\n%s", diff)
		}
	})
}

func TestErasureLeavesNothingPersonal(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	id := visuraID(1)
	stream := string(id.Stream())
	l.add(stream, operatore, request(roma, inps, rossi))
	l.add(stream, operatore, domain.ConfirmationAwaited{})
	l.add(stream, ufficiale, domain.VisuraRejected{Motivo: "altro", Testo: "il signor Rossi non c'entra"})
	r, _ := run(t, pool, l)
	await(t, r, l.head())
	for _, text := range []string{"RSSMRA80A01H501U", "Rossi"} {
		if !contains(dump(t, pool), text) {
			t.Fatalf("%s is not there to begin with", text)
		}
	}
	l.forget(id)
	// Before the event: nothing that is made from now on may find the person.
	rebuildAll(t, r)
	if rows := dump(t, pool); contains(rows, "RSSMRA80A01H501U") || contains(rows, "token-of-") {
		t.Error("rebuilt without the key: the person is still there")
	}
	await(t, r, l.add(stream, domain.Sistema, domain.VisuraErased{Basis: "termine"}))
	for _, when := range []string{"live", "rebuilt"} {
		rows := dump(t, pool)
		for _, text := range []string{"RSSMRA80A01H501U", "Rossi", "token-of-"} {
			if contains(rows, text) {
				t.Errorf("%s: %s is still there", when, text)
			}
		}
		d, err := NewDettaglioQueries(pool).One(t.Context(), ScopeOf(ufficiale), id)
		if err != nil || d.Soggetto != (Soggetto{Testo: "dati cancellati", Cancellato: true}) {
			t.Errorf("%s: subject %+v, %v", when, d.Soggetto, err)
		}
		if last := d.Timeline[len(d.Timeline)-1]; last.Testo != "Dati della persona cancellati" {
			t.Errorf("%s: the timeline ends with %+v", when, last)
		}
		rebuildAll(t, r)
	}
}

// The writer goes on, readers go on, and nothing is lost or seen half done.
func TestARebuildDisturbsNobody(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	parties(l)
	for n := range 300 {
		issue(l, n)
	}
	r, _ := run(t, pool, l)
	await(t, r, l.head())
	over := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() {
		for n := 300; ; n++ {
			select {
			case <-over:
				return
			default:
			}
			await(t, r, issue(l, n))
			// What could be seen once is not gone a moment later.
			if _, err := NewDettaglioQueries(pool).One(context.Background(), ScopeOf(operatore), visuraID(n)); err != nil {
				t.Errorf("visura %d: %v", n, err)
				return
			}
		}
	})
	others.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
			}
			d, err := NewDettaglioQueries(pool).One(context.Background(), ScopeOf(operatore), visuraID(7))
			if err != nil || d.Status != domain.Issued || len(d.Timeline) != 4 {
				t.Errorf("a reader sees %+v, %v", d, err)
				return
			}
		}
	})
	// From another instance, as an operator does.
	elsewhere := NewRunner(pool, l, r.log, models...)
	rebuildAll(t, elsewhere)
	rebuildAll(t, elsewhere)
	close(over)
	others.Wait()
	await(t, r, l.head())
	live := dump(t, pool)
	if diff := cmp.Diff(applied(t, pgtest.New(t), l.all()), live); diff != "" {
		t.Errorf("afterwards:\n%s", diff)
	}
}

func TestARebuildThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	issue(l, 1)
	r, stop := run(t, pool, l)
	await(t, r, l.head())
	live := dump(t, pool)
	l.before = func(r domain.Recorded) error {
		if r.Revision == 2 {
			return errors.New("the feed broke")
		}
		return nil
	}
	stop()
	if err := r.Rebuild(t.Context(), "elenco"); err == nil || !strings.Contains(err.Error(), "the feed broke") {
		t.Fatal(err)
	}
	if diff := cmp.Diff(live, dump(t, pool)); diff != "" {
		t.Errorf("afterwards:\n%s", diff)
	}
	l.before = nil
	if err := r.Rebuild(t.Context(), "elenco"); err != nil {
		t.Errorf("once mended: %v", err)
	}
	var filled bool
	if err := pool.QueryRow(t.Context(), `SELECT 'fillfactor=50' = ANY(reloptions) FROM pg_class WHERE oid = 'elenco'::regclass`).Scan(&filled); err != nil || !filled {
		t.Errorf("the table has not the options it had, %v", err)
	}
	var left int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'rebuild%'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d schemas are left, %v", left, err)
	}
}

func TestAReadModelIsRebuiltByOneAtATime(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	issue(l, 1)
	started, finish := make(chan struct{}), make(chan struct{})
	var once sync.Once
	l.before = func(domain.Recorded) error {
		once.Do(func() {
			close(started)
			<-finish
		})
		return nil
	}
	r := NewRunner(pool, l, slogDiscard, models...)
	first := make(chan error, 1)
	go func() { first <- r.Rebuild(context.Background(), "elenco") }()
	<-started
	if err := r.Rebuild(t.Context(), "elenco"); err == nil || !strings.Contains(err.Error(), "it is being rebuilt already") {
		t.Errorf("the second: %v", err)
	}
	close(finish)
	if err := <-first; err != nil {
		t.Errorf("the first: %v", err)
	}
	if err := r.Rebuild(t.Context(), "nessuno"); err == nil {
		t.Error("a read model that does not exist was rebuilt")
	}
}

// stray writes to a table it does not own up to.
type stray struct{ Elenco }

func (stray) Apply(q *pgx.Batch, r domain.Recorded) error {
	q.Queue(`INSERT INTO scadenze (visura_id, revision) VALUES (gen_random_uuid(), 1)`)
	return nil
}

func TestARebuildCannotTouchTablesInUse(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), newLog()
	issue(l, 1)
	if err := NewRunner(pool, l, slogDiscard, stray{}).Rebuild(t.Context(), "elenco"); err == nil {
		t.Error("no error")
	}
	var rows int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM scadenze`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d rows, %v", rows, err)
	}
}
