package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// Rebuild makes a read model again from the beginning of the log, in tables of
// its own beside those in use, and puts it in their place in one transaction
// once it has caught up. Readers see the old rows until then and the new ones
// afterwards; whichever instance writes goes on writing the old ones and takes
// the new ones over. A read model that was set aside follows the log again.
//
// It may be called on any instance, also on one that does not run. The role
// must be allowed to make schemas; grants on the old tables are not carried
// over. When it fails everything stays as it was.
func (r *Runner) Rebuild(ctx context.Context, name string) error {
	i := slices.IndexFunc(r.models, func(m Projection) bool { return m.Name() == name })
	if i < 0 {
		return fmt.Errorf("rebuild %s: no such read model", name)
	}
	conn, err := r.lock(ctx, "rebuild/"+name, 0)
	if errors.Is(err, errBusy) {
		return fmt.Errorf("rebuild %s: it is being rebuilt already", name)
	}
	if err != nil {
		return fmt.Errorf("rebuild %s: %w", name, err)
	}
	defer hangUp(conn)
	b := &rebuild{Runner: r, model: r.models[i], conn: conn, beside: pgx.Identifier{"rebuild_" + name}.Sanitize()}
	if err := b.run(ctx); err != nil {
		return fmt.Errorf("rebuild %s: %w", name, err)
	}
	return nil
}

// rebuildAside makes read models that were set aside, one after the other.
func (r *Runner) rebuildAside(ctx context.Context, aside []Projection) {
	for _, m := range aside {
		r.health.state(m.Name(), Rebuilding, "")
		err := r.Rebuild(ctx, m.Name())
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			r.log.Error("ALARM: read model stays stopped", "projection", m.Name(), "error", err)
			r.health.state(m.Name(), Stopped, err.Error())
		}
	}
}

// rebuild is the making of one read model.
type rebuild struct {
	*Runner
	model  Projection
	conn   *pgx.Conn
	beside string          // schema of the new tables
	home   string          // schema of those in use
	at     domain.Position // how far the new tables are
}

func (b *rebuild) run(ctx context.Context) error {
	begun := time.Now()
	if err := b.prepare(ctx); err != nil {
		return err
	}
	count, err := b.read(ctx, b.conn, domain.Position{})
	if err != nil {
		return err
	}
	if err := b.optimise(ctx); err != nil {
		return err
	}
	if err := b.replace(ctx); err != nil {
		return err
	}
	b.log.Info("read model rebuilt", "projection", b.model.Name(), "events", count, "took", time.Since(begun))
	return nil
}

// prepare makes empty tables like those in use, and makes them the only ones
// that unqualified names can mean.
func (b *rebuild) prepare(ctx context.Context) error {
	if err := b.conn.QueryRow(ctx, `SELECT quote_ident(current_schema())`).Scan(&b.home); err != nil {
		return fmt.Errorf("find the tables: %w", err)
	}
	statements := []string{`DROP SCHEMA IF EXISTS ` + b.beside + ` CASCADE`, `CREATE SCHEMA ` + b.beside}
	for _, table := range b.model.Tables() {
		var options string // which LIKE leaves out
		err := b.conn.QueryRow(ctx, `SELECT coalesce('WITH (' || array_to_string(reloptions, ', ') || ')', '') FROM pg_class
			WHERE oid = ($1 || '.' || $2)::regclass`, b.home, table).Scan(&options)
		if err != nil {
			return fmt.Errorf("find the tables: %w", err)
		}
		statements = append(statements, fmt.Sprintf(`CREATE TABLE %s.%s (LIKE %s.%s INCLUDING ALL) %s`, b.beside, table, b.home, table, options))
	}
	// Nothing counts before the last commit, which is durable by itself.
	statements = append(statements, `SET search_path = `+b.beside, `SET synchronous_commit = off`)
	if _, err := b.conn.Exec(ctx, strings.Join(statements, ";\n")); err != nil {
		return fmt.Errorf("make the new tables: %w", err)
	}
	return nil
}

// batchSender is a connection, or a transaction on it.
type batchSender interface {
	SendBatch(ctx context.Context, q *pgx.Batch) pgx.BatchResults
}

// read brings the new tables from where they are to the end of the log, and
// returns how many events that took.
func (b *rebuild) read(ctx context.Context, db batchSender, after domain.Position) (count int, err error) {
	b.at = after
	in, stop := follow(ctx, b.feed, after)
	defer stop()
	for !in.live {
		got, err := in.next(ctx, nil)
		if err != nil {
			return count, err
		}
		q := &pgx.Batch{}
		if err := queue(q, b.model, got.events, b.at); err != nil {
			return count, err
		}
		if err := judge(b.conn, db.SendBatch(ctx, q).Close()); err != nil {
			return count, err
		}
		if got.to.Compare(b.at) > 0 {
			b.at = got.to
		}
		count += len(got.events)
	}
	return count, nil
}

// optimise lets the planner know the new tables before anybody asks them.
func (b *rebuild) optimise(ctx context.Context) error {
	if _, err := b.conn.Exec(ctx, `ANALYZE `+strings.Join(b.model.Tables(), ", ")); err != nil {
		return fmt.Errorf("analyse the new tables: %w", err)
	}
	return nil
}

// replace puts the new tables in the place of the old ones. The checkpoint's
// row is held meanwhile, so the writer stands still, and whatever it has
// written was in the log before the last stretch is read.
func (b *rebuild) replace(ctx context.Context) error {
	tx, err := b.conn.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx))
	name := b.model.Name()
	if _, err := tx.Exec(ctx, `SET LOCAL synchronous_commit = on; SET LOCAL lock_timeout = '10s'`); err != nil {
		return fmt.Errorf("hold the checkpoint: %w", err)
	}
	if _, err := tx.Exec(ctx, `INSERT INTO `+b.home+`.checkpoint (projection, commit_position, prepare_position)
		VALUES ($1, 0, 0) ON CONFLICT DO NOTHING`, name); err != nil {
		return fmt.Errorf("hold the checkpoint: %w", err)
	}
	var live domain.Position
	err = tx.QueryRow(ctx, `SELECT commit_position, prepare_position FROM `+b.home+`.checkpoint WHERE projection = $1 FOR UPDATE`, name).
		Scan(&live.Commit, &live.Prepare)
	if err != nil {
		return fmt.Errorf("hold the checkpoint: %w", err)
	}
	if b.at.Compare(live) < 0 {
		if _, err := b.read(ctx, tx, b.at); err != nil {
			return err
		}
	}
	if b.at.Compare(live) < 0 {
		b.at = live // nothing of ours stands between the two
	}
	q := &pgx.Batch{}
	for _, table := range b.model.Tables() {
		q.Queue(fmt.Sprintf(`DROP TABLE %s.%s`, b.home, table))
		q.Queue(fmt.Sprintf(`ALTER TABLE %s.%s SET SCHEMA %s`, b.beside, table, b.home))
	}
	q.Queue(`DROP SCHEMA ` + b.beside)
	q.Queue(`UPDATE `+b.home+`.checkpoint SET commit_position = $2, prepare_position = $3, detached = NULL, updated_at = now()
		WHERE projection = $1`, name, b.at.Commit, b.at.Prepare)
	q.Queue(`SELECT pg_notify($1, $2)`, channel, everything)
	if err := tx.SendBatch(ctx, q).Close(); err != nil {
		return fmt.Errorf("replace the tables: %w", err)
	}
	if err := tx.Commit(ctx); err != nil {
		return fmt.Errorf("replace the tables: %w", err)
	}
	return nil
}
