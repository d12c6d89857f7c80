package commands_test

import (
	"maps"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// oracle notes down what the events of the region say.
func (r *region) oracle() oracle {
	o := oracle{
		persons: map[domain.UtenteID]*person{}, comuni: map[domain.CodiceISTAT]*town{}, acts: map[domain.Pair]*agreement{},
		profiles: map[domain.ProfileID]domain.ProfileDefined{}, desks: map[domain.PostazioneID]map[domain.CodiceISTAT]string{},
		software: map[domain.ApplicativoID]*program{},
	}
	for stream, events := range r.log {
		category, id, _ := strings.Cut(stream, "-")
		for _, e := range events {
			switch category {
			case "utente":
				o.person(domain.UtenteID(id)).note(e.Event, e.Meta)
			case "comune":
				o.town(domain.CodiceISTAT(id), e.Event)
			case "convenzione":
				o.act(e.Event, events)
			case "profile":
				o.profile(domain.ProfileID(id), e.Event)
			case "postazione":
				o.workstation(domain.PostazioneID(id), e.Event)
			case "applicativo":
				o.program(domain.ApplicativoID(id), e.Event)
			}
		}
	}
	return o
}

func (o oracle) person(id domain.UtenteID) *person {
	if o.persons[id] == nil {
		o.persons[id] = &person{
			roles: map[domain.RoleTaken]turn{}, collects: map[domain.Pair]bool{}, stopped: map[domain.Pair]bool{}, away: map[domain.Pair]map[domain.Date]domain.Date{},
			duty: map[domain.Pair]string{}, held: map[held]*holdings{}, accepted: map[domain.CodiceISTAT]acceptance{}, proposals: map[string]domain.GrantProposed{},
		}
	}
	return o.persons[id]
}

func (p *person) note(e domain.Event, m domain.Meta) {
	switch e := e.(type) {
	case domain.RoleGiven:
		key := domain.RoleTaken{Role: e.Role, Ente: e.Ente, Comune: e.Comune, Sostituisce: e.Sostituisce}
		now := turn{e, m.By.Role == domain.RoleAdmin, m.At, m.At}
		if was, has := p.roles[key]; has {
			now.since = was.since
		}
		p.roles[key] = now
		p.forgets(domain.Pair{Ente: e.Ente, Comune: e.Comune}, "")
	case domain.RoleTaken:
		e.Motivo = ""
		delete(p.roles, e)
		p.forgets(domain.Pair{Ente: e.Ente, Comune: e.Comune}, "")
		operates := false
		for _, r := range p.roles {
			operates = operates || r.Ente == e.Ente && r.Comune == e.Comune && r.Role == domain.RoleStandard
		}
		if !operates {
			delete(p.collects, domain.Pair{Ente: e.Ente, Comune: e.Comune})
		}
		for _, r := range p.roles {
			if r.Ente == e.Ente && r.Comune == e.Comune && (r.Role == domain.RoleStandard || r.Role == domain.RoleAdmin) {
				return
			}
		}
		p.voids(domain.Pair{Ente: e.Ente, Comune: e.Comune})
	case domain.UtenteAppointed:
		pair := domain.Pair{Ente: e.Ente, Comune: e.Comune}
		if was, known := p.duty[pair]; known && was != e.Mansione {
			p.voids(pair)
			p.forgets(pair, "")
		}
		p.duty[pair] = e.Mansione
	case domain.UtenteSuspended:
		p.stopped[domain.Pair{Ente: e.Ente, Comune: e.Comune}] = true
	case domain.UtenteReinstated:
		p.stopped[domain.Pair{Ente: e.Ente, Comune: e.Comune}] = false
	case domain.AbsenceDeclared:
		pair := domain.Pair{Ente: e.Ente, Comune: e.Comune}
		if p.away[pair] == nil {
			p.away[pair] = map[domain.Date]domain.Date{}
		}
		p.away[pair][e.Dal] = e.Al
	case domain.AbsenceCalledOff:
		delete(p.away[domain.Pair{Ente: e.Ente, Comune: e.Comune}], e.Dal)
	case domain.CollectionGiven:
		p.collects[domain.Pair(e)] = true
	case domain.CollectionTaken:
		delete(p.collects, domain.Pair(e))
	case domain.InstructionsAccepted:
		p.accepted[e.Comune] = acceptance{e.Versione, m.At}
	default:
		p.grant(e, m)
	}
}

func (p *person) assigned(g domain.ProfileGrant, m domain.Meta) {
	at := domain.Pair{Ente: g.Ente, Comune: g.Comune}
	p.held[held{at, g.Profile}] = &holdings{ProfileGrant: g, byAdmin: m.By.Role == domain.RoleAdmin}
	p.forgets(at, g.Profile)
}

func (p *person) grant(e domain.Event, m domain.Meta) {
	switch e := e.(type) {
	case domain.ProfileAssigned:
		p.assigned(e.Grant(), m)
	case domain.AssignmentWithdrawn:
		delete(p.held, held{domain.Pair{Ente: e.Ente, Comune: e.Comune}, e.Profile})
		p.forgets(domain.Pair{Ente: e.Ente, Comune: e.Comune}, e.Profile)
	case domain.NazionaleGranted:
		p.beyond(domain.Pair{Ente: e.Ente, Comune: e.Comune}, e.Profile, e.Tipi)
	case domain.NazionaleRevoked:
		p.beyond(domain.Pair{Ente: e.Ente, Comune: e.Comune}, e.Profile, nil)
	case domain.GrantProposed:
		p.proposals[e.ID] = e
	case domain.GrantRejected:
		delete(p.proposals, e.ID)
	case domain.GrantApproved:
		if was := p.proposals[e.ID]; was.Assign != nil {
			p.assigned(*was.Assign, m)
		} else if was.Nazionale != "" {
			p.grant(domain.NazionaleGranted{Ente: was.Ente, Comune: was.Comune, Profile: was.Nazionale, Tipi: e.Tipi}, m)
		}
		delete(p.proposals, e.ID)
	}
}

// forgets drops what is proposed for the person at a pair, of one profile or of all;
// resets it keeps.
func (p *person) forgets(pair domain.Pair, profile domain.ProfileID) {
	for id, was := range p.proposals {
		about := was.Nazionale
		if was.Assign != nil {
			about = was.Assign.Profile
		}
		if was.Ente == pair.Ente && was.Comune == pair.Comune && about != "" && (profile == "" || about == profile) {
			delete(p.proposals, id)
		}
	}
}

func (p *person) voids(pair domain.Pair) {
	for key, h := range p.held {
		h.void = h.void || key.pair == pair
	}
}

func (p *person) beyond(pair domain.Pair, profile domain.ProfileID, granted []domain.TipoConcesso) {
	h := p.held[held{pair, profile}]
	if h == nil {
		return
	}
	h.beyond = nil
	for _, t := range granted {
		if h.beyond == nil {
			h.beyond = map[domain.Tipo]domain.Modo{}
		}
		h.beyond[t.Tipo] = t.Nazionale
	}
}

func (o oracle) town(id domain.CodiceISTAT, e domain.Event) {
	c := o.comuni[id]
	if c == nil {
		c = &town{tops: map[domain.UtenteID]bool{}}
		o.comuni[id] = c
	}
	switch e := e.(type) {
	case domain.ComuneRegistered:
		c.term = e.OreSilenzio
	case domain.CalendarioSet:
		c.term = e.OreSilenzio
	case domain.TopNamed:
		c.tops[e.Utente] = true
	case domain.TopRemoved:
		delete(c.tops, e.Utente)
	case domain.NazionaleEnabled:
		c.national = true
	case domain.NazionaleDisabled:
		c.national = false
	case domain.RulesSet:
		c.eyes = map[domain.QuattroOcchi]bool{}
		for _, kind := range e.QuattroOcchi {
			c.eyes[kind] = true
		}
	case domain.InstructionsPublished:
		c.version = e.Versione
	}
}

// act notes what happened to the act of the pair that its stream begins with.
func (o oracle) act(e domain.Event, stream []domain.Recorded) {
	first := stream[0].Event.(domain.ConvenzioneDrafted)
	pair := domain.Pair{Ente: first.Ente, Comune: first.Comune}
	a := o.acts[pair]
	if a == nil {
		a = &agreement{}
		o.acts[pair] = a
	}
	switch e := e.(type) {
	case domain.ConvenzioneDrafted:
		a.draft, a.drafted = e, true
	case domain.ConvenzioneActivated:
		a.active, a.every, a.drafted = append(a.active, a.draft), append(a.every, a.draft), false
	case domain.ConvenzioneEnded:
		a.active = nil
	case domain.ConvenzioneSuspended:
		a.suspended = true
	case domain.ConvenzioneResumed:
		a.suspended = false
	case domain.PurposesInhibited:
		for _, f := range a.every[e.Atto-1].Finalita {
			if slices.Contains(e.Finalita, f.Codice) {
				a.inhibited = append(a.inhibited, f)
			}
		}
	case domain.PurposeReadmitted:
		a.inhibited = slices.DeleteFunc(a.inhibited, func(f domain.Finalita) bool { return f.Codice == e.Finalita })
	}
}

func (o oracle) profile(id domain.ProfileID, e domain.Event) {
	switch e := e.(type) {
	case domain.ProfileDefined:
		o.profiles[id] = e
	case domain.ProfileWithdrawn:
		delete(o.profiles, id)
	}
}

func (o oracle) workstation(id domain.PostazioneID, e domain.Event) {
	d := maps.Clone(o.desks[id])
	if d == nil {
		d = map[domain.CodiceISTAT]string{}
	}
	switch e := e.(type) {
	case domain.PostazioneProposed:
		d[e.Comune] = "proposed"
	case domain.PostazioneApproved:
		d[e.Comune] = "approved"
	case domain.PostazioneRevoked:
		d[e.Comune] = "revoked"
	}
	o.desks[id] = d
}

func (o oracle) program(id domain.ApplicativoID, e domain.Event) {
	p := o.software[id]
	if p == nil {
		p = &program{stopped: map[domain.CodiceISTAT]bool{}}
		o.software[id] = p
	}
	switch e := e.(type) {
	case domain.ApplicativoRegistered:
		p.ApplicativoRegistered = e
	case domain.TokenIssued:
		p.tokens = append(p.tokens, e)
	case domain.TokenRevoked:
		p.tokens = nil // all have one name
	case domain.ApplicativoSuspended:
		p.stopped[e.Comune] = true
	case domain.ApplicativoReinstated:
		p.stopped[e.Comune] = false
	}
}
