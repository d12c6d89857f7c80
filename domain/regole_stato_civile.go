package domain

// The rules on civil status.

// statoCivileNoto refuses a status that is missing or not classified (9).
func statoCivileNoto(c Caso) Esito {
	_, ok := statiCivili[c.Persona.StatoCivile]
	return se(!ok, ReasonNoStatoCivile)
}

// libero refuses who is married or in a civil union.
func libero(c Caso) Esito {
	switch c.Persona.StatoCivile {
	case coniugato, unito:
		return rifiuta(ReasonNotFree)
	}
	return Esito{}
}

// coniugatoUnTempo refuses who never married, as far as the status tells.
func coniugatoUnTempo(c Caso) Esito {
	switch c.Persona.StatoCivile {
	case coniugato, vedovo, divorziato:
		return Esito{}
	}
	return rifiuta(ReasonNotMarried)
}

// residenteAlMatrimonio refuses Italians abroad who were so already when they
// married, or of whom this cannot be told.
func residenteAlMatrimonio(c Caso) Esito {
	p := c.Persona
	if !p.aire() {
		return Esito{}
	}
	known := p.Matrimonio != nil && p.Matrimonio.Evento != nil && p.Iscrizione != nil && !p.Iscrizione.Data.IsZero()
	return se(!known || p.Iscrizione.Data.Compare(p.Matrimonio.Evento.Data) <= 0, ReasonAIRE)
}

// conMatrimonio refuses a marriage of which nothing is known.
func conMatrimonio(c Caso) Esito {
	switch c.Persona.Matrimonio.noto() {
	case niente:
		return rifiuta(ReasonNoSpouse)
	case parte:
		return datiParziali()
	}
	return Esito{}
}

// cessazioneNota warns when a status says that the marriage ended and nothing
// tells how.
func cessazioneNota(c Caso) Esito {
	p := c.Persona
	if p.StatoCivile == vedovo && p.Vedovanza.noto() == niente || p.StatoCivile == divorziato && p.fineMatrimonio() == nil {
		return avverti("cessazione_mancante", "In ANPR mancano i dati della cessazione del matrimonio.")
	}
	return Esito{}
}

// provato refuses a civil status without any of the facts that prove it.
func provato(c Caso) Esito {
	switch c.Persona.prova() {
	case niente:
		return rifiuta(ReasonNoProof)
	case parte:
		return datiParziali()
	}
	return Esito{}
}

func datiParziali() Esito {
	return avverti("dati_stato_civile_parziali", "I dati di stato civile presenti in ANPR sono parziali.")
}

// noto is how much of a fact is known.
type noto int

const (
	niente noto = iota
	parte
	tutto
)

// prova says how much is known of what the civil status rests on. Who never
// married has nothing to prove.
func (s Soggetto) prova() noto {
	switch s.StatoCivile {
	case coniugato:
		return s.Matrimonio.noto()
	case vedovo:
		return s.Vedovanza.noto()
	case divorziato:
		return s.fineMatrimonio().noto()
	case unito:
		return s.UnioneCivile.noto()
	case liberoPerDecesso, liberoPerScioglimento:
		return max(s.fineUnione().noto(), min(s.UnioneCivile.noto(), parte))
	}
	return tutto
}

// fineMatrimonio is how the marriage ended; separation loosens but does not
// end it.
func (s Soggetto) fineMatrimonio() *Cessazione {
	if s.Cessazione == nil || s.Cessazione.Unione || s.Cessazione.separazione() {
		return nil
	}
	return s.Cessazione
}

// fineUnione is how the civil union ended.
func (s Soggetto) fineUnione() *Cessazione {
	if s.Cessazione == nil || !s.Cessazione.Unione {
		return nil
	}
	return s.Cessazione
}

// separazione is codes 5 and 8 of table 31.
func (c Cessazione) separazione() bool { return !c.Unione && (c.Tipo == "5" || c.Tipo == "8") }

func (c *Cessazione) noto() noto {
	switch {
	case c == nil || *c == Cessazione{Unione: c.Unione}:
		return niente
	case c.Data.IsZero():
		return parte
	}
	return tutto
}

func (e *Evento) noto() noto {
	switch {
	case e == nil || *e == Evento{}:
		return niente
	case e.Data.IsZero() || e.Luogo == Luogo{}:
		return parte
	}
	return tutto
}

func (u *Unione) noto() noto {
	if u == nil {
		return niente
	}
	altro, evento := u.Altro != nil && *u.Altro != Generalita{}, u.Evento.noto()
	switch {
	case !altro && evento == niente:
		return niente
	case altro && evento == tutto:
		return tutto
	}
	return parte
}
