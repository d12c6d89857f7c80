package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// ConvenzioniQueries reads the acts. It is safe for concurrent use.
type ConvenzioniQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewConvenzioniQueries returns the queries over a database; opener opens what its
// rows hold sealed.
func NewConvenzioniQueries(pool *pgxpool.Pool, opener Opener) *ConvenzioniQueries {
	return &ConvenzioniQueries{pool, opener}
}

// RigaConvenzione is the act of one pair, as it stands on a day.
type RigaConvenzione struct {
	ID                domain.ConvenzioneID    `json:"id"`
	Ente              domain.EnteID           `json:"ente"`
	EnteDenominazione string                  `json:"ente_denominazione"`
	Comune            domain.CodiceISTAT      `json:"comune"`
	ComuneNome        string                  `json:"comune_nome"`
	Tipo              domain.TipoAtto         `json:"tipo"`
	Titolo            string                  `json:"titolo"` // what acts of its kind are called
	Stato             domain.StatoConvenzione `json:"stato"`
	Atto              int                     `json:"atto,omitempty"` // number of the act in force; none: none is
	Estremi           string                  `json:"estremi"`        // of the act in force, else the last, else the draft
	Dal               domain.Date             `json:"dal"`
	Al                domain.Date             `json:"al"` // last day included
	Bozza             bool                    `json:"bozza"`
	Finalita          []domain.Finalita       `json:"finalita"` // that same act admits
	Inibite           []string                `json:"inibite"`  // codes of those that may not be named
	Massimo           domain.Massimo          `json:"massimo"`
}

// Ambito is the farthest a request may go by the act.
func (r RigaConvenzione) Ambito() domain.Ambito {
	switch {
	case len(r.Massimo.Tipi) == 0:
		return ""
	case r.Massimo.Nazionale.Admits():
		return domain.Nazionale
	}
	return domain.Comunale
}

// ConvenzioneDettaglio is the act of one pair through all its amendments.
type ConvenzioneDettaglio struct {
	RigaConvenzione
	Revision  uint64                     `json:"revision"`
	Draft     *domain.ConvenzioneDrafted `json:"draft,omitempty"` // awaits activation
	Atti      []AttoAttivato             `json:"atti"`            // oldest first
	Suspended bool                       `json:"suspended"`
	Ended     bool                       `json:"ended"`
	Annexes   []domain.AnnexAttached     `json:"annexes"`
	Announced []int                      `json:"announced"` // days before the end of the last act that were announced
	Storia    []Fatto                    `json:"storia"`    // oldest first
}

// AttoAttivato is an act that was activated.
type AttoAttivato struct {
	Numero      int       `json:"numero"`
	ActivatedAt time.Time `json:"activated_at"`
	domain.ConvenzioneDrafted
}

// FiltroConvenzioni narrows the list; zero fields do not.
type FiltroConvenzioni struct {
	Ente     domain.EnteID
	Comune   domain.CodiceISTAT
	Stato    domain.StatoConvenzione
	Scadenza int    // in force, and over within so many days
	Cursor   string // of the page wanted, from PaginaDi.Next
	Limit    int    // rows a page: DefaultPage when zero, MaxPage at most
}

// convenzioneRiga is an act as its row keeps it.
type convenzioneRiga struct {
	ID                domain.ConvenzioneID
	EnteDenominazione string
	ComuneNome        string
	Stato             accordo
}

func (r convenzioneRiga) place() string { return cursor(r.ID) }

// on is the act as it stands on a day.
func (r convenzioneRiga) on(day domain.Date) RigaConvenzione {
	s := r.Stato
	atto, stato := s.InForce(day)
	last := s.Last().ConvenzioneDrafted
	switch {
	case stato == domain.ConvenzioneAttiva:
		last = atto.ConvenzioneDrafted
	case len(s.Atti) == 0 && s.Draft != nil:
		last = *s.Draft
	}
	inhibited := []string{}
	for _, f := range last.Finalita {
		if s.Inhibited(f) {
			inhibited = append(inhibited, f.Codice)
		}
	}
	return RigaConvenzione{
		ID: r.ID, Ente: s.Ente, EnteDenominazione: r.EnteDenominazione, Comune: s.Comune, ComuneNome: r.ComuneNome,
		Tipo: last.Tipo, Titolo: last.Tipo.Title(), Stato: stato, Atto: atto.Numero,
		Estremi: last.Estremi, Dal: last.Dal, Al: last.Al, Bozza: s.Draft != nil,
		Finalita: append([]domain.Finalita{}, last.Finalita...), Inibite: inhibited, Massimo: last.Massimo,
	}
}

