package documento

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// statoLibero states that the person is of stato libero, and by which status.
func statoLibero(c Case) Section {
	return Section{
		Title: "Stato libero",
		Text:  []string{"Dai dati di ANPR il soggetto risulta di stato libero alla data del " + c.Day.Italian() + "."},
		Rows:  statoCivileRows(c.Persona),
	}
}

// statoCivile is the status with the facts it rests on.
func statoCivile(c Case) Section {
	p := c.Persona
	s := Section{Title: "Stato civile", Rows: statoCivileRows(p)}
	if len(contrasti(p, c.Day)) > 0 {
		s.Rows[0].Label = "Stato civile registrato"
		for _, v := range unioniOf(p) {
			s.Rows = append(s.Rows, vincoloRows(v)...)
		}
		return s
	}
	switch p.StatoCivile {
	case scheda.Coniugato:
		s.Rows = append(s.Rows, unioneRows(p.Matrimonio, "Coniuge", "matrimonio")...)
	case scheda.Vedovo:
		s.Rows = append(s.Rows, spouseDeathRows(p.Vedovanza)...)
	case scheda.Divorziato:
		s.Rows = append(s.Rows, cessazioneRows(divorce(p), "Cessazione del matrimonio")...)
	case scheda.Unito:
		s.Rows = append(s.Rows, unioneRows(p.UnioneCivile, "Parte unita civilmente", "unione civile")...)
	case scheda.LiberoPerDecesso, scheda.LiberoPerScioglimento:
		s.Rows = append(s.Rows, unioneRows(p.UnioneCivile, "Parte già unita civilmente", "unione civile")...)
		s.Rows = append(s.Rows, cessazioneRows(p.Scioglimento, "Cessazione dell'unione")...)
	}
	return s
}

// statoCivileRows are the status in words, with what the registry says beside it.
func statoCivileRows(p scheda.Persona) []Row {
	status, _ := p.StatoCivileText()
	if p.NonDocumentato {
		status += " (non documentato)"
	}
	return append([]Row{{"Stato civile", status}}, filled(Row{"Note sullo stato civile", p.NoteStatoCivile})...)
}

// vincoloRows tell a bond without saying that it is the present one.
func vincoloRows(v vincolo) []Row {
	if v.civile {
		return append(unioneRows(v.unione, "Unione civile registrata con", "unione civile"), cessazioneRows(v.cessazione, "Cessazione dell'unione")...)
	}
	end := "Cessazione del matrimonio"
	if v.unione == nil {
		end = "Cessazione precedente"
	}
	return slices.Concat(
		unioneRows(v.unione, "Matrimonio registrato con", "matrimonio"),
		spouseDeathRows(v.morte),
		cessazioneRows(v.cessazione, end),
		cessazioneRows(v.separazione, "Separazione"),
	)
}

// which says of which marriage an ending is.
func (v vincolo) which() string {
	if v.unione == nil {
		return "di un matrimonio precedente"
	}
	return "del matrimonio"
}

// coniuge is the other party to the marriage held; the title says whether it is
// the present spouse.
func coniuge(c Case) Section {
	m := c.Persona.Matrimonio
	if m == nil || m.Altro == nil || *m.Altro == (scheda.Generalita{}) {
		return Section{}
	}
	title := "Coniuge"
	switch {
	case len(contrasti(c.Persona, c.Day)) > 0:
		title = "Coniuge del matrimonio registrato"
	case c.Persona.StatoCivile != scheda.Coniugato:
		title = "Coniuge del matrimonio cessato"
	}
	return Section{Title: title, Rows: generalitaRows(*m.Altro)}
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

// cessazioneMatrimonio is how a marriage ended, or the separation.
func cessazioneMatrimonio(c Case) Section {
	for _, v := range marriages(c.Persona) {
		switch {
		case v.cessazione != nil:
			return Section{Title: "Cessazione " + v.which(), Rows: cessazioneRows(v.cessazione, "Tipo")}
		case v.separazione != nil && v.unione == nil:
			return Section{Title: "Separazione in un matrimonio precedente", Rows: cessazioneRows(v.separazione, "Tipo")}
		case v.separazione != nil:
			return Section{Title: "Separazione", Rows: cessazioneRows(v.separazione, "Tipo")}
		}
	}
	return Section{}
}

// attoCessazione is the record of the end of a marriage, or of the separation.
func attoCessazione(c Case) Section {
	if f := c.Persona.Cessazione; f != nil {
		return Section{Title: "Atto relativo", Rows: attoRows(f.Atto)}
	}
	return Section{}
}

// vedovanza is the death of a spouse.
func vedovanza(c Case) Section {
	for _, v := range marriages(c.Persona) {
		switch {
		case v.morte != nil && v.unione == nil:
			return Section{Title: "Decesso del coniuge di un matrimonio precedente", Rows: eventoRows(v.morte)}
		case v.morte != nil:
			return Section{Title: "Decesso del coniuge", Rows: eventoRows(v.morte)}
		}
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

// cessazioneRows are how it ended, since when, and by whose ruling of which day;
// where neither day is known, the day of the record.
func cessazioneRows(c *scheda.Cessazione, how string) []Row {
	if c == nil {
		return nil
	}
	rows := filled(
		Row{how, c.TipoText()},
		Row{"Data della cessazione", c.Dal.Italian()},
		Row{"Data della sentenza", c.Pronuncia.Italian()},
		Row{"Sentenza", c.Sentenza},
		Row{"Autorità", c.Autorita},
	)
	if c.Dal.IsZero() && c.Pronuncia.IsZero() {
		rows = append(rows, filled(Row{"Data dell'atto", c.When().Italian()})...)
	}
	return rows
}
