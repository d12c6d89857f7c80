package projections

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// UtentiQueries reads the people who may sign in. It is safe for concurrent use.
type UtentiQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewUtentiQueries returns the queries over a database; opener opens what its rows
// hold sealed.
func NewUtentiQueries(pool *pgxpool.Pool, opener Opener) *UtentiQueries {
	return &UtentiQueries{pool, opener}
}

// RigaUtente is one person at one pair.
type RigaUtente struct {
	ID                domain.UtenteID    `json:"id"`
	Codice            string             `json:"codice"`
	Persona           Persona            `json:"persona" db:"-"`
	Ente              domain.EnteID      `json:"ente,omitempty"` // none: the Comune itself
	EnteDenominazione string             `json:"ente_denominazione,omitempty"`
	Comune            domain.CodiceISTAT `json:"comune,omitempty"`
	ComuneNome        string             `json:"comune_nome,omitempty"`
	Roles             []domain.Role      `json:"roles"` // on whatever days
	Ufficio           string             `json:"ufficio,omitempty"`
	Mansione          string             `json:"mansione,omitempty"`
	Sospeso           domain.Suspension  `json:"sospeso,omitempty"`  // the cause; none: not suspended
	Bloccato          *time.Time         `json:"bloccato,omitempty"` // until when; none, or passed: not blocked
	Profili           []ProfiloTenuto    `json:"profili"`
	Since             time.Time          `json:"since"`             // first known at the pair
	UsedAt            *time.Time         `json:"used_at,omitempty"` // last thing done there that was not refused

	Posto int `json:"-"` // which of the person's
}

// ProfiloTenuto is a profile a person holds at a pair.
type ProfiloTenuto struct {
	ID        domain.ProfileID `json:"id"`
	Nome      string           `json:"nome"`
	Al        domain.Date      `json:"al,omitzero"`        // last day included
	Decaduto  bool             `json:"decaduto,omitempty"` // the mansione has changed since
	Nazionale Autorizzazione   `json:"nazionale"`
}

// Autorizzazione is where a profile somebody holds stands beyond the Comune.
type Autorizzazione string

const (
	NazionaleAssente     Autorizzazione = "assente"        // the profile grants nothing beyond the Comune
	NazionaleDaConcedere Autorizzazione = "da_autorizzare" // nothing was granted, or less than the profile has
	NazionaleAutorizzata Autorizzazione = "autorizzata"
)

// awaitsTop says in SQL that a profile p that somebody holds, t, is to be granted
// beyond the Comune, or further than it was: what domain.Assignment.Awaits says. Where
// what was granted is what the profile has, its types are not compared.
const awaitsTop = `(p.nazionale AND NOT t.decaduto AND (NOT t.nazionale OR t.autorizzati IS NOT NULL AND t.autorizzati IS DISTINCT FROM p.nazionali AND EXISTS (
	SELECT FROM comuni m CROSS JOIN jsonb_array_elements(p.stato->'tipi') g LEFT JOIN jsonb_array_elements(t.autorizzati) a ON a->>'tipo' = g->>'tipo'
	 WHERE m.comune = p.comune AND national_delay(g->'nazionale', m.stato) < national_delay(a->'nazionale', m.stato))))`

// FiltroUtenti narrows the list; zero fields do not.
type FiltroUtenti struct {
	Ente          domain.EnteID
	Comune        domain.CodiceISTAT
	DelComune     bool // at the Comune itself, of no Ente
	Role          domain.Role
	Profile       domain.ProfileID
	Sospesi       *bool
	BloccatiAl    time.Time // only who is blocked then
	DaAutorizzare bool      // hold a profile whose national part awaits a TOP
	Ufficio       string
	UnusedSince   time.Time // nothing done at the pair at or after
	Cognome, Nome string    // or how they begin
	Cursor        string    // of the page wanted, from PaginaDi.Next
	Limit         int       // rows a page: DefaultPage when zero, MaxPage at most
}

func (f FiltroUtenti) limit(w *where) {
	for _, c := range []struct{ column, value string }{{"ente", string(f.Ente)}, {"comune", string(f.Comune)}, {"ufficio", f.Ufficio}} {
		if c.value != "" {
			w.add("v."+c.column+" = ?", c.value)
		}
	}
	if f.DelComune {
		w.add("v.ente IS NULL")
	}
	if f.Role != "" {
		w.add("? = ANY(v.roles)", f.Role)
	}
	if f.Sospesi != nil {
		w.add("(v.sospeso <> '') = ?", *f.Sospesi)
	}
	if !f.BloccatiAl.IsZero() {
		w.add("v.bloccato > ?", f.BloccatiAl)
	}
	if f.Profile != "" {
		w.add("EXISTS (SELECT FROM utente_profilo t WHERE t.utente = v.utente AND t.posto = v.posto AND t.profile = ?)", f.Profile)
	}
	if f.DaAutorizzare {
		w.add(`EXISTS (SELECT FROM utente_profilo t JOIN profili p USING (profile)
			WHERE t.utente = v.utente AND t.posto = v.posto AND ` + awaitsTop + `)`)
	}
	if !f.UnusedSince.IsZero() {
		w.add("NOT EXISTS (SELECT FROM accesso a WHERE "+usedHere+" AND a.at >= ?)", f.UnusedSince)
	}
}

