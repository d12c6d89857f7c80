package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// MassiveQueries reads the requests about many people. It is safe for concurrent use.
type MassiveQueries struct{ pool *pgxpool.Pool }

// NewMassiveQueries returns the queries over a database.
func NewMassiveQueries(pool *pgxpool.Pool) *MassiveQueries { return &MassiveQueries{pool} }

// RigaMassiva is one request about many people.
type RigaMassiva struct {
	ID                domain.MassivaID    `json:"id"`
	Revision          uint64              `json:"revision"`
	Stato             domain.StatoMassiva `json:"stato"`
	Comune            domain.CodiceISTAT  `json:"comune"`
	ComuneNome        string              `json:"comune_nome,omitempty"`
	Ente              domain.EnteID       `json:"ente,omitempty"`
	EnteDenominazione string              `json:"ente_denominazione,omitempty"`
	Ufficio           string              `json:"ufficio,omitempty"`
	Requester         domain.UtenteID     `json:"requester,omitempty"`
	RequesterCodice   string              `json:"requester_codice,omitempty"`
	Tipo              domain.Tipo         `json:"tipo"`
	Ambito            domain.Ambito       `json:"ambito"`
	Finalita          string              `json:"finalita"`
	NumeroPratica     string              `json:"numero_pratica"`
	BaseGiuridica     string              `json:"base_giuridica"`
	Righe             int                 `json:"righe"`
	Chieste           int                 `json:"chieste"`             // rows that a visura was asked for about, the first ones
	ResumeAt          *time.Time          `json:"resume_at,omitempty"` // a quota is used up until then
	Quota             string              `json:"quota,omitempty"`     // which
	Item              string              `json:"item,omitempty"`      // by what it was stopped, while it is
	Testo             string              `json:"testo,omitempty"`
	RequestedAt       time.Time           `json:"requested_at"`
	UpdatedAt         time.Time           `json:"updated_at"`
}

// MassivaDettaglio is one request with how its visure stand.
type MassivaDettaglio struct {
	RigaMassiva
	Visure map[domain.Status]int `json:"visure" db:"-"` // how many stand where
}

// FiltroMassive narrows the list; zero fields do not.
type FiltroMassive struct {
	Comune domain.CodiceISTAT
	Ente   domain.EnteID
	Cursor string // of the page wanted, from PaginaDi.Next
	Limit  int    // rows a page: DefaultPage when zero, MaxPage at most
}

const massiveSQL = `
	SELECT v.massiva AS id, v.revision,
	       CASE WHEN v.stato = 'in_progress' AND v.chieste >= v.righe THEN 'completed' ELSE v.stato END AS stato,
	       v.comune, coalesce(c.nome, '') AS comune_nome, coalesce(v.ente::text, '') AS ente, coalesce(e.denominazione, '') AS ente_denominazione,
	       coalesce(v.ufficio, '') AS ufficio, coalesce(v.requester::text, '') AS requester, coalesce(u.codice, '') AS requester_codice,
	       v.tipo, v.ambito, v.finalita, v.numero_pratica, v.base_giuridica, v.righe, v.chieste, v.resume_at, coalesce(v.quota, '') AS quota,
	       CASE WHEN v.stato = 'stopped' THEN coalesce(v.item, '') ELSE '' END AS item, CASE WHEN v.stato = 'stopped' THEN coalesce(v.testo, '') ELSE '' END AS testo,
	       v.requested_at, v.updated_at
	  FROM massive v
	  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
	  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
	  LEFT JOIN anagrafica_utente u ON u.utente = v.requester
	 WHERE `

func (r RigaMassiva) place() string { return cursor(r.RequestedAt.UnixMicro(), r.ID) }

func (q *MassiveQueries) read(ctx context.Context, w where, end string) ([]RigaMassiva, error) {
	rows, _ := q.pool.Query(ctx, massiveSQL+w.String()+end, w.args...)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[RigaMassiva])
	if err != nil {
		return nil, fmt.Errorf("read requests about many: %w", err)
	}
	return found, nil
}

// Page returns one page of what is within reach and the filter lets through, newest
// first. It refuses a cursor it did not make.
func (q *MassiveQueries) Page(ctx context.Context, reach domain.Reach, f FiltroMassive) (p PaginaDi[RigaMassiva], err error) {
	var w where
	w.within(reach)
	if f.Comune != "" {
		w.add("v.comune = ?", f.Comune)
	}
	if f.Ente != "" {
		w.add("v.ente = ?", f.Ente)
	}
	if f.Cursor != "" {
		var micros int64
		var id string
		if err := parseCursor(f.Cursor, &micros, &id); err != nil {
			return p, err
		}
		if _, err := domain.ParseMassivaID(id); err != nil {
			return p, errCursor
		}
		w.add("(v.requested_at, v.massiva) < (?, ?)", time.UnixMicro(micros), id)
	}
	size := pageSize(f.Limit)
	found, err := q.read(ctx, w, fmt.Sprintf(" ORDER BY v.requested_at DESC, v.massiva DESC LIMIT %d", size+1))
	if err != nil {
		return p, err
	}
	return page(found, size, RigaMassiva.place), nil
}

// One returns a request with how its visure stand, or domain.NotFound when there is none
// within reach.
func (q *MassiveQueries) One(ctx context.Context, reach domain.Reach, id domain.MassivaID) (d MassivaDettaglio, err error) {
	var w where
	w.within(reach)
	w.add("v.massiva = ?", id)
	found, err := q.read(ctx, w, "")
	switch {
	case err != nil:
		return d, err
	case len(found) == 0:
		return d, domain.Errorf(domain.NotFound, "richiesta massiva inesistente")
	}
	d.RigaMassiva = found[0]
	d.Visure, err = q.Standing(ctx, id)
	return d, err
}

// Standing returns how many visure of a request stand where.
func (q *MassiveQueries) Standing(ctx context.Context, id domain.MassivaID) (map[domain.Status]int, error) {
	standing := map[domain.Status]int{}
	rows, _ := q.pool.Query(ctx, `SELECT status, count(*) FROM elenco WHERE massiva = $1 GROUP BY status`, id)
	var status domain.Status
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&status, &n}, func() error { standing[status] = n; return nil }); err != nil {
		return nil, fmt.Errorf("count the visure of a request about many: %w", err)
	}
	return standing, nil
}
