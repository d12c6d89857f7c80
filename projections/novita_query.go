package projections

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// NovitaQueries reads what changed of visure, whosever they are. It is safe for
// concurrent use.
type NovitaQueries struct{ pool *pgxpool.Pool }

// NewNovitaQueries returns the queries over a database.
func NewNovitaQueries(pool *pgxpool.Pool) *NovitaQueries { return &NovitaQueries{pool} }

// Novita is one change of a visura, as its timeline shows it, with whose the visura is.
// It holds nothing of the person.
type Novita struct {
	ID       domain.VisuraID
	Revision uint64
	Type     string // wire name of the event
	Status   domain.Status
	At       time.Time // recorded
	Whose    domain.Object
	Position domain.Position
}

// statusBy is the status that events bring about, by wire name; those that are not here
// leave it as it was.
var statusBy = map[string]domain.Status{
	domain.VisuraRequested{}.EventType():     domain.InProgress,
	domain.ConfirmationAwaited{}.EventType(): domain.Awaiting,
	domain.VisuraApproved{}.EventType():      domain.InProgress,
	domain.VisuraRejected{}.EventType():      domain.Rejected,
	domain.VisuraWithdrawn{}.EventType():     domain.Withdrawn,
	domain.VisuraLapsed{}.EventType():        domain.Lapsed,
	domain.VisuraExpired{}.EventType():       domain.Expired,
	domain.VisuraIssued{}.EventType():        domain.Issued,
	domain.VisuraNotIssuable{}.EventType():   domain.NotIssuable,
	domain.VisuraFailed{}.EventType():        domain.Failed,
	domain.VisuraRevoked{}.EventType():       domain.Revoked,
}

// After returns the changes that stand after a position in the log, the oldest first; of
// more than most the newest. Whatever the read model shows is among them.
func (q *NovitaQueries) After(ctx context.Context, position domain.Position, most int) ([]Novita, error) {
	rows, err := q.pool.Query(ctx, `
		SELECT e.visura_id, e.revision, e.type, e.at, v.comune, coalesce(v.ente::text, ''), coalesce(v.requester::text, ''),
		       v.awaited_at IS NOT NULL, coalesce(v.revoker::text, ''), coalesce(v.numero, ''),
		       e.commit_position, e.prepare_position,
		       (SELECT s.type FROM dettaglio_evento s
		         WHERE s.visura_id = e.visura_id AND s.revision <= e.revision AND s.type = ANY($1)
		         ORDER BY s.revision DESC LIMIT 1)
		  FROM dettaglio_evento e
		  JOIN dettaglio v ON v.visura_id = e.visura_id
		 WHERE e.commit_position IS NOT NULL AND (e.commit_position, e.prepare_position) > ($2, $3)
		 ORDER BY e.commit_position DESC, e.prepare_position DESC LIMIT $4`,
		settling, position.Commit, position.Prepare, most)
	if err != nil {
		return nil, fmt.Errorf("read what changed: %w", err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (n Novita, err error) {
		var settled string
		var course domain.Course
		n.Whose.Visura = &course
		err = row.Scan(&n.ID, &n.Revision, &n.Type, &n.At, &n.Whose.Comune, &n.Whose.Ente, &n.Whose.Requester, &course.Waited, &course.Revoker, &course.Numero, &n.Position.Commit, &n.Position.Prepare, &settled)
		n.Status = statusBy[settled]
		return n, err
	})
	if err != nil {
		return nil, fmt.Errorf("read what changed: %w", err)
	}
	slices.Reverse(found)
	return found, nil
}

// settling are the wire names that statusBy has.
var settling = func() (types []string) {
	for name := range statusBy {
		types = append(types, name)
	}
	return types
}()
