package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// Scadenze is what is due when: for each visura that is not final, when to look
// at it again. It is a reminder only; whether anything is to be done is decided
// at the head of the stream.
type Scadenze struct{}

func (Scadenze) Name() string { return "scadenze" }

func (Scadenze) Tables() []string { return []string{"scadenze"} }

// grace is how long the next step of a visura may take to follow by itself
// before somebody looks: more than most answers of ANPR take, less than a person
// likes to wait at a desk. A look too early waits for its turn and finds nothing
// to do.
const grace = 10 * time.Second

func (Scadenze) Apply(q *pgx.Batch, r domain.Recorded) error {
	id, ok := domain.VisuraOf(r.Stream)
	if !ok {
		return nil
	}
	// Every event means progress, so the claims are counted anew.
	due := func(at *time.Time) {
		q.Queue(`UPDATE scadenze SET revision = $2, due_at = $3, next_try = $3, attempts = 0 WHERE visura_id = $1 AND revision < $2`,
			id, r.Revision, at)
	}
	soon := func() *time.Time {
		at := r.Meta.At.Add(grace)
		return &at
	}
	switch e := r.Event.(type) {
	case domain.VisuraRequested:
		q.Queue(`INSERT INTO scadenze (visura_id, revision, due_at, next_try) VALUES ($1, $2, $3, $3) ON CONFLICT (visura_id) DO NOTHING`,
			id, r.Revision, soon())
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
		// Whatever was waited for is to be given up; what is over stays over.
		q.Queue(`UPDATE scadenze SET revision = $2, due_at = $3, next_try = $3, attempts = 0
			WHERE visura_id = $1 AND revision < $2 AND due_at IS NOT NULL`, id, r.Revision, soon())
	}
	return nil
}

// ScadenzeQueries asks what is due. It is safe for concurrent use.
type ScadenzeQueries struct{ pool *pgxpool.Pool }

// NewScadenzeQueries returns the queries over a database.
func NewScadenzeQueries(pool *pgxpool.Pool) *ScadenzeQueries { return &ScadenzeQueries{pool} }

// ClaimDue returns visure that are due at now, longest due first, at most
// limit, and puts each off by backoff, twice that at the next claim, and so on
// up to 8 times. A row closes only when the event that settles it comes back,
// so what is lost on the way is claimed again. Those who claim at once get
// different rows.
func (q *ScadenzeQueries) ClaimDue(ctx context.Context, now time.Time, limit int, backoff time.Duration) ([]domain.VisuraID, error) {
	rows, err := q.pool.Query(ctx, `
		WITH due AS (
			SELECT visura_id FROM scadenze WHERE next_try <= $1 ORDER BY next_try LIMIT $2 FOR UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE scadenze s SET attempts = s.attempts + 1, next_try = $1::timestamptz + $3::interval * power(2, least(s.attempts, 3))
			  FROM due WHERE s.visura_id = due.visura_id RETURNING s.visura_id, s.due_at
		)
		SELECT visura_id FROM claimed ORDER BY due_at`, now, limit, backoff)
	if err != nil {
		return nil, fmt.Errorf("claim what is due: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[domain.VisuraID])
	if err != nil {
		return nil, fmt.Errorf("claim what is due: %w", err)
	}
	return ids, nil
}
