package documento

import (
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"strconv"
)

// indirizzoFamiglia says once where the family lives.
func indirizzoFamiglia(c Caso) Sezione {
	s := Sezione{Titolo: "Indirizzo della famiglia"}
	if c.Persona.SenzaFissaDimora {
		s.Testo = []string{"Famiglia iscritta in anagrafe come senza fissa dimora."}
	}
	if r, ok := c.dimora(); ok {
		s.Righe = append(indirizzoRows(r.Indirizzo), piene(Riga{"Presso", r.Presso})...)
	}
	return s
}

// dimora is the family's address, or else the subject's.
func (c Caso) dimora() (scheda.Residenza, bool) {
	if f := c.famiglia(); f != nil && f.Residenza != nil && !f.Residenza.Empty() {
		return *f.Residenza, true
	}
	if c.Persona.SenzaFissaDimora {
		return c.Persona.Domicilio()
	}
	return c.Persona.Residenza()
}

// famigliaEstera says where a family abroad lives and who keeps its record.
func famigliaEstera(c Caso) Sezione {
	r, ok := c.Persona.ResidenzaEstera()
	if f := c.famiglia(); f != nil && f.Residenza != nil && f.Residenza.Estero != nil {
		r, ok = *f.Residenza, true
	}
	s := Sezione{Titolo: "Iscrizione AIRE e indirizzo estero", Righe: piene(Riga{"Comune di iscrizione AIRE", c.Persona.Comune().String()})}
	if ok {
		s.Righe = append(s.Righe, esteroRows(*r.Estero)...)
	}
	return s
}

// componenti lists the members without saying how they are related.
func componenti(c Caso) Sezione {
	t := &Tabella{Colonne: []Colonna{{"N.", 1}, {"Cognome", 4}, {"Nome", 4}, {"Sesso", 1.4}, {"Data di nascita", 3}, {"Luogo di nascita", 5}}}
	for i, m := range c.Scheda.Componenti() {
		g := m.Generalita
		t.Righe = append(t.Righe, []string{ordinale(i), surname(g), name(g), g.Sesso, birth(g), g.LuogoNascita.String()})
	}
	return Sezione{Titolo: "Componenti della famiglia", Tabella: t}
}

// parenti lists the members with their relation to the head.
func parenti(c Caso) Sezione {
	s := componenti(c)
	s.Tabella.Colonne = append(s.Tabella.Colonne, Colonna{"Rapporto con l'intestatario", 4})
	for i, m := range c.Scheda.Componenti() {
		s.Tabella.Righe[i] = append(s.Tabella.Righe[i], m.LegameText())
	}
	return s
}

// ordinale numbers the rows of a table from one.
func ordinale(i int) string { return strconv.Itoa(i + 1) }
