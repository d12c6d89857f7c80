package projections

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/visure-anagrafiche/visure/domain"
)

// checkpoint is how far a read model has followed the log, and why it does not
// any more.
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

// errMoved says that somebody else moved a checkpoint: look again where things
// stand.
var errMoved = errors.New("a checkpoint was moved by another writer")

// advance queues the guarded step of members to a position. It comes first in
// every transaction: whoever holds the checkpoint's row may touch the tables.
func advance(q *pgx.Batch, members []*member, to domain.Position) {
	names := make([]string, len(members))
	commits, prepares := make([]uint64, len(members)), make([]uint64, len(members))
	for i, m := range members {
		names[i], commits[i], prepares[i] = m.Name(), m.at.Commit, m.at.Prepare
	}
	q.Queue(`SELECT checkpoint_advance($1, $2, $3, $4, $5)`, names, commits, prepares, to.Commit, to.Prepare)
}

// fault is an error that would come again: of an event, or of the code.
type fault struct{ err error }

func (f *fault) Error() string {
	var pg *pgconn.PgError
	if !errors.As(f.err, &pg) {
		return f.err.Error()
	}
	// Without the message, which may quote a value of the row.
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

// judge tells faults from errors that may pass by themselves. A connection
// that is still open after an error PostgreSQL did not send has refused to
// encode a parameter.
func judge(conn *pgx.Conn, err error) error {
	var pg *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &pg) && pg.Code == "VS001":
		return errMoved
	case errors.As(err, &pg) && lasting[pg.Code[:2]]:
		return &fault{err}
	case pg == nil && !conn.IsClosed():
		return &fault{fmt.Errorf("a parameter does not fit its column: %T", err)}
	}
	return err
}

// lasting are the classes of SQLSTATE that repeating does not change: feature
// not supported, cardinality, data, integrity, syntax or access rule, program
// limit, raised by a function.
var lasting = map[string]bool{"0A": true, "21": true, "22": true, "23": true, "42": true, "54": true, "P0": true}
