package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/visure-anagrafiche/visure/domain"
)

// FiltroCoda says which page of the queue is wanted.
type FiltroCoda struct {
	Cursor string // of the page wanted, from PaginaDi.Next
	Limit  int    // rows a page: DefaultPage when zero, MaxPage at most
}

// Waiting returns one page of the requests within reach that await an officer: by
// deadline, those without one after, oldest first. It refuses a cursor it did not make.
func (q *ElencoQueries) Waiting(ctx context.Context, reach domain.Reach, f FiltroCoda) (PaginaDi[RigaElenco], error) {
	w := awaiting(reach)
	if f.Cursor != "" {
		if err := behind(&w, f.Cursor); err != nil {
			return PaginaDi[RigaElenco]{}, err
		}
	}
	size := pageSize(f.Limit)
	rows, err := q.read(ctx, w, turnSQL, size+1)
	if err != nil {
		return PaginaDi[RigaElenco]{}, err
	}
	found := page(rows, size, turn)
	items, err := q.opened(ctx, found.Items, reach.Masked)
	return PaginaDi[RigaElenco]{Items: items, Next: found.Next}, err
}

// Named returns the requests of some ids within reach, however they stand, in the order of
// their turns; of MaxPage at most.
func (q *ElencoQueries) Named(ctx context.Context, reach domain.Reach, ids []domain.VisuraID) ([]RigaElenco, error) {
	var w where
	w.visure(reach)
	w.add("v.visura_id = ANY(?)", ids)
	rows, err := q.read(ctx, w, turnSQL, MaxPage)
	if err != nil {
		return nil, err
	}
	return q.opened(ctx, rows, reach.Masked)
}

// turnSQL is in which order requests have their turn, as the index elenco_coda has it.
const turnSQL = "coalesce(v.due_at, 'infinity'), v.requested_at, v.visura_id"

// awaiting are the requests within reach that await an officer.
func awaiting(reach domain.Reach) (w where) {
	w.visure(reach)
	w.conditions = append(w.conditions, "v.status = '"+string(domain.Awaiting)+"'") // as the index says it
	return w
}

// CountWaiting returns how many requests within reach await an officer, most at most.
func (q *ElencoQueries) CountWaiting(ctx context.Context, reach domain.Reach, most int) (int, error) {
	return q.count(ctx, awaiting(reach), most)
}

// turn is the cursor of the page after a request: its deadline, 0 without one.
func turn(r rigaElenco) string {
	var due int64
	if r.DueAt != nil {
		due = r.DueAt.UnixMicro()
	}
	return cursor(due, r.RequestedAt.UnixMicro(), r.ID)
}

// behind lets through whose turn comes after a cursor.
func behind(w *where, cursor string) error {
	var due, asked int64
	var id string
	if err := parseCursor(cursor, &due, &asked, &id); err != nil {
		return err
	}
	visura, err := domain.ParseVisuraID(id)
	if err != nil {
		return errCursor
	}
	until := pgtype.Timestamptz{Time: time.UnixMicro(due).UTC(), Valid: true}
	if due == 0 {
		until = pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}
	}
	w.add("("+turnSQL+") > (?, ?, ?)", until, time.UnixMicro(asked).UTC(), visura)
	return nil
}

// Trascorsi is what an officer is to know of who asks before they decide.
type Trascorsi struct {
	Chieste   int // national requests of the requester within reach, of some days
	Rifiutate int // of these
	// Precedenti are the last other requests within reach about the same person, newest first.
	Precedenti []Precedente
}

// Precedente is an earlier request about the same person.
type Precedente struct {
	ID              domain.VisuraID `db:"visura_id"`
	Status          domain.Status
	Tipo            domain.Tipo
	RequesterCodice string
	NumeroPratica   string
	RequestedAt     time.Time
	Aperta          bool // who has the reach may open it
}

// Before returns what went before a request within reach: of its requester since an
// instant, and of its person, most at most. It is told of what an officer may not open, too.
func (q *ElencoQueries) Before(ctx context.Context, reach domain.Reach, id domain.VisuraID, since time.Time, most int) (t Trascorsi, err error) {
	var mine where
	mine.visure(reach.Unlimited())
	mine.add("v.visura_id <> ?", id)
	mine.add("v.requester = (SELECT requester FROM elenco WHERE visura_id = ?)", id)
	mine.add("v.requested_at >= ?", since)
	mine.add("v.ambito = ?", domain.Nazionale)
	err = q.pool.QueryRow(ctx, fmt.Sprintf(`SELECT count(*), count(*) FILTER (WHERE v.status = '%s') FROM elenco v WHERE `, domain.Rejected)+mine.String(), mine.args...).Scan(&t.Chieste, &t.Rifiutate)
	if err != nil {
		return t, fmt.Errorf("count requests before one: %w", err)
	}
	t.Precedenti, err = q.Same(ctx, reach, id, most)
	return t, err
}

// Same returns the last other requests about the person of one, most at most, of which
// Before tells.
func (q *ElencoQueries) Same(ctx context.Context, reach domain.Reach, id domain.VisuraID, most int) (all []Precedente, err error) {
	var same where
	same.visure(reach.Unlimited())
	same.add("v.visura_id <> ?", id)
	same.add("v.subject_token = (SELECT subject_token FROM elenco WHERE visura_id = ?)", id)
	open := where{args: same.args}
	open.visure(reach)
	same.args = open.args
	rows, err := q.pool.Query(ctx, `
		SELECT v.visura_id, v.status, v.tipo, coalesce(u.codice, '') AS requester_codice, v.numero_pratica, v.requested_at, coalesce(`+open.String()+`, FALSE) AS aperta
		  FROM elenco v LEFT JOIN anagrafica_utente u ON u.utente = v.requester
		 WHERE `+same.String()+fmt.Sprintf(` ORDER BY v.requested_at DESC LIMIT %d`, most), same.args...)
	if err == nil {
		all, err = pgx.CollectRows(rows, pgx.RowToStructByName[Precedente])
	}
	if err != nil {
		return nil, fmt.Errorf("list requests before one: %w", err)
	}
	return all, nil
}
