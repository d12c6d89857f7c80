package simulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// blocks is a set of codes of table 16.
type blocks map[int]bool

// synthetic is what ANPR shows of each when several subjects match.
var synthetic = blocks{2: true, 10: true, 21: true, 22: true, 27: true}

// has says whether a block was asked for; code 1 is the whole card.
func (b blocks) has(code int) bool { return b[1] || b[code] }

// subject writes datiSoggetto as it stood on a day: the identifiers, the
// generalita, and of the rest only the blocks asked for.
func (w *writer) subject(p *people.Person, d time.Time, b blocks) {
	w.in("identificativi", func() { w.el("idANPR", p.IDANPR) })
	w.in("generalita", func() { w.generalita(p, d, true) })
	if b.has(3) {
		w.in("statoCivile", func() { w.statoCivile(p, d) })
	}
	if b.has(4) {
		w.in("attributiSoggetto", func() {
			w.sn("senzaFissaDimora", p.Homeless)
			w.must("soggettoCertificabile", fmt.Sprint(p.Certifiable))
		})
	}
	if b.has(5) {
		w.act("attoNascita", "attoNascitaANPR", p.Birth.Act)
	}
	w.citizenships(p, d, b.has(6), b.has(7))
	if b.has(8) {
		w.parent("paternita", p.Father)
	}
	if b.has(9) {
		w.parent("maternita", p.Mother)
	}
	if b.has(10) {
		w.residences(p, d)
	}
	w.bonds(p, d, b)
	w.membership(p, d, b)
	w.enrolment(p, d, b)
	if p.Oddity == people.KinshipFlagged {
		w.in("erroriAnomalie", func() { w.problem(*refuse("EN212")) })
	}
}

// residences writes the residence of the day. Where a domicile is known ANPR has
// been seen to give both, in no order.
func (w *writer) residences(p *people.Person, d time.Time) {
	list := []*people.Residence{currentResidence(p, d)}
	if p.Domicile != nil && !p.Domicile.From.After(d) {
		list = append(list, p.Domicile)
		if p.Index%2 == 0 {
			slices.Reverse(list)
		}
	}
	for _, r := range list {
		w.residence("residenza", r)
	}
}

// generalita writes tipoGeneralita's content; card says whether the card's own
// numbers follow.
func (w *writer) generalita(p *people.Person, d time.Time, card bool) {
	w.in("codiceFiscale", func() {
		w.el("codFiscale", p.CodiceFiscale)
		if p.InvalidCF {
			w.el("validitaCF", "9")
			return
		}
		w.el("validitaCF", "1")
		since := time.Date(2016, 10, 20, 0, 0, 0, 0, time.UTC)
		if p.Birth.Date.After(since) {
			since = p.Birth.Date
		}
		if !p.Recoded.IsZero() {
			since = p.Recoded
		}
		w.date("dataAttribuzioneValidita", since)
	})
	if p.Surname == "" {
		w.el("senzaCognome", "1")
	}
	w.el("cognome", p.Surname)
	if p.Name == "" {
		w.el("senzaNome", "1")
	}
	w.el("nome", p.Name)
	w.el("sesso", string(rune(p.Sex)))
	w.date("dataNascita", p.Birth.Date)
	w.flag("senzaGiorno", p.Birth.NoDay)
	w.flag("senzaGiornoMese", p.Birth.NoDayMonth)
	w.place("luogoNascita", p.Birth.Place)
	if a := p.Abroad; a != nil && !a.Since.After(d) {
		w.el("soggettoAIRE", "S")
		w.num("annoEspatrio", a.Year)
	}
	if !card {
		return
	}
	w.in("idSchedaSoggettoComune", func() {
		w.el("idSchedaSoggettoComuneIstat", p.Home.Istat)
		w.el("idSchedaSoggetto", p.ComuneCard)
	})
	w.el("idSchedaSoggettoANPR", p.Card)
}

func (w *writer) statoCivile(p *people.Person, d time.Time) {
	status := p.StatusAt(d)
	if p.Oddity == people.WidowedStatusNotUpdated && status == "3" {
		status = "2"
	}
	w.el("statoCivile", status)
	if status == "9" {
		w.el("noteStatoCivile", "STATO CIVILE NON DOCUMENTATO")
	}
	if p.Oddity == people.StatusUndocumented {
		w.el("noteStatoCivile", "DICHIARATO DALL'INTERESSATO")
		w.sn("statoCivileND", true)
	}
}

// citizenships writes the first with code 6, the others with code 7.
func (w *writer) citizenships(p *people.Person, d time.Time, first, others bool) {
	for i, c := range p.CitizenshipsAt(d) {
		if (i == 0 && first) || (i > 0 && others) {
			w.citizenship(c)
		}
	}
}

