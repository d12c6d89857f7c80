package documento

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// The rules on the family.

// membersCertifiable warns of other members whose data are not certifiable, or not
// without limits (table 42).
func membersCertifiable(c Case) Finding {
	if slices.ContainsFunc(otherMembers(c), func(p scheda.Persona) bool {
		switch p.Certificabile {
		case scheda.NonCertificabile, scheda.NonIscrivibile, scheda.Tutelato:
			return true
		case scheda.CertificabileParziale:
			return !slices.Contains(partialSuffices, c.Visura.Request.Tipo)
		}
		return false
	}) {
		return warn("componente_non_certificabile", "In ANPR i dati di uno o più altri componenti della famiglia sono segnalati come non certificabili, o certificabili con limitazioni: verificare con l'Ufficio Anagrafe.")
	}
	return Finding{}
}

// inFamily refuses a person who lives in a convivenza, or in no family at all.
func inFamily(c Case) Finding {
	f, legame := c.famiglia(), c.Persona.Legame
	switch {
	case f != nil && f.Convivenza(), legame != nil && legame.Tipo == "4":
		return refuse(domain.ReasonConvivenza)
	case f == nil && legame == nil:
		return refuse(domain.ReasonNoFamily)
	}
	return Finding{}
}

// famiglia returns the family searched for, else the one on the person's card,
// else nil.
func (c Case) famiglia() *scheda.Famiglia {
	if c.Scheda.Famiglia != nil {
		return c.Scheda.Famiglia
	}
	return c.Persona.Famiglia
}

// hasIntestatario refuses a family without a head.
func hasIntestatario(c Case) Finding {
	return refuseIf(!slices.ContainsFunc(c.Scheda.Componenti(), scheda.Persona.Intestatario), domain.ReasonNoHead)
}

// severalMembers refuses a family of one: there is no relation to print.
func severalMembers(c Case) Finding {
	return refuseIf(len(c.Scheda.Componenti()) < 2, domain.ReasonSingleMember)
}

// hasFixedAddress refuses the family of a person without a fixed address.
func hasFixedAddress(c Case) Finding {
	return refuseIf(c.Persona.SenzaFissaDimora, domain.ReasonHomeless)
}

// legamiAdmitted refuses relations that were closed in 2015.
func legamiAdmitted(c Case) Finding {
	return refuseIf(slices.ContainsFunc(c.Scheda.Componenti(), func(p scheda.Persona) bool {
		return p.Legame != nil && p.Legame.Closed()
	}), domain.ReasonLegameClosed)
}

// legamiKnown warns of members whose relation to the head is not defined (99).
func legamiKnown(c Case) Finding {
	if slices.ContainsFunc(c.Scheda.Componenti(), func(p scheda.Persona) bool {
		return p.Legame == nil || p.Legame.Codice == "" || p.Legame.Codice == "99"
	}) {
		return warn("legame_non_definito", "Per uno o più componenti il rapporto con l'intestatario non è definito in ANPR.")
	}
	return Finding{}
}
