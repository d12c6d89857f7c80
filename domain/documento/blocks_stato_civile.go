package documento

import "github.com/visure-anagrafiche/visure/domain/scheda"

// statoLibero states that the person is of stato libero, and by which status.
func statoLibero(c Case) Section {
	return Section{
		Title: "Stato libero",
		Text:  []string{"Dai dati di ANPR il soggetto risulta di stato libero alla data del " + c.Day.Italian() + "."},
		Rows:  []Row{statoCivileRow(c.Persona)},
	}
}

// statoCivile is the status with the facts it rests on.
func statoCivile(c Case) Section {
	p := c.Persona
	s := Section{Title: "Stato civile", Rows: []Row{statoCivileRow(p)}}
	switch p.StatoCivile {
	case scheda.Coniugato:
		s.Rows = append(s.Rows, unioneRows(p.Matrimonio, "Coniuge", "matrimonio")...)
	case scheda.Vedovo:
		s.Rows = append(s.Rows, spouseDeathRows(p.Vedovanza)...)
	case scheda.Divorziato:
		s.Rows = append(s.Rows, cessazioneRows(p.EndOfMarriage(), "Cessazione del matrimonio", "Data della cessazione")...)
	case scheda.Unito:
		s.Rows = append(s.Rows, unioneRows(p.UnioneCivile, "Parte unita civilmente", "unione civile")...)
	case scheda.LiberoPerDecesso, scheda.LiberoPerScioglimento:
		s.Rows = append(s.Rows, unioneRows(p.UnioneCivile, "Parte unita civilmente", "unione civile")...)
		s.Rows = append(s.Rows, cessazioneRows(p.EndOfUnion(), "Cessazione dell'unione", "Data della cessazione")...)
	}
	return s
}

// statoCivileRow is the status in words.
func statoCivileRow(p scheda.Persona) Row {
	status, _ := p.StatoCivileText()
	return Row{"Stato civile", status}
}

// coniuge is the person's spouse.
func coniuge(c Case) Section {
	if m := c.Persona.Matrimonio; m != nil && m.Altro != nil && *m.Altro != (scheda.Generalita{}) {
		return Section{Title: "Coniuge", Rows: generalitaRows(*m.Altro)}
	}
	return Section{}
}

// matrimonio is when and where the person married.
func matrimonio(c Case) Section {
	m := c.Persona.Matrimonio
	if m == nil {
		return Section{}
	}
	return Section{Title: "Matrimonio", Rows: append(eventoRows(m.Evento), filled(Row{"Ordine del matrimonio", m.Ordine})...)}
}

// attoMatrimonio is the record of the marriage.
func attoMatrimonio(c Case) Section {
	if m := c.Persona.Matrimonio; m != nil && m.Evento != nil {
		return Section{Title: "Atto di matrimonio", Rows: attoRows(m.Evento.Atto)}
	}
	return Section{}
}

// cessazioneMatrimonio is how the marriage ended, or the separation.
func cessazioneMatrimonio(c Case) Section {
	f := c.Persona.Cessazione
	if f == nil || f.Unione {
		return Section{}
	}
	title := "Cessazione del matrimonio"
	if f.Separation() {
		title = "Separazione"
	}
	return Section{Title: title, Rows: cessazioneRows(f, "Tipo", "Data")}
}

// attoCessazione is the record of the end of the marriage, or of the separation.
func attoCessazione(c Case) Section {
	f := c.Persona.Cessazione
	if f == nil || f.Unione {
		return Section{}
	}
	return Section{Title: "Atto relativo", Rows: attoRows(f.Atto)}
}

// vedovanza is the death of the spouse.
func vedovanza(c Case) Section {
	if v := c.Persona.Vedovanza; v != nil {
		return Section{Title: "Decesso del coniuge", Rows: eventoRows(v)}
	}
	return Section{}
}

// attoVedovanza is the record of the spouse's death.
func attoVedovanza(c Case) Section {
	if v := c.Persona.Vedovanza; v != nil {
		return Section{Title: "Atto di morte del coniuge", Rows: attoRows(v.Atto)}
	}
	return Section{}
}

// unioneRows are the other party and the fact, in brief.
func unioneRows(u *scheda.Unione, other, fact string) []Row {
	if u == nil {
		return nil
	}
	var r []Row
	if u.Altro != nil && *u.Altro != (scheda.Generalita{}) {
		r = append(r, Row{other, brief(*u.Altro)})
	}
	return append(r, factRows(u.Evento, fact)...)
}

// factRows are when and where, labelled with the fact.
func factRows(e *scheda.Evento, fact string) []Row {
	if e == nil {
		return nil
	}
	article := "del "
	if fact == "unione civile" {
		article = "dell'"
	}
	return filled(Row{"Data " + article + fact, e.Data.Italian()}, Row{"Luogo " + article + fact, e.Luogo.String()})
}

// spouseDeathRows are when and where the spouse died.
func spouseDeathRows(e *scheda.Evento) []Row {
	if e == nil {
		return nil
	}
	return filled(Row{"Decesso del coniuge", e.Data.Italian()}, Row{"Luogo del decesso", e.Luogo.String()})
}

// cessazioneRows are how and when it ended, and by whose ruling.
func cessazioneRows(c *scheda.Cessazione, how, when string) []Row {
	if c == nil {
		return nil
	}
	return filled(
		Row{how, c.TipoText()},
		Row{when, c.Data.Italian()},
		Row{"Sentenza", c.Sentenza},
		Row{"Autorità", c.Autorita},
	)
}
