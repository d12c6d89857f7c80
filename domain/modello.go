package domain

import (
	"slices"
	"time"
)

// Modelli are how a Comune's documents are headed and what they say beside what all
// documents do: the version in force, and the coats of arms there are to choose from.
type Modelli struct {
	InForce ModelloPublished // version 0: none was published, documents are as the service makes them
	Since   time.Time        // when it was published
	Stemmi  []Stemma         // oldest first
}

// Stemma is a coat of arms that the Comune has brought in. What it looks like is in the
// event alone, so that who remembers a Comune does not remember its pictures.
type Stemma struct {
	SHA256    string // lower-case hexadecimal, of the PNG file
	Larghezza int    // in points
	Altezza   int
	At        time.Time
}

// ModelloPublished is a version of what the Comune's documents bear, in force from when it
// is recorded. A document is made with the version that its QueryStarted names. Its texts
// are read by whoever gets a document, so they hold no word about a person.
type ModelloPublished struct {
	Versione     int      `json:"versione"`               // counted from 1
	Intestazione []string `json:"intestazione,omitempty"` // lines under the Comune's name; none: its office, as it was registered
	Stemma       string   `json:"stemma,omitempty"`       // SHA-256 of one that was kept; empty: the installation's, if it has one
	Descrizione  string   `json:"descrizione,omitempty"`  // of the coat of arms, for who does not see it
	Piede        []string `json:"piede,omitempty"`        // sentences after those that the law wants on every document
}

// Same says whether documents made with two versions differ in nothing.
func (e ModelloPublished) Same(as ModelloPublished) bool {
	return slices.Equal(e.Intestazione, as.Intestazione) && e.Stemma == as.Stemma && e.Descrizione == as.Descrizione && slices.Equal(e.Piede, as.Piede)
}

// StemmaKept brings a coat of arms in. It changes no document until a version names it.
type StemmaKept struct {
	SHA256    string `json:"sha256"` // lower-case hexadecimal, of PNG
	Larghezza int    `json:"larghezza"`
	Altezza   int    `json:"altezza"`
	PNG       []byte `json:"png"` // eight bits of red, green and blue a point, nothing else
}

func (ModelloPublished) EventType() string { return "comune.modello-published.v1" }
func (StemmaKept) EventType() string       { return "comune.stemma-kept.v1" }

func init() {
	register[ModelloPublished]()
	register[StemmaKept]()
}

// evolve returns the state after one more event of the Comune.
func (s Modelli) evolve(e Event, m Meta) Modelli {
	switch e := e.(type) {
	case ModelloPublished:
		s.InForce, s.Since = e, m.At
	case StemmaKept:
		s.Stemmi = replace(s.Stemmi, Stemma{e.SHA256, e.Larghezza, e.Altezza, m.At}, func(k Stemma) bool { return k.SHA256 == e.SHA256 })
	}
	return s
}

// Stemma returns a coat of arms that was brought in.
func (s Modelli) Stemma(sha256 string) (Stemma, bool) {
	return find(s.Stemmi, func(k Stemma) bool { return k.SHA256 == sha256 })
}
