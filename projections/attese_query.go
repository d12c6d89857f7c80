package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// AtteseQueries tells what awaits officers, of the rows of Elenco. It is safe for
// concurrent use.
type AtteseQueries struct{ pool *pgxpool.Pool }

// NewAtteseQueries returns the queries over a database.
func NewAtteseQueries(pool *pgxpool.Pool) *AtteseQueries { return &AtteseQueries{pool} }

// Waiting returns what awaits the officers of each Comune where something does, and of it
// what silence confirms, or what expires, until an instant; what awaits an answer is not
// among it.
func (q *AtteseQueries) Waiting(ctx context.Context, until time.Time) ([]domain.InAttesa, error) {
	const ends = `coalesce(due_at, expires_at)`
	rows, _ := q.pool.Query(ctx, `
		SELECT comune, count(*) AS attese, max(coalesce(awaited_at, requested_at)) AS ultima, count(*) FILTER (WHERE soon) AS termini,
		       coalesce(min(ends) FILTER (WHERE soon), '0001-01-01Z') AS prima, coalesce(max(ends) FILTER (WHERE soon), '0001-01-01Z') AS estrema
		  FROM (SELECT comune, awaited_at, requested_at, `+ends+` AS ends, coalesce(`+ends+` <= $1, false) AS soon
		          FROM elenco WHERE status = '`+string(domain.Awaiting)+`' AND sospesa_dal IS NULL) waiting
		 GROUP BY comune ORDER BY comune`, until)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[domain.InAttesa])
	if err != nil {
		return nil, fmt.Errorf("count what awaits officers: %w", err)
	}
	return all, nil
}
