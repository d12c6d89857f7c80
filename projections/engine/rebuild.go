package engine

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
	begun  time.Time
	end    uint64 // commit position the log is known to go to
}

func (b *rebuild) run(ctx context.Context) error {
	b.begun = time.Now()
	defer b.health.rebuilt(b.model.Name(), nil)
	if err := b.prepare(ctx); err != nil {
		return err
	}
	count, err := b.read(ctx, domain.Position{}, Write)
	if err != nil {
		return err
	}
	if err := b.optimise(ctx); err != nil {
		return err
	}
	if err := b.replace(ctx); err != nil {
		return err
	}
	b.log.Info("read model rebuilt", "projection", b.model.Name(), "events", count, "took", time.Since(b.begun))
	return nil
}

// prepare creates empty tables like those in use in the schema beside, and makes
// that the only schema of the session's search path.
func (b *rebuild) prepare(ctx context.Context) error {
	if err := b.conn.QueryRow(ctx, `SELECT quote_ident(current_schema())`).Scan(&b.home); err != nil {
		return fmt.Errorf("find the tables: %w", err)
	}
	end, err := furthest(ctx, b.conn)
	if err != nil {
		return err
	}
	b.end = end
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
	// A crash before the last commit, which is synchronous, voids the rebuild anyway.
	statements = append(statements, `SET search_path = `+b.beside, `SET synchronous_commit = off`)
	if _, err := b.conn.Exec(ctx, strings.Join(statements, ";\n")); err != nil {
		return fmt.Errorf("make the new tables: %w", err)
	}
	return nil
}

// read brings the new tables from a position to the end of the log, each batch
// written by write, and returns how many events that took.
func (b *rebuild) read(ctx context.Context, after domain.Position, write func(context.Context, *pgx.Conn, bool, func(*Writer) error) error) (count int, err error) {
	b.at = after
	in, stop := follow(ctx, b.feed, b.model.Categories(), after)
	defer stop()
	for !in.live {
		got, err := in.next(ctx, nil)
		if err != nil {
			return count, err
		}
		err = write(ctx, b.conn, true, func(w *Writer) error { return Apply(w, b.model, got.events, b.at) })
		if err != nil {
			return count, err
		}
		if got.to.Compare(b.at) > 0 {
			b.at = got.to
		}
		count += len(got.events)
		b.health.rebuilt(b.model.Name(), b.progress(count))
	}
	return count, nil
}

// optimise gives the planner statistics of the new tables before they are used.
func (b *rebuild) optimise(ctx context.Context) error {
	if _, err := b.conn.Exec(ctx, `ANALYZE `+strings.Join(b.model.Tables(), ", ")); err != nil {
		return fmt.Errorf("analyse the new tables: %w", err)
	}
	return nil
}

// moveStatistics moves what PostgreSQL was told to find out about columns together,
// which does not move with its table, from a schema to another.
func moveStatistics(from, to string) string {
	return fmt.Sprintf(`DO $$
		DECLARE
			name text;
		BEGIN
			FOR name IN SELECT stxname FROM pg_statistic_ext WHERE stxnamespace = '%[1]s'::regnamespace LOOP
				EXECUTE format('ALTER STATISTICS %[1]s.%%I SET SCHEMA %[2]s', name);
			END LOOP;
		END $$`, from, to)
}

// replace puts the new tables in the place of the old ones, in one transaction.
// It locks the checkpoint's row first, which stops the writer; all events the
// writer has applied are then read before the exchange. Views over the old tables go
// with them; the database's after_rebuild() makes them again.
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
		if _, err := b.read(ctx, b.at, writeWithin); err != nil {
			return err
		}
	}
	if b.at.Compare(live) < 0 {
		b.at = live // no event of the read model stands between the two
	}
	q := &pgx.Batch{}
	q.Queue(`SELECT pg_advisory_xact_lock(hashtext('after_rebuild'))`) // views may be over tables of several
	for _, table := range b.model.Tables() {
		q.Queue(fmt.Sprintf(`DROP TABLE %s.%s CASCADE`, b.home, table))
		q.Queue(fmt.Sprintf(`ALTER TABLE %s.%s SET SCHEMA %s`, b.beside, table, b.home))
	}
	q.Queue(moveStatistics(b.beside, b.home))
	q.Queue(`SET LOCAL search_path = ` + b.home)
	q.Queue(`SELECT ` + b.home + `.after_rebuild()`)
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
