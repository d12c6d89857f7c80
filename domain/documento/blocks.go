package documento

import "github.com/visure-anagrafiche/visure/domain/scheda"

// generalita says who the person is; every type begins with it.
func generalita(c Case) Section {
	return Section{Title: "Generalità", Rows: generalitaRows(c.Persona.Generalita)}
}

// generalitaRows are the labelled particulars of a person.
func generalitaRows(g scheda.Generalita) []Row {
	return filled(
		Row{"Cognome", surname(g)},
		Row{"Nome", name(g)},
		Row{"Sesso", sexes[g.Sesso]},
		Row{"Data di nascita", birth(g)},
		Row{"Luogo di nascita", g.LuogoNascita.String()},
		Row{"Codice fiscale", taxCode(g)},
	)
}

// attoRows are the labelled parts of a civil status record. A digital one is
// known by its id in the national archive (ANSC) alone: what else ANPR holds of
// it, such as a number, is not printed on its certificates either.
func attoRows(a *scheda.Atto) []Row {
	switch {
	case a == nil:
		return nil
	case a.ANSC != "":
		return []Row{{"Identificativo ANSC", a.ANSC}}
	}
	r := filled(
		Row{"Comune di registrazione", a.Comune.String()},
		Row{"Ufficio", a.Ufficio},
		Row{"Anno", a.Anno},
		Row{"Parte", a.Parte},
		Row{"Serie", a.Serie},
		Row{"Numero", a.Numero},
		Row{"Volume", a.Volume},
		Row{"Data dell'atto", a.Formazione.Italian()},
	)
	if a.Trascritto {
		r = append(r, Row{"Trascrizione", "atto trascritto"})
	}
	return r
}

// eventoRows are when and where something happened.
func eventoRows(e *scheda.Evento) []Row {
	if e == nil {
		return nil
	}
	return filled(Row{"Data", e.Data.Italian()}, Row{"Luogo", e.Luogo.String()})
}
