package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// residenzaAttuale says where the person lives and since when.
func residenzaAttuale(c Caso) Sezione {
	s := Sezione{Titolo: "Residenza"}
	r, ok := c.Persona.Residenza()
	if c.Persona.SenzaFissaDimora {
		s.Testo = []string{scheda.Gendered{M: "Iscritto", F: "Iscritta"}.For(c.Persona.Generalita.Sesso) + " in anagrafe come senza fissa dimora."}
		r, ok = c.Persona.Domicilio()
	}
	if ok {
		s.Righe = append(indirizzoRows(r.Indirizzo), piene(
			Riga{"Presso", r.Presso},
			Riga{"Decorrenza", r.Decorrenza.Italiana()},
		)...)
	}
	return s
}

// iscrizione says since when the person is in which register. Why is more than
// a residence asks for.
func iscrizione(c Caso) Sezione {
	i := c.Persona.Iscrizione
	if i == nil {
		return Sezione{}
	}
	titolo := "Iscrizione anagrafica"
	if c.Persona.AIRE() {
		titolo = "Iscrizione all'AIRE"
	}
	return Sezione{Titolo: titolo, Righe: piene(
		Riga{"Comune di iscrizione", i.Comune.String()},
		Riga{"Data di iscrizione", i.Data.Italiana()},
	)}
}

// residenzaEstera says where an Italian abroad lives and since when.
func residenzaEstera(c Caso) Sezione {
	r, ok := c.Persona.ResidenzaEstera()
	if !ok {
		return Sezione{}
	}
	return Sezione{Titolo: "Residenza all'estero", Righe: append(esteroRows(*r.Estero), piene(
		Riga{"Presso", r.Presso},
		Riga{"Decorrenza", r.Decorrenza.Italiana()},
		Riga{"Anno di espatrio", c.Persona.Generalita.AnnoEspatrio},
	)...)}
}

// storiaResidenza lists the residences, the oldest first, each until the day
// before the next.
func storiaResidenza(c Caso) Sezione {
	storia := slices.Clone(c.Scheda.Residenze)
	slices.SortStableFunc(storia, func(a, b scheda.Residenza) int { return a.Decorrenza.Compare(b.Decorrenza) })
	t := &Tabella{Colonne: []Colonna{{"N.", 1}, {"Dal", 2.4}, {"Al", 2.4}, {"Indirizzo", 9}, {"Tipo", 3}}}
	for i, r := range storia {
		t.Righe = append(t.Righe, []string{ordinale(i), r.Decorrenza.Italiana(), fino(c, storia, i), r.String(), r.TipoText()})
	}
	return Sezione{
		Titolo:  "Storia della residenza",
		Testo:   []string{"Residenze presenti in ANPR: quelle anteriori all'ingresso del Comune in ANPR possono mancare."},
		Tabella: t,
	}
}

// fino says until when the i-th residence lasted. Two that began on one day
// are one correcting the other.
func fino(c Caso, storia []scheda.Residenza, i int) string {
	if i == len(storia)-1 {
		if k := c.Persona.Cancellazione; k != nil {
			return k.Decorrenza.Italiana()
		}
		return "attuale"
	}
	next := storia[i+1].Decorrenza
	if !next.Intera() {
		return next.Italiana()
	}
	eve := domain.DataOf(next.Time().AddDate(0, 0, -1))
	if eve.Compare(storia[i].Decorrenza) < 0 {
		eve = storia[i].Decorrenza
	}
	return eve.Italiana()
}
