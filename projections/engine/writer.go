package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Writer is the transaction in which a batch of events becomes rows. Statements
// are sent together, in one round trip with the checkpoint when nothing has to
// be read in between. It belongs to one call of Apply and is not safe for
// concurrent use.
//
// After the first error nothing more is sent and nothing is written, also when
// Apply overlooks the error.
type Writer struct {
	ctx    context.Context
	conn   *pgx.Conn
	queue  *pgx.Batch
	fresh  bool     // nothing of the log is in the tables yet
	open   bool     // a transaction has begun and its end is not in the queue
	outer  bool     // the transaction is somebody else's, who ends it
	rows   pgx.Rows // of the last Read
	failed error    // the first error, classified
}

// Write runs fill in one transaction on a connection that is in none. When it
// returns an error nothing was written, or the connection failed and the outcome
// is unknown. Fresh is what Writer.Fresh says.
func Write(ctx context.Context, conn *pgx.Conn, fresh bool, fill func(*Writer) error) error {
	w := &Writer{ctx: ctx, conn: conn, queue: &pgx.Batch{}, fresh: fresh}
	err := w.run(fill)
	if err != nil && w.open && !conn.IsClosed() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `ROLLBACK`) // a connection that cannot is closed by then
	}
	return err
}

// writeWithin is Write inside a transaction that the caller has begun and ends.
func writeWithin(ctx context.Context, conn *pgx.Conn, fresh bool, fill func(*Writer) error) error {
	w := &Writer{ctx: ctx, conn: conn, queue: &pgx.Batch{}, fresh: fresh, outer: true}
	return w.run(fill)
}

func (w *Writer) run(fill func(*Writer) error) error {
	err := fill(w)
	w.settle()
	switch {
	case w.failed != nil:
		return w.failed
	case err != nil:
		return err
	}
	if w.open {
		w.queue.Queue(`COMMIT`)
	}
	if err := w.send(); err != nil {
		return err
	}
	w.open = false
	return nil
}

// Fresh says that the tables were made for this reading of the log and hold
// nothing that any of its events could have written before: rows may be copied
// in without looking.
func (w *Writer) Fresh() bool { return w.fresh }

// Queue adds a statement; slices as arguments of unnest write many rows with
// one. Errors of it come from whatever sends it.
func (w *Writer) Queue(sql string, args ...any) { w.queue.Queue(sql, args...) }

// Copy adds rows with COPY, which knows no conflict: for rows that cannot be
// there. It sends what is queued first.
func (w *Writer) Copy(table string, columns []string, rows [][]any) error {
	if len(rows) == 0 {
		return nil
	}
	if err := w.begin(); err != nil {
		return err
	}
	_, err := w.conn.CopyFrom(w.ctx, pgx.Identifier{table}, columns, pgx.CopyFromRows(rows))
	var pg *pgconn.PgError
	switch {
	case errors.As(err, &pg) && pg.Code == "57014" && pg.Routine == "CopyGetData":
		// The client has given up in the middle; PostgreSQL quotes its reason.
		w.failed = &fault{fmt.Errorf("copy into %s: a value does not fit its column", table)}
	case err != nil:
		w.failed = classify(w.conn, fmt.Errorf("copy into %s: %w", table, err))
	}
	return w.failed
}

// Read asks for rows of the read model's own, by their keys, as they are after
// what is queued, which it sends first. Rows that are still open when something
// else is sent, or when Apply returns, are closed then.
func (w *Writer) Read(sql string, args ...any) (pgx.Rows, error) {
	if err := w.begin(); err != nil {
		return nil, err
	}
	rows, err := w.conn.Query(w.ctx, sql, args...)
	if err != nil {
		w.failed = classify(w.conn, fmt.Errorf("read rows: %w", err))
		return nil, w.failed
	}
	w.rows = rows
	return rows, nil
}

// settle closes the rows of the last Read and keeps their error.
func (w *Writer) settle() {
	if w.rows == nil {
		return
	}
	w.rows.Close()
	if err := w.rows.Err(); err != nil && w.failed == nil {
		w.failed = classify(w.conn, fmt.Errorf("read rows: %w", err))
	}
	w.rows = nil
}

// begin sends what is queued as the beginning of a transaction that goes on.
func (w *Writer) begin() error {
	if !w.open && !w.outer {
		queued := w.queue.QueuedQueries
		w.queue = &pgx.Batch{}
		w.queue.Queue(`BEGIN`)
		w.queue.QueuedQueries = append(w.queue.QueuedQueries, queued...)
		w.open = true
	}
	return w.send()
}

// send sends what is queued. Without BEGIN it is a transaction by itself.
func (w *Writer) send() error {
	w.settle()
	if w.failed != nil || w.queue.Len() == 0 {
		return w.failed
	}
	w.failed = classify(w.conn, w.conn.SendBatch(w.ctx, w.queue).Close())
	w.queue = &pgx.Batch{}
	return w.failed
}
