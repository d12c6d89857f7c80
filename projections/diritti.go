package projections

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
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

// Of returns what the people of a pair may ask for at an instant, those first who
// came last; of one person alone, if one is named. Who may not know of the pair, or
// of the person, gets domain.NotFound; an operator may know of themself.
func (q *DirittiQueries) Of(ctx context.Context, reach domain.Reach, pair domain.Pair, utente domain.UtenteID, at time.Time) ([]Diritti, error) {
	if !reach.Covers(domain.Object{Requester: utente, Ente: pair.Ente, Comune: pair.Comune}) {
		return nil, errNoPair
	}
	cases, err := q.cases(ctx, pair.Comune, at, "v.ente IS NOT DISTINCT FROM $2 AND ($3::uuid IS NULL OR v.utente = $3)", null(string(pair.Ente)), null(string(utente)))
	if err == nil && len(cases) == 0 && utente != "" {
		err = errNoUtente
	}
	if err != nil {
		return nil, refusedOr(err, "read rights")
	}
	who, err := q.people(ctx, reach, cases)
	if err != nil {
		return nil, fmt.Errorf("read rights: %w", err)
	}
	all := make([]Diritti, len(cases))
	for i, c := range cases {
		all[i] = Diritti{ID: c.id, Codice: c.persona.Codice, Persona: who[i], Facolta: c.facolta()}
		if len(all[i].Facolta) == 0 {
			all[i].Facolta, all[i].Impedimento = []Facolta{}, c.impediment()
		}
	}
	return all, nil
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

// effects compares what people may before and after a change of the parties.
func (q *DirittiQueries) effects(ctx context.Context, reach domain.Reach, comune domain.CodiceISTAT, at time.Time, change func(domain.Parties) domain.Parties, condition string, args ...any) ([]Effetto, error) {
	cases, err := q.cases(ctx, comune, at, condition, args...)
	if err != nil {
		return nil, fmt.Errorf("read what changes: %w", err)
	}
	var touched []caso
	var effects []Effetto
	for _, c := range cases {
		before := c.settled()
		after := before
		after.parties = change(before.parties)
		changes := compared(before.facolta(), after.facolta(), c.parties.Comune.OreSilenzio)
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
	u.Suspensions, u.Absences = nil, nil
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

// cases reads the people of a Comune's pairs who satisfy a condition on their places
// v, whose arguments begin at $2, and all that their rights rest on.
func (q *DirittiQueries) cases(ctx context.Context, comune domain.CodiceISTAT, at time.Time, condition string, args ...any) (cases []caso, err error) {
	err = pgx.BeginTxFunc(ctx, q.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		around, err := readAround(ctx, tx, comune)
		if err != nil {
			return err
		}
		rows, err := tx.Query(ctx, `SELECT v.utente::text, coalesce(v.ente::text, ''), p.stato FROM utente_posto v JOIN utenti p USING (utente)
			WHERE v.comune = $1 AND `+condition+` ORDER BY v.since DESC, v.utente DESC`, append([]any{comune}, args...)...)
		if err != nil {
			return err
		}
		cases, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (caso, error) {
			c := caso{pair: domain.Pair{Comune: comune}, at: at}
			err := row.Scan(&c.id, &c.pair.Ente, &c.persona)
			c.parties = around.of(c.pair)
			return c, err
		})
		return err
	})
	return cases, err
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
