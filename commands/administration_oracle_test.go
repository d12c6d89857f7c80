package commands_test

import (
	"iter"
	"math"
	"slices"
	"time"
	_ "time/tzdata" // the clocks of Italy, told by another than the product

	"github.com/visure-anagrafiche/visure/domain"
)

var rome = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		panic(err)
	}
	return zone
}()

// question is whether a person may ask: as what, whom, for which type and purpose, and
// from where and when.
type question struct {
	who        domain.UtenteID
	role       domain.Role
	pair       domain.Pair
	tipo       domain.Tipo
	purpose    string
	desk       domain.PostazioneID
	software   bool // by software of the Ente
	at         time.Time
	instructed bool // as if the instructions were accepted
}

// questions are all there are about a person.
func questions(who domain.UtenteID) iter.Seq[question] {
	return func(yield func(question) bool) {
		for _, role := range []domain.Role{domain.RoleStandard, domain.RoleAdmin} {
			for _, e := range enti {
				for _, c := range comuni {
					for _, tipo := range tipi {
						q := question{who: who, role: role, pair: domain.Pair{Ente: e, Comune: c}, tipo: tipo, purpose: purposes[0]}
						fromDesk, bySoftware, otherwise := q, q, q
						fromDesk.desk, bySoftware.software, otherwise.purpose = desks[e], true, purposes[1]
						if !yield(q) || !yield(fromDesk) || !yield(bySoftware) || !yield(otherwise) {
							return
						}
					}
				}
			}
		}
	}
}

// answer is whether they may, and after how many office hours a national request goes
// through by itself: 0 at once, manual when an officer decides, never when none does.
// Held back is what a profile would let through sooner than was granted to them.
type answer struct {
	admitted, heldBack bool
	delay              float64
}

const manual = math.MaxFloat64

var never = math.Inf(1)

// delay says how long a mode takes where silence consents after a term.
func delay(m domain.Modo, term int) float64 {
	switch m.Conferma {
	case domain.Immediata:
		return 0
	case domain.Manuale:
		return manual
	case domain.SilenzioAssenso:
		if m.Ore > 0 {
			return float64(m.Ore)
		}
		if term > 0 {
			return float64(term)
		}
		return manual / 2 // longer than any hours, and yet silence
	}
	return never
}

// oracle is what the events say, noted down without the product's own folds.
type oracle struct {
	persons  map[domain.UtenteID]*person
	comuni   map[domain.CodiceISTAT]*town
	acts     map[domain.Pair]*agreement
	profiles map[domain.ProfileID]domain.ProfileDefined // those in force
	desks    map[domain.PostazioneID]map[domain.CodiceISTAT]string
	software map[domain.ApplicativoID]*program
}

type program struct {
	domain.ApplicativoRegistered
	stopped map[domain.CodiceISTAT]bool
	tokens  []domain.TokenIssued
}

// asks says whether software asks for persons at a pair.
func (p *program) asks(pair domain.Pair, at time.Time) bool {
	if p == nil || p.Ente != pair.Ente || p.stopped[pair.Comune] || !slices.Contains(p.Scopes, domain.ScopeRequest) || !slices.Contains(p.Comuni, pair.Comune) {
		return false
	}
	for _, t := range p.tokens {
		if at.Before(t.Expires) && slices.Contains(t.Comuni, pair.Comune) {
			return true
		}
	}
	return false
}

type person struct {
	roles     map[domain.RoleTaken]turn
	collects  map[domain.Pair]bool
	stopped   map[domain.Pair]bool
	away      map[domain.Pair]map[domain.Date]domain.Date
	duty      map[domain.Pair]string
	held      map[held]*holdings
	accepted  map[domain.CodiceISTAT]acceptance
	proposals map[string]domain.GrantProposed
}

// turn is a role, who gave it last and when, and since when it is held.
type turn struct {
	domain.RoleGiven
	byAdmin   bool
	at, since time.Time
}

type held struct {
	pair    domain.Pair
	profile domain.ProfileID
}

// holdings are a profile that is held, and the types with the modes in which it goes
// beyond the Comune; nil where it does not.
type holdings struct {
	domain.ProfileGrant
	byAdmin, void bool
	beyond        map[domain.Tipo]domain.Modo
}

type acceptance struct {
	version int
	on      time.Time
}

type town struct {
	tops     map[domain.UtenteID]bool
	term     int
	national bool
	version  int
	eyes     map[domain.QuattroOcchi]bool
}

type agreement struct {
	draft     domain.ConvenzioneDrafted
	drafted   bool                        // and not activated since
	active    []domain.ConvenzioneDrafted // none of those that were ended
	every     []domain.ConvenzioneDrafted // with those
	suspended bool
	inhibited []domain.Finalita // not to be named as they are written here
}

