package commands

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/domain"
)

// maxWords is how long a person's reasons may be, in characters.
const maxWords = 1000

// words refuses free text that is too long or holds control characters other
// than line ends and tabs, or invalid UTF-8.
func words(field, text string) error {
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }):
		return domain.FieldErrorf(domain.Invalid, field, "il testo ha caratteri che non si possono stampare")
	case utf8.RuneCountInString(text) > maxWords:
		return domain.FieldErrorf(domain.Invalid, field, "il testo supera i %d caratteri", maxWords)
	}
	return nil
}

// name refuses what cannot stand in a surname or name: ANPR takes letters,
// hyphen, apostrophe, full stop, comma and blank, 80 at most. Wildcards above
// all: a search by them would be browsing.
func name(field, text string) error {
	foreign := func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !strings.ContainsRune("-'’., ", r)
	}
	if !utf8.ValidString(text) || strings.ContainsFunc(text, foreign) || utf8.RuneCountInString(text) > 80 {
		return domain.FieldErrorf(domain.Invalid, field, "cognome e nome ammettono lettere, trattino, apostrofo, punto, virgola e spazio, fino a 80")
	}
	return nil
}
