package domain

import "slices"

// The rules on birth, death and citizenship.

// natoNoto refuses a birth without date or place.
func natoNoto(c Caso) Esito {
	g := c.Persona.Generalita
	return se(g.Nascita.IsZero() || g.LuogoNascita == Luogo{}, ReasonNoBirth)
}

// natoInItalia refuses Italians abroad born abroad: their record is not kept
// by a Comune (EN410).
func natoInItalia(c Caso) Esito {
	return se(c.Persona.aire() && c.Persona.Generalita.LuogoNascita.Comune == Localita{}, ReasonBornAbroad)
}

func attoNascitaNoto(c Caso) Esito {
	if c.Persona.AttoNascita == nil {
		return avverti("atto_mancante", "In ANPR mancano gli estremi dell'atto di nascita.")
	}
	return Esito{}
}

// morto refuses the living, and deaths of which nothing is known. A presumed
// death has a ruling in the place of a record.
func morto(c Caso) Esito {
	p := c.Persona
	switch {
	case !p.deceduto():
		return rifiuta(ReasonNotDeceased)
	case p.mortePresunta():
		return avverti("morte_presunta", "Morte presunta, giudizialmente dichiarata.")
	case p.Decesso == nil || p.Decesso.Data.IsZero() && p.Decesso.Luogo == Luogo{}:
		return rifiuta(ReasonNoDeath)
	case p.Decesso.Data.IsZero() || p.Decesso.Luogo == Luogo{}:
		return avverti("dati_decesso_parziali", "I dati del decesso presenti in ANPR sono parziali.")
	}
	return Esito{}
}

// mortePresunta is motive 2 of tables 15 and 28.
func (s Soggetto) mortePresunta() bool {
	return s.Cancellazione != nil && s.Cancellazione.Motivo == "2"
}

func attoMorteNoto(c Caso) Esito {
	if d := c.Persona.Decesso; d != nil && d.Atto == nil {
		return avverti("atto_mancante", "In ANPR mancano gli estremi dell'atto di morte.")
	}
	return Esito{}
}

// cittadino refuses a citizenship that is missing or not defined, and warns of
// several.
func cittadino(c Caso) Esito { return giudicaCittadinanze(c.Persona.Cittadinanze) }

func giudicaCittadinanze(cc []Cittadinanza) Esito {
	switch {
	case len(cc) == 0:
		return rifiuta(ReasonNoCittadinanza)
	case slices.ContainsFunc(cc, Cittadinanza.indefinita):
		return rifiuta(ReasonCittadinanzaUnknown)
	case len(cc) > 1:
		return avverti("piu_cittadinanze", "In ANPR risultano più cittadinanze: sono elencate tutte.")
	}
	return Esito{}
}

// indefinita is a citizenship not known (997) or not attributable (998).
func (c Cittadinanza) indefinita() bool { return c.CodiceStato == "997" || c.CodiceStato == "998" }

// conStoriaCittadinanza refuses a history that is empty, not defined, or not
// of an Italian, and warns of entries that cannot be placed in time.
func conStoriaCittadinanza(c Caso) Esito {
	storia := c.Scheda.Cittadinanze
	if e := giudicaCittadinanze(storia); e.Rifiuta {
		return e
	}
	switch {
	case !slices.ContainsFunc(storia, func(c Cittadinanza) bool { return c.CodiceStato == italia }):
		return rifiuta(ReasonNotItalian)
	case slices.ContainsFunc(storia, func(c Cittadinanza) bool { return c.Dal.IsZero() }):
		return avverti("decorrenza_mancante", "In ANPR manca la data di decorrenza di una o più cittadinanze.")
	}
	return Esito{}
}
