package projections

import (
	"context"
	"fmt"

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
