package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The letters of names. The registry's alphabet is Latin-1 and Latin Extended-A
// (tipoDato.xsd, alfabeticoNomiCognomi); what it makes of them where only A to Z
// can stand is the table of D.M. 2/2/2009.

// maxNome is how long the registry takes a surname or a name, in characters.
const maxNome = 80

// RegisterName writes a name as the registry takes it in a question: in capitals,
// with the plain apostrophe, and with letters of its alphabet alone. Of a letter
// outside it the marks are left out. It is false when the name is empty, too
// long, or has something that cannot be written so.
func RegisterName(name string) (string, bool) {
	var b strings.Builder
	for _, r := range strings.ToUpper(norm.NFC.String(name)) {
		written := registerRune(r)
		if written < 0 {
			return "", false
		}
		if written > 0 {
			b.WriteRune(written)
		}
	}
	s := strings.Join(strings.Fields(b.String()), " ")
	return s, s != "" && utf8.RuneCountInString(s) <= maxNome
}

// registerRune returns how the registry writes a capital or a sign between
// letters: 0 for a mark that is left out, negative for what it cannot write.
func registerRune(r rune) rune {
	switch {
	case 'A' <= r && r <= 'Z', strings.ContainsRune("- '.,", r), registerLetter(r):
		return r
	case strings.ContainsRune("’‘`", r):
		return '\''
	case unicode.IsSpace(r) && !unicode.IsControl(r):
		return ' '
	case unicode.IsMark(r):
		return 0
	}
	switch r {
	case 'Ș': // Romanian has a comma below where the alphabet has the cedilla alone
		return 'Ş'
	case 'Ț':
		return 'Ţ'
	case 'ẞ':
		return 'ß'
	}
	if base := bareLetter(r); base != 0 {
		return base
	}
	return -1
}

// registerLetter says whether a letter beyond A to Z is of the registry's alphabet.
func registerLetter(r rune) bool {
	return (0xC0 <= r && r <= 0x17E || r == 'Ɖ') && unicode.IsLetter(r)
}

// bareLetter returns the letter from A to Z that a letter is without its marks, 0
// when it is none.
func bareLetter(r rune) rune {
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	if 'A' <= base && base <= 'Z' {
		return base
	}
	return 0
}

// SameName says whether two names are one to the registry, which is asked with
// accents or without: they have the same letters, either by the table of the
// decree (Ü is UE) or with the marks left out (Ü is U). Blanks, hyphens and
// apostrophes do not count. A name is never the same as none.
func SameName(a, b string) bool {
	if a == "" || b == "" {
		return a == b
	}
	return a == b || decreed.letters(a) == decreed.letters(b) || unmarked.letters(a) == unmarked.letters(b)
}

// reading is a way of writing names with A to Z alone: what stands for the letters
// that are not one of these with marks.
type reading map[rune]string

// decreed is the table of D.M. 2/2/2009. Letters that are not in it lose their marks.
var decreed = reading{
	'Ä': "AE", 'Å': "AA", 'Æ': "AE", 'Ð': "D", 'Đ': "D", 'Ɖ': "D", 'Ħ': "H", 'Ĳ': "IJ", 'ĸ': "Q", 'Ŀ': "L", 'Ł': "L",
	'ŉ': "N", 'Ŋ': "N", 'Ö': "OE", 'Ø': "OE", 'Œ': "OE", 'ß': "SS", 'ẞ': "SS", 'Þ': "TH", 'Ŧ': "T", 'Ü': "UE",
}

// unmarked is the same table with marks left out wherever they can be.
var unmarked = func() reading {
	table := reading{'Ø': "O"}
	for r, letters := range decreed {
		if _, ok := table[r]; !ok && bareLetter(r) == 0 {
			table[r] = letters
		}
	}
	return table
}()

// letters reduces a name to A to Z.
func (table reading) letters(name string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(norm.NFC.String(name)) {
		if letters, ok := table[r]; ok {
			b.WriteString(letters)
		} else if base := bareLetter(r); base != 0 {
			b.WriteRune(base)
		}
	}
	return b.String()
}
