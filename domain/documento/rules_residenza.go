package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// conResidenza refuses a person whose address ANPR does not hold; who has no
// fixed one has none to be held.
func conResidenza(c Caso) Esito {
	_, ok := c.Persona.Residenza()
	return se(!ok && !c.Persona.SenzaFissaDimora, domain.ReasonNoResidenza)
}

func senzaDimora(c Caso) Esito {
	if c.Persona.SenzaFissaDimora {
		return avverti("senza_fissa_dimora", "Il soggetto è iscritto in anagrafe come senza fissa dimora.")
	}
	return Esito{}
}

func decorrenzaNota(c Caso) Esito {
	if r, ok := c.Persona.Residenza(); ok && r.Decorrenza.IsZero() {
		return avverti("decorrenza_mancante", "In ANPR manca la data di decorrenza della residenza.")
	}
	return Esito{}
}

func conResidenzaEstera(c Caso) Esito {
	_, ok := c.Persona.ResidenzaEstera()
	return se(!ok, domain.ReasonNoResidenza)
}

// conStoriaResidenza refuses a history without entries or with an entry that
// cannot be placed in time.
func conStoriaResidenza(c Caso) Esito {
	switch storia := c.Scheda.Residenze; {
	case len(storia) == 0:
		return rifiuta(domain.ReasonNoResidenza)
	case slices.ContainsFunc(storia, func(r scheda.Residenza) bool { return r.Decorrenza.IsZero() }):
		return rifiuta(domain.ReasonNoDecorrenza)
	}
	return Esito{}
}
