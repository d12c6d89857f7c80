package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// The rules on birth, death and citizenship.

// natoNoto refuses a birth without date or place.
func natoNoto(c Caso) Esito {
	g := c.Persona.Generalita
	return se(g.Nascita.IsZero() || g.LuogoNascita == scheda.Luogo{}, domain.ReasonNoBirth)
}

// natoInItalia refuses Italians abroad born abroad: their record is not kept
// by a Comune (EN410).
func natoInItalia(c Caso) Esito {
	return se(c.Persona.AIRE() && c.Persona.Generalita.LuogoNascita.Comune == scheda.Localita{}, domain.ReasonBornAbroad)
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
	case !p.Deceased():
		return rifiuta(domain.ReasonNotDeceased)
	case p.PresumedDead():
		return avverti("morte_presunta", "Morte presunta, giudizialmente dichiarata.")
	case p.Decesso == nil || p.Decesso.Data.IsZero() && p.Decesso.Luogo == scheda.Luogo{}:
		return rifiuta(domain.ReasonNoDeath)
	case p.Decesso.Data.IsZero() || p.Decesso.Luogo == scheda.Luogo{}:
		return avverti("dati_decesso_parziali", "I dati del decesso presenti in ANPR sono parziali.")
	}
	return Esito{}
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

func giudicaCittadinanze(cc []scheda.Cittadinanza) Esito {
	switch {
	case len(cc) == 0:
		return rifiuta(domain.ReasonNoCittadinanza)
	case slices.ContainsFunc(cc, scheda.Cittadinanza.Undefined):
		return rifiuta(domain.ReasonCittadinanzaUnknown)
	case len(cc) > 1:
		return avverti("piu_cittadinanze", "In ANPR risultano più cittadinanze: sono elencate tutte.")
	}
	return Esito{}
}

// conStoriaCittadinanza refuses a history that is empty, not defined, or not
// of an Italian, and warns of entries that cannot be placed in time.
func conStoriaCittadinanza(c Caso) Esito {
	storia := c.Scheda.Cittadinanze
	if e := giudicaCittadinanze(storia); e.Rifiuta {
		return e
	}
	switch {
	case !slices.ContainsFunc(storia, scheda.Cittadinanza.Italian):
		return rifiuta(domain.ReasonNotItalian)
	case slices.ContainsFunc(storia, func(c scheda.Cittadinanza) bool { return c.Dal.IsZero() }):
		return avverti("decorrenza_mancante", "In ANPR manca la data di decorrenza di una o più cittadinanze.")
	}
	return Esito{}
}
