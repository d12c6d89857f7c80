package main

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// unmended says of a contradiction that it is known and not yet mended: EN049, "Il
// soggetto risulta @", is always told as a cancellation; the end of an address is
// taken from the next one in another Comune, which may have been lived in before it
// joined ANPR.
func (l life) unmended(text string) bool {
	return text == "the reason is not true: soggetto_cancellato" && l.Has(people.NotCertifiable) ||
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
