package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// EsitiQueries counts how requests ended, for who looks for misuse. It is safe for
// concurrent use.
type EsitiQueries struct{ pool *pgxpool.Pool }

// NewEsitiQueries returns the queries over a database.
func NewEsitiQueries(pool *pgxpool.Pool) *EsitiQueries { return &EsitiQueries{pool} }

// NotFound returns how many of a person's requests at a pair ended with nobody found after
// an instant and up to another, those of requests about many left out.
func (q *EsitiQueries) NotFound(ctx context.Context, utente domain.UtenteID, at domain.Pair, after, until time.Time) (n int, err error) {
	err = q.pool.QueryRow(ctx, `
		SELECT count(*) FROM dettaglio d
		 WHERE requester = $1 AND ente = $2 AND comune = $3 AND status = 'not_issuable' AND reason = ANY($4)
		   AND updated_at > $5 AND updated_at <= $6
		   AND NOT EXISTS (SELECT FROM elenco e WHERE e.visura_id = d.visura_id AND e.massiva IS NOT NULL)`,
		utente, at.Ente, at.Comune, domain.NobodyFoundReasons, after, until).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count what was not found: %w", err)
	}
	return n, nil
}
