package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The rules on civil status.

// statoCivileNoto refuses a status that is missing or not classified (9).
func statoCivileKnown(c Case) Finding {
	_, ok := c.Persona.StatoCivileText()
	return refuseIf(!ok, domain.ReasonNoStatoCivile)
}

// libero refuses who is married or in a civil union.
func free(c Case) Finding {
	switch c.Persona.StatoCivile {
	case scheda.Coniugato, scheda.Unito:
		return refuse(domain.ReasonNotFree)
	}
	return Finding{}
}

// coniugatoUnTempo refuses who never married, as far as the status tells.
func onceMarried(c Case) Finding {
	switch c.Persona.StatoCivile {
	case scheda.Coniugato, scheda.Vedovo, scheda.Divorziato:
		return Finding{}
	}
	return refuse(domain.ReasonNotMarried)
}

// residenteAlMatrimonio refuses Italians abroad who were so already when they
// married, or of whom this cannot be told.
func residentWhenMarried(c Case) Finding {
	p := c.Persona
	if !p.AIRE() {
		return Finding{}
	}
	known := p.Matrimonio != nil && p.Matrimonio.Evento != nil && p.Iscrizione != nil && !p.Iscrizione.Data.IsZero()
	return refuseIf(!known || p.Iscrizione.Data.Compare(p.Matrimonio.Evento.Data) <= 0, domain.ReasonAIRE)
}

// conMatrimonio refuses a marriage of which nothing is known.
func matrimonioKnown(c Case) Finding {
	switch c.Persona.Matrimonio.Known() {
	case scheda.KnownNothing:
		return refuse(domain.ReasonNoSpouse)
	case scheda.KnownPartly:
		return warnPartial()
	}
	return Finding{}
}

// cessazioneNota warns when a status says that the marriage ended and nothing
// tells how.
func cessazioneKnown(c Case) Finding {
	p := c.Persona
	if p.StatoCivile == scheda.Vedovo && p.Vedovanza.Known() == scheda.KnownNothing || p.StatoCivile == scheda.Divorziato && p.EndOfMarriage() == nil {
		return warn("cessazione_mancante", "In ANPR mancano i dati della cessazione del matrimonio.")
	}
	return Finding{}
}

// provato refuses a civil status without any of the facts that prove it.
func statoCivileProven(c Case) Finding {
	switch c.Persona.StatoCivileProof() {
	case scheda.KnownNothing:
		return refuse(domain.ReasonNoProof)
	case scheda.KnownPartly:
		return warnPartial()
	}
	return Finding{}
}

func warnPartial() Finding {
	return warn("dati_stato_civile_parziali", "I dati di stato civile presenti in ANPR sono parziali.")
}
