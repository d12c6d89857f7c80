package domain

import (
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

// filler recognises what is no reference: no digit but zeros, one character
// repeated, a run of consecutive digits; and a tax code, with or without
// separators, since the number is stored and printed in clear.
func filler(s string) bool {
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
