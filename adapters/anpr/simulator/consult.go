package simulator

import (
	"slices"
	"strconv"
	"time"

	"github.com/beevik/etree"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// The values of schedaAnagraficaRichiesta.
const (
	individual = "1"
	ofFamily   = "2"
	ofConviv   = "3"
)

// consult answers operation 3002.
func (s *Server) consult(m message) reply {
	q := kid(m.root, "datiRichiesta")
	day, err := parseDate(value(q, "dataRiferimentoRichiesta"))
	if err != nil || day.After(m.today) {
		return no(refuse("EHR18", value(q, "dataRiferimentoRichiesta")).on("dataRiferimentoRichiesta"))
	}
	sc, bad := scopeOf(m)
	if bad != nil {
		return no(bad)
	}
	want, bad := requested(q)
	if bad != nil {
		return no(bad)
	}
	if value(q, "schedaAnagraficaRichiesta") == individual {
		return s.individuals(m, sc, day, want)
	}
	return s.families(m, sc, day, value(q, "schedaAnagraficaRichiesta"))
}

// scope is where a search looks: everywhere, or the cards of one Comune; and of
// whom.
type scope struct {
	everywhere bool
	istat      string
	aire       string // "S", "N" or "" for both
	consulate  string
}

func scopeOf(m message) (scope, *refusal) {
	q, c := kid(m.root, "datiRichiesta"), kid(m.root, "criteriRicerca")
	sc := scope{istat: m.sender, aire: value(c, "soggettoAIRE")}
	comune := value(kid(q, "comuneResidenza"), "codiceIstat")
	switch value(q, "ricercaNazionale") {
	case "1":
		if kid(q, "comuneResidenza") != nil {
			return sc, refuse("EN053").on("comuneResidenza")
		}
		sc.everywhere = true
	case "0", "":
		if comune != "" {
			sc.istat = comune
		}
	default:
		return sc, refuse("EN051").on("ricercaNazionale")
	}
	if r := kid(m.root, "residenzaIscrizioneAIRE"); r != nil {
		sc.consulate = value(r, "codiceConsolato")
		if istat := value(kid(r, "comune"), "codiceIstat"); istat != "" && !sc.everywhere {
			sc.istat = istat
		}
	}
	return sc, nil
}

// holds says whether a card is within the scope on a day.
func (sc scope) holds(p *people.Person, day time.Time) bool {
	if !sc.everywhere && p.Home.Istat != sc.istat {
		return false
	}
	abroad := p.Abroad != nil && !p.Abroad.Since.After(day)
	if (sc.aire == "S" || sc.aire == "s") && !abroad || (sc.aire == "N" || sc.aire == "n") && abroad {
		return false
	}
	if sc.consulate != "" {
		r := currentResidence(p, day)
		if r == nil || r.Abroad == nil {
			return false
		}
		if code, _ := r.Abroad.Consulate(); code != sc.consulate {
			return false
		}
	}
	return true
}

// known says whether ANPR has anything of a card on a day: the person lived
// somewhere, and that Comune's registry was already in ANPR.
func known(p *people.Person, day time.Time) bool {
	r := currentResidence(p, day)
	switch {
	case r == nil:
		return false
	case r.Address != nil:
		return !day.Before(r.Address.Comune.Subentro)
	}
	return !day.Before(p.Home.Subentro)
}

// requested reads the codes of table 16.
func requested(q *etree.Element) (blocks, *refusal) {
	list := q.SelectElements("datiAnagraficiRichiesti")
	switch value(q, "schedaAnagraficaRichiesta") {
	case individual:
	case ofFamily, ofConviv:
		if len(list) > 0 {
			return nil, refuse("EN050").on("datiAnagraficiRichiesti")
		}
		return blocks{1: true}, nil
	default:
		return nil, refuse("EN053").on("schedaAnagraficaRichiesta")
	}
	if len(list) == 0 {
		return nil, refuse("EN052").on("datiAnagraficiRichiesti")
	}
	want := blocks{}
	for _, el := range list {
		code, err := strconv.Atoi(el.Text())
		if err != nil || code < 1 || code > 30 {
			return nil, refuse("EC025").on("datiAnagraficiRichiesti")
		}
		if want[code] {
			return nil, refuse("EC026").on("datiAnagraficiRichiesti")
		}
		want[code] = true
	}
	if want[1] && len(want) > 1 {
		return nil, refuse("EC020").on("datiAnagraficiRichiesti")
	}
	return want, nil
}

// individuals answers with one card, or with synthetic cards of several.
func (s *Server) individuals(m message, sc scope, day time.Time, want blocks) reply {
	found, bad := s.search(m, sc, day)
	if bad != nil {
		return no(bad)
	}
	if len(found) > 50 {
		return no(refuse("EN175"))
	}
	if len(found) > 1 {
		// The code of this warning is not published: EN131 is the nearest.
		return reply{warnings: []refusal{warn("EN131")}, content: func(w *writer) {
			w.in("listaSoggetti", func() {
				for _, p := range found {
					w.in("datiSoggetto", func() { w.subject(p, day, synthetic) })
				}
			})
		}}
	}
	p := found[0]
	if bad := s.forbidden(m, p); bad != nil {
		return no(bad)
	}
	rep := reply{content: func(w *writer) {
		w.in("listaSoggetti", func() { w.in("datiSoggetto", func() { w.subject(p, day, want) }) })
	}}
	if pr := p.Procedure; pr != nil {
		rep.warnings = append(rep.warnings, warn("EN176", pr.Opened.Format("02/01/2006"), pr.About))
	}
	return rep
}

// forbidden is why one card may not be read at all.
func (s *Server) forbidden(m message, p *people.Person) *refusal {
	if p.Twice != nil {
		if p.Abroad != nil {
			return refuse("EN470")
		}
		return refuse("EN469", p.Twice.Name, p.Enrolled.Date.Format("02/01/2006"))
	}
	if f := p.Family; f != nil {
		switch {
		case f.State == people.Registering:
			return refuse("EN214")
		case f.State == people.InProgress && f.Home.Istat != m.sender:
			return refuse("EN492")
		}
	}
	return nil
}

// families answers with every member of a family or convivenza.
func (s *Server) families(m message, sc scope, day time.Time, card string) reply {
	f, bad := s.familyFor(m, sc, day, card)
	if bad != nil {
		return no(bad)
	}
	switch {
	case f.Home.Istat != m.sender && !sc.everywhere:
		return no(refuse("EN167"))
	case f.State == people.Registering:
		return no(refuse("EN214"))
	case f.State == people.InProgress && f.Home.Istat != m.sender:
		return no(refuse("EN492"))
	}
	members := f.MembersAt(day)
	if len(members) == 0 {
		return no(refuse("EN122"))
	}
	want := blocks{1: true}
	if f.Card == 4 { // ANPR does not give the whole card of a convivenza's members
		want = blocks{2: true, 21: true}
	}
	var rep reply
	if f.State == people.Incomplete {
		members = members[:len(members)-1]
		rep.warnings = append(rep.warnings, warn("EN213"))
	}
	if len(f.ID)%2 == 0 && f.ID[len(f.ID)-1]%3 == 0 { // no order is promised
		members = slices.Clone(members)
		slices.Reverse(members)
	}
	rep.content = func(w *writer) {
		w.in("listaSoggetti", func() {
			for _, p := range members {
				w.in("datiSoggetto", func() { w.subject(p, day, want) })
			}
		})
		w.in("datiFamigliaConvivenza", func() {
			w.residence("residenza", &f.Residence)
			w.in("famigliaConvivenza", func() { w.family(f) })
		})
	}
	return rep
}

// familyFor finds the family asked for: by its number, which wins, or as that of
// a subject.
func (s *Server) familyFor(m message, sc scope, day time.Time, card string) (*people.Family, *refusal) {
	c := kid(m.root, "criteriRicerca")
	id, local := value(c, "identificativoANPR"), kid(c, "idFamigliaConvivenzaComune")
	if id != "" || local != nil {
		kind := value(c, "tipoScheda")
		if kind == "" {
			return nil, refuse("EN124").on("tipoScheda")
		}
		f := s.people.Family(id)
		if id == "" {
			f = s.people.FamilyOf(value(local, "idFamigliaConvivenzaComuneIstat"), value(local, "idFamigliaConvivenza"))
		}
		// 1 and 2 are the text of EN124; stored cards carry 3, 4 and 5.
		conviv := kind == "2" || kind == "4"
		if f == nil || conviv != (f.Card == 4) || conviv != (card == ofConviv) || (!sc.everywhere && f.Home.Istat != sc.istat) {
			return nil, refuse("EN122")
		}
		return f, nil
	}
	found, bad := s.search(m, sc, day)
	if bad != nil {
		return nil, bad
	}
	found = slices.DeleteFunc(found, func(p *people.Person) bool { return p.RemovedAt(day) && len(found) > 1 })
	if len(found) != 1 {
		return nil, refuse("EN095")
	}
	p := found[0]
	if bad := s.forbidden(m, p); bad != nil {
		return nil, bad
	}
	f := p.FamilyAt(day)
	switch {
	case p.DeadAt(day):
		return nil, refuse("EN049", "DECEDUTO")
	case p.RemovedAt(day):
		return nil, refuse("EN049", "CANCELLATO")
	case f == nil:
		return nil, refuse("EN122")
	case card == ofFamily && f.Card == 4:
		return nil, refuse("EN055")
	case card == ofConviv && f.Card != 4:
		return nil, refuse("EN056")
	}
	return f, nil
}