func (w *writer) citizenship(c people.Citizenship) {
	w.in("cittadinanza", func() {
		w.el("descrizioneStato", c.State.Name)
		w.el("codiceStato", c.State.Code)
		if c.State.Code == "998" {
			w.el("noteStato", noteOf(c.State))
		}
		w.date("dataValidita", c.From)
	})
}

// noteOf is what goes with 998, which the registry does not take without a note.
func noteOf(s *people.State) string {
	if s.Name == "NON ATTRIBUIBILE" {
		return "CITTADINANZA IN CORSO DI ACCERTAMENTO"
	}
	return "STATO CESSATO"
}

func (w *writer) parent(name string, p *people.Person) {
	if p == nil {
		return
	}
	w.in(name, func() { w.in("generalita", func() { w.generalita(p, people.AsOf, false) }) })
}

// membership writes blocks 21 and 22.
func (w *writer) membership(p *people.Person, d time.Time, b blocks) {
	f := p.FamilyAt(d)
	if f == nil {
		return
	}
	if b.has(21) && p.Link != 0 {
		w.in("legameSoggetto", func() { w.link(p, f); w.date("dataDecorrenzaLegame", p.Joined) })
	}
	if b.has(22) {
		w.in("famigliaConvivenza", func() { w.family(f) })
	}
}

func (w *writer) link(p *people.Person, f *people.Family) {
	w.num("tipoLegame", f.Card)
	w.date("dataDecorrenza", p.Joined)
	w.num("codiceLegame", p.Link)
	w.num("progressivoComponente", p.Order)
}

// family writes tipoFamigliaConvivenzaRisposta's content.
func (w *writer) family(f *people.Family) {
	w.in("idFamigliaConvivenzaComune", func() {
		w.el("idFamigliaConvivenzaComuneIstat", f.Home.Istat)
		w.el("idFamigliaConvivenza", f.ComuneID)
	})
	w.el("idFamigliaConvivenzaANPR", f.ID)
	if f.Card == 5 {
		w.el("famigliaAire", "S")
	}
	w.date("dataOrigineFamigliaConvivenza", f.Origin)
	w.el("motivoCostituzione", f.Reason)
	w.el("denominazioneConvivenza", f.Name)
	w.el("specieConvivenza", f.Species)
	w.num("tipoScheda", f.Card)
}

// enrolment writes blocks 26 to 30.
func (w *writer) enrolment(p *people.Person, d time.Time, b blocks) {
	if b.has(26) {
		w.in("datiIscrizione", func() { w.enrolled(p) })
	}
	if b.has(27) && p.RemovedAt(d) {
		w.in("datiCancellazione", func() { w.removal(p) })
	}
	if b.has(28) && p.DeadAt(d) {
		w.event("datiDecesso", *p.Death)
	}
	if e := p.Enrolled; b.has(29) && (e.FromComune != nil || e.FromState != nil) {
		w.in("provenienza", func() {
			if e.FromComune != nil {
				w.comune("comune", e.FromComune)
			} else {
				w.in("localita", func() {
					w.el("descrizioneStato", e.FromState.Name)
					w.el("codiceStato", e.FromState.Code)
				})
			}
		})
	}
}

func (w *writer) enrolled(p *people.Person) {
	e := p.Enrolled
	w.in("datiIscrizioneComune", func() {
		w.date("dataIscrizione", e.Date)
		w.el("protocolloComune", e.Protocol)
		home := p.Home
		if p.Oddity == people.FormerCodeOfComune {
			home = home.Former()
		}
		w.comune("comune", home)
		w.el("idOperazioneComune", e.Operation)
		w.num("idOperazioneANPR", 1000000000000+p.Index)
	})
	if a := p.Abroad; a != nil {
		w.in("tipoIscrizioneAIRE", func() {
			w.el("motivoIscrizione", e.Reason)
			w.el("iniziativaIscrizione", a.Initiated)
			w.el("individuazioneComuneIscrizione", a.Chosen)
			w.date("dataArrivoConsolato", e.Date)
		})
		return
	}
	w.in("iscrizioneResidente", func() { w.el("motivoIscrizione", e.Reason) })
}

func (w *writer) removal(p *people.Person) {
	r, from := p.Removed, p.Removed.Date
	if p.Oddity == people.CancelledAfterDeath {
		from = from.AddDate(0, 0, 6)
	}
	w.el("motivoCancellazione", r.Reason)
	w.el("notecancellazione", r.Note)
	w.date("dataDecorrenzaCancellazione", from)
	if r.Sentence != nil {
		w.in("datiSentenza", func() { w.sentence(r.Sentence) })
	}
}

// currentResidence is the one of the day, or the last known of a card closed.
func currentResidence(p *people.Person, d time.Time) *people.Residence {
	if r := p.ResidenceAt(d); r != nil {
		return r
	}
	if p.RemovedAt(d) && len(p.Residences) > 0 {
		return &p.Residences[len(p.Residences)-1]
	}
	return nil
}
