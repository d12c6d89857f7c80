package documento

import (
	"slices"
	"strings"

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
	if !fits(asked, cards[0].Generalita) {
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
	switch e := familyReady(c); {
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

// fits says whether a card is of the person asked about. What the request did
// not give is not compared.
func fits(asked domain.Soggetto, g scheda.Generalita) bool {
	if asked.CodiceFiscale != "" {
		return g.CodiceFiscale == asked.CodiceFiscale
	}
	return sameName(asked.Cognome, g.Cognome) && sameName(asked.Nome, g.Nome) &&
		(asked.Sesso == "" || g.Sesso == "" || asked.Sesso == g.Sesso) && sameDay(asked.DataNascita, g.Nascita)
}

// sameName compares names by their letters alone: ANPR accepts them with or
// without accents.
func sameName(a, b string) bool { return plain(a) == plain(b) }

// sameDay compares the parts that both dates have.
func sameDay(a, b domain.Date) bool {
	return a.Year == 0 || b.Year == 0 || a.Year == b.Year &&
		(a.Month == 0 || b.Month == 0 || a.Month == b.Month && (a.Day == 0 || b.Day == 0 || a.Day == b.Day))
}

// plain reduces a name to capitals without accents, blanks and marks.
func plain(s string) string {
	s = accents.Replace(strings.ToUpper(s))
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r
		}
		return -1
	}, s)
}

var accents = strings.NewReplacer(
	"À", "A", "Á", "A", "Â", "A", "Ã", "A", "Ä", "A", "Å", "A", "Ā", "A", "Ă", "A", "Ą", "A", "Æ", "AE",
	"Ç", "C", "Ć", "C", "Č", "C", "Ď", "D", "Đ", "D", "È", "E", "É", "E", "Ê", "E", "Ë", "E", "Ē", "E", "Ę", "E", "Ě", "E",
	"Ğ", "G", "Ì", "I", "Í", "I", "Î", "I", "Ï", "I", "Ī", "I", "İ", "I", "Ł", "L", "Ľ", "L", "Ñ", "N", "Ń", "N", "Ň", "N",
	"Ò", "O", "Ó", "O", "Ô", "O", "Õ", "O", "Ö", "O", "Ø", "O", "Ő", "O", "Œ", "OE", "Ŕ", "R", "Ř", "R",
	"Ś", "S", "Š", "S", "Ş", "S", "Ș", "S", "ß", "SS", "ẞ", "SS", "Ť", "T", "Ț", "T", "Ù", "U", "Ú", "U", "Û", "U", "Ü", "U",
	"Ū", "U", "Ů", "U", "Ű", "U", "Ý", "Y", "Ÿ", "Y", "Ź", "Z", "Ż", "Z", "Ž", "Z",
)
