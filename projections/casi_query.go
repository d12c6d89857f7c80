package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// CasiQueries reads the cases that alarms have opened. It is safe for concurrent use.
type CasiQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewCasiQueries returns the queries over a database; opener opens what its rows hold
// sealed.
func NewCasiQueries(pool *pgxpool.Pool, opener Opener) *CasiQueries {
	return &CasiQueries{pool, opener}
}

// RigaCaso is one case.
type RigaCaso struct {
	ID                domain.CasoID        `json:"id"`
	Revision          uint64               `json:"revision"`
	Stato             domain.StatoCaso     `json:"stato"`
	Codice            domain.CodiceAllarme `json:"codice"`   // of the rule
	Versione          int                  `json:"versione"` // of the rule; 0: the Comune had set none
	Titolo            string               `json:"titolo"`
	Regola            string               `json:"regola"` // in words, as it was in force
	Gravita           domain.Gravita       `json:"gravita"`
	Comune            domain.CodiceISTAT   `json:"comune"`
	ComuneNome        string               `json:"comune_nome,omitempty"`
	Ente              domain.EnteID        `json:"ente,omitempty"`
	EnteDenominazione string               `json:"ente_denominazione,omitempty"`
	Utente            domain.UtenteID      `json:"utente,omitempty"` // whose requests; none: those of the whole Ente
	UtenteCodice      string               `json:"utente_codice,omitempty"`
	Giorno            string               `json:"giorno,omitempty"` // AAAA-MM-GG on which the suspicious hours began
	Conto             int                  `json:"conto"`            // requests it is about
	Dal               time.Time            `json:"dal"`              // when the first of those it was opened with was made
	Al                time.Time            `json:"al"`
	Riservato         bool                 `json:"riservato,omitempty"` // only the Comune handles it
	Proprio           bool                 `json:"proprio,omitempty"`   // it is about who reads, who does not handle it
	Tardivo           bool                 `json:"tardivo,omitempty"`   // nobody has taken it in charge in time
	OpenedAt          time.Time            `json:"opened_at"`
	DueAt             time.Time            `json:"due_at"` // by when it is to be taken in charge
	Incaricato        domain.UtenteID      `json:"incaricato,omitempty"`
	IncaricatoCodice  string               `json:"incaricato_codice,omitempty"`
	TakenAt           *time.Time           `json:"taken_at,omitempty"`
	ClosedAt          *time.Time           `json:"closed_at,omitempty"`
	Esito             domain.EsitoCaso     `json:"esito,omitempty"`
}

// CasoDettaglio is one case with the requests it is about, and the words it was closed
// with.
type CasoDettaglio struct {
	RigaCaso
	Testo  string         `json:"testo,omitempty"` // none once the data are erased
	Visure []VisuraDiCaso `json:"visure"`          // in the order in which they were made
}

// VisuraDiCaso is a request that a case is about, without the person.
type VisuraDiCaso struct {
	ID            domain.VisuraID `json:"id"`
	Utente        domain.UtenteID `json:"utente,omitempty"`
	UtenteCodice  string          `json:"utente_codice,omitempty"`
	Tipo          domain.Tipo     `json:"tipo,omitempty"`
	Titolo        string          `json:"titolo,omitempty" db:"-"`
	Status        domain.Status   `json:"status,omitempty"`
	NumeroPratica string          `json:"numero_pratica,omitempty"`
	RequestedAt   *time.Time      `json:"requested_at,omitempty"`
}

// FiltroCasi narrows the list; zero fields do not.
type FiltroCasi struct {
	Comune     domain.CodiceISTAT
	Ente       domain.EnteID
	Stato      domain.StatoCaso
	Incaricato domain.UtenteID
	Altrui     domain.UtenteID // those that this person does not have in charge
	Utente     domain.UtenteID // whose requests
	Cursor     string          // of the page wanted, from PaginaDi.Next
	Limit      int             // rows a page: DefaultPage when zero, MaxPage at most
}

