package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	Ufficio           string             `json:"ufficio,omitempty"` // of the Ente, whose the requester was
	Requester         domain.UtenteID    `json:"requester,omitempty"`
	RequesterCodice   string             `json:"requester_codice,omitempty"`
	Ambito            domain.Ambito      `json:"ambito"`
	Conferma          domain.Conferma    `json:"conferma"`
	Finalita          string             `json:"finalita"`
	NumeroPratica     string             `json:"numero_pratica"`              // as it was corrected last
	NumeriPrecedenti  []string           `json:"numeri_precedenti,omitempty"` // those that were wrong, the first one first
	Soggetto          Soggetto           `json:"soggetto" db:"-"`
	RequestedAt       time.Time          `json:"requested_at"`
	UpdatedAt         time.Time          `json:"updated_at"`
	DueAt             *time.Time         `json:"due_at,omitempty"`      // silence counts as consent from here on
	ExpiresAt         *time.Time         `json:"expires_at,omitempty"`  // it expires then, if nobody decides or answers
	SospesaDal        *time.Time         `json:"sospesa_dal,omitempty"` // since when the requester is to answer a question
	Incaricato        domain.UtenteID    `json:"incaricato,omitempty"`  // the officer who looks after it
	IssuedAt          *time.Time         `json:"issued_at,omitempty"`
	RevokedAt         *time.Time         `json:"revoked_at,omitempty"`
	Massiva           domain.MassivaID   `json:"massiva,omitempty"` // the request about many people that it was asked for by
	Riga              int                `json:"riga,omitempty"`    // its row there, from 1
}

// Pagina is one page of the list, newest first. Next is the cursor of the page
// that follows, empty on the last; Previous that of the page before, empty on the
// first, for Filter.Newer.
type Pagina struct {
	Items    []RigaElenco `json:"items"`
	Next     string       `json:"next,omitempty"`
	Previous string       `json:"-"`
}

// Filter narrows the list; zero fields do not.
type Filter struct {
	Status       []domain.Status
	Tipo         []domain.Tipo
	Comune       domain.CodiceISTAT
	Ente         domain.EnteID
	Ufficio      string // of the Ente, whose the requester was
	Requester    domain.UtenteID
	Operatore    string          // code of the requester
	Ambito       domain.Ambito   // how far ANPR was asked; before it was, how far it may be
	Conferma     domain.Conferma // how the request comes to be approved
	From, To     time.Time       // requested at or after From and before To
	Pratica      string          // the number as it was given, or as it was corrected
	SubjectToken string          // keyed hash of the subject
	Massiva      domain.MassivaID
	Numero       domain.CIUV
	Caso         domain.CasoID // that is about them
	ToDownload   bool          // only documents nobody has obtained yet
	Cursor       string        // of the page wanted, from Pagina.Next
	Newer        string        // of the page wanted, from Pagina.Previous; then Cursor does not count
	Limit        int           // rows a page: DefaultPage when zero, MaxPage at most
}

// Named returns what the list is narrowed by, for the journal: names, with a value that is of
// a closed list, an id, a code or a day. What somebody wrote, and whom they look for, is not
// told.
func (f Filter) Named() (all []string) {
	add := func(name, value string) {
		if value != "" {
			all = append(all, name+"="+value)
		}
	}
	for _, s := range f.Status {
		add("stato", string(s))
	}
	for _, t := range f.Tipo {
		add("tipo", string(t))
	}
	add("comune", string(f.Comune))
	add("ente", string(f.Ente))
	add("richiedente", string(f.Requester))
	add("operatore", f.Operatore)
	add("ambito", string(f.Ambito))
	add("conferma", string(f.Conferma))
	add("massiva", string(f.Massiva))
	if !f.From.IsZero() {
		add("dal", domain.ItalianDay(f.From).String())
	}
	if !f.To.IsZero() {
		add("al", domain.ItalianDay(f.To).Plus(-1).String())
	}
	for _, told := range []struct {
		name string
		so   bool
	}{{"ufficio", f.Ufficio != ""}, {"pratica", f.Pratica != ""}, {"numero", f.Numero != ""}, {"persona", f.SubjectToken != ""}, {"da_scaricare", f.ToDownload}} {
		if told.so {
			all = append(all, told.name)
		}
	}
	return all
}

