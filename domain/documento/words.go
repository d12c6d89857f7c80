package documento

import (
	"cmp"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"strings"
)

// The words a document prints for the values of a card. Names of people and
// places are printed as ANPR writes them.

// surname and name return the name, or that the person has none.
func surname(g scheda.Generalita) string { return cmp.Or(g.Cognome, "(senza cognome)") }
func name(g scheda.Generalita) string    { return cmp.Or(g.Nome, "(senza nome)") }

// birth returns the birth date as far as it is known, and says what is not.
func birth(g scheda.Generalita) string {
	switch d := g.Nascita; {
	case d.IsZero() || d.Intera():
		return d.Italiana()
	case d.Mese > 0:
		return d.Italiana() + " (giorno non noto)"
	default:
		return d.Italiana() + " (giorno e mese non noti)"
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
	s := surname(g) + " " + name(g)
	born := scheda.Gendered{M: "nato", F: "nata"}.For(g.Sesso)
	if d := birth(g); d != "" {
		if g.Nascita.Intera() {
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

var sessi = map[string]string{"M": "maschile", "F": "femminile", "N": "non indicato"}

// indirizzoRows are the labelled parts of an Italian address.
func indirizzoRows(i scheda.Indirizzo) []Riga {
	return piene(
		Riga{"Indirizzo", i.String()},
		Riga{"Frazione o località", i.Frazione},
		Riga{"CAP", i.CAP},
		Riga{"Comune", i.Comune.String()},
	)
}

// esteroRows are the labelled parts of an address abroad. The State has a row of
// its own.
func esteroRows(e scheda.Estero) []Riga {
	place := e.Localita
	place.Stato = ""
	return piene(
		Riga{"Indirizzo estero", e.Indirizzo},
		Riga{"Codice postale", e.CAP},
		Riga{"Località", place.String()},
		Riga{"Stato", e.Localita.Stato},
		Riga{"Circoscrizione consolare", e.Consolato},
	)
}
