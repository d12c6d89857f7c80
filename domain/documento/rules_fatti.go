package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// The rules on birth, death and citizenship.

// natoNoto refuses a birth without date or place.
func birthKnown(c Case) Finding {
	g := c.Persona.Generalita
	return refuseIf(g.Nascita.IsZero() || g.LuogoNascita == scheda.Luogo{}, domain.ReasonNoBirth)
}

// natoInItalia refuses Italians abroad born abroad: their record is not kept
// by a Comune (EN410).
func bornInItaly(c Case) Finding {
	return refuseIf(c.Persona.AIRE() && c.Persona.Generalita.LuogoNascita.Comune == scheda.Localita{}, domain.ReasonBornAbroad)
}

func attoNascitaKnown(c Case) Finding {
	if c.Persona.AttoNascita == nil {
		return warn("atto_mancante", "In ANPR mancano gli estremi dell'atto di nascita.")
	}
	return Finding{}
}

// morto refuses the living, and deaths of which nothing is known. A presumed
// death has a ruling in the place of a record.
func dead(c Case) Finding {
	p := c.Persona
	switch {
	case !p.Deceased():
		return refuse(domain.ReasonNotDeceased)
	case p.PresumedDead():
		return warn("morte_presunta", "Morte presunta, giudizialmente dichiarata.")
	case p.Decesso == nil || p.Decesso.Data.IsZero() && p.Decesso.Luogo == scheda.Luogo{}:
		return refuse(domain.ReasonNoDeath)
	case p.Decesso.Data.IsZero() || p.Decesso.Luogo == scheda.Luogo{}:
		return warn("dati_decesso_parziali", "I dati del decesso presenti in ANPR sono parziali.")
	}
	return Finding{}
}

func attoMorteKnown(c Case) Finding {
	if d := c.Persona.Decesso; d != nil && d.Atto == nil {
		return warn("atto_mancante", "In ANPR mancano gli estremi dell'atto di morte.")
	}
	return Finding{}
}

// cittadino refuses a citizenship that is missing or not defined, and warns of
// several.
func cittadinanzaKnown(c Case) Finding { return judgeCittadinanze(c.Persona.Cittadinanze) }

func judgeCittadinanze(cc []scheda.Cittadinanza) Finding {
	switch {
	case len(cc) == 0:
		return refuse(domain.ReasonNoCittadinanza)
	case slices.ContainsFunc(cc, scheda.Cittadinanza.Undefined):
		return refuse(domain.ReasonCittadinanzaUnknown)
	case len(cc) > 1:
		return warn("piu_cittadinanze", "In ANPR risultano più cittadinanze: sono elencate tutte.")
	}
	return Finding{}
}

// conStoriaCittadinanza refuses a history that is empty, not defined, or not
// of an Italian, and warns of entries that cannot be placed in time.
func cittadinanzaStoricaKnown(c Case) Finding {
	storia := c.Scheda.Cittadinanze
	if e := judgeCittadinanze(storia); e.Refuses {
		return e
	}
	switch {
	case !slices.ContainsFunc(storia, scheda.Cittadinanza.Italian):
		return refuse(domain.ReasonNotItalian)
	case slices.ContainsFunc(storia, func(c scheda.Cittadinanza) bool { return c.Dal.IsZero() }):
		return warn("decorrenza_mancante", "In ANPR manca la data di decorrenza di una o più cittadinanze.")
	}
	return Finding{}
}
