package enginetest

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Apply has read models take events on top of what is there, all in one
// transaction.
func Apply(t T, pool *pgxpool.Pool, events []domain.Recorded, models ...engine.Projection) {
	t.Helper()
	ctx := context.Background()
	conn, err := pool.Acquire(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	err = engine.Write(ctx, conn.Conn(), false, func(w *engine.Writer) error {
		for _, m := range models {
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

// Clear makes read models as if nothing had ever been read.
func Clear(t T, pool *pgxpool.Pool, models ...engine.Projection) {
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

// Rows are all rows of some read models as text, a table a key.
type Rows map[string]string

// Dump returns the rows as they are.
func Dump(t T, pool *pgxpool.Pool, models ...engine.Projection) Rows {
	t.Helper()
	rows := Rows{}
	for _, m := range models {
		for _, table := range m.Tables() {
			var text string
			err := pool.QueryRow(context.Background(), fmt.Sprintf(
				`SELECT coalesce(string_agg(to_jsonb(t)::text, E'\n' ORDER BY to_jsonb(t)::text), '') FROM %s t`, table)).Scan(&text)
			if err != nil {
				t.Fatal(err)
			}
			rows[table] = text
		}
	}
	return rows
}

// Made returns the rows that events make where nothing was before.
func Made(t T, pool *pgxpool.Pool, events []domain.Recorded, models ...engine.Projection) Rows {
	t.Helper()
	Clear(t, pool, models...)
	Apply(t, pool, events, models...)
	return Dump(t, pool, models...)
}

// Contain says whether a text is in any row.
func (r Rows) Contain(text string) bool {
	for _, table := range r {
		if strings.Contains(table, text) {
			return true
		}
	}
	return false
}
