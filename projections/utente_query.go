package projections

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/visure-anagrafiche/visure/domain"
)

// UtenteDettaglio is one person, at the pairs that concern the reader.
type UtenteDettaglio struct {
	ID        domain.UtenteID `json:"id"`
	Revision  uint64          `json:"revision"`
	Codice    string          `json:"codice"`
	Persona   Persona         `json:"persona"`
	Amendable bool            `json:"amendable"` // the person was entered from a pair within reach
	Posti     []Posto         `json:"posti"`
	Storia    []Fatto         `json:"storia"` // oldest first
}

// Places returns the Comuni of the pairs that the reader is shown.
func (d UtenteDettaglio) Places() (comuni []domain.CodiceISTAT) {
	for _, p := range d.Posti {
		comuni = append(comuni, p.Comune)
	}
	return comuni
}

// Posto is a person at a pair.
type Posto struct {
	Ente              domain.EnteID            `json:"ente,omitempty"` // none: the Comune itself
	EnteDenominazione string                   `json:"ente_denominazione,omitempty"`
	Comune            domain.CodiceISTAT       `json:"comune,omitempty"`
	ComuneNome        string                   `json:"comune_nome,omitempty"`
	Since             time.Time                `json:"since"`
	Top               bool                     `json:"top,omitempty"`
	Roles             []domain.RoleGiven       `json:"roles"`
	Nomina            *domain.UtenteAppointed  `json:"nomina,omitempty"`
	Sospensione       *Sospensione             `json:"sospensione,omitempty"`
	Blocco            *Blocco                  `json:"blocco,omitempty"` // the last that nobody lifted, also when it is over
	Assenze           []domain.AbsenceDeclared `json:"assenze"`
	Ritira            bool                     `json:"ritira,omitempty"` // may obtain what others of the Ente asked for
	Profili           []Assegnato              `json:"profili"`
	Proposte          []Proposta               `json:"proposte"` // open
	Istruzioni        *Istruzioni              `json:"istruzioni,omitempty"`
}

// Sospensione is why a person is suspended.
type Sospensione struct {
	Role   domain.Role       `json:"role,omitempty"` // auditor: as that alone
	Causa  domain.Suspension `json:"causa"`
	Motivo string            `json:"motivo,omitempty"`
}

// Blocco is until when, and for what, a person was blocked.
type Blocco struct {
	Allarme domain.Allarme `json:"allarme"`
	Testo   string         `json:"testo"` // what the person did, in Italian
	Count   int            `json:"count"`
	Limit   int            `json:"limit"`
	Until   time.Time      `json:"until"`
}

// Assegnato is a profile a person holds.
type Assegnato struct {
	domain.ProfileGrant
	Nome      string          `json:"nome"`
	Motivo    string          `json:"motivo,omitempty"` // people's own words; none when masked or erased
	By        domain.UtenteID `json:"by,omitempty"`     // who assigned it, or approved that
	ByRole    domain.Role     `json:"by_role"`
	Decaduto  bool            `json:"decaduto,omitempty"`
	Nazionale Autorizzazione  `json:"nazionale"`
	// Autorizzati is how far it was granted beyond the Comune; none, if it was: as far as the
	// profile goes.
	Autorizzati   []domain.TipoConcesso `json:"autorizzati,omitempty"`
	DaAutorizzare []domain.Tipo         `json:"da_autorizzare,omitempty"` // of which the profile goes further
}

// Proposta is a grant that awaits another person.
type Proposta struct {
	domain.GrantProposed
	By     domain.UtenteID `json:"by,omitempty"`
	Motivo string          `json:"motivo,omitempty"`
}

// Istruzioni is which version of the Comune's instructions a person accepted.
type Istruzioni struct {
	Versione int       `json:"versione"`
	At       time.Time `json:"at"`
}

// errNoUtente is the answer to who may not know of a person: the same as if there
// were none.
var errNoUtente = domain.Errorf(domain.NotFound, "utente inesistente")

