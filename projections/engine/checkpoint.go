package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/visure-anagrafiche/visure/domain"
)

// checkpoint is the position up to which a read model has followed the log, and
// why it has stopped, empty if it has not.
type checkpoint struct {
	at       domain.Position
	detached string
}

// checkpoints reads all there are, by name.
func checkpoints(ctx context.Context, conn *pgx.Conn) (map[string]checkpoint, error) {
	rows, err := conn.Query(ctx, `SELECT projection, commit_position, prepare_position, coalesce(detached, '') FROM checkpoint`)
	if err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	stored := make(map[string]checkpoint)
	var name string
	var c checkpoint
	_, err = pgx.ForEachRow(rows, []any{&name, &c.at.Commit, &c.at.Prepare, &c.detached}, func() error {
		stored[name] = c
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read checkpoints: %w", err)
	}
	return stored, nil
}

// errMoved says that a checkpoint is not where this writer left it: checkpoints
// are to be read again.
var errMoved = errors.New("a checkpoint was moved by another writer")

// advance queues the move of members' checkpoints to a position; it fails unless
// they are where the members say. It comes first in every transaction: the lock
// on a checkpoint's row protects the tables.
func advance(w *Writer, members []*member, to domain.Position) {
	names := make([]string, len(members))
	commits, prepares := make([]uint64, len(members)), make([]uint64, len(members))
	for i, m := range members {
		names[i], commits[i], prepares[i] = m.Name(), m.at.Commit, m.at.Prepare
	}
	w.Queue(`SELECT checkpoint_advance($1, $2, $3, $4, $5)`, names, commits, prepares, to.Commit, to.Prepare)
}

// fault is a permanent error: the same events would cause it again.
type fault struct{ err error }

func (f *fault) Error() string {
	var pg *pgconn.PgError
	if !errors.As(f.err, &pg) {
		return f.err.Error()
	}
	// Without the message, which may quote values.
	text := "SQLSTATE " + pg.Code
	if pg.ConstraintName != "" {
		text += ", constraint " + pg.ConstraintName
	}
	if pg.ColumnName != "" {
		text += ", column " + pg.ColumnName
	}
	return text
}

func (f *fault) Unwrap() error { return f.err }

// classify separates permanent errors, as *fault, from transient ones. A
// connection that is still open after an error PostgreSQL did not send has
// refused to encode a parameter.
func classify(conn *pgx.Conn, err error) error {
	var pg *pgconn.PgError
	var own *fault
	switch {
	case err == nil || errors.As(err, &own):
		return err
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.As(err, &pg) && pg.Code == "VS001":
		return errMoved
	case errors.As(err, &pg) && lasting[pg.Code[:2]]:
		return &fault{err}
	case pg == nil && !conn.IsClosed():
		return &fault{fmt.Errorf("a parameter does not fit its column: %T", err)}
	}
	return err
}

// lasting are the classes of SQLSTATE of permanent errors: feature not
// supported, cardinality, data, integrity, syntax or access rule, program limit,
// raised by a function.
var lasting = map[string]bool{"0A": true, "21": true, "22": true, "23": true, "42": true, "54": true, "P0": true}
