package documento

import "github.com/visure-anagrafiche/visure/domain/scheda"

// generalita is the person block every kind begins with.
func generalita(c Caso) Sezione {
	return Sezione{Titolo: "Generalità", Righe: righeGeneralita(c.Persona.Generalita)}
}

func righeGeneralita(g scheda.Generalita) []Riga {
	return piene(
		Riga{"Cognome", surname(g)},
		Riga{"Nome", name(g)},
		Riga{"Sesso", sessi[g.Sesso]},
		Riga{"Data di nascita", birth(g)},
		Riga{"Luogo di nascita", g.LuogoNascita.String()},
		Riga{"Codice fiscale", taxCode(g)},
	)
}

// attoRows are the labelled parts of a civil status record. Number and year of
// digital ones come with their id in the national archive.
func attoRows(a *scheda.Atto) []Riga {
	if a == nil {
		return nil
	}
	r := piene(
		Riga{"Comune di registrazione", a.Comune.String()},
		Riga{"Ufficio", a.Ufficio},
		Riga{"Anno", a.Anno},
		Riga{"Parte", a.Parte},
		Riga{"Serie", a.Serie},
		Riga{"Numero", a.Numero},
		Riga{"Volume", a.Volume},
		Riga{"Data dell'atto", a.Formazione.Italiana()},
		Riga{"Identificativo ANSC", a.ANSC},
	)
	if a.Trascritto {
		r = append(r, Riga{"Trascrizione", "atto trascritto"})
	}
	return r
}

// eventoRows are when and where something happened.
func eventoRows(e *scheda.Evento) []Riga {
	if e == nil {
		return nil
	}
	return piene(Riga{"Data", e.Data.Italiana()}, Riga{"Luogo", e.Luogo.String()})
}
