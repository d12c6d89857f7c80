package engine_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

func TestOneWritesAndAnotherTakesOver(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	first, stop := enginetest.Run(t, pool, l, models...)
	enginetest.Await(t, first, issue(l, 1))
	second, _ := enginetest.Run(t, pool, l, models...)
	// The one that stands by learns of what the other writes.
	for n := 2; n < 30; n++ {
		enginetest.Await(t, second, issue(l, n))
	}
	// What is written is told a moment before it is counted.
	enginetest.Until(t, "the first writes", func() bool { h := first.Health()[0]; return h.State == engine.Live && h.Batches > 0 })
	if h := second.Health()[0]; h.State != engine.Standby || h.Batches != 0 {
		t.Errorf("the second writes too: %+v", h)
	}
	stop()
	enginetest.Await(t, second, issue(l, 30))
	enginetest.Until(t, "the second writes", func() bool { h := second.Health()[0]; return h.State == engine.Live && h.Batches > 0 })
}

func TestPostgreSQLMayComeAndGo(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	writer, _ := enginetest.Run(t, pool, l, models...)
	enginetest.Await(t, writer, issue(l, 0))
	standby, _ := enginetest.Run(t, pool, l, models...)
	for n := 1; n <= 5; n++ {
		if _, err := pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
			t.Fatal(err)
		}
		pos := issue(l, n)
		enginetest.Await(t, writer, pos)
		enginetest.Await(t, standby, pos)
	}
	if diff := cmp.Diff(enginetest.Made(t, database(t), l.All(), models...), enginetest.Dump(t, pool, models...)); diff != "" {
		t.Error(diff)
	}
}

func TestAwait(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	r, _ := enginetest.Run(t, pool, l, models...)
	pos := issue(l, 1)
	enginetest.Await(t, r, pos)
	t.Run("returns at once for what is there", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := r.Await(ctx, elenco.Name(), pos); err != nil {
			t.Error(err)
		}
	})
	t.Run("is bounded by its context", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if err := r.Await(ctx, elenco.Name(), domain.Position{Commit: 1 << 40}); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if n := r.Waiting(elenco.Name()); n != 0 {
			t.Errorf("%d still wait", n)
		}
	})
	t.Run("refuses a read model that does not exist", func(t *testing.T) {
		if err := r.Await(t.Context(), "nessuno", pos); err == nil {
			t.Error("no error")
		}
	})
}

// Also of streams that no aggregate of today has.
func TestWhoWatchesAStreamIsWokenByItsChanges(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	group := append([]engine.Projection{engine.Streams{Table: parti.Table, Of: []string{"utente", "ente", "comune", "caso"}}}, models[:3]...)
	writer, _ := enginetest.Run(t, pool, l, group...)
	enginetest.Await(t, writer, issue(l, 100))
	standby, _ := enginetest.Run(t, pool, l, group...)
	enginetest.Await(t, standby, l.Head())
	for name, r := range map[string]*engine.Runner{"of the writer": writer, "of another instance": standby} {
		for _, stream := range []string{
			string(visuraID(len(name)).Stream()), "utente-00000000-0000-0000-0000-0000000000a1",
			"ente-00000000-0000-0000-0000-0000000000e1", "comune-058091", "caso-058091-2026-11-23",
		} {
			changed, stop := r.Watch(stream)
			reached := l.Add(stream, domain.Sistema, domain.QueryStarted{})
			select {
			case <-changed:
			case <-time.After(10 * time.Second):
				t.Fatalf("%s: no signal of %s", name, stream)
			}
			enginetest.Await(t, r, reached)
			other, stopOther := r.Watch(stream + "-0")
			enginetest.Await(t, r, l.Add(stream, domain.Sistema, domain.QueryStarted{}))
			if len(other) > 0 {
				t.Errorf("%s: who watches another stream than %s is woken", name, stream)
			}
			stop()
			stopOther()
		}
		if n := r.Watched(); n != 0 {
			t.Errorf("%s: %d still watched", name, n)
		}
	}
}

