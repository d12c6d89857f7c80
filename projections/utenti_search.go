package projections

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// somebody is a person at a pair, as far as a search by name looks.
type somebody struct {
	ID     domain.UtenteID
	Posto  int64
	Since  time.Time
	Sealed *domain.Sealed `db:"identita"`
	who    identita
}

func (s somebody) place() string { return cursor(s.Since.UnixMicro(), s.ID, s.Posto) }

// search returns one page of those who are called as the filter says. Names are
// sealed and no column tells them, so the names of all that are left are opened:
// thousands at most, since a pair has hundreds of people and a Comune some thousands.
// Who sees no names finds nobody by them.
func (q *UtentiQueries) search(ctx context.Context, reach domain.Reach, f FiltroUtenti, size int) (PaginaDi[RigaUtente], error) {
	p := PaginaDi[RigaUtente]{Items: []RigaUtente{}}
	if reach.Masked {
		return p, nil
	}
	read := func(from string, limit int) ([]somebody, error) { return q.names(ctx, reach, f, from, limit) }
	found, err := sift(f.Cursor, size, read, somebody.place, func(s somebody) bool { return s.who.called(f.Cognome, f.Nome) })
	if err != nil {
		return p, refusedOr(err, "search users")
	}
	ids, posti := make([]string, len(found.Items)), make([]int64, len(found.Items))
	for i, s := range found.Items {
		ids[i], posti[i] = string(s.ID), s.Posto
	}
	var w where
	w.through(reach, people)
	w.add("v.utente = ANY(?)", ids) // by which they are found
	w.add("(v.utente, v.posto) IN (SELECT * FROM unnest(?::uuid[], ?::bigint[]))", ids, posti)
	p.Next = found.Next
	if p.Items, err = q.read(ctx, reach, w, size); err != nil {
		return p, fmt.Errorf("search users: %w", err)
	}
	return p, nil
}

// names returns who is listed, in the order of the pages, and opens what they are
// called.
func (q *UtentiQueries) names(ctx context.Context, reach domain.Reach, f FiltroUtenti, from string, limit int) ([]somebody, error) {
	w, err := f.within(reach, from)
	if err != nil {
		return nil, err
	}
	rows, err := q.pool.Query(ctx, `SELECT v.utente AS id, v.posto, v.since, p.identita FROM utente_posto v
		JOIN utenti p ON p.utente = v.utente AND p.registered_at IS NOT NULL WHERE `+w.String()+inOrder+strconv.Itoa(limit), w.args...)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[somebody])
	if err != nil {
		return nil, err
	}
	boxes := make([]domain.Sealed, len(found))
	for i, s := range found {
		if s.Sealed != nil {
			boxes[i] = *s.Sealed
		}
	}
	return found, open(ctx, q.opener, boxes, func(i int) *identita { return &found[i].who })
}
