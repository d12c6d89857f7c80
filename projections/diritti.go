package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/domain"
)

// DirittiQueries tells what people may ask for, and what a change would give and
// take. The rules are domain.Grounds'; what they are asked about is read from the
// rows of several read models in one snapshot. It is safe for concurrent use.
type DirittiQueries struct {
	pool   *pgxpool.Pool
	opener Opener
}

// NewDirittiQueries returns the queries over a database; opener opens what its rows
// hold sealed.
func NewDirittiQueries(pool *pgxpool.Pool, opener Opener) *DirittiQueries {
	return &DirittiQueries{pool, opener}
}

// Diritti is what one person may ask for at a pair.
type Diritti struct {
	ID          domain.UtenteID `json:"id"`
	Codice      string          `json:"codice"`
	Persona     Persona         `json:"persona"`
	Facolta     []Facolta       `json:"facolta"`
	Impedimento *Impedimento    `json:"impedimento,omitempty"` // why there is none
}

// Effetto is what a change would give to and take from one person at a pair.
type Effetto struct {
	ID                domain.UtenteID    `json:"id"`
	Codice            string             `json:"codice"`
	Persona           Persona            `json:"persona"`
	Ente              domain.EnteID      `json:"ente"`
	EnteDenominazione string             `json:"ente_denominazione"`
	Comune            domain.CodiceISTAT `json:"comune"`
	Variazioni        []Variazione       `json:"variazioni"`
}

// errNoPair is the answer to who may not know of a pair.
var errNoPair = domain.FieldErrorf(domain.NotFound, "ente", "l'Ente non risulta per questo Comune")

// FiltroDiritti narrows the people of a pair; zero fields do not.
type FiltroDiritti struct {
	Pair      domain.Pair
	Tipo      domain.Tipo // who may ask for it
	Nazionale bool        // who may ask beyond the Comune, for it or for anything
	Ufficio   string
	Cursor    string // of the page wanted, from PaginaDi.Next
	Limit     int    // rows a page: DefaultPage when zero, MaxPage at most
}

// lets says whether what somebody may ask for is wanted.
func (f FiltroDiritti) lets(d Diritti) bool {
	return f.Tipo == "" && !f.Nazionale || slices.ContainsFunc(d.Facolta, func(way Facolta) bool {
		return (f.Tipo == "" || way.Tipo == f.Tipo) && (!f.Nazionale || way.Nazionale != domain.Modo{})
	})
}

// Page returns one page of what the people of a pair may ask for at an instant, those
// first who came last. Who may not know of the pair gets domain.NotFound. It refuses a
// cursor it did not make.
func (q *DirittiQueries) Page(ctx context.Context, reach domain.Reach, f FiltroDiritti, at time.Time) (PaginaDi[Diritti], error) {
	if !reach.Covers(f.Pair.Object()) {
		return PaginaDi[Diritti]{}, errNoPair
	}
	read := func(from string, limit int) ([]caso, error) { return q.after(ctx, f, from, limit, at) }
	place := func(c caso) string { return cursor(c.since.UnixMicro(), c.id) }
	size := pageSize(f.Limit)
	var found PaginaDi[caso]
	var err error
	if f.Tipo == "" && !f.Nazionale {
		var rows []caso
		rows, err = read(f.Cursor, size+1)
		found = page(rows, size, place)
	} else {
		found, err = sift(f.Cursor, size, read, place, func(c caso) bool { return f.lets(c.diritti()) })
	}
	if err != nil {
		return PaginaDi[Diritti]{}, refusedOr(err, "read rights")
	}
	all, err := q.told(ctx, reach, found.Items)
	return PaginaDi[Diritti]{all, found.Next}, err
}

// after reads so many of the people of a pair from a cursor on.
func (q *DirittiQueries) after(ctx context.Context, f FiltroDiritti, from string, limit int, at time.Time) ([]caso, error) {
	condition, args := "v.ente IS NOT DISTINCT FROM $2 AND ($3::text IS NULL OR v.ufficio = $3)", []any{null(string(f.Pair.Ente)), null(f.Ufficio)}
	if from != "" {
		var micros int64
		var id string
		if err := parseCursor(from, &micros, &id); err != nil {
			return nil, err
		}
		if _, err := domain.ParseUtenteID(id); err != nil {
			return nil, errCursor
		}
		condition, args = condition+" AND (v.since, v.utente) < ($4, $5)", append(args, time.UnixMicro(micros), id)
	}
	return q.cases(ctx, f.Pair.Comune, at, limit, condition, args...)
}

