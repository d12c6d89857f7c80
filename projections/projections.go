// Package projections is what can be seen: one file a read model, with how
// events become its rows (Apply) and what may be asked of them (its queries).
// The runner keeps rows and checkpoint together, and lets readers wait until a
// read model has reached a position.
//
// Read models have no side effects and are never asked by a decision: they can
// be thrown away and made again from the log at any time.
package projections

import (
	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// Projection turns events into the rows of one read model. Implementations
// hold no state and are safe for concurrent use.
type Projection interface {
	// Name is the name of the read model and of its checkpoint.
	Name() string
	// Tables names the tables that hold its rows and nobody else's, all in one
	// schema. A rebuild fills copies of them and puts these in their place.
	Tables() []string
	// Apply queues the statements that bring the rows up to r, naming tables
	// without schema. It reads nothing, and bears what it has seen before: every
	// statement is guarded by the revision kept in its row. Events that are none
	// of its business queue nothing. An error stops the read model, as does a
	// statement that PostgreSQL refuses for a reason that would not go away.
	Apply(q *pgx.Batch, r domain.Recorded) error
}
