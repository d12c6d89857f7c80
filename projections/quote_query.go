package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// QuoteQueries says how far quotas are used up. It is safe for concurrent use.
type QuoteQueries struct{ pool *pgxpool.Pool }

// NewQuoteQueries returns the queries over a database.
func NewQuoteQueries(pool *pgxpool.Pool) *QuoteQueries { return &QuoteQueries{pool} }

// Counted returns what was counted under some keys (domain.Quota.Chiave), in their order:
// 0 where nothing was.
func (q *QuoteQueries) Counted(ctx context.Context, chiavi []string) ([]int, error) {
	rows, err := q.pool.Query(ctx, `SELECT coalesce(c.n, 0) FROM unnest($1::text[]) WITH ORDINALITY AS t(k, i) LEFT JOIN quota_conto c ON c.chiave = t.k ORDER BY i`, chiavi)
	if err != nil {
		return nil, fmt.Errorf("read quotas: %w", err)
	}
	conti, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return nil, fmt.Errorf("read quotas: %w", err)
	}
	return conti, nil
}