// Page returns one page of the acts within reach that the filter lets through, as
// they stand on the day of an instant. It refuses a cursor it did not make.
func (q *ConvenzioniQueries) Page(ctx context.Context, reach domain.Reach, at time.Time, f FiltroConvenzioni) (PaginaDi[RigaConvenzione], error) {
	day, size := domain.ItalianDay(at), pageSize(f.Limit)
	read := func(from string, limit int) ([]convenzioneRiga, error) { return q.read(ctx, reach, f, from, limit) }
	until := domain.DateOf(day.Time().AddDate(0, 0, f.Scadenza))
	found, err := sift(f.Cursor, size, read, convenzioneRiga.place, func(r convenzioneRiga) bool {
		_, stato := r.Stato.InForce(day)
		ends := f.Scadenza == 0 || stato == domain.ConvenzioneAttiva && r.Stato.Last().Al.Compare(until) <= 0
		return ends && (f.Stato == "" || stato == f.Stato)
	})
	if err != nil {
		return PaginaDi[RigaConvenzione]{}, refusedOr(err, "list acts")
	}
	shown := PaginaDi[RigaConvenzione]{Items: make([]RigaConvenzione, len(found.Items)), Next: found.Next}
	for i, r := range found.Items {
		shown.Items[i] = r.on(day)
	}
	return shown, nil
}

// read returns rows in the order of their ids.
func (q *ConvenzioniQueries) read(ctx context.Context, reach domain.Reach, f FiltroConvenzioni, from string, limit int) ([]convenzioneRiga, error) {
	var w where
	w.through(reach, acts)
	if f.Ente != "" {
		w.add("a.ente = ?", f.Ente)
	}
	if f.Comune != "" {
		w.add("a.comune = ?", f.Comune)
	}
	if from != "" {
		var id string
		if err := parseCursor(from, &id); err != nil {
			return nil, err
		}
		if _, err := domain.ParseConvenzioneID(id); err != nil {
			return nil, errCursor
		}
		w.add("a.convenzione > ?", id)
	}
	return q.rows(ctx, w, limit)
}

func (q *ConvenzioniQueries) rows(ctx context.Context, w where, limit int) ([]convenzioneRiga, error) {
	rows, err := q.pool.Query(ctx, `
		SELECT a.convenzione AS id, coalesce(e.denominazione, '') AS ente_denominazione, coalesce(c.nome, '') AS comune_nome, a.stato
		  FROM convenzioni a
		  LEFT JOIN anagrafica_ente e ON e.ente = a.ente
		  LEFT JOIN anagrafica_comune c ON c.comune = a.comune
		 WHERE `+w.String()+fmt.Sprintf(` ORDER BY a.convenzione LIMIT %d`, limit), w.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[convenzioneRiga])
}

// Parte is an Ente that has an act.
type Parte struct {
	ID            domain.EnteID
	Denominazione string
}

// Parties returns the Enti that have an act within reach, whatever became of it, by name.
func (q *ConvenzioniQueries) Parties(ctx context.Context, reach domain.Reach) ([]Parte, error) {
	var w where
	w.through(reach, acts)
	rows, _ := q.pool.Query(ctx, `
		SELECT DISTINCT a.ente::text AS id, coalesce(e.denominazione, '') AS denominazione
		  FROM convenzioni a LEFT JOIN anagrafica_ente e ON e.ente = a.ente
		 WHERE a.ente IS NOT NULL AND `+w.String()+` ORDER BY denominazione, id`, w.args...)
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Parte])
	if err != nil {
		return nil, fmt.Errorf("list the Enti of acts: %w", err)
	}
	return all, nil
}

// One returns the act of a pair, as it stands on the day of an instant, or
// domain.NotFound when there is none within reach.
func (q *ConvenzioniQueries) One(ctx context.Context, reach domain.Reach, id domain.ConvenzioneID, at time.Time) (ConvenzioneDettaglio, error) {
	var w where
	w.through(reach, acts)
	w.add("a.convenzione = ?", id)
	found, err := q.rows(ctx, w, 1)
	if err == nil && len(found) == 0 {
		err = domain.Errorf(domain.NotFound, "convenzione inesistente")
	}
	if err != nil {
		return ConvenzioneDettaglio{}, refusedOr(err, "read act %s", id)
	}
	s := found[0].Stato
	d := ConvenzioneDettaglio{
		RigaConvenzione: found[0].on(domain.ItalianDay(at)), Revision: s.revision(), Draft: s.Draft, Atti: []AttoAttivato{},
		Suspended: s.Suspended, Ended: s.Ended,
		Annexes: append([]domain.AnnexAttached{}, s.Annexes...), Announced: append([]int{}, s.Announced...),
	}
	for i, a := range s.Atti {
		d.Atti = append(d.Atti, AttoAttivato{a.Numero, s.Activated[i], a.ConvenzioneDrafted})
	}
	d.Storia, err = history(ctx, q.pool, q.opener, reach, string(id.Stream()), where{})
	return d, err
}
