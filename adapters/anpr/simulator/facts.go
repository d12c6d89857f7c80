package simulator

import (
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

func (w *writer) comune(name string, c *people.Comune) {
	w.in(name, func() {
		w.el("nomeComune", c.Name)
		w.el("codiceIstat", c.Istat)
		w.el("siglaProvinciaIstat", c.Province)
	})
}

// place writes tipoLuogoEvento.
func (w *writer) place(name string, p people.Place) {
	w.in(name, func() {
		w.el("luogoEccezionale", p.Exceptional)
		if p.Comune != nil {
			w.comune("comune", p.Comune)
		}
		if p.State != nil {
			w.in("localita", func() {
				w.el("descrizioneLocalita", p.Locality)
				w.el("descrizioneStato", p.State.Name)
				w.el("codiceStato", p.State.Code)
				w.el("provinciaContea", p.County)
			})
		}
	})
}

// act writes an act in its plain element or in the newer ...ANPR one, where
// digital acts have a form of their own.
func (w *writer) act(plain, anpr string, a *people.Act) {
	switch {
	case a == nil:
	case a.Plain:
		w.in(plain, func() { w.paper(a) })
	case a.ANSC == "":
		w.in(anpr, func() { w.in("atto", func() { w.paper(a) }) })
	default:
		w.in(anpr, func() {
			w.in("attoANSC", func() {
				w.el("idANSC", a.ANSC)
				w.comune("comuneRegistrazione", a.Comune)
				w.num("anno", a.Year)
				w.el("ufficioMunicipio", a.Office)
				w.el("numeroComunale", a.Number)
				w.date("dataFormazioneAtto", a.Formed)
				w.flag("trascritto", a.Transcribed)
			})
		})
	}
}

func (w *writer) paper(a *people.Act) {
	w.comune("comuneRegistrazione", a.Comune)
	w.el("ufficioMunicipio", a.Office)
	w.num("anno", a.Year)
	w.el("parte", a.Part)
	w.el("serie", a.Serie)
	w.el("numeroAtto", a.Number)
	w.date("dataFormazioneAtto", a.Formed)
	w.flag("trascritto", a.Transcribed)
}

// event writes tipoDatiEvento.
func (w *writer) event(name string, e people.Event) {
	w.in(name, func() {
		w.date("dataEvento", e.Date)
		w.flag("senzaGiorno", e.NoDay)
		w.flag("senzaGiornoMese", e.NoDayMonth)
		w.place("luogoEvento", e.Place)
		w.act("attoEvento", "attoEventoANPR", e.Act)
	})
}

func (w *writer) sentence(s *people.Sentence) {
	w.date("data", s.Date)
	w.el("numero", s.Number)
	w.el("tipoTribunale", s.Court)
	w.el("autorita", s.Authority)
	w.date("dataValidita", s.Effective)
}

// bonds writes blocks 13, 14 and 15 and, with the whole card, the convivenza di
// fatto and the civil union, which have no code of their own.
func (w *writer) bonds(p *people.Person, d time.Time, b blocks) {
	bond := p.BondAt(d)
	if p.Oddity == people.RemarriedOldBondOnly {
		bond = p.Bonds[0]
	}
	if bond != nil && !bond.Civil {
		ended := bond.Ended(d)
		if b.has(13) {
			w.in("matrimonio", func() { w.marriage(bond, d) })
		}
		if b.has(14) && ended && bond.End.Code == "" && !bond.End.NoData {
			w.in("vedovanza", func() { w.widowhood(bond) })
		}
		if b.has(15) && ended && bond.End.Code != "" {
			w.in("annullamentoMatrimonio", func() { w.divorce(bond.End) })
		}
	}
	if c := p.Cohabitation; c != nil && b[1] && !c.Since.After(d) {
		w.in("convivenzaDiFatto", func() {
			w.in("convivente", func() { w.generalita(c.With, d, false) })
			w.in("contrattoStipula", func() { w.date("data", c.Since) })
			w.num("ordineConvivenza", 1)
		})
	}
	if bond != nil && bond.Civil && b[1] {
		w.in("unioneCivile", func() { w.union(bond, d) })
	}
}

func (w *writer) marriage(b *people.Bond, d time.Time) {
	w.in("coniuge", func() { w.generalita(b.With, d, false) })
	if list := b.With.CitizenshipsAt(d); len(list) > 0 {
		w.in("cittadinanza", func() {
			w.el("descrizioneStato", list[0].State.Name)
			w.el("codiceStato", list[0].State.Code)
		})
	}
	if !b.NoData {
		w.event("datiMatrimonio", b.Event)
	}
	w.num("ordineMatrimonio", b.Ordinal)
}

func (w *writer) widowhood(b *people.Bond) {
	w.event("datiMorteconiuge", b.End.Event)
	w.num("ordineMatrimonioPrecedente", b.Ordinal)
}

func (w *writer) divorce(e *people.BondEnd) {
	w.el("tipoCessazione", e.Code)
	if e.Sentence != nil {
		w.in("sentenza", func() { w.sentence(e.Sentence) })
	}
	w.act("attoAnnullamentoMatrimonio", "attoAnnullamentoMatrimonioANPR", e.Event.Act)
}

func (w *writer) union(b *people.Bond, d time.Time) {
	w.in("unitoCivilmente", func() { w.generalita(b.With, d, false) })
	w.event("attoUnione", b.Event)
	if b.Ended(d) {
		w.in("scioglimentoUnione", func() {
			code := b.End.Code
			if code == "" {
				code = "98"
			}
			w.el("motivoScioglimento", code)
			if b.End.Sentence != nil {
				w.in("sentenza", func() { w.sentence(b.End.Sentence) })
			}
			w.event("datiEvento", b.End.Event)
		})
	}
	w.num("ordineUnione", b.Ordinal)
}

// residence writes tipoResidenza.
func (w *writer) residence(name string, r *people.Residence) {
	if r == nil {
		return
	}
	w.in(name, func() {
		w.num("tipoIndirizzo", r.Kind)
		if r.Address != nil {
			w.in("indirizzo", func() { w.address(r.Address) })
		} else {
			w.in("localitaEstera", func() { w.abroad(r.Abroad) })
		}
		w.el("presso", r.Presso)
		w.date("dataDecorrenzaResidenza", r.From)
	})
}

func (w *writer) address(a *people.Address) {
	w.el("cap", a.CAP)
	w.comune("comune", a.Comune)
	w.el("frazione", a.Hamlet)
	w.in("toponimo", func() {
		w.el("codSpecie", a.Street.Code)
		w.el("specie", a.Street.Kind)
		w.el("specieFonte", "1")
		w.el("denominazioneToponimo", a.Street.Name)
	})
	w.in("numeroCivico", func() {
		w.el("numero", a.Number)
		w.el("metrico", a.Metric)
		w.el("lettera", a.Letter)
		w.el("esponente1", a.Exponent)
		w.el("colore", a.Colour)
		if a.Court+a.Stair+a.Inner+a.Floor != "" {
			w.in("civicoInterno", func() {
				w.el("corte", a.Court)
				w.el("scala", a.Stair)
				w.el("interno1", a.Inner)
				w.el("piano", a.Floor)
			})
		}
	})
}

func (w *writer) abroad(f *people.Foreign) {
	w.in("indirizzoEstero", func() {
		w.el("cap", f.CAP())
		w.in("localita", func() {
			w.el("descrizioneLocalita", f.Locality())
			w.el("descrizioneStato", f.State().Name)
			w.el("codiceStato", f.State().Code)
			w.el("provinciaContea", f.County())
		})
		w.in("toponimo", func() {
			w.el("denominazione", f.Street)
			w.el("numeroCivico", f.Number)
		})
	})
	w.in("consolato", func() {
		code, seat := f.Consulate()
		w.el("codiceConsolato", code)
		w.el("descrizioneConsolato", seat)
	})
}
