package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// ApplicativiQueries reads the software that asks for people. It is safe for
// concurrent use.
type ApplicativiQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewApplicativiQueries returns the queries over a database; opener opens what its
// rows hold sealed.
func NewApplicativiQueries(pool *pgxpool.Pool, opener Opener) *ApplicativiQueries {
	return &ApplicativiQueries{pool, opener}
}

// RigaApplicativo is one piece of software. Comuni are those within reach.
type RigaApplicativo struct {
	ID                domain.ApplicativoID `json:"id"`
	Revision          uint64               `json:"revision"`
	Nome              string               `json:"nome"`
	Ente              domain.EnteID        `json:"ente"`
	EnteDenominazione string               `json:"ente_denominazione"`
	Comuni            []domain.CodiceISTAT `json:"comuni"`
	Owner             domain.UtenteID      `json:"owner"` // the person who answers for it
	OwnerCodice       string               `json:"owner_codice"`
	Scopes            []domain.Scope       `json:"scopes"`
	Reti              []string             `json:"reti"`
	Certificato       string               `json:"certificato,omitempty"`
	Suspended         []domain.CodiceISTAT `json:"suspended"`         // of the Comuni, those that have it suspended
	Tokens            []domain.TokenIssued `json:"tokens"`            // good for any of the Comuni and not revoked; some may have expired
	UsedAt            *time.Time           `json:"used_at,omitempty"` // last entry in the journal of accesses that is of a Comune within reach
}

// ApplicativoDettaglio is one piece of software with its history.
type ApplicativoDettaglio struct {
	RigaApplicativo
	Storia []Fatto `json:"storia"` // oldest first; what concerns a Comune out of reach is left out
}

// FiltroApplicativi narrows the list; zero fields do not.
type FiltroApplicativi struct {
	Ente   domain.EnteID
	Comune domain.CodiceISTAT
	Cursor string // of the page wanted, from PaginaDi.Next
	Limit  int    // rows a page: DefaultPage when zero, MaxPage at most
}

// Page returns one page of the software within reach, by name. It refuses a cursor
// it did not make.
func (q *ApplicativiQueries) Page(ctx context.Context, reach domain.Reach, f FiltroApplicativi) (PaginaDi[RigaApplicativo], error) {
	var w where
	if f.Ente != "" {
		w.add("v.ente = ?", f.Ente)
	}
	if f.Comune != "" {
		w.add("v.comuni @> ARRAY[?::text]", f.Comune)
	}
	if f.Cursor != "" {
		var nome, id string
		if err := parseCursor(f.Cursor, &nome, &id); err != nil {
			return PaginaDi[RigaApplicativo]{}, err
		}
		if _, err := domain.ParseApplicativoID(id); err != nil {
			return PaginaDi[RigaApplicativo]{}, errCursor
		}
		w.add("(v.nome, v.applicativo) > (?, ?)", nome, id)
	}
	size := pageSize(f.Limit)
	found, err := q.read(ctx, reach, w, size+1)
	if err != nil {
		return PaginaDi[RigaApplicativo]{}, fmt.Errorf("list software: %w", err)
	}
	return page(found, size, func(r RigaApplicativo) string { return cursor(r.Nome, r.ID) }), nil
}

// reached limits software to what a reach covers: it is of an Ente and of several
// Comuni. A person who asks by it, and administers nothing, sees none.
func (w *where) reached(r domain.Reach) {
	if r.Everything {
		return
	}
	looked := false
	for _, c := range r.Columns {
		switch c.Name {
		case domain.ColumnEnte:
			w.among("v.ente", c.Values)
		case domain.ColumnComune:
			w.add("v.comuni && ?::text[]", c.Values)
		default:
			w.add("FALSE")
		}
		looked = true
	}
	if !looked {
		w.add("FALSE")
	}
}

func (q *ApplicativiQueries) read(ctx context.Context, reach domain.Reach, w where, limit int) ([]RigaApplicativo, error) {
	w.reached(reach)
	used := where{args: w.args}
	used.add("a.via = v.applicativo")
	for _, c := range reach.Columns {
		if c.Name == domain.ColumnComune {
			used.among("a.comune", c.Values)
		}
	}
	rows, err := q.pool.Query(ctx, `
		SELECT v.applicativo, coalesce(e.denominazione, ''), coalesce(u.codice, ''), v.stato,
		       (SELECT max(a.at) FROM accesso a WHERE `+used.String()+`)
		  FROM applicativi v
		  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
		  LEFT JOIN anagrafica_utente u ON u.utente::text = v.stato->>'owner'
		 WHERE `+w.String()+fmt.Sprintf(` ORDER BY v.nome, v.applicativo LIMIT %d`, limit), used.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r RigaApplicativo, err error) {
		var s programma
		err = row.Scan(&r.ID, &r.EnteDenominazione, &r.OwnerCodice, &s, &r.UsedAt)
		r.of(s, reach)
		return r, err
	})
}

// of fills in what the state says.
func (r *RigaApplicativo) of(s programma, reach domain.Reach) {
	r.Revision, r.Nome, r.Ente, r.Owner, r.Scopes, r.Certificato = s.revision(), s.Nome, s.Ente, s.Owner, s.Scopes, s.Certificato
	within := func(comuni []domain.CodiceISTAT) []domain.CodiceISTAT {
		covered := []domain.CodiceISTAT{}
		for _, comune := range comuni {
			if reach.Covers(domain.Object{Ente: s.Ente, Comune: comune}) {
				covered = append(covered, comune)
			}
		}
		return covered
	}
	r.Comuni, r.Suspended, r.Reti, r.Tokens = within(s.Comuni), within(s.Suspended), []string{}, []domain.TokenIssued{}
	for _, t := range s.Tokens {
		if t.Comuni = within(t.Comuni); len(t.Comuni) > 0 {
			r.Tokens = append(r.Tokens, t.TokenIssued)
		}
	}
	for _, network := range s.Reti {
		r.Reti = append(r.Reti, network.String())
	}
}

// One returns a piece of software, or domain.NotFound when there is none within
// reach.
func (q *ApplicativiQueries) One(ctx context.Context, reach domain.Reach, id domain.ApplicativoID) (ApplicativoDettaglio, error) {
	var w where
	w.add("v.applicativo = ?", id)
	found, err := q.read(ctx, reach, w, 1)
	if err == nil && len(found) == 0 {
		err = domain.Errorf(domain.NotFound, "applicativo inesistente")
	}
	if err != nil {
		return ApplicativoDettaglio{}, refusedOr(err, "read software %s", id)
	}
	d := ApplicativoDettaglio{RigaApplicativo: found[0]}
	var theirs where
	for _, c := range reach.Columns {
		if c.Name == domain.ColumnComune {
			theirs.add("(v.comune IS NULL OR v.comune = ANY(?))", c.Values)
		}
	}
	d.Storia, err = history(ctx, q.pool, q.opener, reach, string(id.Stream()), theirs)
	return d, err
}
