package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// conResidenza refuses a person whose address ANPR does not hold; who has no
// fixed one has none to be held.
func residenzaKnown(c Case) Finding {
	_, ok := c.Persona.Residenza()
	return refuseIf(!ok && !c.Persona.SenzaFissaDimora, domain.ReasonNoResidenza)
}

func warnIfHomeless(c Case) Finding {
	if c.Persona.SenzaFissaDimora {
		return warn("senza_fissa_dimora", "Il soggetto è iscritto in anagrafe come senza fissa dimora.")
	}
	return Finding{}
}

func decorrenzaKnown(c Case) Finding {
	if r, ok := c.Persona.Residenza(); ok && r.Decorrenza.IsZero() {
		return warn("decorrenza_mancante", "In ANPR manca la data di decorrenza della residenza.")
	}
	return Finding{}
}

func residenzaEsteraKnown(c Case) Finding {
	_, ok := c.Persona.ResidenzaEstera()
	return refuseIf(!ok, domain.ReasonNoResidenza)
}

// conStoriaResidenza refuses a history without entries or with an entry that
// cannot be placed in time.
func residenzaStoricaKnown(c Case) Finding {
	switch storia := c.Scheda.Residenze; {
	case len(storia) == 0:
		return refuse(domain.ReasonNoResidenza)
	case slices.ContainsFunc(storia, func(r scheda.Residenza) bool { return r.Decorrenza.IsZero() }):
		return refuse(domain.ReasonNoDecorrenza)
	}
	return Finding{}
}
