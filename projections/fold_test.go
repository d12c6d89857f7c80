package projections

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

// inBatches returns the rows that batches make, each in a transaction, where
// nothing was before; fresh is what Writer.Fresh says.
func inBatches(t enginetest.T, pool *pgxpool.Pool, fresh bool, batches ...[]domain.Recorded) enginetest.Rows {
	t.Helper()
	ctx := context.Background()
	enginetest.Clear(t, pool, All...)
	conn, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for _, events := range batches {
		err := engine.Write(ctx, conn.Conn(), fresh, func(w *engine.Writer) error {
			for _, m := range All {
				if err := engine.Apply(w, m, events, domain.Position{}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return enginetest.Dump(t, pool, All...)
}

// cut cuts a log into batches. When events come again a batch begins anywhere
// before the end of the one before it, and may hold a stretch twice.
func cut(t *rapid.T, events []domain.Recorded, again bool) (batches [][]domain.Recorded) {
	for end := 0; end < len(events); {
		from := end
		if again {
			from = rapid.IntRange(0, end).Draw(t, "from")
		}
		end = rapid.IntRange(end+1, len(events)).Draw(t, "to")
		batch := slices.Clone(events[from:end])
		if again && rapid.Bool().Draw(t, "twice") {
			batch = append(batch, events[rapid.IntRange(from, end).Draw(t, "twice from"):end]...)
		}
		batches = append(batches, batch)
	}
	return batches
}

func TestEventsFoldedMakeTheRowsTheyMakeOneByOne(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	rapid.Check(t, func(t *rapid.T) {
		events := stories(t).All()
		want := inBatches(t, pool, false, slices.Collect(slices.Chunk(events, 1))...)
		for name, got := range map[string]enginetest.Rows{
			"once":           inBatches(t, pool, false, cut(t, events, false)...),
			"again":          inBatches(t, pool, false, cut(t, events, true)...),
			"in a rebuild":   inBatches(t, pool, true, cut(t, events, false)...),
			"all in a batch": inBatches(t, pool, false, events),
		} {
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("in batches, %s:\n%s", name, diff)
			}
		}
	})
}

// Of one batch the first half may have been seen, and what counts up does so
// once for each event.
func TestOfABatchSeenInPartTheRestIsApplied(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	issue(l, 1)
	due := morning.Add(grace)
	for _, e := range []domain.Event{
		domain.VisuraDownloaded{}, domain.VisuraDownloaded{}, domain.VisuraErased{Basis: "termine"}, domain.VisuraDownloaded{},
	} {
		l.Add(string(visuraID(1).Stream()), operatore, e)
	}
	for _, e := range []domain.Event{request(roma, inps, rossi), domain.ConfirmationAwaited{Due: &due}, domain.VisuraErased{Basis: "richiesta"}, domain.VisuraFailed{Code: domain.FailedErased}} {
		l.Add(string(visuraID(2).Stream()), operatore, e)
	}
	events := l.All()
	want := inBatches(t, pool, false, slices.Collect(slices.Chunk(events, 1))...)
	for n := range events {
		if diff := cmp.Diff(want, inBatches(t, pool, false, events[:n], events)); diff != "" {
			t.Errorf("%d of %d seen before:\n%s", n, len(events), diff)
		}
	}
}

func TestListsOfTextsAreKeptAsTheyAre(t *testing.T) {
	t.Parallel()
	pool, l := pgtest.New(t), enginetest.NewLog()
	lists := [][]string{nil, {""}, {"NULL", `a "b"`, `\`, "{c,d}", " e ", "à\nè"}, {"f"}}
	for n, list := range lists {
		l.Add(string(visuraID(n).Stream()), operatore, request(roma, inps, rossi))
		e := issued(visuraID(n))
		e.Warnings = list
		l.Add(string(visuraID(n).Stream()), operatore, e)
	}
	lists[0] = []string{}
	for name, batches := range map[string][][]domain.Recorded{
		"one by one": slices.Collect(slices.Chunk(l.All(), 1)), "a visura at once": slices.Collect(slices.Chunk(l.All(), 2)), "all at once": {l.All()},
	} {
		for _, fresh := range []bool{false, true} {
			inBatches(t, pool, fresh, batches...)
			found, err := pool.Query(t.Context(), `SELECT warnings FROM dettaglio ORDER BY visura_id`)
			if err != nil {
				t.Fatal(err)
			}
			got, err := pgx.CollectRows(found, pgx.RowTo[[]string])
			if diff := cmp.Diff(lists, got); diff != "" || err != nil {
				t.Errorf("%s, fresh %t: %v\n%s", name, fresh, err, diff)
			}
		}
	}
}

// batched remembers the statements of batches.
type batched struct{ statements []string }

func (b *batched) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	return ctx
}
func (*batched) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (*batched) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	return ctx
}
func (b *batched) TraceBatchQuery(_ context.Context, _ *pgx.Conn, data pgx.TraceBatchQueryData) {
	b.statements = append(b.statements, data.SQL)
}
func (*batched) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

// A statement that is the same each time is parsed and planned once.
func TestRequestsThatAreRecordedAreOneStatementATable(t *testing.T) {
	t.Parallel()
	made := &batched{}
	config := pgtest.New(t).Config()
	config.ConnConfig.Tracer = made
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var before []string
	for n, count := range []int{2, 100, 3} {
		l := enginetest.NewLog()
		for i := range count {
			stream := string(visuraID(1000*n + i).Stream())
			l.Add(stream, operatore, request(roma, inps, domain.Soggetto{CodiceFiscale: domain.CodiceFiscale(stream)})) // about each for the first time
			l.Add(stream, operatore, domain.ConfirmationAwaited{})
		}
		made.statements = nil
		enginetest.Apply(t, pool, l.All(), All...)
		if len(made.statements) != 9 { // with the beginning and the end of a transaction in which something is read
			t.Errorf("%d requests are %d statements", count, len(made.statements))
		}
		if diff := cmp.Diff(before, made.statements); n > 0 && diff != "" {
			t.Errorf("%d requests are other statements:\n%s", count, diff)
		}
		before = made.statements
	}
}
