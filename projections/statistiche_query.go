package projections

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// StatisticheQueries reads figures. It is safe for concurrent use.
type StatisticheQueries struct{ pool *pgxpool.Pool }

// NewStatisticheQueries returns the queries over a database.
func NewStatisticheQueries(pool *pgxpool.Pool) *StatisticheQueries { return &StatisticheQueries{pool} }

// Raggruppamento is by what requests are counted together.
type Raggruppamento string

// The ways of counting requests together. Days, weeks and months are those on which they
// were requested, in Italy; a week is named by its Monday.
const (
	PerGiorno    Raggruppamento = "giorno"
	PerSettimana Raggruppamento = "settimana"
	PerMese      Raggruppamento = "mese"
	PerTipo      Raggruppamento = "tipo"
	PerEnte      Raggruppamento = "ente"
	PerUtente    Raggruppamento = "utente"
	PerAmbito    Raggruppamento = "ambito"
	PerConferma  Raggruppamento = "conferma" // as it came
	PerEsito     Raggruppamento = "esito"
	PerMotivo    Raggruppamento = "motivo" // with the outcome it is of
)

// Raggruppamenti are all ways of counting.
var Raggruppamenti = []Raggruppamento{PerGiorno, PerSettimana, PerMese, PerTipo, PerEnte, PerUtente, PerAmbito, PerConferma, PerEsito, PerMotivo}

// keys are the ways of counting in SQL.
var keys = map[Raggruppamento]string{
	PerGiorno:    `to_char(v.giorno, 'YYYY-MM-DD')`,
	PerSettimana: `to_char(date_trunc('week', v.giorno::timestamp), 'YYYY-MM-DD')`,
	PerMese:      `to_char(v.giorno, 'YYYY-MM')`,
	PerTipo:      `v.tipo`, PerEnte: `coalesce(v.ente::text, '')`, PerUtente: `coalesce(v.utente::text, '')`, PerAmbito: `v.ambito`,
	PerConferma: `v.confermata`, PerEsito: `v.esito`,
	PerMotivo: `CASE WHEN v.motivo = '' THEN v.esito ELSE v.esito || ':' || v.motivo END`,
}

// names are where the names of groups are, where their key is an id.
var names = map[Raggruppamento]struct{ column, join string }{
	PerEnte:   {`coalesce(a.denominazione, '')`, `LEFT JOIN anagrafica_ente a ON a.ente = nullif(g.chiave, '')::uuid`},
	PerUtente: {`coalesce(a.codice, '')`, `LEFT JOIN anagrafica_utente a ON a.utente = nullif(g.chiave, '')::uuid`},
}

// FiltroStatistiche says what is counted.
type FiltroStatistiche struct {
	Dal, Al domain.Date // both counted
	Per     Raggruppamento
	Comune  domain.CodiceISTAT // empty: every Comune within reach
	Ente    domain.EnteID      // empty: every Ente within reach
}

// Check refuses what cannot be counted, and names the period and the way of counting where
// they are left out: the thirty days up to a day, day by day.
func (f *FiltroStatistiche) Check(today domain.Date) error {
	if f.Al.IsZero() {
		f.Al = today
	}
	if f.Dal.IsZero() {
		f.Dal = f.Al.Plus(-29)
	}
	f.Per = cmp.Or(f.Per, PerGiorno)
	switch days := f.Dal.DaysUntil(f.Al); {
	case days < 0:
		return domain.FieldErrorf(domain.Invalid, "al", "il periodo finisce prima di cominciare")
	case days >= MaxGiorni:
		return domain.FieldErrorf(domain.Invalid, "dal", "il periodo è più lungo di cinque anni")
	case keys[f.Per] == "":
		return domain.FieldErrorf(domain.Invalid, "per", "non è un raggruppamento")
	}
	return nil
}

// MaxGiorni is how many days are counted at most.
const MaxGiorni = 5 * 366