// Lettore is who reads cases, what they may know of, and when.
type Lettore struct {
	domain.Reach
	Utente domain.UtenteID
	At     time.Time
}

// casiSQL reads rows of the list; its arguments are who reads and when.
const casiSQL = `
	SELECT v.caso AS id, v.revision, v.stato, v.codice, v.versione, '' AS titolo, v.regola, v.gravita,
	       v.comune, coalesce(c.nome, '') AS comune_nome, coalesce(v.ente::text, '') AS ente, coalesce(e.denominazione, '') AS ente_denominazione,
	       coalesce(v.utente::text, '') AS utente, coalesce(u.codice, '') AS utente_codice, coalesce(v.giorno, '') AS giorno,
	       (SELECT count(*) FROM casi_visura n WHERE n.caso = v.caso) AS conto, v.dal, v.al, v.riservato,
	       EXISTS (SELECT FROM casi_visura n WHERE n.caso = v.caso AND n.utente = $1) AS proprio, v.stato = 'open' AND v.due_at < $2 AS tardivo,
	       v.opened_at, v.due_at, coalesce(v.incaricato::text, '') AS incaricato, coalesce(i.codice, '') AS incaricato_codice, v.taken_at, v.closed_at, coalesce(v.esito, '') AS esito
	  FROM casi v
	  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
	  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
	  LEFT JOIN anagrafica_utente u ON u.utente = v.utente
	  LEFT JOIN anagrafica_utente i ON i.utente = v.incaricato
	 WHERE `

func (r RigaCaso) place() string { return cursor(r.OpenedAt.UnixMicro(), r.ID) }

// casi limits a query to the cases that somebody may know of: those who administer people
// alone do.
func (l Lettore) casi() (w where) {
	w.args = []any{null(string(l.Utente)), l.At}
	if !l.Appoints {
		w.add("FALSE")
		return w
	}
	w.within(l.Reach)
	return w
}

func (q *CasiQueries) read(ctx context.Context, w where, end string) ([]RigaCaso, error) {
	rows, _ := q.pool.Query(ctx, casiSQL+w.String()+end, w.args...)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[RigaCaso])
	if err != nil {
		return nil, fmt.Errorf("read cases: %w", err)
	}
	for i := range found {
		found[i].Titolo = found[i].Codice.Text()
	}
	return found, nil
}

func (f FiltroCasi) limit(w *where) error {
	for _, c := range []struct{ column, value string }{
		{"comune", string(f.Comune)}, {"ente", string(f.Ente)}, {"stato", string(f.Stato)}, {"incaricato", string(f.Incaricato)}, {"utente", string(f.Utente)},
	} {
		if c.value != "" {
			w.add("v."+c.column+" = ?", c.value)
		}
	}
	if f.Altrui != "" {
		w.add("v.incaricato IS DISTINCT FROM ?::uuid", f.Altrui)
	}
	if f.Cursor == "" {
		return nil
	}
	var micros int64
	var id string
	if err := parseCursor(f.Cursor, &micros, &id); err != nil {
		return err
	}
	if _, err := domain.ParseCasoID(id); err != nil {
		return errCursor
	}
	w.add("(v.opened_at, v.caso) < (?, ?)", time.UnixMicro(micros), id)
	return nil
}

// Page returns one page of what the reader may know of and the filter lets through, newest
// first. It refuses a cursor it did not make.
func (q *CasiQueries) Page(ctx context.Context, l Lettore, f FiltroCasi) (p PaginaDi[RigaCaso], err error) {
	w := l.casi()
	if err := f.limit(&w); err != nil {
		return p, err
	}
	size := pageSize(f.Limit)
	found, err := q.read(ctx, w, fmt.Sprintf(" ORDER BY v.opened_at DESC, v.caso DESC LIMIT %d", size+1))
	if err != nil {
		return p, err
	}
	return page(found, size, RigaCaso.place), nil
}

