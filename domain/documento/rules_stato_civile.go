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
	if p.StatoCivile == scheda.Vedovo && p.Vedovanza.Known() == scheda.KnownNothing || p.StatoCivile == scheda.Divorziato && divorce(p) == nil {
		return warn("cessazione_mancante", "In ANPR mancano i dati della cessazione del matrimonio.")
	}
	return Finding{}
}

// divorce is how a marriage ended but by death; a separation is no end.
func divorce(p scheda.Persona) *scheda.Cessazione {
	if p.Cessazione == nil || p.Cessazione.Separation() {
		return nil
	}
	return p.Cessazione
}

// statoCivileProven refuses a civil status without any of the facts that prove it.
func statoCivileProven(c Case) Finding {
	switch proof(c.Persona, c.Day) {
	case scheda.KnownNothing:
		return refuse(domain.ReasonNoProof)
	case scheda.KnownPartly:
		return warnPartial()
	}
	return Finding{}
}

// proof is how much is known of the facts the civil status rests on. A person who
// never married has nothing to prove; a marriage or a union that ended, but by a
// death not yet worked in, does not prove another.
func proof(p scheda.Persona, day domain.Date) scheda.Known {
	switch p.StatoCivile {
	case scheda.Coniugato, scheda.Unito:
		if v, ok := presentUnione(p); ok && (!v.ended(day) || v.byDeath()) {
			return v.unione.Known()
		}
		return scheda.KnownNothing
	case scheda.Vedovo:
		return p.Vedovanza.Known()
	case scheda.Divorziato:
		return divorce(p).Known()
	case scheda.LiberoPerDecesso, scheda.LiberoPerScioglimento:
		return max(p.Scioglimento.Known(), min(p.UnioneCivile.Known(), scheda.KnownPartly))
	}
	return scheda.KnownFully
}

// concordant warns when status and unions contradict each other. A death that
// only awaits the Comune is told as such.
func concordant(c Case) Finding {
	list := contrasti(c.Persona, c.Day)
	switch {
	case len(list) == 0:
		return Finding{}
	case bereaved(c.Persona, c.Day) && c.Persona.StatoCivile == scheda.Unito:
		return warn("stato_civile_non_aggiornato", "In ANPR risulta il decesso della parte unita civilmente, ma lo stato civile del soggetto non è stato aggiornato: verificare con l'Ufficio Anagrafe.")
	case bereaved(c.Persona, c.Day):
		return warn("stato_civile_non_aggiornato", "In ANPR risulta il decesso del coniuge, ma lo stato civile del soggetto non è stato aggiornato: verificare con l'Ufficio Anagrafe.")
	}
	return warn("stato_civile_discorde", contrastText(list))
}

// documented warns of a status entered without a record of it.
func documented(c Case) Finding {
	if !c.Persona.NonDocumentato {
		return Finding{}
	}
	return warn("stato_civile_non_documentato", "In ANPR lo stato civile del soggetto è registrato come non documentato.")
}

// freeBeyondDoubt refuses to state that a person is free on a status that is not
// documented, or that the unions on the card contradict.
func freeBeyondDoubt(c Case) Finding {
	if c.Persona.NonDocumentato {
		return refuse(domain.ReasonUndocumented)
	}
	return refuseIf(len(contrasti(c.Persona, c.Day)) > 0, domain.ReasonDiscordant)
}

// endingInForce warns of an ending that does not hold yet on the day of the data.
func endingInForce(c Case) Finding {
	for _, v := range unioniOf(c.Persona) {
		if v.ending().any && !v.ended(c.Day) {
			return warn("cessazione_futura", "In ANPR è registrata una cessazione che ha effetto dopo la data di riferimento dei dati.")
		}
	}
	return Finding{}
}

// warnPartial is the warning that some of the facts are missing.
func warnPartial() Finding {
	return warn("dati_stato_civile_parziali", "I dati di stato civile presenti in ANPR sono parziali.")
}