// filters is a feed that tells which categories it is asked for.
type filters struct {
	*enginetest.Log
	asked chan []string
}

func (f filters) Follow(ctx context.Context, categories []string, after domain.Position, deliver func(engine.Delivery) error) error {
	f.asked <- categories
	return f.Log.Follow(ctx, categories, after, deliver)
}

func TestTheFeedIsAskedForTheCategoriesOfTheReadModels(t *testing.T) {
	t.Parallel()
	pool := database(t)
	feed := filters{enginetest.NewLog(), make(chan []string, 1)}
	feed.Add("comune-058091", domain.Sistema, domain.ComuneRegistered{})
	feed.Add("ente-1", domain.Sistema, domain.EnteRegistered{})
	feed.Add("utente-1", domain.Sistema, domain.UtenteRegistered{})
	issue(feed.Log, 1)
	r, stop := enginetest.Run(t, pool, feed, models...)
	if diff := cmp.Diff([]string{"ente", "utente", "visura"}, <-feed.asked); diff != "" {
		t.Errorf("by the group:\n%s", diff)
	}
	enginetest.Await(t, r, feed.Head())
	stop()
	rows := enginetest.Dump(t, pool, models...)
	if got := strings.Count(rows[elenco.Table], "visura-"); got != 1 || rows.Contain("comune-") || strings.Contains(rows[elenco.Table], "ente-") {
		t.Errorf("each has not its own: %v", rows)
	}
	if err := r.Rebuild(t.Context(), parti.Name()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"utente", "ente"}, <-feed.asked); diff != "" {
		t.Errorf("by a rebuild:\n%s", diff)
	}
	if diff := cmp.Diff(rows, enginetest.Dump(t, pool, models...)); diff != "" {
		t.Errorf("rebuilt:\n%s", diff)
	}
}

// fragile is a read model that breaks at a document of a given size.
type fragile struct {
	bad    int
	broken func(w *engine.Writer) error
}

func (fragile) Name() string         { return "fragile" }
func (fragile) Tables() []string     { return []string{"fragile"} }
func (fragile) Categories() []string { return []string{"visura"} }
func (f fragile) Apply(w *engine.Writer, events []domain.Recorded) error {
	for _, r := range events {
		if e, ok := r.Event.(domain.VisuraIssued); ok && e.Size == f.bad {
			return f.broken(w)
		}
		w.Queue(`INSERT INTO fragile (stream, revision) VALUES ($1, $2) ON CONFLICT DO NOTHING`, r.Stream, r.Revision)
	}
	return nil
}

