package quote

import (
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// asked is one request that is to be counted.
type asked struct {
	id    string
	at    time.Time
	voci  []domain.Voce
	conti []commands.Conto // the answer
}

// round are requests that are counted together, one after the other.
type round []*asked

// about returns what a round is about, each once.
func (r round) about() (chiavi []string, ends []time.Time, visure, persone []string) {
	seen := map[string]bool{}
	for _, a := range r {
		visure = append(visure, a.id)
		for _, v := range a.voci {
			if !seen[v.Chiave] {
				seen[v.Chiave] = true
				chiavi, ends = append(chiavi, v.Chiave), append(ends, v.Ends)
			}
			if v.Persona != "" {
				persone = append(persone, v.Persona)
			}
		}
	}
	return chiavi, ends, visure, persone
}

// entry names what a request counted as.
type entry struct{ id, chiave string }

// standing is how things stand while a round is counted.
type standing struct {
	n     map[string]int  // by the key of the count
	own   map[entry]int   // the count with each request that was counted before
	known map[string]bool // people who count already
}

// change is what a round comes to: what is added to which counts, and the entries.
type change struct {
	counted                 []string
	more                    []int
	visure, chiavi, persone []string
	conti                   []int
	at, ends                []time.Time
}

// count answers each request of a round: it is counted in all its quotas, or in none if
// one is used up.
func (s standing) count(r round) (c change) {
	more := map[string]int{}
	for _, a := range r {
		if !s.answer(a) {
			continue
		}
		for i, v := range a.voci {
			if _, before := s.own[entry{a.id, v.Chiave}]; before {
				continue
			}
			if !s.known[v.Persona] {
				s.n[v.Chiave]++
				more[v.Chiave]++
			}
			if v.Persona != "" {
				s.known[v.Persona] = true
			}
			s.own[entry{a.id, v.Chiave}] = a.conti[i].Conto
			c.visure, c.chiavi, c.persone, c.conti = append(c.visure, a.id), append(c.chiavi, v.Chiave), append(c.persone, v.Persona), append(c.conti, a.conti[i].Conto)
			c.at, c.ends = append(c.at, a.at), append(c.ends, v.Ends)
		}
	}
	for chiave, n := range more {
		c.counted, c.more = append(c.counted, chiave), append(c.more, n)
	}
	return c
}

// answer says of each quota how a request stands in it, and returns whether none is used up.
func (s standing) answer(a *asked) (admitted bool) {
	a.conti, admitted = make([]commands.Conto, len(a.voci)), true
	for i, v := range a.voci {
		conto, before := s.own[entry{a.id, v.Chiave}]
		switch {
		case before:
			a.conti[i].Conto = conto
		case s.known[v.Persona]:
			a.conti[i].Conto = s.n[v.Chiave]
		case s.n[v.Chiave] >= v.Quota.Limite:
			a.conti[i] = commands.Conto{Conto: s.n[v.Chiave], Esaurita: true}
			admitted = false
		default:
			a.conti[i].Conto = s.n[v.Chiave] + 1
		}
	}
	return admitted
}
