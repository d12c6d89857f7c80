package projections

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// PostazioniQueries reads the workstations. It is safe for concurrent use.
type PostazioniQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewPostazioniQueries returns the queries over a database; opener opens what its
// rows hold sealed.
func NewPostazioniQueries(pool *pgxpool.Pool, opener Opener) *PostazioniQueries {
	return &PostazioniQueries{pool, opener}
}

// RigaPostazione is one workstation with one Comune.
type RigaPostazione struct {
	ID                domain.PostazioneID `json:"id"`
	Revision          uint64              `json:"revision"`
	Nome              string              `json:"nome"`
	Ente              domain.EnteID       `json:"ente"`
	EnteDenominazione string              `json:"ente_denominazione"`
	Comune            domain.CodiceISTAT  `json:"comune"`
	ComuneNome        string              `json:"comune_nome"`
	Condizione        Condizione          `json:"condizione"`
	Reti              []string            `json:"reti"`                  // where it may be used from; none: anywhere
	Certificato       string              `json:"certificato,omitempty"` // SHA-256, lower-case hexadecimal; none: a device secret
	ProposedAt        time.Time           `json:"proposed_at"`
}

// PostazioneDettaglio is one workstation with its history, of which what other
// Comuni did is left out.
type PostazioneDettaglio struct {
	Comuni []RigaPostazione `json:"comuni"` // within reach, one at least
	Storia []Fatto          `json:"storia"` // oldest first
}

// Places returns the Comuni of the workstation that the reader is shown.
func (d PostazioneDettaglio) Places() (comuni []domain.CodiceISTAT) {
	for _, r := range d.Comuni {
		comuni = append(comuni, r.Comune)
	}
	return comuni
}

// FiltroPostazioni narrows the list; zero fields do not.
type FiltroPostazioni struct {
	Ente       domain.EnteID
	Comune     domain.CodiceISTAT
	Condizione Condizione
	Cursor     string // of the page wanted, from PaginaDi.Next
	Limit      int    // rows a page: DefaultPage when zero, MaxPage at most
}

// ofPair are the columns by which a reach covers what is a pair's.
var ofPair = map[string]string{domain.ColumnEnte: "v.ente", domain.ColumnComune: "v.comune", domain.ColumnRequester: ""}

// Page returns one page of the workstations within reach, those first that were
// proposed last. It refuses a cursor it did not make.
func (q *PostazioniQueries) Page(ctx context.Context, reach domain.Reach, f FiltroPostazioni) (PaginaDi[RigaPostazione], error) {
	var w where
	w.through(reach, ofPair)
	for _, c := range []struct{ column, value string }{{"ente", string(f.Ente)}, {"comune", string(f.Comune)}, {"condizione", string(f.Condizione)}} {
		if c.value != "" {
			w.add("v."+c.column+" = ?", c.value)
		}
	}
	if f.Cursor != "" {
		var micros int64
		var id, comune string
		if err := parseCursor(f.Cursor, &micros, &id, &comune); err != nil {
			return PaginaDi[RigaPostazione]{}, err
		}
		if _, err := domain.ParsePostazioneID(id); err != nil {
			return PaginaDi[RigaPostazione]{}, errCursor
		}
		w.add("(v.proposed_at, v.postazione, v.comune) < (?, ?, ?)", time.UnixMicro(micros), id, comune)
	}
	size := pageSize(f.Limit)
	found, err := q.read(ctx, w, size+1)
	if err != nil {
		return PaginaDi[RigaPostazione]{}, fmt.Errorf("list workstations: %w", err)
	}
	return page(found, size, func(r RigaPostazione) string { return cursor(r.ProposedAt.UnixMicro(), r.ID, r.Comune) }), nil
}

// Counts returns how many workstations within reach are in each of some conditions, most at
// most.
func (q *PostazioniQueries) Counts(ctx context.Context, reach domain.Reach, most int, of ...Condizione) ([]int, error) {
	var w where
	each, counts, columns := make([]string, len(of)), make([]int, len(of)), make([]any, len(of))
	for i, one := range of {
		w.conditions = nil
		w.through(reach, ofPair)
		w.add("v.condizione = ?", string(one))
		each[i], columns[i] = countedIn("postazione_comune", w, most), &counts[i]
	}
	if err := q.pool.QueryRow(ctx, "SELECT "+strings.Join(each, ", "), w.args...).Scan(columns...); err != nil {
		return nil, fmt.Errorf("count workstations: %w", err)
	}
	return counts, nil
}

func (q *PostazioniQueries) read(ctx context.Context, w where, limit int) ([]RigaPostazione, error) {
	rows, err := q.pool.Query(ctx, `
		SELECT v.postazione, coalesce(e.denominazione, ''), v.comune, coalesce(c.nome, ''), v.condizione, v.proposed_at, p.stato
		  FROM postazione_comune v
		  JOIN postazioni p ON p.postazione = v.postazione
		  LEFT JOIN anagrafica_ente e ON e.ente = v.ente
		  LEFT JOIN anagrafica_comune c ON c.comune = v.comune
		 WHERE `+w.String()+fmt.Sprintf(` ORDER BY v.proposed_at DESC, v.postazione DESC, v.comune DESC LIMIT %d`, limit), w.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (r RigaPostazione, err error) {
		var s stazione
		err = row.Scan(&r.ID, &r.EnteDenominazione, &r.Comune, &r.ComuneNome, &r.Condizione, &r.ProposedAt, &s)
		r.Revision, r.Nome, r.Ente, r.Certificato, r.Reti = s.revision(), s.Nome, s.Ente, s.Certificato, []string{}
		for _, network := range s.Reti {
			r.Reti = append(r.Reti, network.String())
		}
		return r, err
	})
}

// One returns a workstation with each Comune within reach, or domain.NotFound when
// there is none.
func (q *PostazioniQueries) One(ctx context.Context, reach domain.Reach, id domain.PostazioneID) (PostazioneDettaglio, error) {
	var w where
	w.through(reach, ofPair)
	w.add("v.postazione = ?", id)
	found, err := q.read(ctx, w, MaxPage)
	if err == nil && len(found) == 0 {
		err = domain.Errorf(domain.NotFound, "postazione inesistente")
	}
	if err != nil {
		return PostazioneDettaglio{}, refusedOr(err, "read workstation %s", id)
	}
	var theirs where
	theirs.through(reach, map[string]string{domain.ColumnEnte: "", domain.ColumnComune: "v.comune", domain.ColumnRequester: ""})
	d := PostazioneDettaglio{Comuni: found}
	d.Storia, err = history(ctx, q.pool, q.opener, reach, string(id.Stream()), theirs)
	return d, err
}
