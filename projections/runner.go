package projections

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
// The whole group shares one subscription and one transaction a batch, so that
// an event is read, unsealed and sent once, and costs one round trip and one
// sync whatever the number of read models; on two cores that is worth more than
// writing read models side by side. Each has its own checkpoint all the same:
// one that meets an event it cannot take is set aside and the others go on,
// and one that is new or was set aside is made again beside them.
//
// The writer is whoever holds a session's advisory lock, and it writes on that
// very session: who loses the lock cannot write any more. A pooler in front of
// PostgreSQL must keep sessions.
type Runner struct {
	pool    *pgxpool.Pool
	feed    Feed
	log     *slog.Logger
	models  []Projection
	signals *signals
	health  healthBook
	pace    pace
	// attached receives when a read model that was set aside follows the log
	// again: the writer is to take it in.
	attached chan struct{}
}

// pace is how often things are tried.
type pace struct {
	standby   time.Duration // between tries to become the writer
	idle      time.Duration // between positions without events being stored, and signs of life
	unread    time.Duration // before an unreadable event is tried again
	retry     time.Duration // before the first repetition after an error, then twice that
	retryMost time.Duration
}

var calm = pace{standby: time.Second, idle: 5 * time.Second, unread: 30 * time.Second, retry: 50 * time.Millisecond, retryMost: 5 * time.Second}

// NewRunner returns a runner of read models over a feed. The pool is only asked
// how to connect: the runner keeps two connections of its own.
func NewRunner(pool *pgxpool.Pool, feed Feed, log *slog.Logger, models ...Projection) *Runner {
	return &Runner{
		pool: pool, feed: feed, log: log, models: models,
		signals: newSignals(models), health: newHealthBook(models), pace: calm,
		attached: make(chan struct{}, 1),
	}
}

// Await returns once the read model has reached a position, at once when it is
// there, whichever instance writes. Otherwise it returns ctx's error, or
// ErrDetached. Run must be running.
func (r *Runner) Await(ctx context.Context, name string, pos domain.Position) error {
	return r.signals.await(ctx, name, pos)
}

// Watch returns a channel that receives after each change of a visura in any
// read model; changes that come while nobody looks are one. It may receive
// without a change. Whoever wants an outcome watches first, then asks, and asks
// again after each receipt. stop must be called.
func (r *Runner) Watch(id domain.VisuraID) (changed <-chan struct{}, stop func()) {
	return r.signals.watch(id)
}

// Run works until ctx ends, and returns nil then. Everything else that happens
// is put right or retried, logged, and shown by Health.
func (r *Runner) Run(ctx context.Context) error {
	var both sync.WaitGroup
	both.Go(func() { r.repeat(ctx, "listen to the writer", r.listen) })
	both.Go(func() { r.repeat(ctx, "write read models", r.lead) })
	both.Wait()
	return nil
}

// repeat does work again and again until ctx ends, waiting longer after each
// failure that follows on another.
func (r *Runner) repeat(ctx context.Context, what string, work func(context.Context) error) {
	wait := r.pace.retry
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
			wait = r.pace.unread
		default:
			r.log.Warn("trying again", "work", what, "error", err, "wait", wait)
		}
		if time.Since(begun) > r.pace.retryMost {
			wait = min(wait, r.pace.retry)
		}
		pause(ctx, wait)
		wait = min(2*wait, r.pace.retryMost)
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
	conn, err := r.lock(ctx, "writer", r.pace.standby)
	if err != nil {
		return err
	}
	defer hangUp(conn)
	r.log.Info("writing read models")
	ctx, cancel := context.WithCancelCause(ctx)
	var beside sync.WaitGroup
	defer beside.Wait()
	defer cancel(nil)
	w := &writer{Runner: r, conn: conn}
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

// lock connects and waits until this session holds a lock, trying again at
// each interval; with no interval it tries once and returns errBusy.
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
var errBusy = errors.New("somebody else is at it")

// connect opens a connection outside the pool, to be kept.
func (r *Runner) connect(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, r.pool.Config().ConnConfig)
	if err != nil {
		return nil, fmt.Errorf("connect to the read models: %w", err)
	}
	return conn, nil
}

// hangUp ends a connection and whatever it holds. Locks are let go first, for
// the server takes a moment to notice that a client has gone; when that fails
// the moment must pass.
func hangUp(conn *pgx.Conn) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, _ = conn.Exec(ctx, `SELECT pg_advisory_unlock_all()`)
	_ = conn.Close(ctx)
}
