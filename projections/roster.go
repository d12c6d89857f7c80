package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// RosterQueries tells who has a role where, of the rows of Utenti. It is safe for
// concurrent use.
type RosterQueries struct{ pool *pgxpool.Pool }

// NewRosterQueries returns the queries over a database.
func NewRosterQueries(pool *pgxpool.Pool) *RosterQueries { return &RosterQueries{pool} }

// At returns who has a role at a pair, in the order of their ids.
func (q *RosterQueries) At(ctx context.Context, p domain.Pair) ([]domain.UtenteID, error) {
	rows, _ := q.pool.Query(ctx, `
		SELECT utente FROM utente_posto WHERE ente IS NOT DISTINCT FROM $1::uuid AND comune IS NOT DISTINCT FROM $2 AND roles <> '{}' ORDER BY utente`,
		null(string(p.Ente)), null(string(p.Comune)))
	people, err := pgx.CollectRows(rows, pgx.RowTo[domain.UtenteID])
	if err != nil {
		return nil, fmt.Errorf("list the people of a pair: %w", err)
	}
	return people, nil
}

// Idle returns who has a role somewhere, and is not suspended there, and has read and
// asked for nothing since a time, in whatever capacity and also through software: each
// with when they last did, the zero time if never. What was refused is nothing done.
func (q *RosterQueries) Idle(ctx context.Context, since time.Time) (map[domain.UtenteID]time.Time, error) {
	rows, _ := q.pool.Query(ctx, `
		SELECT p.utente, coalesce(used.at, '0001-01-01Z')
		  FROM (SELECT DISTINCT v.utente FROM utente_posto v JOIN utenti u ON u.utente = v.utente AND u.registered_at IS NOT NULL
		         WHERE v.roles <> '{}' AND (v.sospeso = '' OR 'auditor' = ANY(v.roles))) p
		 CROSS JOIN LATERAL (SELECT greatest(
		       (SELECT a.at FROM accesso a WHERE a.utente = p.utente AND a.role <> '' AND a.outcome = 'ok' ORDER BY a.at DESC LIMIT 1),
		       (SELECT e.requested_at FROM elenco e WHERE e.requester = p.utente ORDER BY e.requested_at DESC LIMIT 1)) AS at) used
		 WHERE used.at IS NULL OR used.at < $1`, since)
	idle := map[domain.UtenteID]time.Time{}
	var id domain.UtenteID
	var at time.Time
	if _, err := pgx.ForEachRow(rows, []any{&id, &at}, func() error { idle[id] = at; return nil }); err != nil {
		return nil, fmt.Errorf("look for who does nothing: %w", err)
	}
	return idle, nil
}

// Of returns the pairs at which a person has a role, in the order they came there.
func (q *RosterQueries) Of(ctx context.Context, id domain.UtenteID) ([]domain.Pair, error) {
	rows, _ := q.pool.Query(ctx, `
		SELECT coalesce(ente::text, ''), coalesce(comune, '') FROM utente_posto WHERE utente = $1 AND roles <> '{}' ORDER BY posto`, id)
	pairs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[domain.Pair])
	if err != nil {
		return nil, fmt.Errorf("list the pairs of %s: %w", id, err)
	}
	return pairs, nil
}
