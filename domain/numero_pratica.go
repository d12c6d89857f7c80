package domain

import (
	"slices"
	"strings"
	"unicode"
)

// NumeroPratica is the reference of the case a visura is asked for: protocol,
// file or report number. ANPR wants it with every query.
type NumeroPratica string

// ParseNumeroPratica reads a reference of 3 to 20 letters, digits, dashes,
// underscores and slashes (the pattern of ANPR's protocolloComune) and refuses
// what is no reference (filler).
func ParseNumeroPratica(s string) (NumeroPratica, error) {
	const field = "numero_pratica"
	s = strings.TrimSpace(s)
	switch {
	case len(s) < 3 || len(s) > 20:
		return "", FieldErrorf(Invalid, field, "il numero di pratica ha da 3 a 20 caratteri")
	case strings.IndexFunc(s, func(r rune) bool { return !praticaRune(r) }) >= 0:
		return "", FieldErrorf(Invalid, field, "il numero di pratica ammette lettere, cifre, trattino, sottolineato e barra")
	case filler(s):
		return "", FieldErrorf(Invalid, field, "il numero di pratica non è un riferimento reale: indicare il protocollo o il fascicolo")
	}
	return NumeroPratica(s), nil
}

func praticaRune(r rune) bool {
	return r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || strings.ContainsRune("-_/", r)
}

var unseparated = strings.NewReplacer("-", "", "_", "", "/", "")

// fillers are words that stand for no file, whatever digits are added to them.
var fillers = map[string]bool{"prova": true, "test": true, "pippo": true, "asd": true, "qwerty": true, "xx": true, "xxx": true, "aaa": true}

// Names says whether a reference is made of words alone, in whatever order, letters as
// they are compared in names and digits left out: a person's name is no reference, and is
// not to be stored in clear.
func (n NumeroPratica) Names(words ...string) bool {
	rest := letters(string(n))
	if rest == "" {
		return false
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for _, w := range words {
		if w = letters(w); w != "" {
			rest = strings.Replace(rest, w, "", 1)
		}
	}
	return rest == ""
}

// letters are those of a text, in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// filler recognises what is no reference: no digit but zeros, one character
// repeated, a run of consecutive digits, a word that stands for no file; and a tax code,
// with or without separators, since the number is stored and printed in clear.
func filler(s string) bool {
	if fillers[letters(s)] {
		return true
	}
	bare := unseparated.Replace(s)
	for i := range max(len(bare)-15, 0) {
		if _, err := ParseCodiceFiscale(bare[i : i+16]); err == nil {
			return true
		}
	}
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
	if strings.Trim(digits, "0") == "" || strings.Trim(s, s[:1]) == "" {
		return true
	}
	return digits == s && strings.Contains("01234567890", s) || digits == s && strings.Contains("09876543210", s)
}
