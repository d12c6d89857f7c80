package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The rules on civil status.

// statoCivileNoto refuses a status that is missing or not classified (9).
func statoCivileNoto(c Caso) Esito {
	_, ok := c.Persona.StatoCivileText()
	return se(!ok, domain.ReasonNoStatoCivile)
}

// libero refuses who is married or in a civil union.
func libero(c Caso) Esito {
	switch c.Persona.StatoCivile {
	case scheda.Coniugato, scheda.Unito:
		return rifiuta(domain.ReasonNotFree)
	}
	return Esito{}
}

// coniugatoUnTempo refuses who never married, as far as the status tells.
func coniugatoUnTempo(c Caso) Esito {
	switch c.Persona.StatoCivile {
	case scheda.Coniugato, scheda.Vedovo, scheda.Divorziato:
		return Esito{}
	}
	return rifiuta(domain.ReasonNotMarried)
}

// residenteAlMatrimonio refuses Italians abroad who were so already when they
// married, or of whom this cannot be told.
func residenteAlMatrimonio(c Caso) Esito {
	p := c.Persona
	if !p.AIRE() {
		return Esito{}
	}
	known := p.Matrimonio != nil && p.Matrimonio.Evento != nil && p.Iscrizione != nil && !p.Iscrizione.Data.IsZero()
	return se(!known || p.Iscrizione.Data.Compare(p.Matrimonio.Evento.Data) <= 0, domain.ReasonAIRE)
}

// conMatrimonio refuses a marriage of which nothing is known.
func conMatrimonio(c Caso) Esito {
	switch c.Persona.Matrimonio.Known() {
	case scheda.KnownNothing:
		return rifiuta(domain.ReasonNoSpouse)
	case scheda.KnownPartly:
		return datiParziali()
	}
	return Esito{}
}

// cessazioneNota warns when a status says that the marriage ended and nothing
// tells how.
func cessazioneNota(c Caso) Esito {
	p := c.Persona
	if p.StatoCivile == scheda.Vedovo && p.Vedovanza.Known() == scheda.KnownNothing || p.StatoCivile == scheda.Divorziato && p.EndOfMarriage() == nil {
		return avverti("cessazione_mancante", "In ANPR mancano i dati della cessazione del matrimonio.")
	}
	return Esito{}
}

// provato refuses a civil status without any of the facts that prove it.
func provato(c Caso) Esito {
	switch c.Persona.StatoCivileProof() {
	case scheda.KnownNothing:
		return rifiuta(domain.ReasonNoProof)
	case scheda.KnownPartly:
		return datiParziali()
	}
	return Esito{}
}

func datiParziali() Esito {
	return avverti("dati_stato_civile_parziali", "I dati di stato civile presenti in ANPR sono parziali.")
}
