package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// EntiQueries reads the bodies whose people ask. It is safe for concurrent use.
type EntiQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewEntiQueries returns the queries over a database; opener opens what its rows
// hold sealed.
func NewEntiQueries(pool *pgxpool.Pool, opener Opener) *EntiQueries {
	return &EntiQueries{pool, opener}
}

// RigaEnte is one body. Comuni are those within reach that have an act with it:
// of the others nothing is told.
type RigaEnte struct {
	ID            domain.EnteID        `json:"id"`
	Denominazione string               `json:"denominazione"`
	CodiceFiscale string               `json:"codice_fiscale"`
	CodiceIPA     string               `json:"codice_ipa,omitempty"`
	Tipo          domain.TipoEnte      `json:"tipo"`
	Comuni        []domain.CodiceISTAT `json:"comuni"`
}

// EnteDettaglio is one body with its parts.
type EnteDettaglio struct {
	RigaEnte
	Revision  uint64                `json:"revision"`
	Amendable bool                  `json:"amendable"` // it was entered by a Comune within reach
	Uffici    []domain.UfficioNamed `json:"uffici"`    // of the Comuni within reach
	Storia    []Fatto               `json:"storia"`    // oldest first; what a Comune out of reach did is left out
}

// FiltroEnti narrows the list; zero fields do not.
type FiltroEnti struct {
	Testo  string // in the name, or a whole code
	Tipo   domain.TipoEnte
	Cursor string // of the page wanted, from PaginaDi.Next
	Limit  int    // rows a page: DefaultPage when zero, MaxPage at most
}

// acts are the columns by which a reach covers acts of pairs: an operator sees
// those they ask under.
var acts = map[string]string{domain.ColumnEnte: "a.ente", domain.ColumnComune: "a.comune", domain.ColumnRequester: ""}

// enteRiga is a body as its row keeps it.
type enteRiga struct {
	Ente   domain.EnteID
	Stato  corpo
	Comuni []domain.CodiceISTAT
}

func (r enteRiga) shown() RigaEnte {
	tipo := r.Stato.Tipo
	if tipo == "" {
		tipo = domain.EnteConvenzionato
	}
	return RigaEnte{r.Ente, r.Stato.Denominazione, r.Stato.CodiceFiscale, r.Stato.CodiceIPA, tipo, r.Comuni}
}

// enti returns what reads bodies within reach: those that have an act there, that
// who asks acts for, or that a Comune there entered.
func enti(reach domain.Reach) (sql string, w where) {
	var act where
	act.through(reach, acts)
	w.args = act.args
	sql = `SELECT v.ente, v.stato, ARRAY(SELECT a.comune FROM convenzioni a WHERE a.ente = v.ente AND ` + act.String() + ` ORDER BY a.comune) AS comuni
		  FROM enti v WHERE `
	if reach.Everything {
		return sql, w
	}
	within := []string{`EXISTS (SELECT FROM convenzioni a WHERE a.ente = v.ente AND ` + act.String() + `)`}
	for _, c := range reach.Columns {
		var own where
		own.args = w.args
		switch {
		case c.Name == domain.ColumnEnte:
			own.among("v.ente", c.Values)
		case c.Name == domain.ColumnComune && reach.Administers:
			own.among("v.entered_by", c.Values)
		default:
			continue
		}
		w.args, within = own.args, append(within, own.conditions...)
	}
	w.conditions = append(w.conditions, "("+strings.Join(within, " OR ")+")")
	return sql, w
}

// Page returns one page of the bodies within reach, by name. It refuses a cursor it
// did not make.
func (q *EntiQueries) Page(ctx context.Context, reach domain.Reach, f FiltroEnti) (PaginaDi[RigaEnte], error) {
	sql, w := enti(reach)
	if f.Testo != "" {
		w.add(`(strpos(lower(v.denominazione), lower(?)) > 0 OR v.codice_fiscale = ? OR v.codice_ipa = lower(?))`, f.Testo, f.Testo, f.Testo)
	}
	if f.Tipo != "" {
		w.add(`coalesce(v.stato->>'tipo', 'convenzionato') = ?`, f.Tipo)
	}
	if f.Cursor != "" {
		var nome, id string
		if err := parseCursor(f.Cursor, &nome, &id); err != nil {
			return PaginaDi[RigaEnte]{}, err
		}
		if _, err := domain.ParseEnteID(id); err != nil {
			return PaginaDi[RigaEnte]{}, errCursor
		}
		w.add("(v.denominazione, v.ente) > (?, ?)", nome, id)
	}
	size := pageSize(f.Limit)
	found, err := q.read(ctx, sql+w.String()+fmt.Sprintf(` ORDER BY v.denominazione, v.ente LIMIT %d`, size+1), w.args...)
	if err != nil {
		return PaginaDi[RigaEnte]{}, fmt.Errorf("list Enti: %w", err)
	}
	shown := make([]RigaEnte, len(found))
	for i, r := range found {
		shown[i] = r.shown()
	}
	return page(shown, size, func(r RigaEnte) string { return cursor(r.Denominazione, r.ID) }), nil
}