// One returns what one person may ask for at a pair at an instant. Who may not know of
// the pair, or of the person, gets domain.NotFound; an operator may know of themself.
func (q *DirittiQueries) One(ctx context.Context, reach domain.Reach, pair domain.Pair, utente domain.UtenteID, at time.Time) (Diritti, error) {
	if !reach.Covers(domain.Object{Requester: utente, Ente: pair.Ente, Comune: pair.Comune}) {
		return Diritti{}, errNoPair
	}
	cases, err := q.cases(ctx, pair.Comune, at, 1, "v.ente IS NOT DISTINCT FROM $2 AND v.utente = $3", null(string(pair.Ente)), utente)
	if err == nil && len(cases) == 0 {
		err = errNoUtente
	}
	if err != nil {
		return Diritti{}, refusedOr(err, "read rights")
	}
	all, err := q.told(ctx, reach, cases)
	if err != nil {
		return Diritti{}, err
	}
	return all[0], nil
}

// told says what people may ask for, and who they are.
func (q *DirittiQueries) told(ctx context.Context, reach domain.Reach, cases []caso) ([]Diritti, error) {
	who, err := q.people(ctx, reach, cases)
	if err != nil {
		return nil, fmt.Errorf("read rights: %w", err)
	}
	all := make([]Diritti, len(cases))
	for i, c := range cases {
		all[i] = c.diritti()
		all[i].Persona = who[i]
	}
	return all, nil
}

// diritti is what the person may ask for, without who they are.
func (c caso) diritti() Diritti {
	d := Diritti{ID: c.id, Codice: c.persona.Codice, Facolta: c.facolta()}
	if len(d.Facolta) == 0 {
		d.Facolta, d.Impedimento = []Facolta{}, c.impediment()
	}
	return d
}

// OfProfile returns whom a profile as it is to be would give something or take
// something from. A profile that is to be withdrawn is the zero one. Whether people
// are away, suspended or have yet to accept instructions, or the act is suspended, is
// left out, since that passes. Only who administers the profile's Comune is told.
func (q *DirittiQueries) OfProfile(ctx context.Context, reach domain.Reach, id domain.ProfileID, defined domain.ProfileDefined, at time.Time) ([]Effetto, error) {
	var s concesso
	switch err := q.pool.QueryRow(ctx, `SELECT stato FROM profili WHERE profile = $1`, id).Scan(&s); {
	case errors.Is(err, pgx.ErrNoRows):
		return []Effetto{}, nil // a new one: nobody holds it yet
	case err != nil:
		return nil, fmt.Errorf("read what a profile changes: %w", err)
	case !reach.Administers || !reach.Covers(domain.Object{Comune: s.Comune}):
		return nil, domain.Errorf(domain.NotFound, "profilo inesistente")
	}
	change := func(p domain.Parties) domain.Parties {
		p.Profiles = slices.Clone(p.Profiles)
		for i := range p.Profiles {
			if p.Profiles[i].ID == id {
				p.Profiles[i].Profile = domain.Profile{Defined: true, Withdrawn: defined.Tipi == nil, ProfileDefined: defined}
				p.Profiles[i].Comune = s.Comune
			}
		}
		return p
	}
	return q.effects(ctx, reach, s.Comune, at, change,
		"EXISTS (SELECT FROM utente_profilo t WHERE t.utente = v.utente AND t.posto = v.posto AND t.profile = $2)", id)
}

