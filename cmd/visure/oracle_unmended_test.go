package main

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// unmended says of a contradiction that it is known and not yet mended: civil
// status, its endings and labels in the place of States are read field by field
// (issue 10, kinds 1 and 5); EN049, "Il soggetto risulta @", is always told as a
// cancellation (kind 4); the end of an address is taken from the next one in
// another Comune, which may have been lived in before it joined ANPR (kind 2).
func (l life) unmended(text string) bool {
	return slices.Contains([]people.Oddity{
		people.StatusUndocumented, people.RemarriedOldBondOnly, people.WidowedStatusNotUpdated, people.FormerStateNamed, people.BirthplaceUnattributed,
	}, l.Oddity) || strings.HasPrefix(text, "the day of the end is") ||
		text == "the reason is not true: soggetto_cancellato" && l.Has(people.NotCertifiable) ||
		strings.HasPrefix(text, "a period that was not lived") && l.unseen()
}

// unseen says that the registry lists an address of the person, not the one
// before it, and no entry of that day, which would tell where they came from.
func (l life) unseen() bool {
	known := l.KnownResidences(l.day)
	for i, r := range l.Residences[1:] {
		if slices.Contains(known, r) && !slices.Contains(known, l.Residences[i]) && !r.From.Equal(l.Enrolled.Date) {
			return true
		}
	}
	return false
}
