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

	"github.com/visure-anagrafiche/visure/batch"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Ledger implements commands.Quote. It is safe for concurrent use, by several servers at
// once.
type Ledger struct {
	pool  *pgxpool.Pool
	queue batch.Queue[round]
}

var _ commands.Quote = (*Ledger)(nil)

// New returns the ledger in a database.
func New(pool *pgxpool.Pool) *Ledger { return &Ledger{pool: pool} }

// Count implements commands.Quote: one transaction counts all who came while the one
// before was under way.
func (l *Ledger) Count(ctx context.Context, id domain.VisuraID, at time.Time, voci []domain.Voce) ([]commands.Conto, error) {
	mine := &asked{id: string(id), at: at, voci: voci}
	_, err := l.queue.Do(ctx, func(r *round) { *r = append(*r, mine) }, (*round).gather, l.carry)
	if err != nil {
		return nil, fmt.Errorf("count in quotas: %w", err)
	}
	return mine.conti, nil
}

// within bounds one transaction.
const within = 10 * time.Second

// carry counts a round, all of it or, with an error, nothing.
func (l *Ledger) carry(r *round) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	conn, err := l.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release() // a connection whose transaction is open is closed
	for {
		held, whole, err := hold(ctx, conn.Conn(), *r)
		if err != nil {
			return err
		}
		if whole {
			return enter(ctx, conn.Conn(), held.count(*r))
		}
		if err := begin(ctx, conn.Conn(), *r); err != nil {
			return err
		}
	}
}

// hold begins a transaction and holds the counts that a round is about, until its end: so
// that nobody else counts there. Whole is false if one of them is not there.
func hold(ctx context.Context, conn *pgx.Conn, r round) (held standing, whole bool, err error) {
	chiavi, _, visure, persone := r.about()
	held = standing{n: map[string]int{}, own: map[string]map[string]int{}, known: map[string]bool{}}
	b := &pgx.Batch{}
	b.Queue(`BEGIN`)
	// What a crash loses is counted again from the events. A plan made while the tables
	// were small would read all of them when they are not; one for every call would cost
	// more than the call.
	b.Queue(`SELECT set_config('synchronous_commit', 'off', true), set_config('enable_seqscan', 'off', true), set_config('plan_cache_mode', 'force_generic_plan', true)`)
	var chiave, id, persona string
	var n int
	b.Queue(`SELECT chiave, n FROM quota_conto WHERE chiave = ANY ($1) ORDER BY chiave FOR UPDATE`, chiavi).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&chiave, &n}, func() error { held.n[chiave] = n; return nil })
		return err
	})
	b.Queue(`SELECT visura_id::text, v.chiave, v.conto FROM quota_richiesta, unnest(chiavi, conti) AS v(chiave, conto) WHERE visura_id = ANY ($1::uuid[])`, visure).Query(func(rows pgx.Rows) error {
		_, err := pgx.ForEachRow(rows, []any{&id, &chiave, &n}, func() error { held.note(id, chiave, n); return nil })
		return err
	})
	if len(persone) > 0 {
		b.Queue(`SELECT persona FROM quota_persona WHERE persona = ANY ($1)`, persone).Query(func(rows pgx.Rows) error {
			_, err := pgx.ForEachRow(rows, []any{&persona}, func() error { held.known[persona] = true; return nil })
			return err
		})
	}
	err = conn.SendBatch(ctx, b).Close()
	return held, len(held.n) == len(chiavi), err
}

// begin gives up what is held, and begins the counts that are not there.
func begin(ctx context.Context, conn *pgx.Conn, r round) error {
	chiavi, ends, _, _ := r.about()
	b := &pgx.Batch{}
	b.Queue(`ROLLBACK`)
	b.Queue(`INSERT INTO quota_conto (chiave, n, ends_at) SELECT k, 0, e FROM unnest($1::text[], $2::timestamptz[]) AS t(k, e) ORDER BY k ON CONFLICT DO NOTHING`, chiavi, ends)
	return conn.SendBatch(ctx, b).Close()
}

// enter writes what a round comes to, and ends its transaction.
func enter(ctx context.Context, conn *pgx.Conn, c change) error {
	b := &pgx.Batch{}
	if len(c.counted) > 0 {
		b.Queue(`UPDATE quota_conto c SET n = c.n + t.more FROM unnest($1::text[], $2::integer[]) AS t(k, more) WHERE c.chiave = t.k`, c.counted, c.more)
	}
	if len(c.rows) > 0 {
		all := c.columns()
		b.Queue(enterRows, all.visure, all.chiavi, all.persone, all.conti, all.at, all.ends, all.extends)
	}
	b.Queue(`COMMIT`)
	return conn.SendBatch(ctx, b).Close()
}

// enterRows enters requests, and that it is awaited that they are recorded. One that counts
// in something already is awaited with all it counts in, unless it was recorded by then.
const enterRows = `
	WITH counted AS (
		SELECT visura_id, string_to_array(chiavi, ' ') AS chiavi, string_to_array(persone, ' ', '-') AS persone, string_to_array(conti, ' ')::integer[] AS conti, at, ends_at, extends
			FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::boolean[])
				AS t(visura_id, chiavi, persone, conti, at, ends_at, extends)
	), people AS (
		INSERT INTO quota_persona (persona, visura_id, ends_at)
			SELECT persona, visura_id, ends_at FROM counted, unnest(persone) AS p(persona) WHERE persona IS NOT NULL ON CONFLICT DO NOTHING
	), awaited AS (
		INSERT INTO quota_attesa AS a (visura_id, at, chiavi) SELECT visura_id, at, CASE WHEN extends THEN chiavi END FROM counted
			ON CONFLICT (visura_id) DO UPDATE SET at = excluded.at, chiavi = CASE WHEN a.chiavi IS NOT NULL THEN a.chiavi || excluded.chiavi END
	)
	INSERT INTO quota_richiesta AS r (visura_id, chiavi, persone, conti, ends_at) SELECT visura_id, chiavi, persone, conti, ends_at FROM counted
		ON CONFLICT (visura_id) DO UPDATE SET chiavi = r.chiavi || excluded.chiavi, persone = r.persone || excluded.persone, conti = r.conti || excluded.conti,
			ends_at = greatest(r.ends_at, excluded.ends_at)`

// Reconcile no longer counts requests that were counted before an instant and were never
// recorded, and returns how many those were. Caught returns once the read model says all
// that is recorded when it is called. Every server may call it, at any time.
func (l *Ledger) Reconcile(ctx context.Context, before time.Time, caught func(context.Context) error) (released int, err error) {
	open, err := l.open(ctx, before)
	if err == nil && len(open) > 0 {
		err = caught(ctx)
	}
	for _, one := range open {
		var was bool
		if err == nil {
			err = l.pool.QueryRow(ctx, `SELECT quota_release($1, $2)`, one.ID, one.At).Scan(&was)
		}
		if was {
			released++
		}
	}
	if err != nil {
		return released, fmt.Errorf("release what was not recorded: %w", err)
	}
	return released, nil
}

// unread is a request that was counted and is not read back from the events.
type unread struct {
	ID string
	At time.Time
}

// open returns those that were counted before an instant.
func (l *Ledger) open(ctx context.Context, before time.Time) ([]unread, error) {
	rows, err := l.pool.Query(ctx, `SELECT visura_id::text, at FROM quota_attesa WHERE at < $1 ORDER BY at`, before)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[unread])
}