// Find returns the bodies with exactly a codice fiscale, or the one with an IPA
// code, whoever entered them: so that a Comune draws up an act with a body that is
// known. It tells what a body is and none of its Comuni. Only who administers a
// Comune finds any.
func (q *EntiQueries) Find(ctx context.Context, reach domain.Reach, codice string) ([]RigaEnte, error) {
	if !reach.Administers || codice == "" {
		return []RigaEnte{}, nil
	}
	found, err := q.read(ctx, `SELECT ente, stato, '{}'::text[] AS comuni FROM enti WHERE codice_fiscale = $1 OR codice_ipa = lower($1) AND codice_ipa <> ''
		ORDER BY denominazione, ente`, codice)
	if err != nil {
		return nil, fmt.Errorf("find an Ente: %w", err)
	}
	shown := make([]RigaEnte, len(found))
	for i, r := range found {
		shown[i] = r.shown()
	}
	return shown, nil
}

// ByIPA returns the body within reach with an IPA code, or domain.Invalid when there is
// none or more than one.
func (q *EntiQueries) ByIPA(ctx context.Context, reach domain.Reach, codice string) (domain.EnteID, error) {
	sql, w := enti(reach)
	w.add("v.codice_ipa = lower(?) AND v.codice_ipa <> ''", codice)
	found, err := q.read(ctx, sql+w.String(), w.args...)
	switch {
	case err != nil:
		return "", fmt.Errorf("find an Ente by its IPA code: %w", err)
	case len(found) != 1:
		return "", domain.FieldErrorf(domain.Invalid, "ente", "nessun Ente ha questo identificativo, codice fiscale o codice IPA: va prima registrato")
	}
	return found[0].Ente, nil
}

func (q *EntiQueries) read(ctx context.Context, sql string, args ...any) ([]enteRiga, error) {
	rows, err := q.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[enteRiga])
}

// One returns a body, or domain.NotFound when there is none within reach.
func (q *EntiQueries) One(ctx context.Context, reach domain.Reach, id domain.EnteID) (EnteDettaglio, error) {
	sql, w := enti(reach)
	w.add("v.ente = ?", id)
	found, err := q.read(ctx, sql+w.String(), w.args...)
	if err == nil && len(found) == 0 {
		err = domain.Errorf(domain.NotFound, "Ente inesistente")
	}
	if err != nil {
		return EnteDettaglio{}, refusedOr(err, "read Ente %s", id)
	}
	s := found[0].Stato
	d := EnteDettaglio{RigaEnte: found[0].shown(), Revision: s.revision(), Uffici: []domain.UfficioNamed{}}
	for _, u := range s.Uffici {
		if concerns(reach, domain.Pair{Ente: id, Comune: u.Comune}) {
			d.Uffici = append(d.Uffici, u)
		}
	}
	d.Amendable = reach.Everything || reach.Administers && reach.Covers(domain.Object{Comune: s.EnteredBy.Comune, Ente: id})
	var theirs where
	theirs.through(reach, map[string]string{domain.ColumnEnte: "", domain.ColumnComune: "v.comune", domain.ColumnRequester: ""})
	d.Storia, err = history(ctx, q.pool, q.opener, reach, string(id.Stream()), theirs)
	return d, err
}

// concerns says whether a pair is within reach, for those too who see of it only what
// they asked themself.
func concerns(reach domain.Reach, p domain.Pair) bool {
	reach.Columns = slices.DeleteFunc(slices.Clone(reach.Columns), func(c domain.Column) bool { return c.Name == domain.ColumnRequester })
	return reach.Covers(p.Object())
}

// refusedOr returns a refusal as it is, and any other error with what was attempted.
func refusedOr(err error, format string, args ...any) error {
	var refusal *domain.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}
