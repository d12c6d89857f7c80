package projections

import (
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// touch queues the update of a visura's row in a table, unless the row has seen
// r already. The assignments' own parameters begin at $4; $3 is r's time.
func touch(q *pgx.Batch, table string, id domain.VisuraID, r domain.Recorded, assignments string, args ...any) {
	q.Queue(`UPDATE `+table+` SET revision = $2, `+assignments+` WHERE visura_id = $1 AND revision < $2`,
		append([]any{id, r.Revision, r.Meta.At}, args...)...)
}

// null makes the empty text SQL's NULL.
func null[T ~string](s T) *T {
	if s == "" {
		return nil
	}
	return &s
}
