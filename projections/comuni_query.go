package projections

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// ComuniQueries reads the Comuni. It is safe for concurrent use.
type ComuniQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewComuniQueries returns the queries over a database; opener opens what its rows
// hold sealed.
func NewComuniQueries(pool *pgxpool.Pool, opener Opener) *ComuniQueries {
	return &ComuniQueries{pool, opener}
}

// RigaComune is one Comune, as whoever acts for it may know it.
type RigaComune struct {
	domain.ComuneRegistered
	Revision   uint64                       `json:"revision"`
	Contatti   domain.Contatti              `json:"contatti"`
	Nazionale  *domain.NazionaleEnabled     `json:"nazionale,omitempty"` // the title; none: not admitted
	Istruzioni domain.InstructionsPublished `json:"istruzioni"`          // in force: version 0 is the standard text
}

// ComuneDettaglio is one Comune with what is its office's alone.
type ComuneDettaglio struct {
	RigaComune
	Office *UfficioComune `json:"ufficio_comune,omitempty"` // for those at the Comune itself
}

// UfficioComune is what of a Comune its own office knows.
type UfficioComune struct {
	Regole       domain.RulesSet `json:"regole"`
	Tops         []Top           `json:"tops"`
	Collegamenti []Collegamento  `json:"collegamenti"` // versions of the way to ANPR, oldest first; the last is in force
	Istruzioni   []Pubblicata    `json:"istruzioni"`   // versions published, oldest first
	Avvisi       []domain.Avviso `json:"avvisi"`       // notices not withdrawn, by number; some may be over
	Modelli      []Modello       `json:"modelli"`      // versions of what documents bear, oldest first; the last is in force
	Calendari    []Calendario    `json:"calendari"`    // versions of its calendar, oldest first; the last is in force
	Storia       []Fatto         `json:"storia"`       // oldest first
}

// Top is a person who administers a Comune.
type Top struct {
	Utente domain.UtenteID `json:"utente"`
	Codice string          `json:"codice"`
	Since  time.Time       `json:"since"`
}

// Collegamento is a version of the way to ANPR.
type Collegamento struct {
	domain.ComuneConnected
	At time.Time       `json:"at"`
	By domain.UtenteID `json:"by,omitempty"`
}

// Pubblicata is a version of the Comune's instructions.
type Pubblicata struct {
	domain.InstructionsPublished
	At time.Time `json:"at"`
}

// Modello is a version of what the Comune's documents bear.
type Modello struct {
	domain.ModelloPublished
	At time.Time       `json:"at"`
	By domain.UtenteID `json:"by,omitempty"`
}

// Calendario is a version of when the Comune's office is open.
type Calendario struct {
	domain.CalendarioSet
	At time.Time       `json:"at"`
	By domain.UtenteID `json:"by,omitempty"`
}

// municipalities are the columns by which a reach covers Comuni.
var municipalities = map[string]string{domain.ColumnComune: "v.comune", domain.ColumnEnte: "", domain.ColumnRequester: ""}

// All returns the Comuni within reach, by name.
func (q *ComuniQueries) All(ctx context.Context, reach domain.Reach) ([]RigaComune, error) {
	var w where
	states, err := q.read(ctx, reach, w)
	if err != nil {
		return nil, fmt.Errorf("list Comuni: %w", err)
	}
	shown := make([]RigaComune, len(states))
	for i, s := range states {
		shown[i] = s.shown()
	}
	return shown, nil
}

func (q *ComuniQueries) read(ctx context.Context, reach domain.Reach, w where) ([]municipio, error) {
	w.through(reach, municipalities)
	rows, err := q.pool.Query(ctx, `SELECT v.stato FROM comuni v WHERE `+w.String()+` ORDER BY v.nome, v.comune`, w.args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[municipio])
}

func (s municipio) shown() RigaComune {
	r := RigaComune{ComuneRegistered: s.ComuneRegistered, Revision: s.revision(), Contatti: s.Contatti, Istruzioni: s.Istruzioni}
	r.OreSilenzio, r.SantoPatrono = s.Calendario().OreSilenzio, s.Calendario().SantoPatrono // in force, whatever it was registered with
	if s.Nazionale.Testo != "" {
		r.Nazionale = &s.Nazionale
	}
	if s.Istruzioni.Versione == 0 {
		r.Istruzioni.Testo = domain.StandardInstructions
	}
	return r
}

// One returns a Comune, or domain.NotFound when there is none within reach. Its
// office's own part is for those whose role is at the Comune itself.
func (q *ComuniQueries) One(ctx context.Context, reach domain.Reach, comune domain.CodiceISTAT) (ComuneDettaglio, error) {
	var w where
	w.add("v.comune = ?", comune)
	states, err := q.read(ctx, reach, w)
	if err == nil && len(states) == 0 {
		err = domain.Errorf(domain.NotFound, "Comune inesistente")
	}
	if err != nil {
		return ComuneDettaglio{}, refusedOr(err, "read Comune %s", comune)
	}
	d := ComuneDettaglio{RigaComune: states[0].shown()}
	if !reach.Outside {
		d.Office, err = q.office(ctx, reach, states[0])
	}
	if err != nil {
		return ComuneDettaglio{}, fmt.Errorf("read Comune %s: %w", comune, err)
	}
	return d, nil
}

// office returns what a Comune's own office knows; in whose name ANPR is asked is
// for who administers it.
func (q *ComuniQueries) office(ctx context.Context, reach domain.Reach, s municipio) (*UfficioComune, error) {
	o := &UfficioComune{Regole: s.Regole, Tops: []Top{}, Collegamenti: []Collegamento{}, Istruzioni: []Pubblicata{}, Avvisi: append([]domain.Avviso{}, s.Avvisi.All...), Modelli: append([]Modello{}, s.Models...), Calendari: append([]Calendario{}, s.Calendars...)}
	var ids []string
	for _, id := range s.Tops {
		ids = append(ids, string(id))
	}
	codes, err := byKey[domain.UtenteID, string](ctx, q.pool, `SELECT utente::text, codice FROM anagrafica_utente WHERE utente = ANY($1)`, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range s.Tops {
		o.Tops = append(o.Tops, Top{id, codes[id], s.Named[id]})
	}
	boxes := make([]domain.Sealed, len(s.Connections))
	for i, c := range s.Connections {
		o.Collegamenti = append(o.Collegamenti, Collegamento{c.ComuneConnected, c.At, c.By})
		if reach.Administers {
			boxes[i] = c.Sealed
		}
	}
	if err := open(ctx, q.opener, boxes, func(i int) *domain.ComuneConnected { return &o.Collegamenti[i].ComuneConnected }); err != nil {
		return nil, err
	}
	for i, p := range s.Published {
		o.Istruzioni = append(o.Istruzioni, Pubblicata{p, s.PublishedAt[i]})
	}
	o.Storia, err = history(ctx, q.pool, q.opener, reach, string(s.ISTAT.Stream()), where{})
	return o, err
}

// History returns what was done to a Comune by events of some types, oldest first, for
// those at the Comune itself; domain.NotFound for others.
func (q *ComuniQueries) History(ctx context.Context, reach domain.Reach, comune domain.CodiceISTAT, types ...string) ([]Fatto, error) {
	if reach.Outside || !reach.Covers(domain.Object{Comune: comune}) {
		return nil, domain.Errorf(domain.NotFound, "Comune inesistente")
	}
	var w where
	w.add("v.type = ANY(?)", types)
	return history(ctx, q.pool, q.opener, reach, string(comune.Stream()), w)
}
