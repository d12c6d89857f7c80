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
	return refuseIf(g.Nascita.IsZero() || g.LuogoNascita.String() == "", domain.ReasonNoBirth)
}

// birthStateKnown warns that the registry does not know the State of birth.
func birthStateKnown(c Case) Finding {
	if c.Persona.Generalita.LuogoNascita.Estero.Unattributed() {
		return warn("stato_nascita_non_attribuito", "In ANPR lo Stato di nascita non è noto o non è attribuibile.")
	}
	return Finding{}
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
	case p.Decesso == nil || p.Decesso.Data.IsZero() && p.Decesso.Luogo.String() == "":
		return refuse(domain.ReasonNoDeath)
	case p.Decesso.Data.IsZero() || p.Decesso.Luogo.String() == "":
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
// several. One of a State in no table (998) is not defined though it has a name.
func cittadinanzaKnown(c Case) Finding {
	cc := c.Persona.Cittadinanze
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

// cittadinanzaStoricaKnown refuses a history that is empty or not of an Italian.
// A former State that is in no table does not stop it.
func cittadinanzaStoricaKnown(c Case) Finding {
	history := c.Scheda.Cittadinanze
	switch {
	case len(history) == 0:
		return refuse(domain.ReasonNoCittadinanza)
	case slices.ContainsFunc(history, scheda.Cittadinanza.Italian):
		return Finding{}
	case slices.ContainsFunc(history, scheda.Cittadinanza.Undefined):
		return refuse(domain.ReasonCittadinanzaUnknown)
	}
	return refuse(domain.ReasonNotItalian)
}

// cittadinanzeDated warns of entries of the history that have no date.
func cittadinanzeDated(c Case) Finding {
	if slices.ContainsFunc(c.Scheda.Cittadinanze, func(c scheda.Cittadinanza) bool { return c.Dal.IsZero() }) {
		return warn("decorrenza_mancante", "In ANPR manca la data di decorrenza di una o più cittadinanze.")
	}
	return Finding{}
}

// cittadinanzeNamed warns of entries of the history whose State nobody can tell.
func cittadinanzeNamed(c Case) Finding {
	if slices.ContainsFunc(c.Scheda.Cittadinanze, scheda.Cittadinanza.Unnamed) {
		return warn("cittadinanza_non_attribuita", "In ANPR lo Stato di una o più cittadinanze non è noto o non è attribuibile.")
	}
	return Finding{}
}
