package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
)

// The rules on the family.

// famigliaPronta refuses a family that ANPR says is incomplete or being
// worked on.
func famigliaPronta(c Caso) Esito {
	for _, a := range c.Scheda.Anomalie {
		switch a.Codice {
		case "EN213", "EN221":
			return rifiuta(domain.ReasonFamilyIncomplete)
		case "EN214", "EN492":
			return rifiuta(domain.ReasonFamilyInProgress)
		}
	}
	return Esito{}
}

// inFamiglia refuses who lives in a convivenza, or in no family at all.
func inFamiglia(c Caso) Esito {
	f, legame := c.famiglia(), c.Persona.Legame
	switch {
	case f != nil && f.Convivenza(), legame != nil && legame.Tipo == "4":
		return rifiuta(domain.ReasonConvivenza)
	case f == nil && legame == nil:
		return rifiuta(domain.ReasonNoFamily)
	}
	return Esito{}
}

// famiglia is the one searched for, or else the one on the subject's card.
func (c Caso) famiglia() *scheda.Famiglia {
	if c.Scheda.Famiglia != nil {
		return c.Scheda.Famiglia
	}
	return c.Persona.Famiglia
}

// conIntestatario refuses a family without a head.
func conIntestatario(c Caso) Esito {
	return se(!slices.ContainsFunc(c.Scheda.Componenti(), scheda.Soggetto.Intestatario), domain.ReasonNoHead)
}

// inPiu refuses a family of one: there is no relation to print.
func inPiu(c Caso) Esito { return se(len(c.Scheda.Componenti()) < 2, domain.ReasonSingleMember) }

// conDimora refuses the family of who has no fixed address.
func conDimora(c Caso) Esito { return se(c.Persona.SenzaFissaDimora, domain.ReasonHomeless) }

// legamiAmmessi refuses relations that were closed in 2015.
func legamiAmmessi(c Caso) Esito {
	return se(slices.ContainsFunc(c.Scheda.Componenti(), func(s scheda.Soggetto) bool {
		return s.Legame != nil && s.Legame.Closed()
	}), domain.ReasonLegameClosed)
}

func legamiNoti(c Caso) Esito {
	if slices.ContainsFunc(c.Scheda.Componenti(), func(s scheda.Soggetto) bool {
		return s.Legame == nil || s.Legame.Codice == "" || s.Legame.Codice == "99"
	}) {
		return avverti("legame_non_definito", "Per uno o più componenti il rapporto con l'intestatario non è definito in ANPR.")
	}
	return Esito{}
}