// within is what lets through, added to w, what is within reach and the filter lets through.
// Who sees what many asked for finds it by the status, where it is not the requester or
// something as rare by which rows are found.
func (f Filter) within(w where, reach domain.Reach) (where, error) {
	w.found = f.Requester != "" || f.Operatore != ""
	own := len(reach.Columns) > 0 && reach.Columns[0].Name == domain.ColumnRequester
	w.many = !w.found && !own && f.SubjectToken == "" && f.Pratica == "" && f.Massiva == "" && f.Numero == ""
	w.visure(reach)
	return w, f.limit(&w)
}

func (f Filter) limit(w *where) error {
	f.rare(w)
	switch len(f.Tipo) {
	case 0:
	case 1:
		w.add("v.tipo = ?", f.Tipo[0])
	default:
		w.add("v.tipo = ANY(?)", f.Tipo)
	}
	if f.Operatore != "" {
		w.add("v.requester = (SELECT utente FROM utenti WHERE codice = ? ORDER BY utente LIMIT 1)", f.Operatore)
	}
	for _, c := range []struct{ column, value string }{
		{"comune", string(f.Comune)}, {"ente", string(f.Ente)}, {"ufficio", f.Ufficio}, {"requester", string(f.Requester)},
		{"subject_token", f.SubjectToken}, {"massiva", string(f.Massiva)}, {"numero", string(f.Numero)},
	} {
		if c.value != "" {
			w.add("v."+c.column+" = ?", c.value)
		}
	}
	if f.Pratica != "" { // the second as the index elenco_numeri_precedenti has it
		w.add("(v.numero_pratica = ? OR v.numeri_precedenti <> '{}' AND v.numeri_precedenti @> ARRAY[?]::text[])", f.Pratica, f.Pratica)
	}
	if f.Caso != "" {
		w.add("EXISTS (SELECT FROM casi_visura n WHERE n.visura_id = v.visura_id AND n.caso = ?)", f.Caso)
	}
	if !f.From.IsZero() {
		w.add("v.requested_at >= ?", f.From)
	}
	if !f.To.IsZero() {
		w.add("v.requested_at < ?", f.To)
	}
	switch {
	case f.Newer != "":
		return beyond(w, f.Newer, ">")
	case f.Cursor != "":
		return beyond(w, f.Cursor, "<")
	}
	return nil
}

// rare limits by what few rows have, as the indexes of 00046_monitoraggio.sql say it.
func (f Filter) rare(w *where) {
	if f.ToDownload {
		w.add("v.status = 'issued' AND v.downloaded_at IS NULL")
	}
	switch {
	case len(f.Status) == 1 && f.Status[0] != domain.Issued:
		w.add("v.status <> 'issued' AND v.status = ?", f.Status[0])
	case len(f.Status) > 1 && w.many:
		w.split(f.Status)
	case len(f.Status) > 0:
		w.add("v.status = ANY(?)", f.Status)
	}
	switch f.Ambito {
	case "":
	case domain.Nazionale:
		w.add("v.ambito = 'nazionale'")
	default:
		w.add("v.ambito = ?", f.Ambito)
	}
	switch f.Conferma {
	case "":
	case domain.Immediata:
		w.add("v.conferma = ?", f.Conferma)
	default:
		w.add("v.conferma <> 'immediata' AND v.conferma = ?", f.Conferma)
	}
}

// beyond lets through what is on one side of a cursor.
func beyond(w *where, cursor, side string) error {
	p, err := parsePlace(cursor)
	if err != nil {
		return err
	}
	w.add("(v.requested_at, v.visura_id) "+side+" (?, ?)", p.at, p.id)
	return nil
}

// order is how the rows of the page wanted are read: those before a cursor backwards.
func (f Filter) order() string {
	if f.Newer != "" {
		return "v.requested_at, v.visura_id"
	}
	return "v.requested_at DESC, v.visura_id DESC"
}

// rigaElenco is a row as it is stored, the person sealed.
type rigaElenco struct {
	RigaElenco
	Sealed *domain.Sealed `db:"soggetto"`
}

