package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// Runner keeps a group of read models up to date. Any number of instances may
// run on one database: one writes, the others stand by and take over.
//
// All read models share one subscription and one transaction a batch, so that
// an event is read once and a batch costs one sync whatever the number of read
// models. Each has its own checkpoint: one that meets an event it cannot apply
// is set aside while the others go on, and one that is new or was set aside is
// rebuilt beside them.
//
// The writer is the session that holds an advisory lock, and it writes on that
// session only: an instance that loses the lock cannot write. A pooler in front
// of PostgreSQL must keep sessions.
type Runner struct {
	Pace Pace // may be changed until Run is called

	pool    *pgxpool.Pool
	feed    Feed
	log     *slog.Logger
	models  []Projection
	signals *signals
	health  healthBook
	// attached receives when a read model that was set aside follows the log
	// again: the writer is to include it.
	attached chan struct{}
}

// Pace is how long a Runner waits, and for what.
type Pace struct {
	Standby   time.Duration // between tries to become the writer
	Idle      time.Duration // without events, before a position is stored and the session is tried
	Unread    time.Duration // before an unreadable event is tried again
	Retry     time.Duration // after the first error; twice as long after each that follows
	RetryMost time.Duration // after any error
}

// defaultPace is the pace of a new Runner.
var defaultPace = Pace{Standby: time.Second, Idle: 5 * time.Second, Unread: 30 * time.Second, Retry: 50 * time.Millisecond, RetryMost: 5 * time.Second}

// NewRunner returns a runner of read models over a feed. The pool is only asked
// how to connect: the runner keeps two connections of its own.
func NewRunner(pool *pgxpool.Pool, feed Feed, log *slog.Logger, models ...Projection) *Runner {
	return &Runner{
		pool: pool, feed: feed, log: log, models: models,
		signals: newSignals(models), health: newHealthBook(models), Pace: defaultPace,
		attached: make(chan struct{}, 1),
	}
}

// Await returns once the read model has reached a position, at once when it is
// there, whichever instance writes. Otherwise it returns ctx's error, or
// ErrDetached. Run must be running.
func (r *Runner) Await(ctx context.Context, name string, pos domain.Position) error {
	return r.signals.await(ctx, name, pos)
}

// Watch returns a channel that receives after each change of a stream's rows in
// any read model; changes between two receipts are one. It may receive without a
// change. To wait for an outcome, watch first, then query, and query again after
// each receipt. stop must be called.
func (r *Runner) Watch(stream string) (changed <-chan struct{}, stop func()) {
	return r.signals.watch(stream)
}

// Moves returns a channel that receives after a read model of the group has come
// further, whichever instance writes; several moves between two receipts are one. It may
// receive when nothing has changed, and unlike Watch it hurries nobody: rows may gather
// for some milliseconds before they are written. stop must be called.
func (r *Runner) Moves(name string) (moved <-chan struct{}, stop func()) {
	return r.signals.moves(name)
}

// Run works until ctx ends, and returns nil then. Errors are logged, shown by
// Health, and retried.
func (r *Runner) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { r.repeat(ctx, "listen to the writer", r.listen) })
	both.Go(func() { r.repeat(ctx, "write read models", r.lead) })
	both.Wait()
	return nil
}

// repeat calls work until ctx ends, waiting longer after each of several errors
// in a row.
func (r *Runner) repeat(ctx context.Context, what string, work func(context.Context) error) {
	wait := r.Pace.Retry
	for ctx.Err() == nil {
		begun := time.Now()
		err := work(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case errors.Is(err, errMoved):
			r.log.Info("checkpoints were moved, looking again", "work", what)
			continue
		case errors.Is(err, ErrUnreadable):
			r.log.Error("ALARM: read models stopped at an event nobody can read", "error", err)
			wait = r.Pace.Unread
		default:
			r.log.Warn("trying again", "work", what, "error", err, "wait", wait)
		}
		if time.Since(begun) > r.Pace.RetryMost {
			wait = min(wait, r.Pace.Retry)
		}
		pause(ctx, wait)
		wait = min(2*wait, r.Pace.RetryMost)
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// lead becomes the writer, and writes until something ends that.
func (r *Runner) lead(ctx context.Context) error {
	r.health.all(Standby)
	conn, err := r.lock(ctx, "writer", r.Pace.Standby)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	if _, err := conn.Exec(ctx, unhurried); err != nil {
		return fmt.Errorf("prepare to write read models: %w", err)
	}
	r.log.Info("writing read models")
	ctx, cancel := context.WithCancelCause(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer cancel(nil)
	w := &leader{Runner: r, conn: conn}
	aside, err := w.admit(ctx)
	if err != nil {
		return err
	}
	beside.Go(func() { r.rebuildAside(ctx, aside) })
	beside.Go(func() {
		select {
		case <-r.attached:
			cancel(errMoved)
		case <-ctx.Done():
		}
	})
	err = w.write(ctx)
	switch {
	case errors.Is(context.Cause(ctx), errMoved):
		return errMoved
	case errors.Is(err, ErrUnreadable):
		r.health.stopped(err)
	}
	return err
}

// lock connects and returns once the session holds a lock, trying at each
// interval; with no interval it tries once and returns errBusy.
func (r *Runner) lock(ctx context.Context, name string, every time.Duration) (*pgx.Conn, error) {
	conn, err := r.connect(ctx)
	if err != nil {
		return nil, err
	}
	for {
		var held bool
		err := conn.QueryRow(ctx, `SELECT pg_try_advisory_lock(hashtextextended('visure/projections/' || $1, 0))`, name).Scan(&held)
		switch {
		case err != nil:
			hangUp(conn)
			return nil, fmt.Errorf("lock %s: %w", name, err)
		case held:
			return conn, nil
		case every == 0:
			hangUp(conn)
			return nil, errBusy
		}
		pause(ctx, every)
	}
}

// errBusy says that another session holds a lock.
var errBusy = errors.New("another session holds the lock")

// connect opens a connection outside the pool, to be kept.
func (r *Runner) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, r.pool.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("connect to the read models: %w", err)
	}
	if _, err := conn.Exec(ctx, byKey); err != nil {
		hangUp(conn)
		return nil, fmt.Errorf("connect to the read models: %w", err)
	}
	return conn, nil
}

// byKey has a session plan each statement once, for rows found by an index. A
// plan for each batch costs more than a small batch, and one made while a table
// was small would read all of it later.
const byKey = `SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off`

// unhurried has commits not wait for the disk. What a crash of PostgreSQL takes
// away it takes with its checkpoint, and it is read from the log again; positions
// that were told are taken back as soon as a session ends.
const unhurried = `SET synchronous_commit = off`

// hangUp closes a connection. It releases the session's locks first, since the
// server may notice a closed connection late; an error of that is of no
// consequence.
func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = conn.Exec(ctx, `SELECT pg_advisory_unlock_all()`)
	_ = conn.Close(ctx)
}
