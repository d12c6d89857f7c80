package projections

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// RicertificazioniQueries reads the reviews. It is safe for concurrent use.
type RicertificazioniQueries struct{ pool *pgxpool.Pool }

// NewRicertificazioniQueries returns the queries over a database.
func NewRicertificazioniQueries(pool *pgxpool.Pool) *RicertificazioniQueries {
	return &RicertificazioniQueries{pool}
}

// RigaRicertificazione is one review. How many are confirmed and missing is known
// once it is known who is to be confirmed.
type RigaRicertificazione struct {
	ID                 domain.RicertificazioneID `json:"id"`
	Comune             domain.CodiceISTAT        `json:"comune"`
	ComuneNome         string                    `json:"comune_nome,omitempty"`
	Ente               domain.EnteID             `json:"ente"`
	EnteDenominazione  string                    `json:"ente_denominazione,omitempty"`
	Entro              string                    `json:"entro"` // last day to confirm, YYYY-MM-DD
	OpenedAt           time.Time                 `json:"opened_at"`
	ClosedAt           *time.Time                `json:"closed_at,omitempty"`
	Confermati         int                       `json:"confermati"`
	Mancanti           int                       `json:"mancanti"`
	Sospesi            *int                      `json:"sospesi,omitempty"` // once closed
	FinalitaConfermate int                       `json:"finalita_confermate"`
	FinalitaMancanti   int                       `json:"finalita_mancanti"`
	Inibite            *int                      `json:"inibite,omitempty"` // once closed
}

// DaConfermare is one person of a review.
type DaConfermare struct {
	Utente      domain.UtenteID `json:"utente"`
	Codice      string          `json:"codice"`
	ConfirmedAt *time.Time      `json:"confirmed_at,omitempty"`
	ConfirmedBy domain.UtenteID `json:"confirmed_by,omitempty"`
}

// FinalitaDaConfermare is one purpose of a review, as the act has it.
type FinalitaDaConfermare struct {
	Codice        string          `json:"codice"`
	Descrizione   string          `json:"descrizione"`
	BaseGiuridica string          `json:"base_giuridica"`
	Richieste     int             `json:"richieste"` // that named it, of those counted
	ConfirmedAt   *time.Time      `json:"confirmed_at,omitempty"`
	ConfirmedBy   domain.UtenteID `json:"confirmed_by,omitempty"`
}

// RicertificazioneDettaglio is one review with its people and purposes: what is
// missing comes first, then in the order of the codes.
type RicertificazioneDettaglio struct {
	RigaRicertificazione
	Revision  uint64                 `json:"revision"`
	Utenti    []DaConfermare         `json:"utenti"`
	Atto      int                    `json:"atto,omitempty"` // number of the act whose purposes are to be confirmed
	Finalita  []FinalitaDaConfermare `json:"finalita"`
	Richieste int                    `json:"richieste"` // of the pair that were counted: those since a year before it was opened, the last MostCounted of them
}

// FiltroRicertificazioni narrows the list; zero fields do not.
type FiltroRicertificazioni struct {
	Comune domain.CodiceISTAT
	Ente   domain.EnteID
	Open   bool   // not closed yet
	Cursor string // of the page wanted, from PaginaDi.Next
	Limit  int    // rows a page: DefaultPage when zero, MaxPage at most
}