// One returns a person as far as they concern the reader, or domain.NotFound when
// they do nothing at any pair within reach.
func (q *UtentiQueries) One(ctx context.Context, reach domain.Reach, id domain.UtenteID) (UtenteDettaglio, error) {
	var w where
	w.add("p.utente = ? AND p.registered_at IS NOT NULL", id)
	var inside where
	inside.args = w.args
	inside.through(reach, people)
	var p persona
	err := q.pool.QueryRow(ctx, `SELECT p.stato FROM utenti p WHERE `+w.String()+` AND EXISTS (SELECT FROM utente_posto v
		WHERE v.utente = p.utente AND `+inside.String()+`)`, inside.args...).Scan(&p)
	if errors.Is(err, pgx.ErrNoRows) {
		return UtenteDettaglio{}, errNoUtente
	}
	var d UtenteDettaglio
	if err == nil {
		d, err = q.detail(ctx, reach, id, p)
	}
	if err != nil {
		return UtenteDettaglio{}, fmt.Errorf("read user %s: %w", id, err)
	}
	return d, nil
}

// Coded returns whose code it is, or domain.NotFound. It tells of everybody: whether the
// person concerns the reader is still to be asked.
func (q *UtentiQueries) Coded(ctx context.Context, codice string) (id domain.UtenteID, err error) {
	err = q.pool.QueryRow(ctx, `SELECT utente::text FROM utenti WHERE codice = $1 AND registered_at IS NOT NULL`, codice).Scan(&id)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", errNoUtente
	case err != nil:
		return "", fmt.Errorf("find a user by their code: %w", err)
	}
	return id, nil
}

// detail shows a person's state.
func (q *UtentiQueries) detail(ctx context.Context, reach domain.Reach, id domain.UtenteID, p persona) (d UtenteDettaglio, err error) {
	covers := func(pair domain.Pair) bool {
		return reach.Covers(domain.Object{Requester: id, Ente: pair.Ente, Comune: pair.Comune})
	}
	d = UtenteDettaglio{ID: id, Revision: p.revision(), Codice: p.Codice}
	d.Amendable = reach.Appoints && (reach.Everything || covers(p.EnteredBy) && reach.Outside == (p.EnteredBy.Ente != ""))
	names, err := q.named(ctx, p)
	if err != nil {
		return d, err
	}
	var who identita
	boxes, into := []domain.Sealed{p.Identita}, []any{&who}
	for _, l := range p.Posti {
		if !p.here(l) || !covers(l.Pair) {
			continue
		}
		posto := p.posto(l, names)
		d.Posti = append(d.Posti, posto)
		if reach.Masked {
			continue
		}
		if posto.Sospensione != nil {
			boxes, into = append(boxes, p.Motivi[reasonKey(posto.Sospensione.Role, l.Pair)]), append(into, posto.Sospensione)
		}
		for i, held := range posto.Profili {
			boxes, into = append(boxes, p.Motivi[reasonKey(held.Profile, l.Pair)]), append(into, &posto.Profili[i])
		}
		for i := range posto.Proposte {
			boxes, into = append(boxes, p.Motivi[posto.Proposte[i].ID]), append(into, &posto.Proposte[i])
		}
	}
	if err := open(ctx, q.opener, boxes, func(i int) *any { return &into[i] }); err != nil {
		return d, err
	}
	d.Persona = who.shown(reach.Masked)
	var w where
	w.through(reach, map[string]string{domain.ColumnEnte: "v.ente", domain.ColumnComune: "v.comune", domain.ColumnRequester: ""})
	d.Storia, err = history(ctx, q.pool, q.opener, reach, string(id.Stream()), w)
	return d, err
}

