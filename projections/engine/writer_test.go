package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// trips is what a connection is asked to do, in order.
type trips struct{ made []string }

func (c *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.made = append(c.made, "query")
	return ctx
}
func (*trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (c *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	c.made = append(c.made, fmt.Sprintf("batch of %d", data.Batch.Len()))
	return ctx
}
func (*trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (*trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}
func (c *trips) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	c.made = append(c.made, "copy")
	return ctx
}
func (*trips) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

// traced connects to a pool's database.
func traced(t *testing.T, pool *pgxpool.Pool) (*pgx.Conn, *trips) {
	t.Helper()
	made := &trips{}
	config := pool.Config().ConnConfig.Copy()
	config.Tracer = made
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn, made
}

// entries are rows of a table as "stream revision", and in how many
// transactions they were written.
func entries(t *testing.T, pool *pgxpool.Pool, table string) (got []string, transactions int) {
	t.Helper()
	rows, err := pool.Query(t.Context(), `SELECT stream || ' ' || revision FROM `+table+` ORDER BY 1`)
	if err == nil {
		got, err = pgx.CollectRows(rows, pgx.RowTo[string])
	}
	if err == nil {
		err = pool.QueryRow(t.Context(), `SELECT count(DISTINCT xmin::text) FROM `+table).Scan(&transactions)
	}
	if err != nil {
		t.Fatal(err)
	}
	return got, transactions
}

const insert = `INSERT INTO elenco_streams (stream, revision) VALUES ($1, $2)`

var columns = []string{"stream", "revision"}

func TestStatementsAloneCostOneRoundTripAndOneTransaction(t *testing.T) {
	t.Parallel()
	pool := database(t)
	conn, made := traced(t, pool)
	err := engine.Write(t.Context(), conn, false, func(w *engine.Writer) error {
		w.Queue(insert, "a", 1)
		w.Queue(insert, "b", 2)
		w.Queue(`INSERT INTO elenco_streams SELECT * FROM unnest($1::text[], $2::bigint[])`, []string{"c", "d"}, []int64{3, 4})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"batch of 3"}, made.made); diff != "" {
		t.Errorf("round trips:\n%s", diff)
	}
	got, transactions := entries(t, pool, elenco.Table)
	if want := []string{"a 1", "b 2", "c 3", "d 4"}; !slices.Equal(want, got) || transactions != 1 {
		t.Errorf("%v in %d transactions", got, transactions)
	}
	made.made = nil
	if err := engine.Write(t.Context(), conn, false, func(*engine.Writer) error { return nil }); err != nil || len(made.made) > 0 {
		t.Errorf("nothing to write costs %v, %v", made.made, err)
	}
	err = engine.Write(t.Context(), conn, false, func(w *engine.Writer) error {
		w.Queue(insert, "e", 5)
		w.Queue(insert, "a", 1) // it is there
		return nil
	})
	if got, _ := entries(t, pool, elenco.Table); err == nil || len(got) != 4 {
		t.Errorf("the first of two statements was written: %v, %v", got, err)
	}
}

// readBack returns what Read finds under a key.
func readBack(w *engine.Writer, stream string) (revision int64, err error) {
	rows, err := w.Read(`SELECT revision FROM elenco_streams WHERE stream = $1`, stream)
	if err != nil {
		return 0, err
	}
	return pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
}

// several uses all a Writer knows: a row is queued and read, two are copied, one
// of them is changed and read, one more is queued. It looks at what it reads.
func several(w *engine.Writer) error {
	w.Queue(insert, "a", 1)
	if got, err := readBack(w, "a"); err != nil || got != 1 {
		return fmt.Errorf("what was queued reads %d: %w", got, err)
	}
	if err := w.Copy(elenco.Table, columns, [][]any{{"b", 2}, {"c", 3}}); err != nil {
		return err
	}
	w.Queue(`UPDATE elenco_streams SET revision = 4 WHERE stream = $1`, "c")
	if got, err := readBack(w, "c"); err != nil || got != 4 {
		return fmt.Errorf("what was copied and changed reads %d: %w", got, err)
	}
	w.Queue(insert, "d", 5)
	return nil
}

var written = []string{"a 1", "b 2", "c 4", "d 5"}

func TestQueueCopyAndReadAreOneTransaction(t *testing.T) {
	t.Parallel()
	pool := database(t)
	conn, _ := traced(t, pool)
	reason := errors.New("no such thing")
	for name, end := range map[string]func(w *engine.Writer) error{
		"by an error of its own": func(*engine.Writer) error { return reason },
		"by a statement": func(w *engine.Writer) error {
			w.Queue(insert, "a", 1)
			return nil
		},
		"by COPY": func(w *engine.Writer) error {
			return w.Copy(elenco.Table, columns, [][]any{{"e", 6}, {"e", 6}})
		},
		"by COPY, which it overlooks": func(w *engine.Writer) error {
			_ = w.Copy(elenco.Table, columns, [][]any{{"e", 6}, {"e", 6}})
			return nil
		},
		"by a question, which it overlooks": func(w *engine.Writer) error {
			_, _ = w.Read(`SELECT 1 / revision FROM elenco_streams ORDER BY $1::int / 0`, 1)
			return nil
		},
	} {
		err := engine.Write(t.Context(), conn, false, func(w *engine.Writer) error {
			if err := several(w); err != nil {
				t.Errorf("%s: before the end: %v", name, err)
			}
			return end(w)
		})
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if got, _ := entries(t, pool, elenco.Table); len(got) > 0 {
			t.Errorf("ended %s, it leaves %v", name, got)
		}
		if status := conn.PgConn().TxStatus(); status != 'I' {
			t.Errorf("ended %s, the connection is in state %c", name, status)
		}
	}
	if err := engine.Write(t.Context(), conn, false, several); err != nil {
		t.Fatalf("on the same connection: %v", err)
	}
	if got, transactions := entries(t, pool, elenco.Table); !slices.Equal(written, got) || transactions != 1 {
		t.Errorf("%v in %d transactions", got, transactions)
	}
}

// whole is a read model that makes the same rows of whatever it is given first,
// and may fail afterwards.
type whole struct {
	engine.Streams
	err error
}

func (m whole) Apply(w *engine.Writer, events []domain.Recorded) error {
	if events[0].Revision > 0 {
		return nil
	}
	if err := several(w); err != nil {
		return err
	}
	return m.err
}

func TestARebuildWritesWithAllAWriterKnows(t *testing.T) {
	t.Parallel()
	pool, l := database(t), enginetest.NewLog()
	l.Add("visura-1", domain.Sistema, domain.QueryStarted{})
	rebuilt := func(m engine.Projection) error {
		return enginetest.NewRunner(pool, l, m).Rebuild(t.Context(), m.Name())
	}
	reason := errors.New("no such thing")
	if err := rebuilt(whole{elenco, reason}); !errors.Is(err, reason) {
		t.Errorf("one that fails: %v", err)
	}
	if got, _ := entries(t, pool, elenco.Table); len(got) > 0 {
		t.Errorf("one that fails leaves %v", got)
	}
	if err := rebuilt(whole{elenco, nil}); err != nil {
		t.Fatal(err)
	}
	if got, transactions := entries(t, pool, elenco.Table); !slices.Equal(written, got) || transactions != 1 {
		t.Errorf("%v in %d transactions", got, transactions)
	}
}

// The last stretch, between the end of the log and the exchange of the tables,
// is written within the transaction that exchanges them.
func TestTheLastStretchOfARebuildGoesWithTheExchange(t *testing.T) {
	t.Parallel()
	for name, reason := range map[string]error{"": nil, "one that fails there": errors.New("no such thing")} {
		pool, l := database(t), enginetest.NewLog()
		first := l.Add("ente-1", domain.Sistema, domain.EnteRegistered{})
		m := whole{engine.Streams{Table: elenco.Table, Of: []string{"ente", "visura"}}, reason}
		// The live read model is said to be ahead by the time the rest is read.
		l.Before(func(r domain.Recorded) error {
			if r.Position != first {
				return nil
			}
			at := l.Add("visura-1", domain.Sistema, domain.QueryStarted{})
			_, err := pool.Exec(context.Background(), `INSERT INTO checkpoint (projection, commit_position, prepare_position)
				VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, m.Name(), at.Commit, at.Prepare)
			return err
		})
		err := enginetest.NewRunner(pool, l, late{m, first}).Rebuild(t.Context(), m.Name())
		if !errors.Is(err, reason) {
			t.Errorf("%s: %v", name, err)
		}
		want := written
		if reason != nil {
			want = nil
		}
		if got, _ := entries(t, pool, elenco.Table); !slices.Equal(want, got) {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// late makes nothing of the first event.
type late struct {
	whole
	first domain.Position
}

func (m late) Apply(w *engine.Writer, events []domain.Recorded) error {
	if events = slices.DeleteFunc(slices.Clone(events), func(r domain.Recorded) bool { return r.Position == m.first }); len(events) == 0 {
		return nil
	}
	return m.whole.Apply(w, events)
}