const ricertificazioniSQL = `
	SELECT v.ricertificazione AS id, v.comune, coalesce(c.nome, '') AS comune_nome, coalesce(v.ente::text, '') AS ente, coalesce(e.denominazione, '') AS ente_denominazione,
	       v.entro, v.opened_at, v.closed_at, v.sospesi, v.inibite, v.revision, coalesce(v.atto, 0) AS atto,
	       (SELECT count(*) FROM ricertificazione_utente u WHERE u.ricertificazione = v.ricertificazione AND u.confirmed_at IS NOT NULL) AS confermati,
	       (SELECT count(*) FROM ricertificazione_utente u WHERE u.ricertificazione = v.ricertificazione AND u.confirmed_at IS NULL) AS mancanti,
	       (SELECT count(*) FROM ricertificazione_finalita f WHERE f.ricertificazione = v.ricertificazione AND f.confirmed_at IS NOT NULL) AS finalita_confermate,
	       (SELECT count(*) FROM ricertificazione_finalita f WHERE f.ricertificazione = v.ricertificazione AND f.confirmed_at IS NULL) AS finalita_mancanti
	  FROM ricertificazioni v
	  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
	  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
	 WHERE `

// rigaRicertificazione is a row as it is read.
type rigaRicertificazione struct {
	RigaRicertificazione
	Revision uint64
	Atto     int
}

// reviews are the columns by which a reach covers reviews: whoever is reviewed sees
// none.
var reviews = map[string]string{domain.ColumnEnte: "v.ente", domain.ColumnComune: "v.comune"}

func (q *RicertificazioniQueries) read(ctx context.Context, w where, end string) ([]rigaRicertificazione, error) {
	rows, _ := q.pool.Query(ctx, ricertificazioniSQL+w.String()+end, w.args...)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[rigaRicertificazione])
	if err != nil {
		return nil, fmt.Errorf("read recertifications: %w", err)
	}
	return found, nil
}

func (r rigaRicertificazione) place() string { return cursor(r.OpenedAt.UnixMicro(), r.ID) }

// Page returns one page of what is within reach and the filter lets through, newest
// first. It refuses a cursor it did not make.
func (q *RicertificazioniQueries) Page(ctx context.Context, reach domain.Reach, f FiltroRicertificazioni) (p PaginaDi[RigaRicertificazione], err error) {
	var w where
	w.through(reach, reviews)
	if f.Comune != "" {
		w.add("v.comune = ?", f.Comune)
	}
	if f.Ente != "" {
		w.add("v.ente = ?", f.Ente)
	}
	if f.Open {
		w.add("v.closed_at IS NULL")
	}
	if f.Cursor != "" {
		var micros int64
		var id string
		if err := parseCursor(f.Cursor, &micros, &id); err != nil {
			return p, err
		}
		if _, err := domain.ParseRicertificazioneID(id); err != nil {
			return p, errCursor
		}
		w.add("(v.opened_at, v.ricertificazione) < (?, ?)", time.UnixMicro(micros), id)
	}
	size := pageSize(f.Limit)
	found, err := q.read(ctx, w, fmt.Sprintf(" ORDER BY v.opened_at DESC, v.ricertificazione DESC LIMIT %d", size+1))
	if err != nil {
		return p, err
	}
	read := page(found, size, rigaRicertificazione.place)
	p = PaginaDi[RigaRicertificazione]{Items: make([]RigaRicertificazione, len(read.Items)), Next: read.Next}
	for i, r := range read.Items {
		p.Items[i] = r.RigaRicertificazione
	}
	return p, nil
}

// One returns a review, or domain.NotFound when there is none within reach.
func (q *RicertificazioniQueries) One(ctx context.Context, reach domain.Reach, id domain.RicertificazioneID) (d RicertificazioneDettaglio, err error) {
	var w where
	w.through(reach, reviews)
	w.add("v.ricertificazione = ?", id)
	found, err := q.read(ctx, w, "")
	switch {
	case err != nil:
		return d, err
	case len(found) == 0:
		return d, domain.Errorf(domain.NotFound, "ricertificazione inesistente")
	}
	d.RigaRicertificazione, d.Revision, d.Atto = found[0].RigaRicertificazione, found[0].Revision, found[0].Atto
	rows, _ := q.pool.Query(ctx, `
		SELECT u.utente, coalesce(a.codice, '') AS codice, u.confirmed_at, coalesce(u.confirmed_by::text, '') AS confirmed_by
		  FROM ricertificazione_utente u LEFT JOIN anagrafica_utente a ON a.utente = u.utente
		 WHERE u.ricertificazione = $1 ORDER BY u.confirmed_at IS NOT NULL, a.codice, u.utente`, id)
	if d.Utenti, err = pgx.CollectRows(rows, pgx.RowToStructByName[DaConfermare]); err != nil {
		return d, fmt.Errorf("read who is to be confirmed: %w", err)
	}
	return d, q.purposes(ctx, &d)
}

