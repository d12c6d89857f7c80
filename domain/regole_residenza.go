package domain

import (
	"cmp"
	"slices"
)

// residenza returns the address in force. ANPR has been seen to send two: the
// one of residence comes before the usual dwelling, the later before the
// earlier.
func (s Soggetto) residenza() (Residenza, bool) {
	return prima(s.Residenze, "1", "2", "")
}

// domicilio returns where a person without a fixed address may be found.
func (s Soggetto) domicilio() (Residenza, bool) {
	return prima(s.Residenze, "1", "2", "3", "8", "9", "")
}

// estera returns the address abroad in force.
func (s Soggetto) estera() (Residenza, bool) {
	abroad := slices.DeleteFunc(slices.Clone(s.Residenze), func(r Residenza) bool { return r.Estero == nil })
	return prima(abroad, "4", "6", "9", "")
}

// prima returns the latest address of the first of the types of table 25 that
// has any.
func prima(residenze []Residenza, tipi ...string) (Residenza, bool) {
	var best Residenza
	rank := len(tipi)
	for _, r := range residenze {
		i := slices.Index(tipi, r.Tipo)
		if i < 0 || r.vuota() {
			continue
		}
		if cmp.Or(cmp.Compare(i, rank), best.Decorrenza.Compare(r.Decorrenza)) < 0 {
			best, rank = r, i
		}
	}
	return best, rank < len(tipi)
}

// conResidenza refuses a person whose address ANPR does not hold; who has no
// fixed one has none to be held.
func conResidenza(c Caso) Esito {
	_, ok := c.Persona.residenza()
	return se(!ok && !c.Persona.SenzaFissaDimora, ReasonNoResidenza)
}

func senzaDimora(c Caso) Esito {
	if c.Persona.SenzaFissaDimora {
		return avverti("senza_fissa_dimora", "Il soggetto è iscritto in anagrafe come senza fissa dimora.")
	}
	return Esito{}
}

func decorrenzaNota(c Caso) Esito {
	if r, ok := c.Persona.residenza(); ok && r.Decorrenza.IsZero() {
		return avverti("decorrenza_mancante", "In ANPR manca la data di decorrenza della residenza.")
	}
	return Esito{}
}

func conResidenzaEstera(c Caso) Esito {
	_, ok := c.Persona.estera()
	return se(!ok, ReasonNoResidenza)
}

// conStoriaResidenza refuses a history without entries or with an entry that
// cannot be placed in time.
func conStoriaResidenza(c Caso) Esito {
	switch storia := c.Scheda.Residenze; {
	case len(storia) == 0:
		return rifiuta(ReasonNoResidenza)
	case slices.ContainsFunc(storia, func(r Residenza) bool { return r.Decorrenza.IsZero() }):
		return rifiuta(ReasonNoDecorrenza)
	}
	return Esito{}
}
