package documento

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The rules on birth, death and citizenship.

// birthKnown refuses a birth without date or place.
func birthKnown(c Case) Finding {
	g := c.Persona.Generalita
	return refuseIf(g.Nascita.IsZero() || g.LuogoNascita == scheda.Luogo{}, domain.ReasonNoBirth)
}

// bornInItaly refuses Italians abroad who were born abroad: no Comune keeps their
// record (EN410).
func bornInItaly(c Case) Finding {
	return refuseIf(c.Persona.AIRE() && c.Persona.Generalita.LuogoNascita.Comune == scheda.Localita{}, domain.ReasonBornAbroad)
}

// attoNascitaKnown warns that there is no record of birth.
func attoNascitaKnown(c Case) Finding {
	if c.Persona.AttoNascita == nil {
		return warn("atto_mancante", "In ANPR mancano gli estremi dell'atto di nascita.")
	}
	return Finding{}
}

// dead refuses the living, and deaths without date and place. A presumed death
// rests on a ruling and has neither.
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

// attoMorteKnown warns that there is no record of the death.
func attoMorteKnown(c Case) Finding {
	if d := c.Persona.Decesso; d != nil && d.Atto == nil {
		return warn("atto_mancante", "In ANPR mancano gli estremi dell'atto di morte.")
	}
	return Finding{}
}

// cittadinanzaKnown refuses a citizenship that is missing or not defined, and warns of
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

// cittadinanzaStoricaKnown refuses a history that is empty, not defined, or not
// of an Italian, and warns of entries that have no date.
func cittadinanzaStoricaKnown(c Case) Finding {
	history := c.Scheda.Cittadinanze
	if e := judgeCittadinanze(history); e.Refuses {
		return e
	}
	switch {
	case !slices.ContainsFunc(history, scheda.Cittadinanza.Italian):
		return refuse(domain.ReasonNotItalian)
	case slices.ContainsFunc(history, func(c scheda.Cittadinanza) bool { return c.Dal.IsZero() }):
		return warn("decorrenza_mancante", "In ANPR manca la data di decorrenza di una o più cittadinanze.")
	}
	return Finding{}
}
