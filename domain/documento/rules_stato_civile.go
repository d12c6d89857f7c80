package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The rules on civil status.

// statoCivileKnown refuses a status that is missing or not classified (9).
func statoCivileKnown(c Case) Finding {
	_, ok := c.Persona.StatoCivileText()
	return refuseIf(!ok, domain.ReasonNoStatoCivile)
}

// free refuses a person who is married or in a civil union.
func free(c Case) Finding {
	switch c.Persona.StatoCivile {
	case scheda.Coniugato, scheda.Unito:
		return refuse(domain.ReasonNotFree)
	}
	return Finding{}
}

// onceMarried refuses a person who never married, as far as the status tells.
func onceMarried(c Case) Finding {
	switch c.Persona.StatoCivile {
	case scheda.Coniugato, scheda.Vedovo, scheda.Divorziato:
		return Finding{}
	}
	return refuse(domain.ReasonNotMarried)
}

// residentWhenMarried refuses Italians abroad who were abroad already when they
// married, or of whom that cannot be told.
func residentWhenMarried(c Case) Finding {
	p := c.Persona
	if !p.AIRE() {
		return Finding{}
	}
	known := p.Matrimonio != nil && p.Matrimonio.Evento != nil && p.Iscrizione != nil && !p.Iscrizione.Data.IsZero()
	return refuseIf(!known || p.Iscrizione.Data.Compare(p.Matrimonio.Evento.Data) <= 0, domain.ReasonAIRE)
}

// matrimonioKnown refuses a marriage of which nothing is known.
func matrimonioKnown(c Case) Finding {
	switch c.Persona.Matrimonio.Known() {
	case scheda.KnownNothing:
		return refuse(domain.ReasonNoSpouse)
	case scheda.KnownPartly:
		return warnPartial()
	}
	return Finding{}
}

// cessazioneKnown warns when the status says that the marriage ended and ANPR
// does not hold how.
func cessazioneKnown(c Case) Finding {
	p := c.Persona
	if p.StatoCivile == scheda.Vedovo && p.Vedovanza.Known() == scheda.KnownNothing || p.StatoCivile == scheda.Divorziato && p.EndOfMarriage() == nil {
		return warn("cessazione_mancante", "In ANPR mancano i dati della cessazione del matrimonio.")
	}
	return Finding{}
}

// statoCivileProven refuses a civil status without any of the facts that prove it.
func statoCivileProven(c Case) Finding {
	switch c.Persona.StatoCivileProof() {
	case scheda.KnownNothing:
		return refuse(domain.ReasonNoProof)
	case scheda.KnownPartly:
		return warnPartial()
	}
	return Finding{}
}

// warnPartial is the warning that some of the facts are missing.
func warnPartial() Finding {
	return warn("dati_stato_civile_parziali", "I dati di stato civile presenti in ANPR sono parziali.")
}
