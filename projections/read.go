package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// querier is a pool, or a transaction that shows one instant.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// byKey returns the second column of rows by their first.
func byKey[K ~string, V any](ctx context.Context, db querier, sql string, args ...any) (map[K]V, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	all := map[K]V{}
	var k K
	var v *V // made anew for each row, that nothing of the one before is left in it
	_, err = pgx.ForEachRow(rows, []any{&k, &v}, func() error {
		all[k] = *v
		v = nil
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	return all, nil
}
