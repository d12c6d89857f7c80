package simulator

import (
	"time"

	"github.com/beevik/etree"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// certificates is table 13, with what each type adds to the generalita.
var certificates = map[string]certificateType{
	"1": {code: "1", single: bornInItaly, write: func(w *writer, p *people.Person, _ time.Time) {
		w.plainAct("attoNascita", p.Birth.Act)
	}},
	"2": {code: "2", gone: true, single: isDead, write: func(w *writer, p *people.Person, _ time.Time) {
		w.date("dataCancellazione", p.Removed.Date)
		w.plainAct("attoMorte", p.Death.Act)
	}},
	"3": {code: "3", single: isMarried, write: (*writer).civilFacts},
	"4": {code: "4", gone: true, single: isCancelled, write: func(w *writer, p *people.Person, _ time.Time) {
		w.el("motivoCancellazione", p.Removed.Reason)
		w.date("dataCancellazione", p.Removed.Date)
	}},
	"5": {code: "5", single: isItalian, write: func(w *writer, p *people.Person, day time.Time) { w.citizenships(p, day, true, true) }},
	"6": {code: "6", historic: true, gone: true, single: isItalian, write: func(w *writer, p *people.Person, day time.Time) {
		for i := len(p.Citizenships) - 1; i >= 0; i-- {
			if !p.Citizenships[i].From.After(day) {
				w.citizenship(p.Citizenships[i])
			}
		}
	}},
	"7": {code: "7", write: (*writer).home},
	"8": {code: "8", partial: true, write: (*writer).home},
	"9": {code: "9", historic: true, gone: true, single: hasResidences, write: func(w *writer, p *people.Person, day time.Time) {
		for _, r := range p.KnownResidences(day) {
			w.residence("residenza", &r)
		}
		w.el("comuneCompetente", p.Home.Name)
	}},
	"10": {code: "10", aire: true, write: (*writer).home},
	"11": {code: "11", single: hasStatus, write: (*writer).civilFacts},
	"12": {code: "12", family: true, partial: true, write: (*writer).household},
	"13": {code: "13", family: true, write: (*writer).household},
	"14": {code: "14", partial: true, single: inConvivenza, write: (*writer).home},
	"15": {code: "15", family: true, aire: true, write: (*writer).household},
	"16": {code: "16", family: true, write: (*writer).household},
	"17": {code: "17", single: isFree, write: (*writer).civilFacts},
	"18": {code: "18", single: inUnion, write: (*writer).civilFacts},
	"19": {code: "19", single: hasContract, write: (*writer).home},
	"20": {code: "20", historic: true, gone: true, single: hasResidences, write: (*writer).home},
}

func bornInItaly(p *people.Person, _ time.Time) *refusal {
	if p.Birth.Place.State != nil {
		return refuse("EN410")
	}
	return nil
}

func isDead(p *people.Person, _ time.Time) *refusal {
	if p.Death == nil {
		return refuse("EN061")
	}
	return nil
}

func isCancelled(p *people.Person, _ time.Time) *refusal {
	if p.Removed == nil {
		return refuse("EN163")
	}
	return nil
}

func isMarried(p *people.Person, day time.Time) *refusal {
	b := p.BondAt(day)
	switch {
	case b == nil, b.Civil, b.NoData:
		return refuse("EN162")
	}
	return nil
}

func isItalian(p *people.Person, day time.Time) *refusal {
	switch {
	case len(p.CitizenshipsAt(day)) == 0:
		return refuse("EN407")
	case !p.Italian(day):
		return refuse("EN110")
	}
	return nil
}

func hasResidences(p *people.Person, day time.Time) *refusal {
	if len(p.KnownResidences(day)) == 0 {
		return refuse("EN434")
	}
	return nil
}

func hasStatus(p *people.Person, _ time.Time) *refusal {
	if p.StatusUnknown {
		return refuse("EN138")
	}
	return nil
}

func isFree(p *people.Person, day time.Time) *refusal {
	switch p.StatusAt(day) {
	case "1", "3", "4", "7", "8":
		return nil
	}
	return refuse("EN060")
}

func inUnion(p *people.Person, day time.Time) *refusal {
	if b := p.BondAt(day); b == nil || !b.Civil {
		return refuse("EN353")
	}
	return nil
}

func inConvivenza(p *people.Person, day time.Time) *refusal {
	if f := p.FamilyAt(day); f == nil || f.Card != 4 {
		return refuse("EN056")
	}
	return nil
}

func hasContract(p *people.Person, _ time.Time) *refusal {
	if p.Cohabitation == nil {
		return refuse("EN354")
	}
	return nil
}

// certificate writes the content of Risposta6001OK after its header.
func (w *writer) certificate(m message, p *people.Person, types []certificateType, day time.Time, control *etree.Element) {
	w.in("listaTipiCertificato", func() {
		for _, t := range types {
			w.el("tipoCertificato", t.code)
		}
	})
	w.in("soggettoIntestatario", func() { w.in("generalita", func() { w.generalita(p, day, true) }) })
	w.in("parametriRichiesta", func() {
		for _, name := range []string{"tipoRichiedente", "tipoRichiesta", "paEstera", "emissione", "bollo", "bolloVirtuale", "esenzioneDiritti",
			"diritti", "esenzioneBollo", "descrizioneEsenzioneBollo", "forzaCertificazione"} {
			w.el(name, value(control, name))
		}
	})
	if value(control, "tipoRichiesta") == "1" {
		w.in("file", func() {
			w.in("certificatoPdf", func() {
				w.buf = append(w.buf, `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:`+pdfID+`"/>`...)
			})
		})
		return
	}
	w.in("datiCertificato", func() {
		t := types[0]
		w.in("generalitaAttuali", func() { w.generalita(p, day, true) })
		t.write(w, p, day)
	})
}

// household writes the members and the address of a family.
func (w *writer) household(p *people.Person, day time.Time) {
	f := p.FamilyAt(day)
	for _, q := range f.MembersAt(day) {
		w.in("listaDatiSoggetti", func() {
			w.in("generalitaAttuali", func() { w.generalita(q, day, true) })
			if q.Link != 0 {
				w.in("legameSoggetto", func() { w.link(q, f) })
			}
			w.in("statoCivile", func() { w.statoCivile(q, day) })
		})
	}
	w.residence("residenza", &f.Residence)
	w.el("comuneCompetente", f.Home.Name)
}

// home writes the residence of the day and the competent Comune.
func (w *writer) home(p *people.Person, day time.Time) {
	w.residence("residenza", currentResidence(p, day))
	if f := p.FamilyAt(day); f != nil {
		w.el("denominazioneConvivenza", f.Name)
	}
	w.el("comuneCompetente", p.Home.Name)
}

// civilFacts writes the marital status with the facts that prove it.
func (w *writer) civilFacts(p *people.Person, day time.Time) {
	w.in("statoCivile", func() { w.statoCivile(p, day) })
	w.el("comuneCompetente", p.Home.Name)
	b := p.BondAt(day)
	if b == nil || b.Civil {
		return
	}
	w.in("matrimonio", func() { w.marriage(b, day) })
	switch {
	case !b.Ended(day):
	case b.End.Code != "":
		w.in("annullamentoMatrimonio", func() { w.divorce(b.End) })
	case !b.End.NoData:
		w.in("vedovanza", func() { w.widowhood(b) })
	}
}

// plainAct writes an act where the schema has only the paper form; digital acts
// no longer carry number and year there.
func (w *writer) plainAct(name string, a *people.Act) {
	if a == nil || a.ANSC != "" {
		return
	}
	w.in(name, func() { w.paper(a) })
}
