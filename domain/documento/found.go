package documento

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Found returns the person the answer is about, as ANPR knows them: by the
// codice fiscale on the card, else by ANPR's own id. Asked about under an old
// code or by name they are the same person, also where the card does not admit
// a document. It is false when the answer is about nobody in particular.
func Found(c Case) (domain.Soggetto, bool) {
	entry, ok := Lookup(c.Visura.Request.Tipo)
	if !ok || len(c.Scheda.Persone) == 0 {
		return domain.Soggetto{}, false
	}
	if entry.Consultazione.Famiglia {
		member, reason := chooseMember(c)
		return identity(member), reason == "" && identity(member) != (domain.Soggetto{})
	}
	if several(c.Scheda.Anomalie) || !samePerson(c.Scheda.Persone) {
		return domain.Soggetto{}, false
	}
	person := identityOn(c.Scheda.Persone)
	return person, person != (domain.Soggetto{})
}

// identityOn is the identity of a person on all their cards: the one on the card
// that a document is made from, where it bears a code. Else it is the first of
// the codes, or of the ids, so that the order of an answer makes no difference.
func identityOn(cards []scheda.Persona) (least domain.Soggetto) {
	if card, reason := chooseCard(cards); reason == "" && card.Generalita.CodiceFiscale != "" {
		return identity(card)
	}
	for _, card := range cards {
		switch s := identity(card); {
		case s == domain.Soggetto{}:
		case least == domain.Soggetto{}, least.CodiceFiscale == "" && s.CodiceFiscale != "",
			(least.CodiceFiscale == "") == (s.CodiceFiscale == "") && s.Key() < least.Key():
			least = s
		}
	}
	return least
}

func identity(s scheda.Persona) domain.Soggetto {
	if s.Generalita.CodiceFiscale != "" {
		return domain.Soggetto{CodiceFiscale: s.Generalita.CodiceFiscale}
	}
	return domain.Soggetto{IDANPR: s.IDANPR}
}
