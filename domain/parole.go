package domain

import "strings"

// How the values of a card read on paper. Names of people and places are
// printed as ANPR writes them.

// cognome and nome say when a person has none, as registers do.
func (g Generalita) cognome() string { return oppure(g.Cognome, "(senza cognome)") }
func (g Generalita) nome() string    { return oppure(g.Nome, "(senza nome)") }

// nascita says the birth date as far as it is known.
func (g Generalita) nascita() string {
	switch d := g.Nascita; {
	case d.IsZero() || d.Intera():
		return d.Italiana()
	case d.Mese > 0:
		return d.Italiana() + " (giorno non noto)"
	default:
		return d.Italiana() + " (giorno e mese non noti)"
	}
}

// fiscale is the tax code, marked when the tax office has not confirmed it.
func (g Generalita) fiscale() string {
	if g.CodiceFiscale == "" || g.CodiceFiscaleValido {
		return string(g.CodiceFiscale)
	}
	return string(g.CodiceFiscale) + " (non validato)"
}

// breve names a person in one line: CONTI MARIO, nato il 01/02/1950 a LUGO (RA).
func (g Generalita) breve() string {
	s := g.cognome() + " " + g.nome()
	nato := genere{"nato", "nata"}.per(g.Sesso)
	if d := g.nascita(); d != "" {
		if g.Nascita.Intera() {
			nato += " il"
		} else {
			nato += " nel"
		}
		nato += " " + d
	}
	if l := g.LuogoNascita.String(); l != "" {
		nato += " a " + l
	}
	if strings.ContainsRune(nato, ' ') {
		s += ", " + nato
	}
	return s
}

var sessi = map[string]string{"M": "maschile", "F": "femminile", "N": "non indicato"}

// String is the place in one line: LUGO (RA), KABUL (AFGHANISTAN), or the
// exceptional place as registered.
func (l Luogo) String() string {
	switch {
	case l.Eccezionale != "":
		return l.Eccezionale
	case l.Comune != Localita{}:
		return l.Comune.String()
	}
	return l.Estero.String()
}

// String is a Comune with its province, or a place abroad with its State.
func (l Localita) String() string {
	intorno := l.Provincia
	if l.Stato != "" {
		intorno = congiungi(", ", l.Provincia, l.Stato)
	}
	switch {
	case l.Nome == "":
		return intorno
	case intorno == "":
		return l.Nome
	}
	return l.Nome + " (" + intorno + ")"
}

// String is an Italian address in one line, without the Comune.
func (i Indirizzo) String() string {
	s := i.Via
	if i.Civico != "" {
		s = strings.TrimSpace(s + " " + i.Civico)
	}
	return congiungi(", ", s, i.Interno)
}

// righe are the labelled parts of an Italian address.
func (i Indirizzo) righe() []Riga {
	return piene(
		Riga{"Indirizzo", i.String()},
		Riga{"Frazione o località", i.Frazione},
		Riga{"CAP", i.CAP},
		Riga{"Comune", i.Comune.String()},
	)
}

// righe are the labelled parts of an address abroad.
func (e Estero) righe() []Riga {
	return piene(
		Riga{"Indirizzo estero", e.Indirizzo},
		Riga{"Codice postale", e.CAP},
		Riga{"Località", e.Localita.luogo()},
		Riga{"Stato", e.Localita.Stato},
		Riga{"Circoscrizione consolare", e.Consolato},
	)
}

// luogo is the place without its State, which has a line of its own.
func (l Localita) luogo() string {
	l.Stato = ""
	return l.String()
}

// riga is an address in one line with its place, wherever it is.
func (r Residenza) riga() string {
	if r.Estero != nil {
		return congiungi(", ", r.Estero.Indirizzo, congiungi(" ", r.Estero.CAP, r.Estero.Localita.String()))
	}
	i := r.Indirizzo
	return congiungi(", ", i.String(), i.Frazione, congiungi(" ", i.CAP, i.Comune.String()))
}

// vuota says that there is no address in it.
func (r Residenza) vuota() bool { return r.Estero == nil && r.Indirizzo == Indirizzo{} }

// congiungi joins the parts that are not empty.
func congiungi(con string, parti ...string) string {
	var s string
	for _, p := range parti {
		switch {
		case p == "":
		case s == "":
			s = p
		default:
			s += con + p
		}
	}
	return s
}

func oppure(s, altrimenti string) string {
	if s == "" {
		return altrimenti
	}
	return s
}
