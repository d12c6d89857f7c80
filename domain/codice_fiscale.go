package domain

import "strings"

// CodiceFiscale is a natural person's tax code (D.M. 23/12/1976), in capitals,
// with the right check character: sixteen characters, or the eleven digits that
// are given until those can be. Omocodia, where digits became letters, is
// accepted and kept as written.
type CodiceFiscale string

// ParseCodiceFiscale reads a tax code in any case, or refuses it. What the code
// says of its holder is not judged: see Holder.
func ParseCodiceFiscale(s string) (CodiceFiscale, error) {
	s = strings.ToUpper(strings.TrimSpace(s))
	const field = "codice_fiscale"
	switch {
	case len(s) == provisionalLength && strings.Trim(s, "0123456789") == "":
		if s[provisionalLength-1] != checkDigit(s) {
			return "", FieldErrorf(Invalid, field, "la cifra di controllo del codice fiscale provvisorio non è corretta")
		}
	case len(s) != 16:
		return "", FieldErrorf(Invalid, field, "il codice fiscale è di sedici caratteri, o di undici cifre se provvisorio")
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

// provisionalLength is that of the provisional codes, which have digits alone.
const provisionalLength = 11

// checkDigit returns the last of eleven digits, by the ten before it: those in
// even places, counted from one, weigh their double's digits.
func checkDigit(s string) byte {
	sum := 0
	for i, c := range []byte(s[:provisionalLength-1]) {
		v := int(c - '0')
		if i%2 == 1 {
			v = v*2/10 + v*2%10
		}
		sum += v
	}
	return byte('0' + (10-sum%10)%10)
}

// cfShape marks letters (A), digits that omocodia may replace (9), the month
// (M) and the check character (A).
const cfShape = "AAAAAA99M99A999A"

// cfMonths are the letters of the months, January first.
const cfMonths = "ABCDEHLMPRST"

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
			if strings.IndexByte(cfMonths, c) < 0 {
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
