package domain

import "strconv"

// indirizzoFamiglia says once where the family lives.
func indirizzoFamiglia(c Caso) Sezione {
	s := Sezione{Titolo: "Indirizzo della famiglia"}
	if c.Persona.SenzaFissaDimora {
		s.Testo = []string{"Famiglia iscritta in anagrafe come senza fissa dimora."}
	}
	if r, ok := c.dimora(); ok {
		s.Righe = append(r.Indirizzo.righe(), piene(Riga{"Presso", r.Presso})...)
	}
	return s
}

// dimora is the family's address, or else the subject's.
func (c Caso) dimora() (Residenza, bool) {
	if f := c.famiglia(); f != nil && f.Residenza != nil && !f.Residenza.vuota() {
		return *f.Residenza, true
	}
	if c.Persona.SenzaFissaDimora {
		return c.Persona.domicilio()
	}
	return c.Persona.residenza()
}

// famigliaEstera says where a family abroad lives and who keeps its record.
func famigliaEstera(c Caso) Sezione {
	r, ok := c.Persona.estera()
	if f := c.famiglia(); f != nil && f.Residenza != nil && f.Residenza.Estero != nil {
		r, ok = *f.Residenza, true
	}
	s := Sezione{Titolo: "Iscrizione AIRE e indirizzo estero", Righe: piene(Riga{"Comune di iscrizione AIRE", c.Persona.comune().String()})}
	if ok {
		s.Righe = append(s.Righe, r.Estero.righe()...)
	}
	return s
}

// componenti lists the members without saying how they are related.
func componenti(c Caso) Sezione {
	t := &Tabella{Colonne: []Colonna{{"N.", 1}, {"Cognome", 4}, {"Nome", 4}, {"Sesso", 1.4}, {"Data di nascita", 3}, {"Luogo di nascita", 5}}}
	for i, m := range c.componenti() {
		g := m.Generalita
		t.Righe = append(t.Righe, []string{ordinale(i), g.cognome(), g.nome(), g.Sesso, g.nascita(), g.LuogoNascita.String()})
	}
	return Sezione{Titolo: "Componenti della famiglia", Tabella: t}
}

// parenti lists the members with their relation to the head.
func parenti(c Caso) Sezione {
	s := componenti(c)
	s.Tabella.Colonne = append(s.Tabella.Colonne, Colonna{"Rapporto con l'intestatario", 4})
	for i, m := range c.componenti() {
		s.Tabella.Righe[i] = append(s.Tabella.Righe[i], m.legame())
	}
	return s
}

// legame decodes the relation to the head.
func (s Soggetto) legame() string {
	if s.Legame == nil || s.Legame.Codice == "" {
		return legami["99"].m
	}
	if g, ok := legami[s.Legame.Codice]; ok {
		return g.per(s.Generalita.Sesso)
	}
	return "codice " + s.Legame.Codice
}

// ordinale numbers the rows of a table from one.
func ordinale(i int) string { return strconv.Itoa(i + 1) }
