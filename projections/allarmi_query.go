package projections

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// AllarmiQueries hands out what was found, for cases to be opened. It is safe for
// concurrent use.
type AllarmiQueries struct{ pool *pgxpool.Pool }

// NewAllarmiQueries returns the queries over a database.
func NewAllarmiQueries(pool *pgxpool.Pool) *AllarmiQueries { return &AllarmiQueries{pool} }

// Rilievo is that a request has met a rule of alarms.
type Rilievo struct {
	Visura domain.VisuraID
	Fatto  domain.CasoOpened
}

// alarmsSince is for how long cases are opened for what was found: of the history of before
// there were alarms none are.
const alarmsSince = 7 * 24 * time.Hour

// Claim returns what was found and is in no case at now, at most limit, the oldest first,
// and puts each off by backoff, twice that at the next claim, and so on up to 8 times.
// Concurrent calls get different ones.
func (q *AllarmiQueries) Claim(ctx context.Context, now time.Time, limit int, backoff time.Duration) ([]Rilievo, error) {
	rows, err := q.pool.Query(ctx, `
		WITH due AS (
			SELECT visura_id, codice FROM allarmi_rilievo WHERE next_try <= $1 AND next_try > $2 ORDER BY next_try, visura_id, codice LIMIT $3 FOR UPDATE SKIP LOCKED
		), claimed AS (
			UPDATE allarmi_rilievo r SET attempts = r.attempts + 1, next_try = $1::timestamptz + $4::interval * power(2, least(r.attempts, 3))
			  FROM due WHERE r.visura_id = due.visura_id AND r.codice = due.codice RETURNING r.visura_id, r.codice, r.fatto
		)
		SELECT visura_id::text, fatto FROM claimed ORDER BY (fatto->>'al')::timestamptz, visura_id, codice`, now, now.Add(-alarmsSince), limit, backoff)
	if err != nil {
		return nil, fmt.Errorf("claim alarms: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Rilievo])
	if err != nil {
		return nil, fmt.Errorf("claim alarms: %w", err)
	}
	return found, nil
}

// Settle says that what was found is in a case, unless something else was found since.
func (q *AllarmiQueries) Settle(ctx context.Context, r Rilievo) error {
	text, err := json.Marshal(r.Fatto)
	if err == nil {
		_, err = q.pool.Exec(ctx, `UPDATE allarmi_rilievo SET next_try = NULL WHERE visura_id = $1 AND codice = $2 AND fatto = $3::jsonb`, r.Visura, r.Fatto.Regola.Codice, string(text))
	}
	if err != nil {
		return fmt.Errorf("settle an alarm: %w", err)
	}
	return nil
}

// InCaso is in which case a request is.
type InCaso struct {
	Visura domain.VisuraID
	Caso   domain.CasoID
	Closed bool
}

// Holding returns in which cases of the rule, and about the same user or Ente, the requests
// of what was found are, those that are open last.
func (q *AllarmiQueries) Holding(ctx context.Context, fatto domain.CasoOpened) ([]InCaso, error) {
	ids := make([]string, len(fatto.Visure))
	for i, v := range fatto.Visure {
		ids[i] = string(v.Visura)
	}
	rows, err := q.pool.Query(ctx, `
		SELECT v.visura_id::text, v.caso::text, c.stato = 'closed' FROM casi c JOIN casi_visura v USING (caso)
		 WHERE v.visura_id = ANY ($1::uuid[]) AND c.codice = $2 AND c.comune = $3 AND c.ente = $4 AND c.utente IS NOT DISTINCT FROM nullif($5, '')::uuid
		 ORDER BY c.stato <> 'closed', c.opened_at, v.caso`, ids, fatto.Regola.Codice, fatto.Comune, fatto.Ente, string(fatto.Utente))
	if err != nil {
		return nil, fmt.Errorf("find the cases of requests: %w", err)
	}
	held, err := pgx.CollectRows(rows, pgx.RowToStructByPos[InCaso])
	if err != nil {
		return nil, fmt.Errorf("find the cases of requests: %w", err)
	}
	return held, nil
}
