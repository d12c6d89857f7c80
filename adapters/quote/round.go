package quote

import (
	"cmp"
	"runtime"
	"strconv"
	"strings"
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

// gather lets those join who are about to: a look at the log lets many go on at once.
func (*round) gather() { runtime.Gosched() }

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

// standing is how things stand while a round is counted.
type standing struct {
	n     map[string]int            // by the key of the count
	own   map[string]map[string]int // of each request that was counted before its count, by the key
	known map[string]bool           // people who count already
}

// change is what a round comes to: what is added to which counts, and what requests are
// counted as now that were not before.
type change struct {
	counted []string
	more    []int
	rows    map[string]*row // by the request
}

// row is what one request is counted as now.
type row struct {
	at, ends        time.Time
	chiavi, persone []string
	conti           []string
	extends         bool // it was counted as something else before
}

// count answers each request of a round: it is counted in all its quotas, or in none if
// one is used up.
func (s standing) count(r round) change {
	c, more := change{rows: map[string]*row{}}, map[string]int{}
	for _, a := range r {
		if !s.answer(a) {
			continue
		}
		for i, v := range a.voci {
			own := s.own[a.id]
			if _, before := own[v.Chiave]; before {
				continue
			}
			if !s.known[v.Persona] {
				s.n[v.Chiave]++
				more[v.Chiave]++
			}
			if v.Persona != "" {
				s.known[v.Persona] = true
			}
			c.add(a, v, a.conti[i].Conto, len(own) > 0)
			s.note(a.id, v.Chiave, a.conti[i].Conto)
		}
	}
	for chiave, n := range more {
		c.counted, c.more = append(c.counted, chiave), append(c.more, n)
	}
	return c
}

// note remembers what a request was counted as.
func (s standing) note(id, chiave string, conto int) {
	if s.own[id] == nil {
		s.own[id] = map[string]int{}
	}
	s.own[id][chiave] = conto
}

// add has a request count in one more quota. Extends says whether it counts in any.
func (c *change) add(a *asked, v domain.Voce, conto int, extends bool) {
	r := c.rows[a.id]
	if r == nil {
		r = &row{extends: extends}
		c.rows[a.id] = r
	}
	r.at = a.at
	r.chiavi, r.persone, r.conti = append(r.chiavi, v.Chiave), append(r.persone, cmp.Or(v.Persona, nobody)), append(r.conti, strconv.Itoa(conto))
	if v.Ends.After(r.ends) {
		r.ends = v.Ends
	}
}

// answer says of each quota how a request stands in it, and returns whether none is used up.
func (s standing) answer(a *asked) (admitted bool) {
	a.conti, admitted = make([]commands.Conto, len(a.voci)), true
	for i, v := range a.voci {
		conto, before := s.own[a.id][v.Chiave]
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

// nobody stands for no person in a list of them.
const nobody = "-"

// columns are the rows, as the statement that writes them takes them: lists are texts.
type columns struct {
	visure, chiavi, persone, conti []string
	at, ends                       []time.Time
	extends                        []bool
}

func (c change) columns() (all columns) {
	for id, r := range c.rows {
		all.visure, all.at, all.ends, all.extends = append(all.visure, id), append(all.at, r.at), append(all.ends, r.ends), append(all.extends, r.extends)
		all.chiavi, all.persone, all.conti = append(all.chiavi, strings.Join(r.chiavi, " ")), append(all.persone, strings.Join(r.persone, " ")), append(all.conti, strings.Join(r.conti, " "))
	}
	return all
}