// MostCounted is how many requests of a pair are looked at to say what they were for.
const MostCounted = 10000

// purposes reads those of a review, and how many requests named each.
func (q *RicertificazioniQueries) purposes(ctx context.Context, d *RicertificazioneDettaglio) error {
	rows, _ := q.pool.Query(ctx, `
		SELECT f.codice, '' AS descrizione, '' AS base_giuridica, 0 AS richieste, f.confirmed_at, coalesce(f.confirmed_by::text, '') AS confirmed_by
		  FROM ricertificazione_finalita f WHERE f.ricertificazione = $1 ORDER BY f.confirmed_at IS NOT NULL, f.codice`, d.ID)
	var err error
	if d.Finalita, err = pgx.CollectRows(rows, pgx.RowToStructByName[FinalitaDaConfermare]); err != nil {
		return fmt.Errorf("read which purposes are to be confirmed: %w", err)
	}
	if len(d.Finalita) == 0 {
		return nil
	}
	var act accordo
	err = q.pool.QueryRow(ctx, `SELECT stato FROM convenzioni WHERE ente = $1 AND comune = $2`, d.Ente, d.Comune).Scan(&act)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("read the act whose purposes are to be confirmed: %w", err)
	}
	named, err := q.named(ctx, d)
	if err != nil {
		return err
	}
	for codice, n := range named {
		d.Richieste += n
		for i := range d.Finalita {
			if d.Finalita[i].Codice == codice {
				d.Finalita[i].Richieste = n
			}
		}
	}
	for i := range d.Finalita {
		f, _ := act.Atto(d.Atto).Purpose(d.Finalita[i].Codice)
		d.Finalita[i].Descrizione, d.Finalita[i].BaseGiuridica = f.Descrizione, f.BaseGiuridica
	}
	return nil
}

// named counts the requests of the pair since a year before a review was opened, by
// the purpose they named, up to its end: the last MostCounted of them.
func (q *RicertificazioniQueries) named(ctx context.Context, d *RicertificazioneDettaglio) (map[string]int, error) {
	rows, _ := q.pool.Query(ctx, `
		SELECT finalita, count(*) FROM (
			SELECT finalita FROM elenco
			 WHERE ente = $1 AND comune = $2 AND requested_at >= $3 AND ($4::timestamptz IS NULL OR requested_at <= $4)
			 ORDER BY requested_at DESC, visura_id DESC LIMIT $5) AS last
		 GROUP BY finalita`, d.Ente, d.Comune, d.OpenedAt.AddDate(-1, 0, 0), d.ClosedAt, MostCounted)
	named := map[string]int{}
	var codice string
	var n int
	if _, err := pgx.ForEachRow(rows, []any{&codice, &n}, func() error { named[codice] = n; return nil }); err != nil {
		return nil, fmt.Errorf("count what requests were for: %w", err)
	}
	return named, nil
}

// Due returns the pairs with an act, or its draft, for which no review was opened
// since a time.
func (q *RicertificazioniQueries) Due(ctx context.Context, since time.Time) ([]domain.Pair, error) {
	rows, _ := q.pool.Query(ctx, `SELECT ente, comune FROM ricertificazione_coppia WHERE since < $1 ORDER BY since`, since)
	pairs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[domain.Pair])
	if err != nil {
		return nil, fmt.Errorf("look for pairs to recertify: %w", err)
	}
	return pairs, nil
}
