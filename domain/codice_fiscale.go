package domain

import "strings"

// CodiceFiscale is the sixteen characters of a natural person's tax code
// (D.M. 23/12/1976), in capitals, with the right check character. Omocodia,
// where digits became letters, is accepted and kept as written.
type CodiceFiscale string

// ParseCodiceFiscale reads a tax code in any case, or refuses it.
func ParseCodiceFiscale(s string) (CodiceFiscale, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	const field = "codice_fiscale"
	switch {
	case len(s) != 16:
		return "", FieldErrorf(Invalid, field, "il codice fiscale è di sedici caratteri")
	case !shaped(s):
		return "", FieldErrorf(Invalid, field, "il codice fiscale ha un carattere fuori posto")
	case s[15] != checkCharacter(s[:15]):
		return "", FieldErrorf(Invalid, field, "il carattere di controllo del codice fiscale non è corretto")
	}
	return CodiceFiscale(s), nil
}

// UnmarshalText parses or refuses; empty stays empty. Stored events pass through
// here too: the rule may be relaxed, never tightened.
func (cf *CodiceFiscale) UnmarshalText(text []byte) (err error) {
	if len(text) > 0 {
		*cf, err = ParseCodiceFiscale(string(text))
	}
	return err
}

// cfShape marks letters (A), digits that omocodia may replace (9), the month
// (M) and the check character (A).
const cfShape = "AAAAAA99M99A999A"

// omocodia are the letters that stand for 0 to 9.
const omocodia = "LMNPQRSTUV"

func shaped(s string) bool {
	for i, kind := range []byte(cfShape) {
		c := s[i]
		letter := 'A' <= c && c <= 'Z'
		switch kind {
		case 'A':
			if !letter {
				return false
			}
		case '9':
			if !('0' <= c && c <= '9') && strings.IndexByte(omocodia, c) < 0 {
				return false
			}
		case 'M':
			if strings.IndexByte("ABCDEHLMPRST", c) < 0 {
				return false
			}
		}
	}
	return true
}

// oddValues are the weights of the characters 0-9 and A-Z in odd places,
// counted from one; even places weigh their own value.
var oddValues = [26]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

func checkCharacter(s string) byte {
	sum := 0
	for i, c := range []byte(s) {
		v := int(c - 'A')
		if c <= '9' {
			v = int(c - '0')
		}
		if i%2 == 0 {
			v = oddValues[v]
		}
		sum += v
	}
	return byte('A' + sum%26)
}