// usedHere is what of the journal was done by a person at a pair: what they did for
// several Comuni at once is at none.
const usedHere = `a.utente = v.utente AND a.outcome = 'ok' AND a.ente IS NOT DISTINCT FROM v.ente AND a.comune IS NOT DISTINCT FROM v.comune`

// people are the columns by which a reach covers people at pairs: an operator sees
// themself.
var people = map[string]string{domain.ColumnEnte: "v.ente", domain.ColumnComune: "v.comune", domain.ColumnRequester: "v.utente"}

// rigaUtente is a row as it is stored, the person sealed.
type rigaUtente struct {
	RigaUtente
	Sealed *domain.Sealed `db:"identita"`
}

const utentiSQL = `
	SELECT v.utente AS id, p.codice, p.identita, coalesce(v.ente::text, '') AS ente, coalesce(e.denominazione, '') AS ente_denominazione,
	       coalesce(v.comune, '') AS comune, coalesce(c.nome, '') AS comune_nome, v.roles, v.ufficio, v.mansione, v.sospeso, v.bloccato, v.since, v.posto,
	       (SELECT coalesce(jsonb_agg(jsonb_build_object('id', t.profile, 'nome', p.nome, 'al', coalesce(t.al::text, ''),
	               'decaduto', t.decaduto, 'nazionale', CASE WHEN ` + awaitsTop + ` THEN 'da_autorizzare' WHEN t.nazionale THEN 'autorizzata' ELSE 'assente' END) ORDER BY p.nome, t.profile), '[]')
	          FROM utente_profilo t LEFT JOIN profili p USING (profile) WHERE t.utente = v.utente AND t.posto = v.posto) AS profili,
	       (SELECT a.at FROM accesso a WHERE ` + usedHere + ` ORDER BY a.at DESC LIMIT 1) AS used_at
	  FROM utente_posto v
	  JOIN utenti p ON p.utente = v.utente AND p.registered_at IS NOT NULL
	  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
	  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
	 WHERE `

// Page returns one page of the people within reach whom the filter lets through,
// each once for each pair, last come first. A surname or a name is looked for among
// those that are left, whose names are opened for it. It refuses a cursor it did not
// make.
func (q *UtentiQueries) Page(ctx context.Context, reach domain.Reach, f FiltroUtenti) (PaginaDi[RigaUtente], error) {
	size := pageSize(f.Limit)
	if f.Cognome != "" || f.Nome != "" {
		return q.search(ctx, reach, f, size)
	}
	w, err := f.within(reach, f.Cursor)
	if err != nil {
		return PaginaDi[RigaUtente]{}, err
	}
	found, err := q.read(ctx, reach, w, size+1)
	if err != nil {
		return PaginaDi[RigaUtente]{}, fmt.Errorf("list users: %w", err)
	}
	return page(found, size, func(r RigaUtente) string { return cursor(r.Since.UnixMicro(), r.ID, r.Posto) }), nil
}

// within is what limits a page: what is in reach, the filter, and where it begins.
func (f FiltroUtenti) within(reach domain.Reach, from string) (w where, err error) {
	w.through(reach, people)
	f.limit(&w)
	if from == "" {
		return w, nil
	}
	var micros, posto int64
	var id string
	if err := parseCursor(from, &micros, &id, &posto); err != nil {
		return w, err
	}
	if _, err := domain.ParseUtenteID(id); err != nil {
		return w, errCursor
	}
	w.add("(v.since, v.utente, v.posto) < (?, ?, ?)", time.UnixMicro(micros), id, posto)
	return w, nil
}

const inOrder = ` ORDER BY v.since DESC, v.utente DESC, v.posto DESC LIMIT `

// read returns rows in the order of their pages.
func (q *UtentiQueries) read(ctx context.Context, reach domain.Reach, w where, limit int) ([]RigaUtente, error) {
	rows, err := q.pool.Query(ctx, utentiSQL+w.String()+inOrder+strconv.Itoa(limit), w.args...)
	if err != nil {
		return nil, err
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[rigaUtente])
	if err != nil {
		return nil, err
	}
	boxes, who := make([]domain.Sealed, len(found)), make([]identita, len(found))
	for i, r := range found {
		if r.Sealed != nil {
			boxes[i] = *r.Sealed
		}
	}
	if err := open(ctx, q.opener, boxes, func(i int) *identita { return &who[i] }); err != nil {
		return nil, err
	}
	shown := make([]RigaUtente, len(found))
	for i, r := range found {
		shown[i] = r.RigaUtente
		shown[i].Persona = who[i].shown(reach.Masked)
	}
	return shown, nil
}
