package projections

import (
	"cmp"
	"context"
	"fmt"
	"sort"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// Cella is what requests have in common that are counted together.
type Cella struct {
	Giorno     domain.Date // on which they were requested, in Italy
	Comune     domain.CodiceISTAT
	Ente       domain.EnteID
	Utente     domain.UtenteID
	Tipo       domain.Tipo
	Ambito     domain.Ambito   // as far as ANPR was asked
	Conferma   domain.Conferma // as it was foreseen
	Confermata domain.Conferma // as it came; empty: it has not
	Esito      domain.Status
	Motivo     string
}

// CellaTempi is what documents have in common whose times are counted together.
type CellaTempi struct {
	Comune   domain.CodiceISTAT
	Ente     domain.EnteID
	Giorno   domain.Date
	Conferma domain.Conferma
	Secchio  int
}

// Recount counts requests by what their streams say, each by the state it is folded to:
// what the read model Statistiche has to come to. It wants all events of visure in their
// order, each once.
type Recount struct {
	Celle map[Cella]int64
	Tempi map[CellaTempi]int64
	open  map[domain.VisuraID]going
	kept  map[domain.VisuraID]*Cella // of documents, which may be revoked yet
	same  map[Cella]*Cella
}

// going is a request that goes on, and the cell it counts in.
type going struct {
	state domain.Visura
	cella Cella
}

// NewRecount returns a count of nothing.
func NewRecount() *Recount {
	return &Recount{map[Cella]int64{}, map[CellaTempi]int64{}, map[domain.VisuraID]going{}, map[domain.VisuraID]*Cella{}, map[Cella]*Cella{}}
}

// Add counts what one more event changes.
func (c *Recount) Add(r domain.Recorded) {
	id, ok := domain.VisuraOf(r.Stream)
	if !ok {
		return
	}
	if issued := c.kept[id]; issued != nil {
		if e, ok := r.Event.(domain.VisuraRevoked); ok {
			revoked := *issued
			revoked.Esito, revoked.Motivo = domain.Revoked, e.Motivo
			c.move(*issued, revoked)
			delete(c.kept, id)
		}
		return
	}
	was, ok := c.open[id]
	if !ok && r.Revision > 0 {
		return // it has ended
	}
	now := going{was.state.Evolve(r.Event, r.Meta), Cella{}}
	now.cella = cellOf(now.state, r.Event)
	c.move(was.cella, now.cella)
	c.open[id] = now
	if now.state.Status.Final() {
		c.end(id, now)
	}
}

// end leaves of a request that has ended what may still change.
func (c *Recount) end(id domain.VisuraID, of going) {
	delete(c.open, id)
	if of.state.Document == nil {
		return
	}
	took := of.state.Document.IssuedAt.UnixMicro() - of.state.RequestedAt.UnixMicro()
	c.Tempi[CellaTempi{of.cella.Comune, of.cella.Ente, of.cella.Giorno, of.cella.Confermata, bucket(took)}]++
	if c.same[of.cella] == nil {
		c.same[of.cella] = &of.cella
	}
	c.kept[id] = c.same[of.cella]
}

// move counts a request in a cell in place of another; the zero one holds nothing.
func (c *Recount) move(from, to Cella) {
	if from != (Cella{}) {
		if c.Celle[from]--; c.Celle[from] == 0 {
			delete(c.Celle, from)
		}
	}
	c.Celle[to]++
}

// bucket is where a time in microseconds is counted.
func bucket(took int64) int {
	return sort.Search(len(borders), func(i int) bool { return borders[i] > took })
}

// cellOf is the cell that a request counts in after an event.
func cellOf(v domain.Visura, e domain.Event) Cella {
	c := Cella{
		Giorno: domain.ItalianDay(v.RequestedAt), Comune: v.Request.Comune, Ente: v.Request.Ente, Utente: v.Requester.Utente,
		Tipo: v.Request.Tipo, Ambito: v.Request.Ambito, Conferma: v.Request.Conferma, Confermata: v.Approval, Esito: v.Status,
	}
	switch e := e.(type) {
	case domain.VisuraRejected:
		c.Motivo = e.Motivo
	case domain.VisuraLapsed:
		c.Motivo = e.Item
	case domain.VisuraFailed:
		c.Motivo = e.Code
	case domain.VisuraNotIssuable:
		c.Motivo, c.Ambito = e.Reason, cmp.Or(e.Ambito, c.Ambito)
	case domain.VisuraIssued:
		c.Ambito, c.Confermata = cmp.Or(e.Ambito, c.Ambito), v.Confirmation()
	}
	return c
}

// Tabulated returns what the read model holds.
func Tabulated(ctx context.Context, db querier) (*Recount, error) {
	c := NewRecount()
	rows, _ := db.Query(ctx, `SELECT giorno, comune, coalesce(ente::text, ''), coalesce(utente::text, ''), tipo, ambito, conferma, confermata, esito, motivo, n FROM statistiche`)
	var day time.Time
	var of Cella
	var n int64
	if _, err := pgx.ForEachRow(rows, []any{&day, &of.Comune, &of.Ente, &of.Utente, &of.Tipo, &of.Ambito, &of.Conferma, &of.Confermata, &of.Esito, &of.Motivo, &n}, func() error {
		of.Giorno = domain.DateOf(day)
		c.Celle[of] = n
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read statistics: %w", err)
	}
	rows, _ = db.Query(ctx, `SELECT comune, coalesce(ente::text, ''), giorno, conferma, secchio, n FROM statistiche_tempi`)
	var took CellaTempi
	if _, err := pgx.ForEachRow(rows, []any{&took.Comune, &took.Ente, &day, &took.Conferma, &took.Secchio, &n}, func() error {
		took.Giorno = domain.DateOf(day)
		c.Tempi[took] = n
		return nil
	}); err != nil {
		return nil, fmt.Errorf("read statistics: %w", err)
	}
	return c, nil
}
