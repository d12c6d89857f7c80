package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Scadenze is when each stream that a process carries on is to be advanced
// again, until it is final. Whether anything is to be done then is decided at the
// head of the stream.
type Scadenze struct{}

func (Scadenze) Name() string { return "scadenze" }

func (Scadenze) Tables() []string { return []string{"scadenze"} }

// grace is how long after an event the next one may take to follow before the
// stream is due: longer than most answers of ANPR, short for a person waiting at
// a desk. Advancing a stream too early does nothing.
const grace = 10 * time.Second

func (Scadenze) Categories() []string { return visure }

func (Scadenze) Apply(w *engine.Writer, events []domain.Recorded) error {
	for _, r := range events {
		remind(w, r)
	}
	return nil
}

func remind(w *engine.Writer, r domain.Recorded) {
	// Every event is progress: claims are counted from 0 again.
	due := func(at *time.Time) {
		w.Queue(`UPDATE scadenze SET revision = $2, due_at = $3, next_try = $3, attempts = 0 WHERE stream = $1 AND revision < $2`,
			r.Stream, r.Revision, at)
	}
	soon := func() *time.Time {
		at := r.Meta.At.Add(grace)
		return &at
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		w.Queue(`INSERT INTO scadenze (stream, revision, due_at, next_try) VALUES ($1, $2, $3, $3) ON CONFLICT (stream) DO NOTHING`,
			r.Stream, r.Revision, soon())
	case domain.ConfirmationAwaited:
		due(e.Due)
	case domain.VisuraApproved:
		due(soon())
	case domain.QueryStarted:
		due(soon())
	case domain.QueryDeferred:
		due(&e.RetryAt)
	case domain.VisuraRejected, domain.VisuraWithdrawn, domain.VisuraIssued, domain.VisuraNotIssuable, domain.VisuraFailed:
		due(nil)
	case domain.VisuraErased:
		// A request that is not final is to be closed; a final one stays final.
		w.Queue(`UPDATE scadenze SET revision = $2, due_at = $3, next_try = $3, attempts = 0
			WHERE stream = $1 AND revision < $2 AND due_at IS NOT NULL`, r.Stream, r.Revision, soon())
	}
}

// ScadenzeQueries claims what is due. It is safe for concurrent use.
type ScadenzeQueries struct{ pool *pgxpool.Pool }

// NewScadenzeQueries returns the queries over a database.
func NewScadenzeQueries(pool *pgxpool.Pool) *ScadenzeQueries { return &ScadenzeQueries{pool} }

// ClaimDue returns streams that are due at now, at most limit, those whose next
// try is oldest, in the order they fell due, and puts each off by backoff, twice that at the next claim, and so on
// up to 8 times. A row stays due until an event of its stream changes it, so a
// claim that comes to nothing is repeated. Concurrent calls get different rows.
func (q *ScadenzeQueries) ClaimDue(ctx context.Context, now time.Time, limit int, backoff time.Duration) ([]string, error) {
	rows, err := q.pool.Query(ctx, `
		WITH due AS (
			SELECT stream FROM scadenze WHERE next_try <= $1 ORDER BY next_try LIMIT $2 FOR UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE scadenze s SET attempts = s.attempts + 1, next_try = $1::timestamptz + $3::interval * power(2, least(s.attempts, 3))
			  FROM due WHERE s.stream = due.stream RETURNING s.stream, s.due_at
		)
		SELECT stream FROM claimed ORDER BY due_at`, now, limit, backoff)
	if err != nil {
		return nil, fmt.Errorf("claim what is due: %w", err)
	}
	streams, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("claim what is due: %w", err)
	}
	return streams, nil
}
