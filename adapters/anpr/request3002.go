package anpr

import (
	"slices"
	"strconv"

	"github.com/visure-anagrafiche/visure/domain"
)

// schedaRichiesta is which card operation 3002 is asked for.
type schedaRichiesta string

const (
	individuale schedaRichiesta = "1"
	famiglia    schedaRichiesta = "2"
)

// completa is the table 16 code of the whole card; it goes alone (EC020).
const completa = 1

// request3002 asks for the card of a person or of a family on a day. The
// person is known by what criteri hold, by idANPR alone, or by the number of
// one card; a family may be known by its own number instead.
type request3002 struct {
	soggetto   domain.Soggetto
	idANPR     string
	card       string // idSchedaSoggettoANPR: one of a person's cards
	idFamiglia string
	tipoScheda string // goes with idFamiglia (EN124)
	aire       bool
	scheda     schedaRichiesta
	giorno     domain.Date
	blocchi    []int // table 16, not for families (EN050)
	nazionale  bool
}

// write adds what follows the header, in the order of the schema.
func (r request3002) write(m *message) {
	m.open("criteriRicerca")
	r.criteri(m)
	m.close("criteriRicerca")
	if r.generalita() && !r.soggetto.DataNascita.IsZero() {
		m.open("datiNascita")
		writeDate(m, "dataEvento", r.soggetto.DataNascita)
		m.close("datiNascita")
	}
	m.open("datiRichiesta")
	m.leaf("schedaAnagraficaRichiesta", string(r.scheda))
	m.leaf("dataRiferimentoRichiesta", r.giorno.String())
	if r.scheda == individuale {
		for _, code := range blocchi(r.blocchi) {
			m.leaf("datiAnagraficiRichiesti", strconv.Itoa(code))
		}
	}
	// Without comuneResidenza the registry looks in the sender's own Comune.
	if r.nazionale {
		m.leaf("ricercaNazionale", "1")
	} else {
		m.leaf("ricercaNazionale", "0")
	}
	m.close("datiRichiesta")
}

func (r request3002) criteri(m *message) {
	if r.generalita() {
		s := r.soggetto
		m.leaf("codiceFiscale", string(s.CodiceFiscale))
		if s.CodiceFiscale == "" {
			writeName(m, "cognome", "senzaCognome", s.Cognome)
			writeName(m, "nome", "senzaNome", s.Nome)
		} else { // names not given are not names the person lacks
			m.leaf("cognome", s.Cognome)
			m.leaf("nome", s.Nome)
		}
		m.leaf("sesso", s.Sesso)
	}
	if r.aire {
		m.leaf("soggettoAIRE", "S")
	}
	m.leaf("idSchedaSoggettoANPR", r.card)
	m.leaf("tipoScheda", r.tipoScheda)
	m.leaf("identificativoANPR", r.idFamiglia)
	m.leaf("idANPR", r.idANPR)
}

// generalita says that the person is not known by a number of the registry.
func (r request3002) generalita() bool { return r.idANPR == "" && r.card == "" && r.idFamiglia == "" }

// blocchi returns the codes to ask: each once (EC026), the whole card alone
// (EC020), and at least who the person is (EN052).
func blocchi(codes []int) []int {
	if slices.Contains(codes, completa) {
		return []int{completa}
	}
	codes = append([]int{2}, codes...)
	slices.Sort(codes)
	return slices.Compact(codes)
}

// writeName writes a name, or that the person has none.
func writeName(m *message, name, without, value string) {
	if value == "" {
		m.leaf(without, "1")
		return
	}
	m.leaf(name, value)
}

// writeDate writes a date padded to the first of what is unknown, with the
// flag that says so.
func writeDate(m *message, name string, d domain.Date) {
	m.leaf(name, d.Time().Format("2006-01-02"))
	switch {
	case d.Day > 0:
	case d.Month > 0:
		m.leaf("senzaGiorno", "1")
	default:
		m.leaf("senzaGiornoMese", "1")
	}
}
