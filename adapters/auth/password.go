package auth

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/visure-anagrafiche/visure/domain"
)

// The length of passwords, in characters.
const (
	shortestPassword = 12
	longestPassword  = 128
)

// normal returns a password as it is evaluated: one that is typed on another
// keyboard is the same.
func normal(password string) string { return norm.NFC.String(password) }

// checkPassword refuses a normal password that is too short or long, is common, or
// has in it one of the person's own data. There are no rules of composition (NIST SP
// 800-63B section 3.1.1.2).
func checkPassword(password string, own []string) error {
	switch n := utf8.RuneCountInString(password); {
	case n < shortestPassword || n > longestPassword:
		return refusePassword("la password deve avere da %d a %d caratteri", shortestPassword, longestPassword)
	case !utf8.ValidString(password):
		return refusePassword("la password contiene caratteri non validi")
	case isCommon(strings.ToLower(password)):
		return refusePassword("la password è tra le più comuni: ne scelga un'altra")
	case holdsOwn(password, own):
		return refusePassword("la password contiene un dato che La riguarda (nome, codice fiscale, indirizzo, ente o Comune): ne scelga un'altra")
	}
	return nil
}

func refusePassword(format string, args ...any) error {
	return domain.FieldErrorf(domain.Invalid, "password", format, args...)
}

// From how many letters on a datum, and a word of one that has several, is looked
// for: a shorter one is a part of too many words.
const (
	shortestDatum = 4
	shortestWord  = 6
)

// holdsOwn says whether one of a person's data, or a long word of it, stands in a
// password, however it is written.
func holdsOwn(password string, own []string) bool {
	plain := letters(password)
	for _, datum := range own {
		if whole := letters(datum); len(whole) >= shortestDatum && strings.Contains(plain, whole) {
			return true
		}
		for _, word := range strings.FieldsFunc(datum, func(r rune) bool { return !isLetter(r) && !unicode.IsMark(r) }) {
			if word = letters(word); len(word) >= shortestWord && strings.Contains(plain, word) {
				return true
			}
		}
	}
	return false
}

// letters returns the letters and digits of a text, in lower case and without marks.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if !isLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}

func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
