package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// AccessiQueries reads the journal of reads and refusals. It is safe for concurrent
// use.
type AccessiQueries struct{ pool *pgxpool.Pool }

// NewAccessiQueries returns the queries over a database.
func NewAccessiQueries(pool *pgxpool.Pool) *AccessiQueries { return &AccessiQueries{pool} }

// RigaAccesso is one entry of the journal. It names objects, never the people they
// are about.
type RigaAccesso struct {
	At           time.Time            `json:"at"`
	Utente       domain.UtenteID      `json:"utente,omitempty"` // who acted, and in which capacity
	UtenteCodice string               `json:"utente_codice,omitempty"`
	Role         domain.Role          `json:"role"`
	Ente         domain.EnteID        `json:"ente,omitempty"`
	Comune       domain.CodiceISTAT   `json:"comune,omitempty"` // whose the entry is; none: of several Comuni at once
	Postazione   string               `json:"postazione,omitempty"`
	Via          domain.ApplicativoID `json:"via,omitempty"` // software that acted for them
	Address      string               `json:"address,omitempty"`
	Action       string               `json:"action"`
	Object       string               `json:"object,omitempty"` // a stream
	Outcome      string               `json:"outcome"`
	Field        string               `json:"field,omitempty"` // the offending item of a refusal
	Tipo         domain.Tipo          `json:"tipo,omitempty"`  // of what was asked and refused
	Ambito       domain.Ambito        `json:"ambito,omitempty"`
	Purpose      string               `json:"purpose,omitempty"`
	Filters      string               `json:"filters,omitempty"` // what a list was narrowed by, words between blanks; of a person only that it was by one
	Shown        int                  `json:"shown,omitempty"`   // how many visure a list showed
	Count        int                  `json:"count,omitempty"`   // how many refusals the entry stands for; none: one

	Stream   string `json:"-"`
	Revision int64  `json:"-"`
}

// FiltroAccessi narrows the journal; zero fields do not.
type FiltroAccessi struct {
	Utente   domain.UtenteID
	Ente     domain.EnteID
	Comune   domain.CodiceISTAT
	Action   string
	Outcome  string
	Refused  bool      // whatever is not "ok", nor about to be done
	Object   string    // a stream
	From, To time.Time // at or after From and before To
	Cursor   string    // of the page wanted, from PaginaDi.Next
	Limit    int       // rows a page: DefaultPage when zero, MaxPage at most
}

