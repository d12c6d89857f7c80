package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// AttivitaQueries reads who did what and when. It is safe for concurrent use.
type AttivitaQueries struct{ pool *pgxpool.Pool }

// NewAttivitaQueries returns the queries over a database.
func NewAttivitaQueries(pool *pgxpool.Pool) *AttivitaQueries { return &AttivitaQueries{pool} }

// RigaAttivita is one act. It names objects, never the people they are about.
type RigaAttivita struct {
	At                time.Time            `json:"at"`
	Utente            domain.UtenteID      `json:"utente,omitempty"` // who did it, and in which capacity; none: who administers the installation
	UtenteCodice      string               `json:"utente_codice,omitempty"`
	Role              domain.Role          `json:"role"`
	Ente              domain.EnteID        `json:"ente,omitempty"` // the pair it concerns; none: done in no capacity
	EnteDenominazione string               `json:"ente_denominazione,omitempty"`
	Comune            domain.CodiceISTAT   `json:"comune,omitempty"`
	ComuneNome        string               `json:"comune_nome,omitempty"`
	Postazione        domain.PostazioneID  `json:"postazione,omitempty"` // proven, from which it was done
	PostazioneNome    string               `json:"postazione_nome,omitempty"`
	Via               domain.ApplicativoID `json:"via,omitempty"` // software that acted for them
	Address           string               `json:"address,omitempty"`
	Genere            Genere               `json:"genere"`
	Action            string               `json:"action"`
	Titolo            string               `json:"titolo" db:"-"`    // the action in Italian
	Testo             string               `json:"testo,omitempty"`  // what was done, in Italian, where its history tells it
	Object            string               `json:"object,omitempty"` // a stream
	Outcome           string               `json:"outcome"`
	Rifiutato         bool                 `json:"rifiutato,omitempty"`
	Field             string               `json:"field,omitempty"` // the offending item of a refusal
	Tipo              domain.Tipo          `json:"tipo,omitempty"`  // of what was asked and refused
	Shown             int                  `json:"shown,omitempty"` // how many rows a list showed
	Count             int                  `json:"count,omitempty"` // how many refusals the row stands for; none: one

	Stream   string `json:"-"`
	Revision int64  `json:"-"`
}

// FiltroAttivita narrows the acts; zero fields do not.
type FiltroAttivita struct {
	Genere     Genere
	Utente     domain.UtenteID
	Codice     string // of the user
	Ente       domain.EnteID
	Comune     domain.CodiceISTAT
	Postazione domain.PostazioneID
	Action     string
	Outcome    string
	Rifiutati  *bool     // nil: whatever became of it
	From, To   time.Time // at or after From and before To
	Cursor     string    // of the page wanted, from PaginaDi.Next
	Limit      int       // rows a page: DefaultPage when zero, MaxPage at most
}

func (f FiltroAttivita) limit(w *where) error {
	genere := f.Genere
	if genere == GenereRifiuti {
		genere = ""
		w.add("v.rifiutato")
	}
	for _, c := range []struct{ column, value string }{
		{"genere", string(genere)}, {"utente", string(f.Utente)}, {"ente", string(f.Ente)}, {"comune", string(f.Comune)},
		{"postazione", string(f.Postazione)}, {"action", f.Action}, {"outcome", f.Outcome},
	} {
		if c.value != "" {
			w.add("v."+c.column+" = ?", c.value)
		}
	}
	if f.Codice != "" {
		w.add("v.utente = (SELECT utente FROM utenti WHERE codice = ? LIMIT 1)", f.Codice)
	}
	switch {
	case f.Rifiutati == nil:
	case *f.Rifiutati:
		w.add("v.rifiutato") // as the index says
	default:
		w.add("NOT v.rifiutato")
	}
	if !f.From.IsZero() {
		w.add("v.at >= ?", f.From)
	}
	if !f.To.IsZero() {
		w.add("v.at < ?", f.To)
	}
	if f.Cursor == "" {
		return nil
	}
	var micros, revision int64
	var stream string
	if err := parseCursor(f.Cursor, &micros, &stream, &revision); err != nil {
		return err
	}
	w.add("(v.at, v.stream, v.revision) < (?, ?, ?)", time.UnixMicro(micros), stream, revision)
	return nil
}

// ofAct are the columns by which a reach covers acts.
var ofAct = map[string]string{domain.ColumnEnte: "v.ente", domain.ColumnComune: "v.comune"}

// attivitaSQL reads a page of acts, each once, and what they are called by: of what was
// done in no capacity, not at which of their pairs the person is within reach.
const attivitaSQL = `
	SELECT v.at, coalesce(v.utente::text, '') AS utente, coalesce(u.codice, '') AS utente_codice, v.role,
	       CASE WHEN v.posto = '' THEN coalesce(v.ente::text, '') ELSE '' END AS ente, CASE WHEN v.posto = '' THEN coalesce(e.denominazione, '') ELSE '' END AS ente_denominazione,
	       CASE WHEN v.posto = '' THEN coalesce(v.comune, '') ELSE '' END AS comune, CASE WHEN v.posto = '' THEN coalesce(c.nome, '') ELSE '' END AS comune_nome,
	       coalesce(v.postazione::text, '') AS postazione, coalesce(p.stato->>'nome', '') AS postazione_nome, coalesce(v.via::text, '') AS via, v.address,
	       v.genere, v.action, coalesce(s.testo, d.testo, '') AS testo, v.object, v.outcome, v.rifiutato, v.field, v.tipo, v.shown, v.count, v.stream, v.revision
	  FROM (SELECT DISTINCT ON (v.at, v.stream, v.revision) v.* FROM attivita v WHERE %s
	         ORDER BY v.at DESC, v.stream DESC, v.revision DESC LIMIT %d) v
	  LEFT JOIN anagrafica_utente u ON u.utente = v.utente
	  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
	  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
	  LEFT JOIN postazioni p ON p.postazione = v.postazione
	  LEFT JOIN storia s ON s.stream = v.stream AND s.revision = v.revision
	  LEFT JOIN dettaglio_evento d ON d.visura_id = CASE WHEN v.stream LIKE 'visura-%%' THEN substr(v.stream, 8)::uuid END AND d.revision = v.revision
	 ORDER BY v.at DESC, v.stream DESC, v.revision DESC`

// Page returns one page of the acts within reach, newest first: those of a Comune, or of
// pairs. Who administers nobody sees none. It refuses a cursor it did not make.
func (q *AttivitaQueries) Page(ctx context.Context, reach domain.Reach, f FiltroAttivita) (PaginaDi[RigaAttivita], error) {
	var w where
	w.through(reach, ofAct)
	if !reach.Appoints {
		w.add("FALSE")
	}
	if err := f.limit(&w); err != nil {
		return PaginaDi[RigaAttivita]{}, err
	}
	size := pageSize(f.Limit)
	rows, err := q.pool.Query(ctx, fmt.Sprintf(attivitaSQL, w.String(), size+1), w.args...)
	if err != nil {
		return PaginaDi[RigaAttivita]{}, fmt.Errorf("list acts: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[RigaAttivita])
	if err != nil {
		return PaginaDi[RigaAttivita]{}, fmt.Errorf("list acts: %w", err)
	}
	for i := range found {
		found[i].Titolo = AzioneText(found[i].Action)
	}
	return page(found, size, func(r RigaAttivita) string { return cursor(r.At.UnixMicro(), r.Stream, r.Revision) }), nil
}