// posto is what is shown of a place.
func (p persona) posto(l luogo, names named) Posto {
	posto := Posto{
		Ente: l.Ente, EnteDenominazione: names.enti[l.Ente], Comune: l.Comune, ComuneNome: names.comuni[l.Comune], Since: l.Since, Top: l.Top,
		Roles: []domain.RoleGiven{}, Assenze: []domain.AbsenceDeclared{}, Profili: []Assegnato{}, Proposte: []Proposta{},
		Ritira: slices.Contains(p.Collects, l.Pair),
	}
	for _, r := range p.Roles {
		if r.Pair() == l.Pair {
			posto.Roles = append(posto.Roles, r.RoleGiven)
		}
	}
	if nomina, ok := p.Appointment(l.Pair); ok {
		posto.Nomina = &nomina
	}
	if s := p.suspension(l.Pair); s.Causa != "" {
		posto.Sospensione = &Sospensione{Role: s.Role, Causa: s.Causa}
	}
	if b, ok := p.Blocked(l.Pair, time.Time{}); ok {
		posto.Blocco = &Blocco{b.Allarme, b.Allarme.Text(), b.Count, b.Limit, b.Until}
	}
	for _, a := range p.Absences {
		if a.Pair() == l.Pair {
			posto.Assenze = append(posto.Assenze, a)
		}
	}
	for _, a := range p.Assigned(l.Pair) {
		profile := names.profili[a.Profile]
		awaits := a.Awaits(profile.Profile, names.silenzio[l.Comune])
		posto.Profili = append(posto.Profili, Assegnato{
			ProfileGrant: a.ProfileGrant, Nome: profile.Nome, By: a.By.Utente, ByRole: a.By.Role, Decaduto: a.Lapsed,
			Nazionale: authorisation(a, awaits), Autorizzati: a.Autorizzati, DaAutorizzare: awaits,
		})
	}
	for _, g := range p.Proposals {
		if (domain.Pair{Ente: g.Ente, Comune: g.Comune}) == l.Pair {
			posto.Proposte = append(posto.Proposte, Proposta{GrantProposed: g.GrantProposed, By: g.By.Utente})
		}
	}
	for _, a := range p.Accepted {
		if a.Comune == l.Comune {
			posto.Istruzioni = &Istruzioni{a.Versione, a.At}
		}
	}
	return posto
}

// authorisation is where a profile somebody holds stands beyond the Comune, of which some
// types await a TOP.
func authorisation(a domain.Assignment, awaits []domain.Tipo) Autorizzazione {
	switch {
	case len(awaits) > 0:
		return NazionaleDaConcedere
	case a.Nazionale:
		return NazionaleAutorizzata
	}
	return NazionaleAssente
}

// named are the names of the parties around a person.
type named struct {
	enti     map[domain.EnteID]string
	comuni   map[domain.CodiceISTAT]string
	silenzio map[domain.CodiceISTAT]int // after how many hours silence consents
	profili  map[domain.ProfileID]concesso
}

// named reads the names around a person.
func (q *UtentiQueries) named(ctx context.Context, p persona) (n named, err error) {
	var enti, comuni, profili []string
	for _, l := range p.Posti {
		if l.Ente != "" {
			enti = append(enti, string(l.Ente))
		}
		comuni = append(comuni, string(l.Comune))
	}
	for _, a := range p.Assignments {
		profili = append(profili, string(a.Profile))
	}
	if n.enti, err = byKey[domain.EnteID, string](ctx, q.pool, `SELECT ente::text, denominazione FROM anagrafica_ente WHERE ente = ANY($1)`, enti); err != nil {
		return n, err
	}
	if n.comuni, err = byKey[domain.CodiceISTAT, string](ctx, q.pool, `SELECT comune, nome FROM anagrafica_comune WHERE comune = ANY($1)`, comuni); err != nil {
		return n, err
	}
	if n.silenzio, err = byKey[domain.CodiceISTAT, int](ctx, q.pool, `SELECT comune, coalesce((stato->>'ore_silenzio')::int, 0) FROM comuni WHERE comune = ANY($1)`, comuni); err != nil {
		return n, err
	}
	n.profili, err = byKey[domain.ProfileID, concesso](ctx, q.pool, `SELECT profile::text, stato FROM profili WHERE profile = ANY($1)`, profili)
	return n, err
}
