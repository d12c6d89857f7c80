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

// ElencoQueries reads the list. It is safe for concurrent use.
type ElencoQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewElencoQueries returns the queries over a database; opener opens what its
// rows hold sealed.
func NewElencoQueries(pool *pgxpool.Pool, opener Opener) *ElencoQueries {
	return &ElencoQueries{pool, opener}
}

// RigaElenco is one visura in the list.
type RigaElenco struct {
	ID                domain.VisuraID    `json:"id" db:"visura_id"`
	Revision          uint64             `json:"revision"`
	Status            domain.Status      `json:"status"`
	Tipo              domain.Tipo        `json:"tipo"`
	Numero            domain.CIUV        `json:"numero,omitempty"` // once issued
	Comune            domain.CodiceISTAT `json:"comune"`
	ComuneNome        string             `json:"comune_nome,omitempty"`
	Ente              domain.EnteID      `json:"ente,omitempty"`
	EnteDenominazione string             `json:"ente_denominazione,omitempty"`
	Requester         domain.UtenteID    `json:"requester,omitempty"`
	RequesterCodice   string             `json:"requester_codice,omitempty"`
	Ambito            domain.Ambito      `json:"ambito"`
	Conferma          domain.Conferma    `json:"conferma"`
	Finalita          string             `json:"finalita"`
	NumeroPratica     string             `json:"numero_pratica"`
	Soggetto          Soggetto           `json:"soggetto" db:"-"`
	RequestedAt       time.Time          `json:"requested_at"`
	UpdatedAt         time.Time          `json:"updated_at"`
	DueAt             *time.Time         `json:"due_at,omitempty"` // silence counts as consent from here on
	IssuedAt          *time.Time         `json:"issued_at,omitempty"`
}

// Pagina is one page of the list, newest first. Next is the cursor of the page
// that follows, empty on the last.
type Pagina struct {
	Items []RigaElenco `json:"items"`
	Next  string       `json:"next,omitempty"`
}

// Filter narrows the list; zero fields do not.
type Filter struct {
	Status       []domain.Status
	Tipo         []domain.Tipo
	Comune       domain.CodiceISTAT
	Ente         domain.EnteID
	Requester    domain.UtenteID
	From, To     time.Time // requested at or after From and before To
	Pratica      string    // the number as it was given
	SubjectToken string    // keyed hash of the subject
	Cursor       string    // of the page wanted, from Pagina.Next
	Limit        int       // rows a page: DefaultPage when zero, MaxPage at most
}

