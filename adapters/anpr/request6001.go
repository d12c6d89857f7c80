package anpr

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// request6001 asks for the data of a certificate (tipoRichiesta 2), not for
// the certificate. Exactly one kind goes in a request (EN066). A public body asks
// for it (tipoRichiedente 3), never the subject: the dead are refused as requesters
// (EN170), and their histories are issued.
type request6001 struct {
	certificato int             // table 13
	persona     *wireGeneralita // as operation 3002 answered
	richiedente string          // the public body that asks
	riferimento string          // of its request, which ANPR wants where a person shows a document (EN391)
	giorno      domain.Date     // of its request
	ufficiale   Ufficiale
}

// write adds what follows the header, in the order of the schema.
func (r request6001) write(m *message) {
	m.open("listaTipiCertificati")
	m.leaf("tipoCertificato", strconv.Itoa(r.certificato))
	m.close("listaTipiCertificati")
	r.requester(m)
	m.open("soggettoIntestatario")
	m.open("generalita")
	r.generalita(m)
	m.close("generalita")
	m.close("soggettoIntestatario")
	m.open("datiControllo")
	m.leaf("cognomeUffAnagrafe", r.ufficiale.Cognome)
	m.leaf("nomeUffAnagrafe", r.ufficiale.Nome)
	m.leaf("tipoRichiedente", "3") // a public body
	m.leaf("tipoRichiesta", "2")   // data, no certificate
	m.leaf("paEstera", "0")
	m.leaf("emissione", "1")
	m.leaf("bollo", "0")
	m.leaf("diritti", "0")
	m.close("datiControllo")
}

// requester names the public body, by its name where a person has a surname, and
// the request it makes.
func (r request6001) requester(m *message) {
	m.open("generalitaRichiedente")
	m.open("generalita")
	m.leaf("cognome", bodyName(r.richiedente))
	m.leaf("senzaNome", "1")
	m.close("generalita")
	m.open("docRiconoscimento")
	m.leaf("estDocRiconoscimento", "RICHIESTA "+strings.ReplaceAll(r.riferimento, "_", "-"))
	m.leaf("dataRilascio", r.giorno.String())
	m.close("docRiconoscimento")
	m.close("generalitaRichiedente")
}

// bodyName writes the name of a public body with what the registry takes in a
// surname: what it does not take is a blank, and what is too long is cut.
func bodyName(name string) string {
	taken := strings.Map(func(r rune) rune {
		if _, ok := domain.RegisterName(string(r)); !ok {
			return ' '
		}
		return r
	}, name)
	text := []rune(strings.Join(strings.Fields(taken), " "))
	written, _ := domain.RegisterName(string(text[:min(len(text), 80)]))
	return cmp.Or(written, "PUBBLICA AMMINISTRAZIONE")
}

// generalita gives back the person's particulars as the registry wrote them,
// so that it finds nothing that differs (EN068 to EN075).
func (r request6001) generalita(m *message) {
	p := r.persona
	if cf := p.CodiceFiscale; cf.CodFiscale != "" {
		m.open("codiceFiscale")
		m.leaf("codFiscale", cf.CodFiscale)
		m.leaf("validitaCF", cf.Validita)
		m.close("codiceFiscale")
	}
	writeName(m, "cognome", "senzaCognome", p.Cognome)
	writeName(m, "nome", "senzaNome", p.Nome)
	m.leaf("sesso", p.Sesso)
	if nascita := p.nascita(); !nascita.IsZero() {
		writeDate(m, "dataNascita", nascita)
	}
	if p.LuogoNascita != nil {
		m.open("luogoNascita")
		p.LuogoNascita.write(m)
		m.close("luogoNascita")
	}
	m.leaf("soggettoAIRE", p.AIRE)
	if id := p.SchedaComune; id != nil {
		m.open("idSchedaSoggettoComune")
		m.leaf("idSchedaSoggettoComuneIstat", id.Istat)
		m.leaf("idSchedaSoggetto", id.Scheda)
		m.close("idSchedaSoggettoComune")
	}
	m.leaf("idSchedaSoggettoANPR", p.SchedaANPR)
}

func (l *wireLuogo) write(m *message) {
	m.leaf("luogoEccezionale", l.Eccezionale)
	if c := l.Comune; c != nil {
		m.open("comune")
		m.leaf("nomeComune", c.Nome)
		m.leaf("codiceIstat", c.Istat)
		m.leaf("siglaProvinciaIstat", c.Provincia)
		m.leaf("descrizioneLocalita", c.Localita)
		m.close("comune")
	}
	if e := l.Localita; e != nil {
		m.open("localita")
		m.leaf("descrizioneLocalita", e.Nome)
		m.leaf("descrizioneStato", e.Stato)
		m.leaf("codiceStato", e.CodiceStato)
		m.leaf("provinciaContea", e.Contea)
		m.close("localita")
	}
}
