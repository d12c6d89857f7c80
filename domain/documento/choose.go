package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
	"slices"
	"strings"
)

// scegli returns the subject among the answer's cards, or the reason why there
// is none to be told apart.
func choose(c Case, v Entry) (scheda.Persona, string) {
	asked, cards := c.Visura.Request.Soggetto, c.Scheda.Persone
	if len(cards) == 0 {
		return scheda.Persona{}, domain.ReasonNotFound
	}
	if v.Consultazione.Famiglia {
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

// componente finds the subject among the members of a family. A family that
// lacks the subject may be one that ANPR calls incomplete.
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

// card chooses among several cards of one person: the one in force, unless
// another contradicts it. Of those that are not, the one with the death or the
// latest cancellation tells best what became of the person.
func chooseCard(cards []scheda.Persona) (scheda.Persona, string) {
	inForce := slices.DeleteFunc(slices.Clone(cards), func(s scheda.Persona) bool {
		return s.Deceased() || s.Cancellazione != nil
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

// samePerson says whether all cards are of one person.
func samePerson(cards []scheda.Persona) bool {
	for _, s := range cards[1:] {
		if !cards[0].Same(s) {
			return false
		}
	}
	return true
}

// fits says whether a card is of the person asked about: a document about
// somebody else is worse than none. What was not asked is not compared.
func fits(asked domain.Soggetto, g scheda.Generalita) bool {
	if asked.CodiceFiscale != "" {
		return g.CodiceFiscale == asked.CodiceFiscale
	}
	return sameName(asked.Cognome, g.Cognome) && sameName(asked.Nome, g.Nome) &&
		(asked.Sesso == "" || g.Sesso == "" || asked.Sesso == g.Sesso) && sameDay(asked.DataNascita, g.Nascita)
}

// sameName compares names as ANPR does, which takes them with or without
// accents: only what remains of plain letters counts.
func sameName(a, b string) bool { return plain(a) == plain(b) }

// sameDay compares as much as both dates know.
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
