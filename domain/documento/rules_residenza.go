package documento

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// residenzaKnown refuses a person with a fixed address that ANPR does not hold.
func residenzaKnown(c Case) Finding {
	_, ok := c.Persona.Residenza()
	return refuseIf(!ok && !c.Persona.SenzaFissaDimora, domain.ReasonNoResidenza)
}

// warnIfHomeless warns that the person has no fixed address.
func warnIfHomeless(c Case) Finding {
	if c.Persona.SenzaFissaDimora {
		return warn("senza_fissa_dimora", "Il soggetto è iscritto in anagrafe come senza fissa dimora.")
	}
	return Finding{}
}

// decorrenzaKnown warns of a residence without a start.
func decorrenzaKnown(c Case) Finding {
	if r, ok := c.Persona.Residenza(); ok && r.Decorrenza.IsZero() {
		return warn("decorrenza_mancante", "In ANPR manca la data di decorrenza della residenza.")
	}
	return Finding{}
}

// residenzaEsteraKnown refuses a person without an address abroad.
func residenzaEsteraKnown(c Case) Finding {
	_, ok := c.Persona.ResidenzaEstera()
	return refuseIf(!ok, domain.ReasonNoResidenza)
}

// residenzaStoricaKnown refuses a history without a place where the person lived,
// or with one that has no start.
func residenzaStoricaKnown(c Case) Finding {
	history := slices.DeleteFunc(slices.Clone(c.Scheda.Residenze), func(r scheda.Residenza) bool { return !r.Lived() })
	switch {
	case len(history) == 0:
		return refuse(domain.ReasonNoResidenza)
	case slices.ContainsFunc(history, func(r scheda.Residenza) bool { return r.Decorrenza.IsZero() }):
		return refuse(domain.ReasonNoDecorrenza)
	}
	return Finding{}
}

// livedUntilDeath warns that ANPR has addresses that begin after the death, which
// are not printed, and refuses a history with no others.
func livedUntilDeath(c Case) Finding {
	died := death(c.Scheda.Persone)
	begun := func(r scheda.Residenza) bool { return !died.IsZero() && later(r.Decorrenza, died) }
	switch {
	case len(Periodi(c.Scheda)) == 0:
		return refuse(domain.ReasonNoResidenza)
	case slices.ContainsFunc(c.Scheda.Residenze, begun):
		return warn("residenza_dopo_decesso", "In ANPR risultano indirizzi con decorrenza successiva al decesso: non sono riportati.")
	}
	return Finding{}
}
