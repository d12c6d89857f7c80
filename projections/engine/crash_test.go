package engine_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// Commits do not wait for the disk, so a crash of PostgreSQL may take away rows
// together with their checkpoint: here by hand, as nobody can tell a crash which.
func TestWhatACrashTookAwayIsAwaitedAgain(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	writer, _ := enginetest.Run(t, pool, l, models...)
	standby, _ := enginetest.Run(t, pool, l, models...)
	kept, lost := issue(l, 1), issue(l, 2)
	both := map[string]*engine.Runner{"the writer": writer, "who stands by": standby}
	for _, r := range both {
		enginetest.Await(t, r, lost)
	}
	again := make(chan struct{})
	readAgain := sync.OnceFunc(func() { close(again) })
	defer readAgain()
	l.Before(func(domain.Recorded) error { <-again; return nil })
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		for _, statement := range []string{
			`LOCK TABLE checkpoint IN ACCESS EXCLUSIVE MODE`,
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
			`DELETE FROM elenco_streams WHERE stream = '` + string(visuraID(2).Stream()) + `'`,
			`DELETE FROM dettaglio_streams WHERE stream = '` + string(visuraID(2).Stream()) + `'`,
			`DELETE FROM scadenze_streams WHERE stream = '` + string(visuraID(2).Stream()) + `'`,
		} {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		_, err := tx.Exec(t.Context(), `UPDATE checkpoint SET commit_position = $1, prepare_position = $2`, kept.Commit, kept.Prepare)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	at := func(r *engine.Runner, pos domain.Position) bool {
		now, cancel := context.WithCancel(t.Context())
		cancel()
		return r.Await(now, elenco.Name(), pos) == nil
	}
	for name, r := range both {
		enginetest.Until(t, name+" says that rows are missing", func() bool { return !at(r, lost) })
		if !at(r, kept) {
			t.Errorf("%s has forgotten more than was lost", name)
		}
	}
	readAgain()
	for _, r := range both {
		enginetest.Await(t, r, lost)
	}
	if diff := cmp.Diff(enginetest.Made(t, database(t), l.All(), models...), enginetest.Dump(t, pool, models...)); diff != "" {
		t.Error(diff)
	}
}
