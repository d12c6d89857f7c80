package mail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const (
	period   = 15 * time.Second // between looks for what is due
	attempt  = time.Minute      // for one message at most, database and server
	patience = 24 * time.Hour   // a message not taken by then has expired
)

// Run sends what is due until ctx ends, finishes the message it has in hand, and
// returns nil.
func (o *Outbox) Run(ctx context.Context) error {
	ticks := o.config.Ticks
	if ticks == nil {
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		ticks = ticker.C
		o.sweep(ctx)
	}
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticks:
		case <-o.put:
		}
		o.sweep(ctx)
	}
}

// sweep sends until nothing more is due, or the server is down: then one message is
// tried at each look, not all of them.
func (o *Outbox) sweep(ctx context.Context) {
	for ctx.Err() == nil {
		again, err := o.next(context.WithoutCancel(ctx))
		if err != nil {
			o.config.Log.Error("send mail", "error", err)
		}
		if !again {
			return
		}
	}
}

// row is a message that is due.
type row struct {
	key     string
	sealed  []byte
	created time.Time
	tries   int // with this one
}

// next sends the message that has been due longest. It stays locked meanwhile, so no
// other instance takes it, and one that dies lets go of it at once. Again is false if
// there was none, or another one would fare no better.
func (o *Outbox) next(ctx context.Context) (again bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, attempt)
	defer cancel()
	err = pgx.BeginFunc(ctx, o.config.DB, func(tx pgx.Tx) error {
		var r row
		err := tx.QueryRow(ctx, `
			SELECT key, sealed, created_at, tries + 1 FROM mail WHERE next_try <= $1
			ORDER BY next_try LIMIT 1 FOR UPDATE SKIP LOCKED`, o.config.Now()).Scan(&r.key, &r.sealed, &r.created, &r.tries)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for mail: %w", err)
		}
		failed := o.send(ctx, r)
		again = failed == nil || !failed.Down
		return o.record(ctx, tx, r, failed)
	})
	return again && err == nil, err
}

// send hands one message over.
func (o *Outbox) send(ctx context.Context, r row) *Failure {
	letter, err := o.open(r.key, r.sealed)
	if err != nil {
		return &Failure{Err: fmt.Errorf("open it: %w", err)}
	}
	err = o.config.Sender.Send(ctx, letter)
	var failed *Failure
	if err != nil && !errors.As(err, &failed) {
		failed = &Failure{Err: err}
	}
	return failed
}

// record writes down what became of a try. What has ended keeps neither recipient nor
// text.
func (o *Outbox) record(ctx context.Context, tx pgx.Tx, r row, failed *Failure) error {
	now := o.config.Now()
	outcome, code := r.outcome(failed, now), 0
	if failed != nil {
		code = failed.Code
		o.config.Log.Warn("mail was not taken", "key", r.key, "tries", r.tries, "outcome", outcome, "error", failed)
	}
	var err error
	if outcome == "" {
		_, err = tx.Exec(ctx, `UPDATE mail SET tries = $2, code = NULLIF($3, 0), next_try = $4 WHERE key = $1`,
			r.key, r.tries, code, now.Add(delay(r.tries)))
	} else {
		_, err = tx.Exec(ctx, `
			UPDATE mail SET tries = $2, code = NULLIF($3, 0), outcome = $4, ended_at = $5, next_try = NULL, sealed = NULL
			WHERE key = $1`, r.key, r.tries, code, outcome, now)
	}
	if err != nil {
		return fmt.Errorf("record what became of mail %s: %w", r.key, err)
	}
	return nil
}

// outcome says how a message has ended; it is empty if it is to be tried again.
func (r row) outcome(failed *Failure, now time.Time) string {
	switch {
	case failed == nil:
		return "sent"
	case failed.Refused:
		return "failed"
	case now.Add(delay(r.tries)).After(r.created.Add(patience)):
		return "expired"
	}
	return ""
}

// delay is how long to wait after so many tries: a minute, then twice as long each
// time, up to an hour.
func delay(tries int) time.Duration {
	return min(time.Hour, time.Minute<<min(tries-1, 6))
}
