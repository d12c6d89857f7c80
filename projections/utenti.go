package projections

import (
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// Utenti are the people who may sign in: a row each, one for each pair they are
// at, and one for each profile they hold there. TOPs come from the Comuni, which
// keep them.
type Utenti struct{}

func (Utenti) Name() string { return "utenti" }

func (Utenti) Tables() []string { return []string{"utenti", "utente_posto", "utente_profilo"} }

func (Utenti) Categories() []string { return []string{"utente", "comune"} }

// persona is a person with what a page shows besides.
type persona struct {
	domain.Utente
	seen
	Identita     domain.Sealed
	RegisteredAt *time.Time
	Posti        []luogo                  // in the order they came; none goes
	Motivi       map[string]domain.Sealed // why the person is suspended, by role and pair, holds a profile, by it and pair, and what is proposed, by id
}

// luogo is a pair the person is or was at.
type luogo struct {
	domain.Pair
	Since   time.Time
	Top     bool   // of the Comune
	Counted uint64 // events of the Comune's stream up to the last that named or removed the person
}

var persone = kept[persona]{
	table: "utenti", key: "utente", kind: "uuid",
	about: func(r domain.Recorded) string {
		switch e := r.Event.(type) {
		case domain.TopNamed:
			return string(e.Utente)
		case domain.TopRemoved:
			return string(e.Utente)
		}
		return of("utente")(r)
	},
	evolve: persona.evolve,
}

func (p persona) evolve(r domain.Recorded) persona {
	switch r.Event.(type) {
	case domain.TopNamed, domain.TopRemoved:
		return p.top(r)
	}
	if p.again(r) {
		return p
	}
	if p.Motivi == nil {
		p.Motivi = map[string]domain.Sealed{}
	}
	p.because(r)
	p.Utente = p.Utente.Evolve(r.Event, r.Meta)
	switch e := r.Event.(type) {
	case domain.UtenteRegistered:
		p.Identita = r.Sealed
		if p.RegisteredAt == nil {
			p.RegisteredAt = &r.Meta.At
		}
	case domain.UtenteAppointed:
		p.at(e.Pair(), r.Meta.At)
	case domain.RoleGiven:
		p.at(e.Pair(), r.Meta.At)
	}
	return p
}

// because keeps the reasons as they stand after an event, before it is evolved.
func (p persona) because(r domain.Recorded) {
	switch e := r.Event.(type) {
	case domain.UtenteSuspended:
		p.Motivi[reasonKey(e.Role, e.Pair())] = r.Sealed
	case domain.UtenteReinstated:
		delete(p.Motivi, reasonKey(e.Role, e.Pair()))
	case domain.ProfileAssigned:
		p.assignedBecause(e.Grant(), r.Sealed)
	case domain.AssignmentWithdrawn:
		delete(p.Motivi, reasonKey(e.Profile, domain.Pair{Ente: e.Ente, Comune: e.Comune}))
	case domain.GrantProposed:
		p.Motivi[e.ID] = r.Sealed
	case domain.GrantApproved:
		if was, _ := p.Proposal(e.ID); was.Assign != nil {
			p.assignedBecause(*was.Assign, p.Motivi[e.ID])
		}
		delete(p.Motivi, e.ID)
	case domain.GrantRejected:
		delete(p.Motivi, e.ID)
	}
}

// assignedBecause keeps why a profile was assigned last; nothing where nothing was said.
func (p persona) assignedBecause(a domain.ProfileGrant, why domain.Sealed) {
	key := reasonKey(a.Profile, a.Pair())
	if delete(p.Motivi, key); why.Key != "" {
		p.Motivi[key] = why
	}
}

// top is evolve for what a Comune's stream says of the person.
func (p persona) top(r domain.Recorded) persona {
	l := p.at(domain.Pair{Comune: domain.CodiceISTAT(idOf(r))}, r.Meta.At)
	if r.Revision >= l.Counted {
		_, l.Top = r.Event.(domain.TopNamed)
		l.Counted = r.Revision + 1
	}
	return p
}

// at returns the person's place at a pair, and makes it at an instant if there was
// none.
func (p *persona) at(pair domain.Pair, at time.Time) *luogo {
	i := slices.IndexFunc(p.Posti, func(l luogo) bool { return l.Pair == pair })
	if i < 0 {
		i, p.Posti = len(p.Posti), append(p.Posti, luogo{Pair: pair, Since: at})
	}
	return &p.Posti[i]
}

// reasonKey is under what a reason is kept: of a role that is suspended, or a profile that
// is held, at a pair.
func reasonKey[T domain.Role | domain.ProfileID](of T, p domain.Pair) string {
	return string(of) + "/" + string(p.Ente) + "/" + string(p.Comune)
}

// here says whether the person has anything to do with a place still.
func (p persona) here(l luogo) bool { return l.Top || p.At(l.Pair) }

// roles are those given at a place, each once, on whatever days.
func (p persona) roles(l luogo) []domain.Role {
	roles := []domain.Role{}
	if l.Top {
		roles = append(roles, domain.RoleTop)
	}
	for _, r := range p.Roles {
		if r.Pair() == l.Pair && !slices.Contains(roles, r.Role) {
			roles = append(roles, r.Role)
		}
	}
	return roles
}

// suspension is how the person is suspended at a pair, as AUDITOR if not otherwise;
// without a cause they are not.
func (p persona) suspension(pair domain.Pair) domain.SuspensionInForce {
	if s, ok := p.Suspension("", pair); ok {
		return s
	}
	s, _ := p.Suspension(domain.RoleAuditor, pair)
	return s
}

// blockedUntil is when the last block of the person at a pair ends that nobody lifted; nil:
// there was none.
func (p persona) blockedUntil(pair domain.Pair) *time.Time {
	b, ok := p.Blocked(pair, time.Time{})
	if !ok {
		return nil
	}
	return &b.Until
}

type utenteRow struct {
	Utente       string         `json:"utente"`
	Codice       string         `json:"codice"`
	Identita     *domain.Sealed `json:"identita"`
	RegisteredAt *time.Time     `json:"registered_at"`
	Stato        persona        `json:"stato"`
}

type postoRow struct {
	Utente   string             `json:"utente"`
	Posto    int                `json:"posto"`
	Ente     domain.EnteID      `json:"ente,omitempty"`
	Comune   domain.CodiceISTAT `json:"comune,omitempty"`
	Since    time.Time          `json:"since"`
	Roles    []domain.Role      `json:"roles"`
	Ufficio  string             `json:"ufficio"`
	Mansione string             `json:"mansione"`
	Sospeso  domain.Suspension  `json:"sospeso"`
	Bloccato *time.Time         `json:"bloccato"`
}

type tenutoRow struct {
	Utente      string                `json:"utente"`
	Posto       int                   `json:"posto"`
	Profile     domain.ProfileID      `json:"profile,omitempty"`
	Dal         *domain.Date          `json:"dal"`
	Al          *domain.Date          `json:"al"`
	Decaduto    bool                  `json:"decaduto"`
	Nazionale   bool                  `json:"nazionale"`
	Autorizzati []domain.TipoConcesso `json:"autorizzati"`
}

func (Utenti) Apply(w *engine.Writer, events []domain.Recorded) error {
	people, err := persone.fold(w, events)
	if err != nil {
		return err
	}
	ids := sorted(people)
	var utenti []utenteRow
	var posti []postoRow
	var tenuti []tenutoRow
	for _, id := range ids {
		p := people[id]
		utenti = append(utenti, utenteRow{id, p.Codice, boxed(p.Identita), p.RegisteredAt, p})
		for n, l := range p.Posti {
			if !p.here(l) {
				continue
			}
			record, _ := p.Appointment(l.Pair)
			posti = append(posti, postoRow{id, n, l.Ente, l.Comune, l.Since, p.roles(l), record.Ufficio, record.Mansione, p.suspension(l.Pair).Causa, p.blockedUntil(l.Pair)})
			for _, a := range p.Assigned(l.Pair) {
				tenuti = append(tenuti, tenutoRow{id, n, a.Profile, dayOrNone(a.Dal), dayOrNone(a.Al), a.Lapsed, a.Nazionale, a.Autorizzati})
			}
		}
	}
	if err := replace(w, "utenti", "utente", "uuid", ids, utenti); err != nil {
		return err
	}
	if err := replace(w, "utente_posto", "utente", "uuid", ids, posti); err != nil {
		return err
	}
	return replace(w, "utente_profilo", "utente", "uuid", ids, tenuti)
}

// boxed is what is sealed, none where nothing is.
func boxed(s domain.Sealed) *domain.Sealed {
	if s.Key == "" {
		return nil
	}
	return &s
}

// dayOrNone is a whole calendar day; none for a date that lacks a part.
func dayOrNone(d domain.Date) *domain.Date {
	if !d.Complete() {
		return nil
	}
	return &d
}