// Conteggio is how many requests there were, and what became of them. Each is one of
// Emesse, Senza, Rifiutate and InCorso.
type Conteggio struct {
	Richieste int `json:"richieste"`
	Emesse    int `json:"emesse"`    // revoked ones, too
	Senza     int `json:"senza"`     // ended without a document, not refused
	Rifiutate int `json:"rifiutate"` // by an officer
	InCorso   int `json:"in_corso"`
	Revocate  int `json:"revocate"`
	Silenzio  int `json:"per_silenzio"`  // confirmed by silence
	Ufficiale int `json:"per_ufficiale"` // and by an officer
}

// Confermate is how many were confirmed after they waited.
func (c Conteggio) Confermate() int { return c.Silenzio + c.Ufficiale }

// RigaStatistica is one group of requests.
type RigaStatistica struct {
	Chiave string `json:"chiave"`         // empty: those that have none
	Nome   string `json:"nome,omitempty"` // of an Ente or a user
	Conteggio
}

// TempoStatistica is how long documents took whose confirmation came in one way, from the
// request on.
type TempoStatistica struct {
	Conferma  domain.Conferma `json:"conferma"`
	Documenti int64           `json:"documenti"`
	P50       int64           `json:"p50_ms"` // half of them took no more milliseconds, within 2 %
	P95       int64           `json:"p95_ms"`
}

// QuadroStatistico is what was counted.
type QuadroStatistico struct {
	Dal    domain.Date       `json:"dal"`
	Al     domain.Date       `json:"al"`
	Per    Raggruppamento    `json:"per"`
	Totale Conteggio         `json:"totale"`
	Righe  []RigaStatistica  `json:"righe"`
	Tempi  []TempoStatistica `json:"tempi"`
}

// Of counts what is within reach, as it stands at one instant: for a TOP what was asked of
// their Comune, for an ADMIN what their Ente asked; others may count nothing and are
// refused. The filter has been checked. Groups of time are in its order, from the first in which there was a request on,
// those without any included; others by how many there are.
func (q *StatisticheQueries) Of(ctx context.Context, reach domain.Reach, f FiltroStatistiche) (s QuadroStatistico, err error) {
	if !reach.Appoints {
		return s, domain.Errorf(domain.Forbidden, "le statistiche sono di chi amministra")
	}
	s = QuadroStatistico{Dal: f.Dal, Al: f.Al, Per: f.Per}
	var w where
	w.within(reach)
	w.add("v.giorno BETWEEN ?::date AND ?::date", f.Dal.String(), f.Al.String())
	if f.Comune != "" {
		w.add("v.comune = ?", f.Comune)
	}
	if f.Ente != "" {
		w.add("v.ente = ?", f.Ente)
	}
	err = pgx.BeginTxFunc(ctx, q.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if s.Righe, err = groups(ctx, tx, f.Per, w); err != nil {
			return err
		}
		s.Tempi, err = times(ctx, tx, w)
		return err
	})
	if err != nil {
		return s, fmt.Errorf("read statistics: %w", err)
	}
	for _, r := range s.Righe {
		s.Totale = s.Totale.plus(r.Conteggio)
	}
	s.Righe = f.filled(s.Righe)
	return s, nil
}

func (c Conteggio) plus(o Conteggio) Conteggio {
	return Conteggio{
		c.Richieste + o.Richieste, c.Emesse + o.Emesse, c.Senza + o.Senza, c.Rifiutate + o.Rifiutate,
		c.InCorso + o.InCorso, c.Revocate + o.Revocate, c.Silenzio + o.Silenzio, c.Ufficiale + o.Ufficiale,
	}
}