func TestAReadModelThatBreaksStopsAlone(t *testing.T) {
	t.Parallel()
	for name, broken := range map[string]func(w *engine.Writer) error{
		"by its own word": func(*engine.Writer) error { return errors.New("no such thing") },
		"by PostgreSQL":   func(w *engine.Writer) error { w.Queue(`INSERT INTO fragile VALUES (NULL, 1)`); return nil },
		"by a wrong type": func(w *engine.Writer) error {
			w.Queue(`INSERT INTO fragile VALUES ('a', $1)`, "RSSMRA80A01H501U")
			return nil
		},
		"by a missing table": func(w *engine.Writer) error { w.Queue(`INSERT INTO nowhere VALUES (1)`); return nil },
		"by rows that are there": func(w *engine.Writer) error {
			return w.Copy("fragile", columns, [][]any{{"a", 1}, {"a", 1}})
		},
		"by rows of a wrong type": func(w *engine.Writer) error {
			return w.Copy("fragile", columns, [][]any{{"a", 1}, {"b", "RSSMRA80A01H501U"}})
		},
		"by a question PostgreSQL refuses": func(w *engine.Writer) error {
			rows, err := w.Read(`SELECT 1 / $1::int`, 0)
			if err != nil {
				return err
			}
			rows.Close()
			return rows.Err()
		},
		"by a question of a wrong type": func(w *engine.Writer) error {
			_, err := w.Read(`SELECT revision FROM fragile WHERE revision = $1`, "RSSMRA80A01H501U")
			return err
		},
		"by a wrong type that is sent before a question": func(w *engine.Writer) error {
			w.Queue(`INSERT INTO fragile VALUES ('a', $1)`, "RSSMRA80A01H501U")
			_, err := w.Read(`SELECT 1`)
			return err
		},
		"by an error it overlooks": func(w *engine.Writer) error {
			_ = w.Copy("fragile", columns, [][]any{{"a", 1}, {"a", 1}})
			return nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, l := database(t), enginetest.NewLog()
			if _, err := pool.Exec(t.Context(), `CREATE TABLE fragile (stream text NOT NULL, revision bigint, PRIMARY KEY (stream, revision))`); err != nil {
				t.Fatal(err)
			}
			issue(l, 1)
			at := l.Add(string(visuraID(2).Stream()), domain.Sistema, domain.VisuraIssued{Size: 666})
			issue(l, 3)
			r, stop := enginetest.Run(t, pool, l, fragile{666, broken}, elenco, scadenze)
			enginetest.Await(t, r, l.Head(), elenco.Name(), scadenze.Name())
			enginetest.Await(t, r, issue(l, 4), elenco.Name(), scadenze.Name())
			if err := r.Await(t.Context(), "fragile", l.Head()); !errors.Is(err, engine.ErrDetached) {
				t.Errorf("to wait for it: %v", err)
			}
			// It is tried again whenever another joins the writer.
			var h engine.Health
			enginetest.Until(t, "it is stopped", func() bool { h = r.Health()[0]; return !h.Well() })
			if h.Position.Compare(at) >= 0 || !strings.Contains(h.Error, "visura.issued.v1 at "+at.String()) {
				t.Errorf("health %+v", h)
			}
			if strings.Contains(h.Error, "RSSMRA") {
				t.Errorf("the error quotes data: %s", h.Error)
			}
			stop()
			// Mended, it is made anew beside the others, and takes part again.
			r, _ = enginetest.Run(t, pool, l, fragile{bad: -1}, elenco, scadenze)
			enginetest.Await(t, r, issue(l, 5))
			var rows int
			if err := pool.QueryRow(t.Context(), `SELECT count(*) FROM fragile`).Scan(&rows); err != nil || rows != len(l.All()) {
				t.Errorf("%d rows of %d events, %v", rows, len(l.All()), err)
			}
		})
	}
}

func TestAnUnreadableEventIsNeverSkipped(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	before := issue(l, 1)
	bad := issue(l, 2)
	var readable atomic.Bool
	met := make(chan struct{}, 1000)
	l.Before(func(r domain.Recorded) error {
		if r.Position == bad && !readable.Load() {
			met <- struct{}{}
			return fmt.Errorf("%w: of an unknown type", engine.ErrUnreadable)
		}
		return nil
	})
	r, _ := enginetest.Run(t, pool, l, models...)
	enginetest.Await(t, r, before)
	for range 3 { // however often it is tried
		<-met
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := r.Await(ctx, elenco.Name(), bad); err == nil {
		t.Error("it was skipped")
	}
	readable.Store(true) // by a newer version, here or in another instance
	enginetest.Await(t, r, bad)
}

func TestAReadModelThatJoinsDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	r, stop := enginetest.Run(t, pool, l, elenco)
	enginetest.Await(t, r, issue(l, 1))
	stop()
	var gate atomic.Bool
	start := l.All()[0].Position
	opened := make(chan struct{})
	l.Before(func(r domain.Recorded) error { // the newcomer reads from the beginning, and is held there
		if r.Position == start && gate.CompareAndSwap(false, true) {
			<-opened
		}
		return nil
	})
	r, _ = enginetest.Run(t, pool, l, elenco, dettaglio)
	enginetest.Await(t, r, issue(l, 2), elenco.Name())
	if err := r.Await(t.Context(), dettaglio.Name(), l.Head()); !errors.Is(err, engine.ErrDetached) {
		t.Errorf("the newcomer follows already: %v", err)
	}
	close(opened)
	enginetest.Await(t, r, issue(l, 3))
}
