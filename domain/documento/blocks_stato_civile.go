package documento

import "github.com/visure-anagrafiche/visure/domain/scheda"

// statoLibero states that the person is free, and by which status.
func statoLibero(c Caso) Sezione {
	return Sezione{
		Titolo: "Stato libero",
		Testo:  []string{"Dai dati di ANPR il soggetto risulta di stato libero alla data del " + c.Oggi.Italiana() + "."},
		Righe:  []Riga{rigaStatoCivile(c.Persona)},
	}
}

// statoCivile is the status with what it rests on.
func statoCivile(c Caso) Sezione {
	p := c.Persona
	s := Sezione{Titolo: "Stato civile", Righe: []Riga{rigaStatoCivile(p)}}
	switch p.StatoCivile {
	case scheda.Coniugato:
		s.Righe = append(s.Righe, unioneRows(p.Matrimonio, "Coniuge", "matrimonio")...)
	case scheda.Vedovo:
		s.Righe = append(s.Righe, spouseDeathRows(p.Vedovanza)...)
	case scheda.Divorziato:
		s.Righe = append(s.Righe, cessazioneRows(p.EndOfMarriage(), "Cessazione del matrimonio", "Data della cessazione")...)
	case scheda.Unito:
		s.Righe = append(s.Righe, unioneRows(p.UnioneCivile, "Parte unita civilmente", "unione civile")...)
	case scheda.LiberoPerDecesso, scheda.LiberoPerScioglimento:
		s.Righe = append(s.Righe, unioneRows(p.UnioneCivile, "Parte unita civilmente", "unione civile")...)
		s.Righe = append(s.Righe, cessazioneRows(p.EndOfUnion(), "Cessazione dell'unione", "Data della cessazione")...)
	}
	return s
}

func rigaStatoCivile(p scheda.Soggetto) Riga {
	status, _ := p.StatoCivileText()
	return Riga{"Stato civile", status}
}

// coniuge is who the person married.
func coniuge(c Caso) Sezione {
	if m := c.Persona.Matrimonio; m != nil && m.Altro != nil && *m.Altro != (scheda.Generalita{}) {
		return Sezione{Titolo: "Coniuge", Righe: righeGeneralita(*m.Altro)}
	}
	return Sezione{}
}

// matrimonio is when and where they married.
func matrimonio(c Caso) Sezione {
	m := c.Persona.Matrimonio
	if m == nil {
		return Sezione{}
	}
	return Sezione{Titolo: "Matrimonio", Righe: append(eventoRows(m.Evento), piene(Riga{"Ordine del matrimonio", m.Ordine})...)}
}

// attoMatrimonio is the record of the marriage.
func attoMatrimonio(c Caso) Sezione {
	if m := c.Persona.Matrimonio; m != nil && m.Evento != nil {
		return Sezione{Titolo: "Atto di matrimonio", Righe: attoRows(m.Evento.Atto)}
	}
	return Sezione{}
}

// cessazioneMatrimonio is how the marriage ended, or the separation.
func cessazioneMatrimonio(c Caso) Sezione {
	f := c.Persona.Cessazione
	if f == nil || f.Unione {
		return Sezione{}
	}
	titolo := "Cessazione del matrimonio"
	if f.Separation() {
		titolo = "Separazione"
	}
	return Sezione{Titolo: titolo, Righe: cessazioneRows(f, "Tipo", "Data")}
}

// attoCessazione is the record of that.
func attoCessazione(c Caso) Sezione {
	f := c.Persona.Cessazione
	if f == nil || f.Unione {
		return Sezione{}
	}
	return Sezione{Titolo: "Atto relativo", Righe: attoRows(f.Atto)}
}

// vedovanza is the death of the spouse.
func vedovanza(c Caso) Sezione {
	if v := c.Persona.Vedovanza; v != nil {
		return Sezione{Titolo: "Decesso del coniuge", Righe: eventoRows(v)}
	}
	return Sezione{}
}

// attoVedovanza is the record of that death.
func attoVedovanza(c Caso) Sezione {
	if v := c.Persona.Vedovanza; v != nil {
		return Sezione{Titolo: "Atto di morte del coniuge", Righe: attoRows(v.Atto)}
	}
	return Sezione{}
}

// unioneRows are the other party and the fact, in brief.
func unioneRows(u *scheda.Unione, other, fact string) []Riga {
	if u == nil {
		return nil
	}
	var r []Riga
	if u.Altro != nil && *u.Altro != (scheda.Generalita{}) {
		r = append(r, Riga{other, brief(*u.Altro)})
	}
	return append(r, factRows(u.Evento, fact)...)
}

// factRows are when and where, named after the fact.
func factRows(e *scheda.Evento, fact string) []Riga {
	if e == nil {
		return nil
	}
	articolo := "del "
	if fact == "unione civile" {
		articolo = "dell'"
	}
	return piene(Riga{"Data " + articolo + fact, e.Data.Italiana()}, Riga{"Luogo " + articolo + fact, e.Luogo.String()})
}

// spouseDeathRows are when and where the spouse died.
func spouseDeathRows(e *scheda.Evento) []Riga {
	if e == nil {
		return nil
	}
	return piene(Riga{"Decesso del coniuge", e.Data.Italiana()}, Riga{"Luogo del decesso", e.Luogo.String()})
}

// cessazioneRows are how and when it ended, and by whose ruling.
func cessazioneRows(c *scheda.Cessazione, how, when string) []Riga {
	if c == nil {
		return nil
	}
	return piene(
		Riga{how, c.TipoText()},
		Riga{when, c.Data.Italiana()},
		Riga{"Sentenza", c.Sentenza},
		Riga{"Autorità", c.Autorita},
	)
}
