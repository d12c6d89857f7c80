package documento

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// residenza says where the person lives and since when.
func residenza(c Case) Section {
	s := Section{Title: "Residenza"}
	r, ok := c.Persona.Residenza()
	if c.Persona.SenzaFissaDimora {
		s.Text = []string{scheda.Gendered{M: "Iscritto", F: "Iscritta"}.For(c.Persona.Generalita.Sesso) + " in anagrafe come senza fissa dimora."}
		r, ok = c.Persona.Domicilio()
	}
	if ok {
		s.Rows = append(indirizzoRows(r.Indirizzo), filled(
			Row{"Presso", r.Presso},
			Row{"Decorrenza", r.Decorrenza.Italian()},
		)...)
	}
	return s
}

// iscrizione says since when the person is in which register. The reason is not
// printed: a visura of residence needs none.
func iscrizione(c Case) Section {
	i := c.Persona.Iscrizione
	if i == nil {
		return Section{}
	}
	title := "Iscrizione anagrafica"
	if c.Persona.AIRE() {
		title = "Iscrizione all'AIRE"
	}
	return Section{Title: title, Rows: filled(
		Row{"Comune di iscrizione", i.Comune.String()},
		Row{"Data di iscrizione", i.Data.Italian()},
	)}
}

// residenzaEstera says where an Italian abroad lives and since when.
func residenzaEstera(c Case) Section {
	r, ok := c.Persona.ResidenzaEstera()
	if !ok {
		return Section{}
	}
	return Section{Title: "Residenza all'estero", Rows: append(esteroRows(*r.Estero), filled(
		Row{"Presso", r.Presso},
		Row{"Decorrenza", r.Decorrenza.Italian()},
		Row{"Anno di espatrio", c.Persona.Generalita.AnnoEspatrio},
	)...)}
}

// residenzaStorica lists the residences, the oldest first, each until the day
// before the next.
func residenzaStorica(c Case) Section {
	history := slices.Clone(c.Scheda.Residenze)
	slices.SortStableFunc(history, func(a, b scheda.Residenza) int { return a.Decorrenza.Compare(b.Decorrenza) })
	t := &Table{Columns: []Column{{"N.", 1}, {"Dal", 2.4}, {"Al", 2.4}, {"Indirizzo", 9}, {"Tipo", 3}}}
	for i, r := range history {
		t.Rows = append(t.Rows, []string{ordinal(i), r.Decorrenza.Italian(), until(c, history, i), r.String(), r.TipoText()})
	}
	return Section{
		Title: "Storia della residenza",
		Text:  []string{"Residenze presenti in ANPR: quelle anteriori all'ingresso del Comune in ANPR possono mancare."},
		Table: t,
	}
}

// until says when the i-th residence ended: the day before the next began. Where
// both began on one day the later corrects the earlier, which ended that day too.
func until(c Case, history []scheda.Residenza, i int) string {
	if i == len(history)-1 {
		if k := c.Persona.Cancellazione; k != nil {
			return k.Decorrenza.Italian()
		}
		return "attuale"
	}
	next := history[i+1].Decorrenza
	if !next.Complete() {
		return next.Italian()
	}
	eve := domain.DateOf(next.Time().AddDate(0, 0, -1))
	if eve.Compare(history[i].Decorrenza) < 0 {
		eve = history[i].Decorrenza
	}
	return eve.Italian()
}
