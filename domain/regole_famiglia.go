package domain

import (
	"cmp"
	"slices"
)

// The rules on the family.

// famigliaPronta refuses a family that ANPR says is incomplete or being
// worked on.
func famigliaPronta(c Caso) Esito {
	for _, a := range c.Scheda.Anomalie {
		switch a.Codice {
		case "EN213", "EN221":
			return rifiuta(ReasonFamilyIncomplete)
		case "EN214", "EN492":
			return rifiuta(ReasonFamilyInProgress)
		}
	}
	return Esito{}
}

// inFamiglia refuses who lives in a convivenza, or in no family at all.
func inFamiglia(c Caso) Esito {
	f, legame := c.famiglia(), c.Persona.Legame
	switch {
	case f != nil && f.convivenza(), legame != nil && legame.Tipo == "4":
		return rifiuta(ReasonConvivenza)
	case f == nil && legame == nil:
		return rifiuta(ReasonNoFamily)
	}
	return Esito{}
}

// famiglia is the one searched for, or else the one on the subject's card.
func (c Caso) famiglia() *Famiglia {
	if c.Scheda.Famiglia != nil {
		return c.Scheda.Famiglia
	}
	return c.Persona.Famiglia
}

// convivenza reads tipoScheda in both its uses: 4 as stored, 2 as in the texts
// of the errors.
func (f Famiglia) convivenza() bool {
	return f.TipoScheda == "4" || f.TipoScheda == "2" || f.Denominazione != ""
}

// conIntestatario refuses a family without a head.
func conIntestatario(c Caso) Esito {
	return se(!slices.ContainsFunc(c.componenti(), Soggetto.intestatario), ReasonNoHead)
}

func (s Soggetto) intestatario() bool {
	return s.Legame != nil && s.Legame.Tipo != "4" && s.Legame.Codice == "1"
}

// inPiu refuses a family of one: there is no relation to print.
func inPiu(c Caso) Esito { return se(len(c.componenti()) < 2, ReasonSingleMember) }

// conDimora refuses the family of who has no fixed address.
func conDimora(c Caso) Esito { return se(c.Persona.SenzaFissaDimora, ReasonHomeless) }

// legamiAmmessi refuses relations that were closed in 2015.
func legamiAmmessi(c Caso) Esito {
	return se(slices.ContainsFunc(c.componenti(), func(s Soggetto) bool {
		return s.Legame != nil && slices.Contains(legamiChiusi, s.Legame.Codice)
	}), ReasonLegameClosed)
}

func legamiNoti(c Caso) Esito {
	if slices.ContainsFunc(c.componenti(), func(s Soggetto) bool {
		return s.Legame == nil || s.Legame.Codice == "" || s.Legame.Codice == "99"
	}) {
		return avverti("legame_non_definito", "Per uno o più componenti il rapporto con l'intestatario non è definito in ANPR.")
	}
	return Esito{}
}

// componenti are the members as of the day of the data, the head first and
// the others by their number in the family; who died or left is no member.
func (c Caso) componenti() []Soggetto {
	members := slices.DeleteFunc(slices.Clone(c.Scheda.Soggetti), func(s Soggetto) bool {
		return s.deceduto() || s.Cancellazione != nil
	})
	slices.SortStableFunc(members, func(a, b Soggetto) int { return cmp.Compare(a.posto(), b.posto()) })
	return members
}

// posto is a member's place in the list; without a number it is the last.
func (s Soggetto) posto() int {
	const last = 1 << 30
	switch {
	case s.intestatario():
		return -1
	case s.Legame == nil || s.Legame.Progressivo <= 0:
		return last
	}
	return s.Legame.Progressivo
}