// may answers a question.
func (o oracle) may(q question) (a answer) {
	a.delay = never
	p, c, act := o.persons[q.who], o.comuni[q.pair.Comune], o.acts[q.pair]
	local := q.at.In(rome)
	today := domain.DateOf(local)
	if act == nil || act.suspended || p.stopped[q.pair] || !o.plays(p, q.role, q.pair, today) {
		return a
	}
	var now *domain.ConvenzioneDrafted
	for _, d := range act.active {
		if !after(d.Dal, today) {
			now = &d
		}
	}
	if now == nil || after(today, now.Al) || !slices.Contains(now.Massimo.Tipi, q.tipo) || !open(now.Massimo.Orario, local) {
		return a
	}
	named := false
	for _, f := range now.Finalita {
		named = named || f.Codice == q.purpose && (f.Tipi == nil || slices.Contains(f.Tipi, q.tipo)) && !act.stops(f)
	}
	if !named {
		return a
	}
	for from, to := range p.away[q.pair] {
		if !after(from, today) && !after(today, to) {
			return a
		}
	}
	accepted, ok := p.accepted[q.pair.Comune]
	if !q.instructed && (!ok || accepted.version != c.version || !q.at.Before(accepted.on.AddDate(1, 0, 0))) {
		return a
	}
	authorised := o.desks[q.desk][q.pair.Comune] == "approved"
	if q.software {
		program := o.software[apps[q.pair.Ente]]
		if !program.asks(q.pair, q.at) {
			return a
		}
		authorised = len(program.Reti) > 0 || program.Certificato != ""
	}
	if now.Massimo.Postazione == domain.Autorizzata && !authorised {
		return a
	}
	for key, h := range p.held {
		profile, defined := o.profiles[key.profile]
		if key.pair != q.pair || !defined || profile.Comune != q.pair.Comune || h.void || h.byAdmin && q.role == domain.RoleAdmin {
			continue
		}
		if after(h.Dal, today) || !h.Al.IsZero() && after(today, h.Al) || !open(profile.Orario, local) || !open(h.Limiti.Orario, local) {
			continue
		}
		if profile.Postazione == domain.Autorizzata && !authorised || len(h.Limiti.Tipi) > 0 && !slices.Contains(h.Limiti.Tipi, q.tipo) {
			continue
		}
		for _, grant := range profile.Tipi {
			if grant.Tipo != q.tipo {
				continue
			}
			a.admitted = true
			if c.national {
				goes, granted := delay(grant.Nazionale, c.term), delay(h.beyond[q.tipo], c.term)
				a.delay = min(a.delay, max(goes, granted, delay(now.Massimo.Nazionale, c.term)))
				a.heldBack = a.heldBack || h.beyond != nil && goes < granted
			}
		}
	}
	return a
}

// stops says whether a purpose was found not current, word for word as it is.
func (a *agreement) stops(f domain.Finalita) bool {
	for _, i := range a.inhibited {
		tipi := slices.Equal(i.Tipi, f.Tipi)
		texts := i.Codice == f.Codice && i.Descrizione == f.Descrizione && i.BaseGiuridica == f.BaseGiuridica && i.Valutazione == f.Valutazione
		if tipi && texts && i.Conservazione == f.Conservazione {
			return true
		}
	}
	return false
}

// plays says whether a role is held on a day, by the own right or in the place of
// somebody who has had theirs ever since, and has it that day.
func (o oracle) plays(p *person, role domain.Role, pair domain.Pair, today domain.Date) bool {
	for _, r := range p.roles {
		if r.Role != role || r.Ente != pair.Ente || r.Comune != pair.Comune || !r.on(today) {
			continue
		}
		if r.Sostituisce == "" {
			return true
		}
		theirs, has := o.persons[r.Sostituisce].roles[domain.RoleTaken{Role: role, Ente: pair.Ente, Comune: pair.Comune}]
		if has && theirs.on(today) && !theirs.since.After(r.at) {
			return true
		}
	}
	return false
}

func (r turn) on(day domain.Date) bool {
	return !after(r.Dal, day) && (r.Al.IsZero() || !after(day, r.Al))
}

// after says whether a day is later than another; no day is later than none.
func after(a, b domain.Date) bool {
	return a.Year*10000+a.Month*100+a.Day > b.Year*10000+b.Month*100+b.Day
}

// open says whether a clock is within hours.
func open(o domain.Orario, local time.Time) bool {
	for _, f := range o {
		day := int(local.Weekday())
		if day == 0 {
			day = 7
		}
		clock := local.Format("15:04")
		if slices.Contains(f.Giorni, day) && f.Dalle <= clock && clock < f.Alle {
			return true
		}
	}
	return len(o) == 0
}
