// Package quote is the ledger of quotas in PostgreSQL: what was asked for within the
// minute, day or month, counted before a request is recorded. The read model
// projections.Quote holds it to what was recorded.
package quote

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Ledger implements commands.Quote. It is safe for concurrent use, by several servers at
// once.
type Ledger struct{ pool *pgxpool.Pool }

var _ commands.Quote = (*Ledger)(nil)

// New returns the ledger in a database.
func New(pool *pgxpool.Pool) *Ledger { return &Ledger{pool} }

// Count implements commands.Quote, in one round trip.
func (l *Ledger) Count(ctx context.Context, id domain.VisuraID, at time.Time, voci []domain.Voce) ([]commands.Conto, error) {
	var chiavi, unite []string
	var limiti []int
	var ends []time.Time
	for _, v := range voci {
		chiavi, unite, limiti, ends = append(chiavi, v.Chiave), append(unite, v.Unita), append(limiti, v.Quota.Limite), append(ends, v.Ends)
	}
	rows, err := l.pool.Query(ctx, `SELECT conto, esaurita FROM quota_reserve($1, $2, $3, $4, $5, $6)`, string(id), at, chiavi, unite, limiti, ends)
	if err != nil {
		return nil, fmt.Errorf("count in quotas: %w", err)
	}
	conti, err := pgx.CollectRows(rows, pgx.RowToStructByPos[commands.Conto])
	if err != nil {
		return nil, fmt.Errorf("count in quotas: %w", err)
	}
	return conti, nil
}

// Reconcile no longer counts requests that were counted before an instant and were never
// recorded, and returns in how many quotas that was. Caught returns once the read model
// says all that is recorded when it is called. Every server may call it, at any time.
func (l *Ledger) Reconcile(ctx context.Context, before time.Time, caught func(context.Context) error) (released int, err error) {
	var open bool
	err = l.pool.QueryRow(ctx, `SELECT EXISTS (SELECT FROM quota_voce WHERE NOT accolta AND at < $1)`, before).Scan(&open)
	if err == nil && open {
		err = caught(ctx)
	}
	if err == nil && open {
		err = l.pool.QueryRow(ctx, `SELECT quota_release($1)`, before).Scan(&released)
	}
	if err != nil {
		return 0, fmt.Errorf("release what was not recorded: %w", err)
	}
	return released, nil
}
