package documento

import (
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// choose returns the card of the soggetto among those of the answer, or the
// reason why none can be told to be it.
func choose(c Case, e Entry) (scheda.Persona, string) {
	asked, cards := c.Visura.Request.Soggetto, c.Scheda.Persone
	if len(cards) == 0 {
		return scheda.Persona{}, domain.ReasonNotFound
	}
	if e.Consultazione.Famiglia {
		return chooseMember(c)
	}
	if several(c.Scheda.Anomalie) || !samePerson(cards) {
		return scheda.Persona{}, domain.ReasonSeveralSubjects
	}
	if !slices.ContainsFunc(cards, func(p scheda.Persona) bool { return fits(asked, p.Generalita) }) {
		return scheda.Persona{}, domain.ReasonMismatch
	}
	return chooseCard(cards)
}

// chooseMember returns the card of the soggetto among the members of a family.
// Where it is missing, a family that ANPR calls incomplete is the reason.
func chooseMember(c Case) (scheda.Persona, string) {
	var found []scheda.Persona
	for _, m := range c.Scheda.Persone {
		if fits(c.Visura.Request.Soggetto, m.Generalita) {
			found = append(found, m)
		}
	}
	switch e := notStopped(c); {
	case len(found) == 0 && e.Refuses:
		return scheda.Persona{}, e.Code
	case len(found) == 0:
		return scheda.Persona{}, domain.ReasonMismatch
	case !samePerson(found):
		return scheda.Persona{}, domain.ReasonSeveralSubjects
	}
	return chooseCard(found)
}

// chooseCard chooses among the cards of one person: the one in force, refused
// when another tells a death or is in force too. Where none is in force it is the
// one that tells a death, else the one with the latest cancellation.
func chooseCard(cards []scheda.Persona) (scheda.Persona, string) {
	inForce := slices.DeleteFunc(slices.Clone(cards), func(p scheda.Persona) bool {
		return p.Deceased() || p.Cancellazione != nil
	})
	switch {
	case len(inForce) > 1, len(inForce) == 1 && slices.ContainsFunc(cards, scheda.Persona.Deceased):
		return scheda.Persona{}, domain.ReasonDoubleEntry
	case len(inForce) == 1:
		return inForce[0], ""
	}
	return slices.MaxFunc(cards, func(a, b scheda.Persona) int {
		switch {
		case a.Deceased() && !b.Deceased():
			return 1
		case b.Deceased() && !a.Deceased():
			return -1
		case a.Cancellazione == nil || b.Cancellazione == nil:
			return 0
		}
		return a.Cancellazione.Decorrenza.Compare(b.Cancellazione.Decorrenza)
	}), ""
}

// several says whether ANPR warns that more than one person fits.
func several(anomalie []scheda.Anomalia) bool {
	return slices.ContainsFunc(anomalie, func(a scheda.Anomalia) bool { return among(severalCodes, a.Codice) })
}

// samePerson says whether all cards are of one person: each is of the same as
// every other. A card without codes that could be of two people joins them not.
func samePerson(cards []scheda.Persona) bool {
	for i, p := range cards {
		for _, other := range cards[i+1:] {
			if !p.Same(other) {
				return false
			}
		}
	}
	return true
}

// fits says whether a card is of the person asked about, as far as the request
// tells: by the code, or by names, sex and birth. What a code says of its holder is
// judged by codeHolder.
func fits(asked domain.Soggetto, g scheda.Generalita) bool {
	if asked.CodiceFiscale != "" {
		return g.CodiceFiscale == asked.CodiceFiscale
	}
	return domain.SameName(asked.Cognome, g.Cognome) && domain.SameName(asked.Nome, g.Nome) &&
		(asked.Sesso == "" || g.Sesso == "" || asked.Sesso == g.Sesso) && sameBirth(asked.DataNascita, g.Nascita)
}

// sameBirth compares the parts of a birth date that both have. Who is asked about
// by a year or a month alone is somebody of whom the register knows no more: to
// find others by less than their birth date would be browsing.
func sameBirth(asked, card domain.Date) bool {
	return asked.Agrees(card) && (asked.Day > 0 || card.Day == 0) && (asked.Month > 0 || card.Month == 0)
}
