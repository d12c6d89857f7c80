package domain

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
	case coniugato:
		s.Righe = append(s.Righe, p.Matrimonio.righe("Coniuge", "matrimonio")...)
	case vedovo:
		s.Righe = append(s.Righe, p.Vedovanza.righeDecesso()...)
	case divorziato:
		s.Righe = append(s.Righe, p.fineMatrimonio().righe("Cessazione del matrimonio", "Data della cessazione")...)
	case unito:
		s.Righe = append(s.Righe, p.UnioneCivile.righe("Parte unita civilmente", "unione civile")...)
	case liberoPerDecesso, liberoPerScioglimento:
		s.Righe = append(s.Righe, p.UnioneCivile.righe("Parte unita civilmente", "unione civile")...)
		s.Righe = append(s.Righe, p.fineUnione().righe("Cessazione dell'unione", "Data della cessazione")...)
	}
	return s
}

func rigaStatoCivile(p Soggetto) Riga {
	return Riga{"Stato civile", statiCivili[p.StatoCivile].per(p.Generalita.Sesso)}
}

// coniuge is who the person married.
func coniuge(c Caso) Sezione {
	if m := c.Persona.Matrimonio; m != nil && m.Altro != nil && *m.Altro != (Generalita{}) {
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
	return Sezione{Titolo: "Matrimonio", Righe: append(m.Evento.righe(), piene(Riga{"Ordine del matrimonio", m.Ordine})...)}
}

// attoMatrimonio is the record of the marriage.
func attoMatrimonio(c Caso) Sezione {
	if m := c.Persona.Matrimonio; m != nil && m.Evento != nil {
		return Sezione{Titolo: "Atto di matrimonio", Righe: m.Evento.Atto.righe()}
	}
	return Sezione{}
}

// cessazioneMatrimonio is how the marriage ended, or was loosened.
func cessazioneMatrimonio(c Caso) Sezione {
	f := c.Persona.Cessazione
	if f == nil || f.Unione {
		return Sezione{}
	}
	titolo := "Cessazione del matrimonio"
	if f.separazione() {
		titolo = "Separazione"
	}
	return Sezione{Titolo: titolo, Righe: f.righe("Tipo", "Data")}
}

// attoCessazione is the record of that.
func attoCessazione(c Caso) Sezione {
	f := c.Persona.Cessazione
	if f == nil || f.Unione {
		return Sezione{}
	}
	return Sezione{Titolo: "Atto relativo", Righe: f.Atto.righe()}
}

// vedovanza is the death of the spouse.
func vedovanza(c Caso) Sezione {
	if v := c.Persona.Vedovanza; v != nil {
		return Sezione{Titolo: "Decesso del coniuge", Righe: v.righe()}
	}
	return Sezione{}
}

// attoVedovanza is the record of that death.
func attoVedovanza(c Caso) Sezione {
	if v := c.Persona.Vedovanza; v != nil {
		return Sezione{Titolo: "Atto di morte del coniuge", Righe: v.Atto.righe()}
	}
	return Sezione{}
}

// righe are the other party and the fact, in brief.
func (u *Unione) righe(altro, fatto string) []Riga {
	if u == nil {
		return nil
	}
	var r []Riga
	if u.Altro != nil && *u.Altro != (Generalita{}) {
		r = append(r, Riga{altro, u.Altro.breve()})
	}
	return append(r, u.Evento.righeDi(fatto)...)
}

// righeDi are when and where, named after the fact.
func (e *Evento) righeDi(fatto string) []Riga {
	if e == nil {
		return nil
	}
	articolo := "del "
	if fatto == "unione civile" {
		articolo = "dell'"
	}
	return piene(Riga{"Data " + articolo + fatto, e.Data.Italiana()}, Riga{"Luogo " + articolo + fatto, e.Luogo.String()})
}

// righeDecesso are when and where the spouse died.
func (e *Evento) righeDecesso() []Riga {
	if e == nil {
		return nil
	}
	return piene(Riga{"Decesso del coniuge", e.Data.Italiana()}, Riga{"Luogo del decesso", e.Luogo.String()})
}

// righe are how and when it ended, and by whose ruling.
func (c *Cessazione) righe(tipo, quando string) []Riga {
	if c == nil {
		return nil
	}
	tabella := cessazioni
	if c.Unione {
		tabella = scioglimenti
	}
	return piene(
		Riga{tipo, voceTabella(tabella, c.Tipo)},
		Riga{quando, c.Data.Italiana()},
		Riga{"Sentenza", c.Sentenza},
		Riga{"Autorità", c.Autorita},
	)
}