// columns are where elencoSQL's columns go, in its order.
func (r *rigaElenco) columns() []any {
	return []any{
		&r.ID, &r.Revision, &r.Status, &r.Tipo, &r.Numero,
		&r.Comune, &r.ComuneNome,
		&r.Ente, &r.EnteDenominazione,
		&r.Ufficio, &r.Requester, &r.RequesterCodice,
		&r.Ambito, &r.Conferma, &r.Finalita, &r.NumeroPratica, &r.NumeriPrecedenti, &r.Sealed, &r.RequestedAt, &r.UpdatedAt, &r.DueAt, &r.ExpiresAt, &r.SospesaDal, &r.Incaricato, &r.IssuedAt, &r.RevokedAt,
		&r.Massiva, &r.Riga,
	}
}

// elencoSQL reads rows of the list, of those that stand in its place.
const elencoSQL = `
		SELECT v.visura_id, v.revision, v.status, v.tipo, coalesce(v.numero, '') AS numero,
		       v.comune, coalesce(c.nome, '') AS comune_nome,
		       coalesce(v.ente::text, '') AS ente, coalesce(e.denominazione, '') AS ente_denominazione,
		       coalesce(v.ufficio, '') AS ufficio, coalesce(v.requester::text, '') AS requester, coalesce(u.codice, '') AS requester_codice,
		       v.ambito, v.conferma, v.finalita, v.numero_pratica, v.numeri_precedenti, v.soggetto, v.requested_at, v.updated_at, v.due_at, v.expires_at, v.sospesa_dal, coalesce(v.incaricato::text, '') AS incaricato, v.issued_at, v.revoked_at,
		       coalesce(v.massiva::text, '') AS massiva, coalesce(v.riga, 0) AS riga
		  FROM %s v
		  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
		  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
		  LEFT JOIN anagrafica_utente u ON u.utente = v.requester
		 WHERE %s ORDER BY %s LIMIT %d`

