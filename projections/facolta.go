package projections

import (
	"cmp"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Facolta is one way in which a person may ask for visure of a type: by one of
// their profiles.
type Facolta struct {
	Tipo        domain.Tipo             `json:"tipo"`
	Profile     domain.ProfileID        `json:"profile"`
	ProfileNome string                  `json:"profile_nome"`
	Nazionale   domain.Modo             `json:"nazionale,omitzero"` // how national requests are confirmed; none: not admitted
	Finalita    []string                `json:"finalita"`           // codes of the purposes that may be named
	Orari       []domain.Orario         `json:"orari,omitempty"`    // of act, profile and person: all must admit; none: at any hour
	Postazione  domain.RegolaPostazione `json:"postazione"`
	Adesso      bool                    `json:"adesso"` // the hours admit it at the instant asked about
}

// Impedimento is why a person may ask for nothing.
type Impedimento struct {
	Voce  string `json:"voce"` // the item that fails
	Testo string `json:"testo"`
}

// caso is a person at a pair, with all that their rights rest on.
type caso struct {
	id         domain.UtenteID
	pair       domain.Pair
	persona    persona
	principals []domain.Principal // in whose places the person acts
	parties    domain.Parties
	at         time.Time
	since      time.Time // they are at the pair
}

// grounds are what the case is judged on, as who may ask; false if they hold no role
// that asks.
func (c caso) grounds() (domain.Grounds, bool) {
	standing := domain.Standing{Utente: c.persona.Utente, Principals: c.principals}
	for _, actor := range c.claims() {
		reach, held := standing.Reach(actor, c.at)
		if held && reach.Requests && reach.Covers(domain.Object{Requester: c.id, Ente: c.pair.Ente, Comune: c.pair.Comune}) {
			return domain.Grounds{Actor: actor, Person: standing, Parties: c.parties, At: c.at}, true
		}
	}
	return domain.Grounds{}, false
}

// claims are the capacities by which one may ask at the pair, once they have proven a
// second factor where the act wants one.
func (c caso) claims() []domain.Actor {
	return []domain.Actor{
		{Utente: c.id, Role: domain.RoleStandard, Ente: c.pair.Ente, Strong: true}, {Utente: c.id, Role: domain.RoleAdmin, Ente: c.pair.Ente, Strong: true},
	}
}

// facolta returns the ways in which the person may ask, of each type by each
// profile. What the rules are is asked of domain.Grounds: once without hours, to
// know whether there is a way at all, and once with them.
func (c caso) facolta() (ways []Facolta) {
	g, ok := c.grounds()
	if !ok {
		return nil
	}
	atto, _ := c.parties.Convenzione.InForce(domain.ItalianDay(c.at))
	for _, a := range c.persona.Assigned(c.pair) {
		profile := c.parties.Profile(a.Profile)
		for _, grant := range profile.Tipi {
			ways = append(ways, by(g, c.pair, a, grant.Tipo, hours(atto.Massimo.Orario, profile.Orario, a.Limiti.Orario), profile.Nome)...)
		}
	}
	slices.SortStableFunc(ways, func(a, b Facolta) int { return cmp.Compare(a.Tipo, b.Tipo) })
	return ways
}

// by returns the way in which a type may be asked for by one profile alone, if
// there is one.
func by(g domain.Grounds, pair domain.Pair, a domain.Assignment, tipo domain.Tipo, orari []domain.Orario, nome string) []Facolta {
	g.Person.Assignments = []domain.Assignment{a}
	rule := domain.Libera
	right, refused := unhoured(g).Right(tipo)
	if refused != nil {
		g, rule = authorised(g, pair), domain.Autorizzata
		if right, refused = unhoured(g).Right(tipo); refused != nil {
			return nil
		}
	}
	_, later := g.Right(tipo)
	purposes := []string{}
	for _, f := range g.Purposes(right) {
		purposes = append(purposes, f.Codice)
	}
	return []Facolta{{tipo, a.Profile, nome, right.Nazionale, purposes, orari, rule, later == nil}}
}

// impediment is why the person may ask for nothing.
func (c caso) impediment() *Impedimento {
	g, ok := c.grounds()
	switch {
	case c.persona.Suspended(c.pair):
		return &Impedimento{"utente", "l'utente è sospeso"}
	case !ok:
		return &Impedimento{"role", "l'utente non ha un ruolo con cui si chiedono visure"}
	}
	g = unhoured(authorised(g, c.pair))
	var tipi []domain.Tipo
	for _, a := range c.persona.Assigned(c.pair) {
		for _, grant := range c.parties.Profile(a.Profile).Tipi {
			tipi = append(tipi, grant.Tipo)
		}
	}
	for _, tipo := range append(tipi, c.parties.Convenzione.Last().Massimo.Tipi...) {
		if _, refused := g.Right(tipo); refused != nil {
			return &Impedimento{refused.Field, refused.Message}
		}
	}
	return &Impedimento{"convenzione", "la convenzione non ammette alcun tipo di visura"}
}

// hours are those that set a limit.
func hours(all ...domain.Orario) []domain.Orario {
	return slices.DeleteFunc(all, func(o domain.Orario) bool { return len(o) == 0 })
}

// unhoured is grounds without limits of hours.
func unhoured(g domain.Grounds) domain.Grounds {
	act := &g.Parties.Convenzione
	act.Atti = slices.Clone(act.Atti)
	for i := range act.Atti {
		act.Atti[i].Massimo.Orario = nil
	}
	g.Parties.Profiles = slices.Clone(g.Parties.Profiles)
	for i := range g.Parties.Profiles {
		g.Parties.Profiles[i].Orario = nil
	}
	g.Person.Assignments = slices.Clone(g.Person.Assignments)
	for i := range g.Person.Assignments {
		g.Person.Assignments[i].Limiti.Orario = nil
	}
	return g
}

// authorised is grounds at a workstation that the pair's people may use.
func authorised(g domain.Grounds, p domain.Pair) domain.Grounds {
	g.Actor.Postazione = "autorizzata"
	g.Parties.Postazione = domain.Postazione{
		Proposed: true, PostazioneProposed: domain.PostazioneProposed{Ente: p.Ente, Comune: p.Comune},
		Enrolled: true, Comuni: []domain.PostazioneComune{{Comune: p.Comune, Approved: true}},
	}
	return g
}
