package documento

import (
	"strconv"

	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// indirizzoFamiglia says where the family lives.
func indirizzoFamiglia(c Case) Section {
	s := Section{Title: "Indirizzo della famiglia"}
	if c.Persona.SenzaFissaDimora {
		s.Text = []string{"Famiglia iscritta in anagrafe come senza fissa dimora."}
	}
	if r, ok := c.familyAddress(); ok {
		s.Rows = append(indirizzoRows(r.Indirizzo), filled(Row{"Presso", r.Presso})...)
	}
	return s
}

// familyAddress returns the family's address, else the person's, and whether there
// is one.
func (c Case) familyAddress() (scheda.Residenza, bool) {
	if f := c.famiglia(); f != nil && f.Residenza != nil && !f.Residenza.Empty() {
		return *f.Residenza, true
	}
	if c.Persona.SenzaFissaDimora {
		return c.Persona.Domicilio()
	}
	return c.Persona.Residenza()
}

// famigliaEstera says where a family abroad lives and who keeps its record.
func famigliaEstera(c Case) Section {
	r, ok := c.Persona.ResidenzaEstera()
	if f := c.famiglia(); f != nil && f.Residenza != nil && f.Residenza.Estero != nil {
		r, ok = *f.Residenza, true
	}
	s := Section{Title: "Iscrizione AIRE e indirizzo estero", Rows: filled(Row{"Comune di iscrizione AIRE", c.Persona.Comune().String()})}
	if ok {
		s.Rows = append(s.Rows, esteroRows(*r.Estero)...)
	}
	return s
}

// componenti lists the members without saying how they are related.
func componenti(c Case) Section {
	t := &Table{Columns: []Column{{"N.", 1}, {"Cognome", 4}, {"Nome", 4}, {"Sesso", 1.4}, {"Data di nascita", 3}, {"Luogo di nascita", 5}}}
	for i, m := range c.Scheda.Componenti() {
		g := m.Generalita
		t.Rows = append(t.Rows, []string{ordinal(i), surname(g), name(g), g.Sesso, birth(g), g.LuogoNascita.String()})
	}
	return Section{Title: "Componenti della famiglia", Table: t}
}

// parentela lists the members with their relation to the head.
func parentela(c Case) Section {
	s := componenti(c)
	s.Table.Columns = append(s.Table.Columns, Column{"Rapporto con l'intestatario", 4})
	for i, m := range c.Scheda.Componenti() {
		s.Table.Rows[i] = append(s.Table.Rows[i], m.LegameText())
	}
	return s
}

// ordinal returns the number of a table's row, from one.
func ordinal(i int) string { return strconv.Itoa(i + 1) }
