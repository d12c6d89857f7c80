package engine_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func TestARebuildThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	issue(l, 1)
	r, stop := enginetest.Run(t, pool, l, models...)
	enginetest.Await(t, r, l.Head())
	live := enginetest.Dump(t, pool, models...)
	l.Before(func(r domain.Recorded) error {
		if r.Revision == 2 {
			return errors.New("the feed broke")
		}
		return nil
	})
	stop()
	if err := r.Rebuild(t.Context(), elenco.Name()); err == nil || !strings.Contains(err.Error(), "the feed broke") {
		t.Fatal(err)
	}
	if diff := cmp.Diff(live, enginetest.Dump(t, pool, models...)); diff != "" {
		t.Errorf("afterwards:\n%s", diff)
	}
	l.Before(nil)
	if err := r.Rebuild(t.Context(), elenco.Name()); err != nil {
		t.Errorf("once mended: %v", err)
	}
	var filled bool
	if err := pool.QueryRow(t.Context(), `SELECT 'fillfactor=50' = ANY(reloptions) FROM pg_class WHERE oid = 'elenco_streams'::regclass`).Scan(&filled); err != nil || !filled {
		t.Errorf("the table has not the options it had, %v", err)
	}
	var left int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'rebuild%'`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d schemas are left, %v", left, err)
	}
}

func TestAReadModelIsRebuiltByOneAtATime(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	issue(l, 1)
	started, finish := make(chan struct{}), make(chan struct{})
	var once sync.Once
	l.Before(func(domain.Recorded) error {
		once.Do(func() {
			close(started)
			<-finish
		})
		return nil
	})
	r := enginetest.NewRunner(pool, l, models...)
	first := make(chan error, 1)
	go func() { first <- r.Rebuild(context.Background(), elenco.Name()) }()
	<-started
	if err := r.Rebuild(t.Context(), elenco.Name()); err == nil || !strings.Contains(err.Error(), "it is being rebuilt already") {
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
type stray struct{ engine.Streams }

func (stray) Apply(w *engine.Writer, _ []domain.Recorded) error {
	w.Queue(`INSERT INTO scadenze_streams (stream, revision) VALUES ('visura-1', 1)`)
	return nil
}

func TestARebuildCannotTouchTablesInUse(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	issue(l, 1)
	if err := enginetest.NewRunner(pool, l, stray{elenco}).Rebuild(t.Context(), elenco.Name()); err == nil {
		t.Error("no error")
	}
	var rows int
	if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM scadenze_streams`).Scan(&rows); err != nil || rows != 0 {
		t.Errorf("%d rows, %v", rows, err)
	}
}
