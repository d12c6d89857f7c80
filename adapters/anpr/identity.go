package anpr

import (
	"errors"
	"slices"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Whose the cards of an answer are.

// onePerson returns the card to go on with if all are of one person: the first
// in force, else the first.
func onePerson(cards []wireSoggetto) (*wireSoggetto, bool) {
	if len(cards) == 0 {
		return &wireSoggetto{}, false
	}
	first := &cards[0]
	for i := range cards[1:] {
		if c := &cards[1+i]; !first.samePerson(c) {
			return first, false
		}
	}
	for i := range cards {
		if cards[i].Cancellazione == nil && cards[i].Decesso == nil {
			return &cards[i], true
		}
	}
	return first, true
}

// samePerson goes by the national id or by the codice fiscale: a second card
// of one person has been given an id of its own.
func (w *wireSoggetto) samePerson(o *wireSoggetto) bool {
	same := func(a, b string) bool { return trim(a) != "" && trim(a) == trim(b) }
	return same(w.IDANPR, o.IDANPR) || same(w.Generalita.CodiceFiscale.CodFiscale, o.Generalita.CodiceFiscale.CodFiscale)
}

// another says that a card is certainly of somebody else than w: what both have of
// id and codice fiscale differs.
func (w *wireSoggetto) another(o wireSoggetto) bool {
	differ := func(a, b string) bool { return trim(a) != "" && trim(b) != "" && trim(a) != trim(b) }
	return !w.samePerson(&o) && (differ(w.IDANPR, o.IDANPR) || differ(w.Generalita.CodiceFiscale.CodFiscale, o.Generalita.CodiceFiscale.CodFiscale))
}

// another says that a history is certainly of somebody else than a card is.
func (ok *wireOK6001) another(card *wireSoggetto) bool {
	var named []wireSoggetto
	if i := ok.Intestatario; i != nil {
		named = append(named, wireSoggetto{Generalita: i.Generalita})
	}
	if d := ok.Dati; d != nil && d.Generalita != nil {
		named = append(named, wireSoggetto{Generalita: *d.Generalita})
	}
	return slices.ContainsFunc(named, card.another)
}

// anotherPerson is an answer about somebody else than the card before it is about:
// nothing of it may be printed, and asking again brings it again.
func anotherPerson() *commands.AnagrafeError {
	return &commands.AnagrafeError{Class: final, Reason: domain.ReasonRegistryData, Err: errors.New("the answer is about another person than the card")}
}

// copied gives a final refusal of a question that held what the registry itself had
// answered its reason: what does not fit there is no error of the requester's.
func (k *call) copied(err error) error {
	if failure := asFailure(err); failure != nil && failure.Class == final && failure.Reason == "" {
		failure.Reason = documento.ReasonOfCopied(k.q.Entry.Tipo, failure.Codes)
	}
	return err
}