// read returns the rows of a condition with their order, the persons sealed.
func (q *ElencoQueries) read(ctx context.Context, w where, order string, limit int) ([]rigaElenco, error) {
	from, condition := "elenco", w.String()
	if parts := w.parts(fmt.Sprintf(`SELECT * FROM elenco v WHERE %%s ORDER BY %s LIMIT %d`, order, limit)); parts != "" {
		from, condition = parts, "TRUE"
	}
	rows, err := q.pool.Query(ctx, fmt.Sprintf(elencoSQL, from, condition, order, limit), w.args...)
	if err != nil {
		return nil, fmt.Errorf("list visure: %w", err)
	}
	var row rigaElenco
	found := make([]rigaElenco, 0, min(limit, DefaultPage+1))
	if _, err = pgx.ForEachRow(rows, row.columns(), func() error {
		found, row = append(found, row), rigaElenco{}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("list visure: %w", err)
	}
	return found, nil
}

// opened returns rows with their persons.
func (q *ElencoQueries) opened(ctx context.Context, found []rigaElenco, masked bool) ([]RigaElenco, error) {
	sealed := make([]domain.Sealed, len(found))
	for i, r := range found {
		if r.Sealed != nil {
			sealed[i] = *r.Sealed
		}
	}
	opened := make([]spoken, len(found))
	if err := open(ctx, q.opener, sealed, func(i int) *spoken { return &opened[i] }); err != nil {
		return nil, fmt.Errorf("list visure: %w", err)
	}
	items := make([]RigaElenco, len(found))
	for i, r := range found {
		items[i] = r.RigaElenco
		items[i].Soggetto = shown(opened[i].Soggetto, masked)
	}
	return items, nil
}

// Page returns one page of what is within reach and the filter lets through: who names a
// number has the document at hand. It refuses a cursor it did not make.
func (q *ElencoQueries) Page(ctx context.Context, reach domain.Reach, f Filter) (Pagina, error) {
	return q.page(ctx, reach, f, pageSize(f.Limit))
}

// Whole is Page for who reads the list to its end: of as many rows as are read best at once.
func (q *ElencoQueries) Whole(ctx context.Context, reach domain.Reach, f Filter) (PaginaDi[RigaElenco], error) {
	p, err := q.page(ctx, reach, f, stride)
	return PaginaDi[RigaElenco]{Items: p.Items, Next: p.Next}, err
}

func (q *ElencoQueries) page(ctx context.Context, reach domain.Reach, f Filter, size int) (Pagina, error) {
	w, err := f.within(where{}, reach.Holding(f.Numero))
	if err != nil {
		return Pagina{}, err
	}
	found, err := q.read(ctx, w, f.order(), size+1)
	if err != nil {
		return Pagina{}, err
	}
	return q.paginate(ctx, found, size, f, reach.Masked)
}

// paginate shows size rows; one more says that there is another page on that side, and
// a cursor that the page was reached by that there is one on the other.
func (q *ElencoQueries) paginate(ctx context.Context, found []rigaElenco, size int, f Filter, masked bool) (p Pagina, err error) {
	more := len(found) > size
	found = found[:min(len(found), size)]
	newer, older := f.Cursor != "", more
	if f.Newer != "" {
		slices.Reverse(found)
		newer, older = more, true
	}
	if len(found) > 0 {
		first, last := found[0], found[len(found)-1]
		if newer {
			p.Previous = place{first.RequestedAt, first.ID}.String()
		}
		if older {
			p.Next = place{last.RequestedAt, last.ID}.String()
		}
	}
	p.Items, err = q.opened(ctx, found, masked)
	return p, err
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
	RevokedAt         *time.Time      `json:"revoked_at,omitempty"`
}

// Verifica returns the document with a number, or domain.NotFound. Numbers are
// eighty random bits and no constraint keeps them unique: of several documents
// with one number none is shown (domain.Conflict).
func (q *ElencoQueries) Verifica(ctx context.Context, numero domain.CIUV) (Verifica, error) {
	rows, err := q.pool.Query(ctx, `
		SELECT v.numero, v.tipo, v.status, coalesce(c.nome, '') AS comune_nome,
		       coalesce(e.denominazione, '') AS ente_denominazione, v.issued_at, v.sha256, v.size, coalesce(v.ambiente, '') AS ambiente, v.revoked_at
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

// Counts returns how many visure within reach each filter lets through, most at most;
// cursors do not count.
func (q *ElencoQueries) Counts(ctx context.Context, reach domain.Reach, most int, filters ...Filter) ([]int, error) {
	var w where
	each := make([]string, len(filters))
	counts, columns := make([]int, len(filters)), make([]any, len(filters))
	for i, f := range filters {
		var err error
		f.Cursor, f.Newer = "", ""
		if w, err = f.within(where{args: w.args}, reach); err != nil {
			return nil, err
		}
		each[i], columns[i] = counted(w, most), &counts[i]
	}
	if err := q.pool.QueryRow(ctx, "SELECT "+strings.Join(each, ", "), w.args...).Scan(columns...); err != nil {
		return nil, fmt.Errorf("count visure: %w", err)
	}
	return counts, nil
}

// counted is how many rows a condition lets through, most at most, as SQL.
func counted(w where, most int) string { return countedIn("elenco", w, most) }

// countedIn is counted of the rows, v, of a table.
func countedIn(table string, w where, most int) string {
	part := fmt.Sprintf(`SELECT 1 FROM %s v WHERE %%s LIMIT %d`, table, most)
	from := w.parts(part)
	if from == "" {
		from = "(" + fmt.Sprintf(part, w.String()) + ")"
	}
	return fmt.Sprintf(`(SELECT count(*) FROM (SELECT FROM %s each LIMIT %d) counted)`, from, most)
}

// count returns how many rows a condition lets through, most at most.
func (q *ElencoQueries) count(ctx context.Context, w where, most int) (n int, err error) {
	err = q.pool.QueryRow(ctx, "SELECT "+counted(w, most), w.args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("count visure: %w", err)
	}
	return n, nil
}

// Numbered returns the visura whose document has a number, within the reach of who has it
// at hand, or domain.NotFound.
func (q *ElencoQueries) Numbered(ctx context.Context, reach domain.Reach, numero domain.CIUV) (id domain.VisuraID, err error) {
	var w where
	w.visure(reach.Holding(numero))
	w.add("v.numero = ?", numero)
	err = q.pool.QueryRow(ctx, `SELECT v.visura_id FROM elenco v WHERE `+w.String()+` LIMIT 1`, w.args...).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", domain.Errorf(domain.NotFound, "non risulta alcuna visura con questo numero")
	}
	if err != nil {
		return "", fmt.Errorf("find a number: %w", err)
	}
	return id, nil
}
