package commands

import (
	"net/mail"
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
	case !printable(text):
		return domain.FieldErrorf(domain.Invalid, field, "il testo ha caratteri che non si possono stampare")
	case utf8.RuneCountInString(text) > maxWords:
		return domain.FieldErrorf(domain.Invalid, field, "il testo supera i %d caratteri", maxWords)
	}
	return nil
}

// printable says whether a text is UTF-8 without control characters other than line
// ends and tabs.
func printable(text string) bool {
	return utf8.ValidString(text) && !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' })
}

// name refuses a surname or name that the registry could not be asked for, even
// with the letters outside its alphabet written in those it has. Wildcards above
// all: a search by them would be browsing. One the person does not have is empty.
func name(field, text string) error {
	if _, ok := domain.RegisterName(text); text != "" && !ok {
		return domain.FieldErrorf(domain.Invalid, field, "cognome e nome ammettono le lettere latine dell'alfabeto di ANPR, trattino, apostrofo, punto, virgola e spazio, fino a 80: scriverli come risultano in anagrafe")
	}
	return nil
}

// address refuses what is no mail address; none is none.
func address(field, text string) error {
	if text == "" {
		return nil
	}
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > 200 {
		return domain.FieldErrorf(domain.Invalid, field, "l'indirizzo di posta elettronica non è valido")
	}
	return nil
}