func (f Filter) limit(w *where) error {
	if len(f.Status) > 0 {
		w.add("v.status = ANY(?)", f.Status)
	}
	if len(f.Tipo) > 0 {
		w.add("v.tipo = ANY(?)", f.Tipo)
	}
	for _, c := range []struct{ column, value string }{
		{"comune", string(f.Comune)}, {"ente", string(f.Ente)}, {"requester", string(f.Requester)},
		{"numero_pratica", f.Pratica}, {"subject_token", f.SubjectToken},
	} {
		if c.value != "" {
			w.add("v."+c.column+" = ?", c.value)
		}
	}
	if !f.From.IsZero() {
		w.add("v.requested_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		w.add("v.requested_at < ?", f.To)
	}
	if f.Cursor != "" {
		p, err := parsePlace(f.Cursor)
		if err != nil {
			return err
		}
		w.add("(v.requested_at, v.visura_id) < (?, ?)", p.at, p.id)
	}
	return nil
}

// rigaElenco is a row as it is stored, the person sealed.
type rigaElenco struct {
	RigaElenco
	Sealed *domain.Sealed `db:"soggetto"`
}

// Page returns one page of what is within reach and the filter lets through. It
// refuses a cursor it did not make.
func (q *ElencoQueries) Page(ctx context.Context, reach domain.Reach, f Filter) (Pagina, error) {
	size := min(f.Limit, MaxPage)
	if size <= 0 {
		size = DefaultPage
	}
	var w where
	w.within(reach)
	if err := f.limit(&w); err != nil {
		return Pagina{}, err
	}
	rows, err := q.pool.Query(ctx, `
		SELECT v.visura_id, v.revision, v.status, v.tipo, coalesce(v.numero, '') AS numero,
		       v.comune, coalesce(c.nome, '') AS comune_nome,
		       coalesce(v.ente::text, '') AS ente, coalesce(e.denominazione, '') AS ente_denominazione,
		       coalesce(v.requester::text, '') AS requester, coalesce(u.codice, '') AS requester_codice,
		       v.ambito, v.conferma, v.finalita, v.numero_pratica, v.soggetto, v.requested_at, v.updated_at, v.due_at, v.issued_at
		  FROM elenco v
		  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
		  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
		  LEFT JOIN anagrafica_utente u ON u.utente = v.requester
		 WHERE `+w.String()+fmt.Sprintf(`
		 ORDER BY v.requested_at DESC, v.visura_id DESC LIMIT %d`, size+1), w.args...)
	if err != nil {
		return Pagina{}, fmt.Errorf("list visure: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[rigaElenco])
	if err != nil {
		return Pagina{}, fmt.Errorf("list visure: %w", err)
	}
	return q.paginate(ctx, found, size, reach.Masked)
}

// paginate shows size rows; one more says that there is another page.
func (q *ElencoQueries) paginate(ctx context.Context, found []rigaElenco, size int, masked bool) (p Pagina, err error) {
	if len(found) > size {
		found = found[:size]
		p.Next = place{found[size-1].RequestedAt, found[size-1].ID}.String()
	}
	sealed := make([]domain.Sealed, len(found))
	for i, r := range found {
		if r.Sealed != nil {
			sealed[i] = *r.Sealed
		}
	}
	opened := make([]spoken, len(found))
	if err := open(ctx, q.opener, sealed, func(i int) *spoken { return &opened[i] }); err != nil {
		return Pagina{}, fmt.Errorf("list visure: %w", err)
	}
	p.Items = make([]RigaElenco, len(found))
	for i, r := range found {
		p.Items[i] = r.RigaElenco
		p.Items[i].Soggetto = shown(opened[i].Soggetto, masked)
	}
	return p, nil
}

// Verifica is what the public may know of a document, to compare with the one
// at hand. It holds no data of persons.
type Verifica struct {
	Numero            domain.CIUV     `json:"numero"`
	Tipo              domain.Tipo     `json:"tipo"`
	Status            domain.Status   `json:"status"`
	ComuneNome        string          `json:"comune_nome"`
	EnteDenominazione string          `json:"ente_denominazione"`
	IssuedAt          time.Time       `json:"issued_at"`
	SHA256            string          `json:"sha256" db:"sha256"`
	Size              int64           `json:"size"`               // bytes
	Ambiente          domain.Ambiente `json:"ambiente,omitempty"` // where its data come from
}

// Verifica returns the document with a number, or domain.NotFound. Numbers are
// eighty random bits and no constraint keeps them unique: of several documents
// with one number none is shown (domain.Conflict).
func (q *ElencoQueries) Verifica(ctx context.Context, numero domain.CIUV) (Verifica, error) {
	rows, err := q.pool.Query(ctx, `
		SELECT v.numero, v.tipo, v.status, coalesce(c.nome, '') AS comune_nome,
		       coalesce(e.denominazione, '') AS ente_denominazione, v.issued_at, v.sha256, v.size, coalesce(v.ambiente, '') AS ambiente
		  FROM elenco v
		  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
		  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
		 WHERE v.numero = $1`, numero)
	if err != nil {
		return Verifica{}, fmt.Errorf("verify a document: %w", err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByName[Verifica])
	if errors.Is(err, pgx.ErrTooManyRows) {
		return Verifica{}, domain.Errorf(domain.Conflict, "il codice è di più visure: rivolgersi al Comune che le ha emesse")
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return Verifica{}, domain.Errorf(domain.NotFound, "non risulta alcuna visura con questo codice")
	}
	if err != nil {
		return Verifica{}, fmt.Errorf("verify a document: %w", err)
	}
	return found, nil
}