// OfAct does the same for an act as it is to be, as if it held at the instant.
func (q *DirittiQueries) OfAct(ctx context.Context, reach domain.Reach, draft domain.ConvenzioneDrafted, at time.Time) ([]Effetto, error) {
	if !reach.Administers || !reach.Covers(draft.Pair().Object()) {
		return nil, errNoPair
	}
	if today := domain.ItalianDay(at); draft.Dal.Compare(today) > 0 {
		draft.Dal = today
	}
	change := func(p domain.Parties) domain.Parties {
		p.Convenzione = p.Convenzione.Evolve(draft, domain.Meta{}).Evolve(domain.ConvenzioneActivated{Numero: len(p.Convenzione.Atti) + 1}, domain.Meta{})
		return p
	}
	return q.effects(ctx, reach, draft.Comune, at, change, "v.ente = $2", draft.Ente)
}

// Cambio is what an assignment changes for the person it is of: what they gain and
// lose, and the types that stay as they are.
type Cambio struct {
	Variazioni []Variazione
	Invariati  []domain.Tipo
}

// OfAssignment returns what a person would gain and lose if a profile were assigned to
// them at an instant. Whether they are away, suspended or have yet to accept
// instructions, or the act is suspended, is left out, since that passes; so are the first
// days, which may not have come. Who may not know of the pair, or of the person, gets
// domain.NotFound.
func (q *DirittiQueries) OfAssignment(ctx context.Context, reach domain.Reach, utente domain.UtenteID, assigned domain.ProfileAssigned, at time.Time) (c Cambio, err error) {
	pair := assigned.Pair()
	if !reach.Covers(domain.Object{Requester: utente, Ente: pair.Ente, Comune: pair.Comune}) {
		return c, errNoPair
	}
	cases, err := q.cases(ctx, pair.Comune, at, 1, "v.ente = $2 AND v.utente = $3", pair.Ente, utente)
	switch {
	case err != nil:
		return c, fmt.Errorf("read what an assignment changes: %w", err)
	case len(cases) == 0:
		return c, errNoUtente
	}
	before := cases[0].settled()
	after := before
	assigned.Dal = domain.Date{}
	after.persona.Utente = before.persona.Evolve(assigned, domain.Meta{At: at})
	was, is := before.facolta(), after.facolta()
	c.Variazioni = compared(was, is, before.parties.Comune.OreSilenzio())
	for _, way := range is {
		same := slices.ContainsFunc(was, func(f Facolta) bool { return f.Tipo == way.Tipo }) && !slices.Contains(c.Invariati, way.Tipo)
		if same && !slices.ContainsFunc(c.Variazioni, func(v Variazione) bool { return v.Tipo == way.Tipo }) {
			c.Invariati = append(c.Invariati, way.Tipo)
		}
	}
	return c, nil
}

// effects compares what people may before and after a change of the parties.
func (q *DirittiQueries) effects(ctx context.Context, reach domain.Reach, comune domain.CodiceISTAT, at time.Time, change func(domain.Parties) domain.Parties, condition string, args ...any) ([]Effetto, error) {
	cases, err := q.cases(ctx, comune, at, everybody, condition, args...)
	if err != nil {
		return nil, fmt.Errorf("read what changes: %w", err)
	}
	var touched []caso
	var effects []Effetto
	for _, c := range cases {
		before := c.settled()
		after := before
		after.parties = change(before.parties)
		changes := compared(before.facolta(), after.facolta(), c.parties.Comune.OreSilenzio())
		if len(changes) == 0 {
			continue
		}
		touched = append(touched, c)
		effects = append(effects, Effetto{
			ID: c.id, Codice: c.persona.Codice, Ente: c.pair.Ente, EnteDenominazione: c.parties.Ente.Denominazione,
			Comune: c.pair.Comune, Variazioni: changes,
		})
	}
	who, err := q.people(ctx, reach, touched)
	if err != nil {
		return nil, fmt.Errorf("read what changes: %w", err)
	}
	for i := range effects {
		effects[i].Persona = who[i]
	}
	return append([]Effetto{}, effects...), nil
}

// settled is the case of who is there, in service, and has accepted the
// instructions, under an act that is not suspended.
func (c caso) settled() caso {
	c.parties.Convenzione.Suspended = false
	u := &c.persona.Utente
	u.Suspensions, u.Blocks, u.Absences = nil, nil, nil
	u.Accepted = []domain.Acceptance{{InstructionsAccepted: domain.InstructionsAccepted{
		Comune: c.pair.Comune, Versione: c.parties.Comune.Istruzioni.Versione,
	}, At: c.at}}
	return c
}