// One returns a case, or domain.NotFound when there is none that the reader may know of.
func (q *CasiQueries) One(ctx context.Context, l Lettore, id domain.CasoID) (d CasoDettaglio, err error) {
	w := l.casi()
	w.add("v.caso = ?", id)
	found, err := q.read(ctx, w, "")
	switch {
	case err != nil:
		return d, err
	case len(found) == 0:
		return d, domain.Errorf(domain.NotFound, "caso inesistente")
	}
	d.RigaCaso = found[0]
	if d.Testo, err = q.words(ctx, id); err != nil {
		return d, err
	}
	rows, _ := q.pool.Query(ctx, `
		SELECT n.visura_id AS id, coalesce(n.utente::text, '') AS utente, coalesce(u.codice, '') AS utente_codice, coalesce(v.tipo, '') AS tipo,
		       coalesce(v.status, '') AS status, coalesce(v.numero_pratica, '') AS numero_pratica, v.requested_at
		  FROM casi_visura n LEFT JOIN elenco v USING (visura_id) LEFT JOIN anagrafica_utente u ON u.utente = n.utente
		 WHERE n.caso = $1 ORDER BY v.requested_at, n.visura_id`, id)
	if d.Visure, err = pgx.CollectRows(rows, pgx.RowToStructByName[VisuraDiCaso]); err != nil {
		return d, fmt.Errorf("read the requests of a case: %w", err)
	}
	for i, v := range d.Visure {
		if v.Tipo != "" {
			d.Visure[i].Titolo = title(v.Tipo)
		}
	}
	return d, nil
}

// words are those a case was closed with.
func (q *CasiQueries) words(ctx context.Context, id domain.CasoID) (string, error) {
	var testo *domain.Sealed
	if err := q.pool.QueryRow(ctx, `SELECT testo FROM casi WHERE caso = $1`, id).Scan(&testo); err != nil {
		return "", fmt.Errorf("read the words of a case: %w", err)
	}
	if testo == nil {
		return "", nil
	}
	var said spoken
	err := open(ctx, q.opener, []domain.Sealed{*testo}, func(int) *spoken { return &said })
	return said.Testo, err
}

// ContoCasi is how many cases stand where.
type ContoCasi struct {
	Aperti  int `json:"aperti"`  // to be taken in charge
	Tardivi int `json:"tardivi"` // of these, not in time
	Miei    int `json:"miei"`    // in charge of who reads
	Altri   int `json:"altri"`   // in charge of others
	Chiusi  int `json:"chiusi"`
}

// Count counts the cases that the reader may know of.
func (q *CasiQueries) Count(ctx context.Context, l Lettore) (n ContoCasi, err error) {
	w := l.casi()
	err = q.pool.QueryRow(ctx, `
		SELECT count(*) FILTER (WHERE v.stato = 'open'), count(*) FILTER (WHERE v.stato = 'open' AND v.due_at < $2),
		       count(*) FILTER (WHERE v.stato = 'taken' AND v.incaricato = $1::uuid), count(*) FILTER (WHERE v.stato = 'taken' AND v.incaricato IS DISTINCT FROM $1::uuid),
		       count(*) FILTER (WHERE v.stato = 'closed')
		  FROM casi v WHERE `+w.String(), w.args...).Scan(&n.Aperti, &n.Tardivi, &n.Miei, &n.Altri, &n.Chiusi)
	if err != nil {
		return n, fmt.Errorf("count cases: %w", err)
	}
	return n, nil
}

// AllarmeDiVisura is a rule of alarms that a request has met.
type AllarmeDiVisura struct {
	Codice   domain.CodiceAllarme `json:"codice"`
	Versione int                  `json:"versione"`
	Regola   string               `json:"regola"` // in words, as it was in force
	Gravita  domain.Gravita       `json:"gravita"`
	At       time.Time            `json:"at"`             // when its case was opened
	Caso     domain.CasoID        `json:"caso,omitempty"` // told to who may know of it
}