// groups are the requests that a condition lets through, counted.
func groups(ctx context.Context, db querier, per Raggruppamento, w where) ([]RigaStatistica, error) {
	name, join := `''`, ``
	if n, ok := names[per]; ok {
		name, join = n.column, n.join
	}
	order := `g.richieste DESC, g.chiave`
	if stepOf[per] != nil {
		order = `g.chiave`
	}
	rows, _ := db.Query(ctx, `
		SELECT g.chiave, `+name+`, g.richieste, g.emesse, g.richieste - g.emesse - g.rifiutate - g.in_corso, g.rifiutate, g.in_corso, g.revocate, g.silenzio, g.operatore
		  FROM (
			SELECT `+keys[per]+` AS chiave, sum(v.n)::bigint AS richieste,
			       coalesce(sum(v.n) FILTER (WHERE v.esito IN ('issued', 'revoked')), 0)::bigint AS emesse,
			       coalesce(sum(v.n) FILTER (WHERE v.esito = 'rejected'), 0)::bigint AS rifiutate,
			       coalesce(sum(v.n) FILTER (WHERE v.esito IN ('awaiting_confirmation', 'in_progress')), 0)::bigint AS in_corso,
			       coalesce(sum(v.n) FILTER (WHERE v.esito = 'revoked'), 0)::bigint AS revocate,
			       coalesce(sum(v.n) FILTER (WHERE v.confermata = 'silenzio_assenso'), 0)::bigint AS silenzio,
			       coalesce(sum(v.n) FILTER (WHERE v.confermata = 'manuale'), 0)::bigint AS operatore
			  FROM statistiche v WHERE `+w.String()+` GROUP BY 1
		  ) g `+join+` ORDER BY `+order, w.args...)
	all := []RigaStatistica{}
	var r RigaStatistica
	_, err := pgx.ForEachRow(rows, []any{&r.Chiave, &r.Nome, &r.Richieste, &r.Emesse, &r.Senza, &r.Rifiutate, &r.InCorso, &r.Revocate, &r.Silenzio, &r.Ufficiale}, func() error {
		all = append(all, r)
		return nil
	})
	return all, err
}

// times are how long the documents took that a condition lets through, merged.
func times(ctx context.Context, db querier, w where) ([]TempoStatistica, error) {
	rows, _ := db.Query(ctx, `SELECT v.conferma, v.secchio, sum(v.n)::bigint FROM statistiche_tempi v WHERE `+w.String()+` GROUP BY 1, 2`, w.args...)
	merged := map[domain.Conferma]Tempi{}
	var conferma domain.Conferma
	var secchio int
	var n int64
	_, err := pgx.ForEachRow(rows, []any{&conferma, &secchio, &n}, func() error {
		if merged[conferma] == nil {
			merged[conferma] = Tempi{}
		}
		merged[conferma][secchio] = n
		return nil
	})
	all := []TempoStatistica{}
	for _, c := range slices.Sorted(maps.Keys(merged)) {
		t := merged[c]
		all = append(all, TempoStatistica{c, t.Count(), t.Within(0.5).Milliseconds(), t.Within(0.95).Milliseconds()})
	}
	return all, err
}

// stepOf is, of groups of time, the key of the one a day is in.
var stepOf = map[Raggruppamento]func(domain.Date) string{
	PerGiorno: domain.Date.String,
	PerSettimana: func(d domain.Date) string {
		return d.Plus(-((int(d.Time().Weekday()) + 6) % 7)).String()
	},
	PerMese: func(d domain.Date) string { return d.String()[:len("2026-11")] },
}

// filled has groups of time hold each from the first that is there to the end of the period.
func (f FiltroStatistiche) filled(found []RigaStatistica) []RigaStatistica {
	key := stepOf[f.Per]
	if key == nil || len(found) == 0 {
		return found
	}
	var all []RigaStatistica
	for d := f.Dal; d.Compare(f.Al) <= 0; d = d.Plus(1) {
		k := key(d)
		switch {
		case len(found) > 0 && found[0].Chiave == k:
			all, found = append(all, found[0]), found[1:]
		case len(all) > 0 && all[len(all)-1].Chiave != k:
			all = append(all, RigaStatistica{Chiave: k})
		}
	}
	return all
}
