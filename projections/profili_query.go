package projections

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// ProfiliQueries reads the profiles of the Comuni. It is safe for concurrent use.
type ProfiliQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewProfiliQueries returns the queries over a database; opener opens what its rows
// hold sealed.
func NewProfiliQueries(pool *pgxpool.Pool, opener Opener) *ProfiliQueries {
	return &ProfiliQueries{pool, opener}
}

// RigaProfilo is one profile.
type RigaProfilo struct {
	ID       domain.ProfileID `json:"id"`
	Revision uint64           `json:"revision"`
	domain.ProfileDefined
	Ritirato bool `json:"ritirato"`
	Persone  int  `json:"persone"` // within reach, who hold it
}

// ProfiloDettaglio is one profile with its history.
type ProfiloDettaglio struct {
	RigaProfilo
	Storia []Fatto `json:"storia"` // oldest first
}

// FiltroProfili narrows the list; zero fields do not.
type FiltroProfili struct {
	Comune   domain.CodiceISTAT
	Ritirati bool   // also those that were withdrawn
	Cursor   string // of the page wanted, from PaginaDi.Next
	Limit    int    // rows a page: DefaultPage when zero, MaxPage at most
}

// sets are the columns by which a reach covers profiles: whoever acts for a Comune
// sees the Comune's.
var sets = map[string]string{domain.ColumnComune: "v.comune", domain.ColumnEnte: "", domain.ColumnRequester: ""}

// Page returns one page of the profiles within reach, by name. It refuses a cursor
// it did not make.
func (q *ProfiliQueries) Page(ctx context.Context, reach domain.Reach, f FiltroProfili) (PaginaDi[RigaProfilo], error) {
	var w where
	if f.Comune != "" {
		w.add("v.comune = ?", f.Comune)
	}
	if !f.Ritirati {
		w.add("NOT v.ritirato")
	}
	if f.Cursor != "" {
		var comune, nome, id string
		if err := parseCursor(f.Cursor, &comune, &nome, &id); err != nil {
			return PaginaDi[RigaProfilo]{}, err
		}
		if _, err := domain.ParseProfileID(id); err != nil {
			return PaginaDi[RigaProfilo]{}, errCursor
		}
		w.add("(v.comune, v.nome, v.profile) > (?, ?, ?)", comune, nome, id)
	}
	size := pageSize(f.Limit)
	found, err := q.read(ctx, reach, w, size+1)
	if err != nil {
		return PaginaDi[RigaProfilo]{}, fmt.Errorf("list profiles: %w", err)
	}
	return page(found, size, func(r RigaProfilo) string { return cursor(r.Comune, r.Nome, r.ID) }), nil
}

func (q *ProfiliQueries) read(ctx context.Context, reach domain.Reach, w where, limit int) ([]RigaProfilo, error) {
	w.through(reach, sets)
	people := where{args: w.args}
	people.through(reach, map[string]string{domain.ColumnComune: "o.comune", domain.ColumnEnte: "o.ente", domain.ColumnRequester: "o.utente"})
	rows, err := q.pool.Query(ctx, `
		SELECT v.profile, v.stato, (SELECT count(DISTINCT t.utente) FROM utente_profilo t JOIN utente_posto o USING (utente, posto)
		         WHERE t.profile = v.profile AND `+people.String()+`)
		  FROM profili v WHERE `+w.String()+fmt.Sprintf(` ORDER BY v.comune, v.nome, v.profile LIMIT %d`, limit), people.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r RigaProfilo, err error) {
		var s concesso
		err = row.Scan(&r.ID, &s, &r.Persone)
		r.Revision, r.ProfileDefined, r.Ritirato = s.revision(), s.ProfileDefined, s.Withdrawn
		return r, err
	})
}

// One returns a profile, or domain.NotFound when there is none within reach.
func (q *ProfiliQueries) One(ctx context.Context, reach domain.Reach, id domain.ProfileID) (ProfiloDettaglio, error) {
	var w where
	w.add("v.profile = ?", id)
	found, err := q.read(ctx, reach, w, 1)
	if err == nil && len(found) == 0 {
		err = domain.Errorf(domain.NotFound, "profilo inesistente")
	}
	if err != nil {
		return ProfiloDettaglio{}, refusedOr(err, "read profile %s", id)
	}
	d := ProfiloDettaglio{RigaProfilo: found[0]}
	d.Storia, err = history(ctx, q.pool, q.opener, reach, string(id.Stream()), where{})
	return d, err
}
