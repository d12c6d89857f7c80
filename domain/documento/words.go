package documento

import (
	"cmp"
	"strings"

	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The words a document prints for the values of a card. Names of people and
// places are printed as ANPR writes them.

// surname returns the surname, or says that the person has none or that none is
// registered.
func surname(g scheda.Generalita) string {
	if g.SenzaCognome {
		return cmp.Or(g.Cognome, "(senza cognome)")
	}
	return cmp.Or(g.Cognome, unregistered)
}

// name returns the first name, or says the same of it.
func name(g scheda.Generalita) string {
	if g.SenzaNome {
		return cmp.Or(g.Nome, "(senza nome)")
	}
	return cmp.Or(g.Nome, unregistered)
}

const unregistered = "non registrato"

// birth returns the birth date as far as it is known, and says what is not.
func birth(g scheda.Generalita) string {
	switch d := g.Nascita; {
	case d.IsZero() || d.Complete():
		return d.Italian()
	case d.Month > 0:
		return d.Italian() + " (giorno non noto)"
	default:
		return d.Italian() + " (giorno e mese non noti)"
	}
}

// taxCode is the tax code, marked when the tax office has not confirmed it.
func taxCode(g scheda.Generalita) string {
	if g.CodiceFiscale == "" || g.CodiceFiscaleValido {
		return string(g.CodiceFiscale)
	}
	return string(g.CodiceFiscale) + " (non validato)"
}

// brief names a person in one line: CONTI MARIO, nato il 01/02/1950 a LUGO (RA).
func brief(g scheda.Generalita) string {
	s := fullName(g)
	born := scheda.Gendered{M: "nato", F: "nata"}.For(g.Sesso)
	if d := birth(g); d != "" {
		if g.Nascita.Complete() {
			born += " il"
		} else {
			born += " nel"
		}
		born += " " + d
	}
	if l := g.LuogoNascita.String(); l != "" {
		born += " a " + l
	}
	if strings.ContainsRune(born, ' ') {
		s += ", " + born
	}
	return s
}

// fullName is surname and first name, with what is not registered said of each.
func fullName(g scheda.Generalita) string {
	last, first := surname(g), name(g)
	if last == unregistered {
		last = "(cognome non registrato)"
	}
	if first == unregistered {
		first = "(nome non registrato)"
	}
	return last + " " + first
}

// sexes are the words for the codes of Generalita.Sesso.
var sexes = map[string]string{"M": "maschile", "F": "femminile", "N": "non indicato"}

// indirizzoRows are the labelled parts of an Italian address.
func indirizzoRows(i scheda.Indirizzo) []Row {
	return filled(
		Row{"Indirizzo", i.String()},
		Row{"Frazione o località", i.Frazione},
		Row{"CAP", i.CAP},
		Row{"Comune", i.Comune.String()},
	)
}

// esteroRows are the labelled parts of an address abroad. The State has a row of
// its own.
func esteroRows(e scheda.Estero) []Row {
	place := e.Localita
	place.Stato = ""
	return filled(
		Row{"Indirizzo estero", e.Indirizzo},
		Row{"Codice postale", e.CAP},
		Row{"Località", place.String()},
		Row{"Stato", e.Localita.StatoText()},
		Row{"Circoscrizione consolare", e.Consolato},
	)
}