// people returns who the people of cases are, opened with one query of keys.
func (q *DirittiQueries) people(ctx context.Context, reach domain.Reach, cases []caso) ([]Persona, error) {
	boxes, who := make([]domain.Sealed, len(cases)), make([]identita, len(cases))
	for i, c := range cases {
		boxes[i] = c.persona.Identita
	}
	if err := open(ctx, q.opener, boxes, func(i int) *identita { return &who[i] }); err != nil {
		return nil, err
	}
	shown := make([]Persona, len(cases))
	for i := range who {
		shown[i] = who[i].shown(reach.Masked)
	}
	return shown, nil
}

// everybody is no limit of how many are read.
const everybody = math.MaxInt32

// cases reads the people of a Comune's pairs who satisfy a condition on their places
// v, whose arguments begin at $2, so many at most, and all that their rights rest on.
func (q *DirittiQueries) cases(ctx context.Context, comune domain.CodiceISTAT, at time.Time, most int, condition string, args ...any) (cases []caso, err error) {
	err = pgx.BeginTxFunc(ctx, q.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		around, err := readAround(ctx, tx, comune)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT v.utente::text, coalesce(v.ente::text, ''), v.since, p.stato FROM utente_posto v JOIN utenti p USING (utente)
			WHERE v.comune = $1 AND `+condition+` ORDER BY v.since DESC, v.utente DESC LIMIT `+strconv.Itoa(most), append([]any{comune}, args...)...)
		if err != nil {
			return err
		}
		cases, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (caso, error) {
			c := caso{pair: domain.Pair{Comune: comune}, at: at}
			err := row.Scan(&c.id, &c.pair.Ente, &c.since, &c.persona)
			c.parties = around.of(c.pair)
			return c, err
		})
		if err != nil {
			return err
		}
		return substituting(ctx, tx, cases)
	})
	return cases, err
}

// substituting reads in whose places the people of cases act.
func substituting(ctx context.Context, tx pgx.Tx, cases []caso) error {
	var ids []domain.UtenteID
	for _, c := range cases {
		ids = append(ids, c.persona.principals(c.claims())...)
	}
	all, err := principals(ctx, tx, ids)
	for i := range cases {
		cases[i].principals = all
	}
	return err
}

// around is what the rights of a Comune's people rest on.
type around struct {
	comune   municipio
	profiles []domain.NamedProfile
	acts     map[domain.EnteID]accordo
	enti     map[domain.EnteID]corpo
}

// of returns the parties of a pair.
func (a around) of(p domain.Pair) domain.Parties {
	return domain.Parties{Comune: a.comune.Comune, Ente: a.enti[p.Ente].Ente, Convenzione: a.acts[p.Ente].Convenzione, Profiles: a.profiles}
}

// readAround reads it.
func readAround(ctx context.Context, tx pgx.Tx, comune domain.CodiceISTAT) (a around, err error) {
	comuni, err := byKey[domain.CodiceISTAT, municipio](ctx, tx, `SELECT comune, stato FROM comuni WHERE comune = $1`, comune)
	if err != nil {
		return a, err
	}
	profiles, err := byKey[domain.ProfileID, concesso](ctx, tx, `SELECT profile::text, stato FROM profili WHERE comune = $1`, comune)
	if err != nil {
		return a, err
	}
	a.comune = comuni[comune]
	for id, p := range profiles {
		a.profiles = append(a.profiles, domain.NamedProfile{ID: id, Profile: p.Profile})
	}
	slices.SortFunc(a.profiles, func(p, q domain.NamedProfile) int { return cmp.Compare(p.ID, q.ID) })
	if a.acts, err = byKey[domain.EnteID, accordo](ctx, tx, `SELECT ente::text, stato FROM convenzioni WHERE comune = $1 AND ente IS NOT NULL`, comune); err != nil {
		return a, err
	}
	a.enti, err = byKey[domain.EnteID, corpo](ctx, tx, `SELECT e.ente::text, e.stato FROM enti e JOIN convenzioni a USING (ente) WHERE a.comune = $1`, comune)
	return a, err
}