func (f FiltroAccessi) limit(w *where) error {
	for _, c := range []struct{ column, value string }{
		{"utente", string(f.Utente)}, {"ente", string(f.Ente)}, {"comune", string(f.Comune)},
		{"action", f.Action}, {"outcome", f.Outcome},
	} {
		if c.value != "" {
			w.add("v."+c.column+" = ?", c.value)
		}
	}
	if f.Object != "" {
		w.add("v.object = ? AND v.object <> ''", f.Object) // as the index says
	}
	if f.Refused {
		w.add("v.outcome NOT IN ('ok', ?)", domain.AccessBegun)
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

// entries are what a reach covers by itself, the newest of them.
const entries = `
	(SELECT v.at, v.utente, v.role, coalesce(v.ente::text, '') AS ente, coalesce(v.comune, '') AS comune, v.postazione, coalesce(v.via::text, '') AS via,
	        v.address, v.action, v.object, v.outcome, v.field, v.tipo, v.ambito, v.purpose, v.filters, v.shown, v.count, v.stream, v.revision
	   FROM accesso v WHERE %s ORDER BY v.at DESC, v.stream DESC, v.revision DESC LIMIT %d)`

// supervision is what people did in no capacity while they were at a pair that a reach
// covers, each entry once. Of which pair it is, is not told.
const supervision = `
	(SELECT DISTINCT ON (v.at, v.stream, v.revision) v.at, v.utente, '' AS role, '' AS ente, '' AS comune, '' AS postazione, '' AS via,
	        v.address, v.action, '' AS object, v.outcome, v.field, '' AS tipo, '' AS ambito, v.purpose, '' AS filters, 0::bigint AS shown, v.count, v.stream, v.revision
	   FROM accesso_presso v WHERE %s ORDER BY v.at DESC, v.stream DESC, v.revision DESC LIMIT %d)`

// supervises says whether who has a reach answers for the people of the pairs it covers,
// or verifies what they do.
func supervises(r domain.Reach) bool { return !r.Everything && (r.Appoints || r.Masked) }

// Page returns one page of the journal within reach, newest first: a Comune and its
// ADMINs see what was done by its capacities, or asked of it; an operator their own. Who
// supervises people sees what they did in no capacity while they were theirs, too. It
// refuses a cursor it did not make.
func (q *AccessiQueries) Page(ctx context.Context, reach domain.Reach, f FiltroAccessi) (PaginaDi[RigaAccesso], error) {
	var w where
	w.through(reach, people)
	if err := f.limit(&w); err != nil {
		return PaginaDi[RigaAccesso]{}, err
	}
	size := pageSize(f.Limit)
	found := fmt.Sprintf(entries, w.String(), size+1)
	if supervises(reach) && f.Object == "" {
		too := where{args: w.args}
		too.through(reach, people)
		if err := f.limit(&too); err != nil {
			return PaginaDi[RigaAccesso]{}, err
		}
		found, w.args = found+` UNION ALL `+fmt.Sprintf(supervision, too.String(), size+1), too.args
	}
	return q.read(ctx, found, w.args, size)
}

// read returns a page of what was found.
func (q *AccessiQueries) read(ctx context.Context, found string, args []any, size int) (PaginaDi[RigaAccesso], error) {
	rows, err := q.pool.Query(ctx, `
		SELECT v.at, coalesce(v.utente::text, '') AS utente, coalesce(u.codice, '') AS utente_codice, v.role, v.ente, v.comune, v.postazione, v.via,
		       v.address, v.action, v.object, v.outcome, v.field, v.tipo, v.ambito, v.purpose, v.filters, v.shown, v.count, v.stream, v.revision
		  FROM (`+found+`) v LEFT JOIN anagrafica_utente u ON u.utente = v.utente
		`+fmt.Sprintf(`ORDER BY v.at DESC, v.stream DESC, v.revision DESC LIMIT %d`, size+1), args...)
	if err != nil {
		return PaginaDi[RigaAccesso]{}, fmt.Errorf("read the journal: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByName[RigaAccesso])
	if err != nil {
		return PaginaDi[RigaAccesso]{}, fmt.Errorf("read the journal: %w", err)
	}
	return page(all, size, func(r RigaAccesso) string { return cursor(r.At.UnixMicro(), r.Stream, r.Revision) }), nil
}

// VoceIgnota is an entry of the journal of nobody: what was tried by who is not known.
type VoceIgnota struct {
	At      time.Time `json:"at"`
	Action  string    `json:"action"`
	Outcome string    `json:"outcome"`
	Address string    `json:"address,omitempty"`
	Count   int       `json:"count"` // how many the entry stands for
}

// Unknown returns the last entries of the journal of nobody, the last first.
func (q *AccessiQueries) Unknown(ctx context.Context, last int) ([]VoceIgnota, error) {
	rows, _ := q.pool.Query(ctx, `
		SELECT at, action, outcome, address, greatest(count, 1) AS count FROM accesso
		 WHERE utente IS NULL AND stream LIKE $1 ORDER BY at DESC, stream DESC, revision DESC LIMIT $2`,
		"accesso-"+string(domain.Ignoto)+"-%", last)
	found, err := pgx.CollectRows(rows, pgx.RowToStructByName[VoceIgnota])
	if err != nil {
		return nil, fmt.Errorf("read the journal of nobody: %w", err)
	}
	return found, nil
}
