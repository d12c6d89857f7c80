package documento

import (
	"strings"
	"unicode"

	"github.com/visure-anagrafiche/visure/domain"
)

// Modello is a version of what a Comune has its documents bear, with the picture that the
// version names; the zero value adds nothing to what all documents bear.
type Modello struct {
	Versione     int
	Intestazione []string // lines under the Comune's name; none: its office
	Stemma       *Stemma  // nil: the installation's, if it has one
	Piede        []string // after the legal foot
}

// Stemma is a coat of arms as a document bears it.
type Stemma struct {
	PNG         []byte
	Descrizione string // for who does not see it
}

// ModelloOf is a version with the picture that it names, if it names one.
func ModelloOf(e domain.ModelloPublished, png []byte) Modello {
	m := Modello{Versione: e.Versione, Intestazione: e.Intestazione, Piede: e.Piede}
	if e.Stemma != "" {
		m.Stemma = &Stemma{png, e.Descrizione}
	}
	return m
}

// Heading returns the lines under a Comune's name, the first apart.
func (m Modello) Heading(comune domain.Comune) (first string, others []string) {
	if len(m.Intestazione) == 0 {
		return comune.Ufficio, nil
	}
	return m.Intestazione[0], m.Intestazione[1:]
}

// Unprintable returns the first character of a text that documents cannot bear; ok is
// false if there is none.
func Unprintable(text string) (char rune, ok bool) {
	for _, char := range text {
		if !unicode.Is(caratteri, char) {
			return char, true
		}
	}
	return 0, false
}

// OfCertificates says whether a text holds the formula that the law wants on certificates
// for private persons, under pain of nullity, and that no visura may bear (art. 40
// DPR 445/2000).
func OfCertificates(text string) bool {
	return strings.Contains(strings.ToLower(strings.Join(strings.Fields(text), " ")), "presente certificato")
}

// caratteri are those that the fonts of the documents have.
var caratteri = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x0020, 0x007e, 1}, {0x00a1, 0x00ac, 1}, {0x00ae, 0x017f, 1}, {0x018f, 0x018f, 1}, {0x0192, 0x0192, 1}, {0x01a0, 0x01a1, 1},
		{0x01af, 0x01b0, 1}, {0x01cd, 0x01dc, 1}, {0x01de, 0x01df, 1}, {0x01e2, 0x01f0, 1}, {0x01f4, 0x01f5, 1}, {0x01f8, 0x021b, 1},
		{0x021e, 0x021f, 1}, {0x0226, 0x0233, 1}, {0x0259, 0x0259, 1}, {0x02bb, 0x02bc, 1}, {0x02be, 0x02bf, 1}, {0x02c6, 0x02c6, 1},
		{0x02dc, 0x02dc, 1}, {0x1e00, 0x1e85, 1}, {0x1e9e, 0x1e9e, 1}, {0x1ea0, 0x1ef9, 1}, {0x2013, 0x2014, 1}, {0x2018, 0x201a, 1},
		{0x201c, 0x201e, 1}, {0x2020, 0x2022, 1}, {0x2026, 0x2026, 1}, {0x2030, 0x2030, 1}, {0x2039, 0x203a, 1}, {0x20ac, 0x20ac, 1},
		{0x20ba, 0x20ba, 1}, {0x2122, 0x2122, 1}, {0x2212, 0x2212, 1},
	},
	LatinOffset: 2,
}
