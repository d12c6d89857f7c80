package engine_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// crash takes away what was written after a position, rows together with their
// checkpoint, and ends all sessions: as a crash of PostgreSQL may, whose commits do not
// wait for the disk. It is done by hand, since nobody can tell a crash what to take.
func crash(t *testing.T, pool *pgxpool.Pool, kept domain.Position, lost string) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		for _, statement := range []string{
			`LOCK TABLE checkpoint IN ACCESS EXCLUSIVE MODE`,
			`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
			`DELETE FROM elenco_streams WHERE stream = '` + lost + `'`,
			`DELETE FROM dettaglio_streams WHERE stream = '` + lost + `'`,
			`DELETE FROM scadenze_streams WHERE stream = '` + lost + `'`,
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
}

// told says whether a runner has who asks for a position read at once.
func told(t *testing.T, r *engine.Runner, pos domain.Position) bool {
	t.Helper()
	now, cancel := context.WithCancel(t.Context())
	cancel()
	return r.Await(now, elenco.Name(), pos) == nil
}

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
	crash(t, pool, kept, string(visuraID(2).Stream()))
	for name, r := range both {
		enginetest.Until(t, name+" says that rows are missing", func() bool { return !told(t, r, lost) })
		enginetest.Await(t, r, kept)
		if told(t, r, lost) {
			t.Errorf("%s says that rows are there", name)
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

// The writer has nothing to write, so it does not notice that its session has ended.
func TestAWriterAtRestDoesNotTellWhatWasTakenAway(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	r := enginetest.NewRunner(pool, l, models...)
	r.Pace.Idle = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { _ = r.Run(ctx) })
	defer running.Wait()
	defer cancel()
	kept, lost := issue(l, 1), issue(l, 2)
	enginetest.Await(t, r, lost)
	crash(t, pool, kept, string(visuraID(2).Stream()))
	enginetest.Until(t, "rows are known to be missing", func() bool { return !told(t, r, lost) })
	l.Add("profile-1", domain.Sistema, domain.ProfileDefined{}) // of a category nobody follows
	enginetest.Until(t, "rows are there again", func() bool {
		said := told(t, r, lost) // before it is looked
		var there bool
		if err := pool.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM elenco_streams WHERE stream = $1)`, string(visuraID(2).Stream())).Scan(&there); err != nil {
			t.Fatal(err)
		}
		if said && !there {
			t.Error("it says that rows are there, and they are not")
		}
		return there || said
	})
}
