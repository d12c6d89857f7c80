package people

import (
	"fmt"
	"strings"
	"time"
)

// fiscalCode computes the codice fiscale of a person (D.M. 23-12-1976): three
// letters of the surname, three of the name, birth and sex, place, check.
// An absent surname or name counts as no letters.
func fiscalCode(surname, name string, sex byte, born time.Time, place string) string {
	d := born.Day()
	if sex == 'F' {
		d += 40
	}
	body := fmt.Sprintf("%s%s%02d%c%02d%s", surnameLetters(surname), nameLetters(name),
		born.Year()%100, "ABCDEHLMPRST"[born.Month()-1], d, place)
	return body + string(checkCharacter(body))
}

// omocode gives the nth variant of a code already taken by someone else: digits
// become letters from the right, then the check character is computed again.
func omocode(cf string, nth int) string {
	b := []byte(cf[:15])
	positions := [...]int{14, 13, 12, 10, 9, 7, 6}
	for i := 0; i < nth && i < len(positions); i++ {
		b[positions[i]] = "LMNPQRSTUV"[b[positions[i]]-'0']
	}
	return string(b) + string(checkCharacter(string(b)))
}

// oddValues are the values of 0-9 then A-Z in odd positions of the code.
var oddValues = [36]int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21,
	1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23}

func checkCharacter(body string) byte {
	sum := 0
	for i := 0; i < len(body); i++ {
		c := body[i]
		index := int(c - '0')
		even := index
		if c >= 'A' {
			even = int(c - 'A')
			index = even + 10
		}
		if i%2 == 0 {
			sum += oddValues[index]
		} else {
			sum += even
		}
	}
	return byte('A' + sum%26)
}

func surnameLetters(s string) string {
	consonants, vowels := letters(s)
	return (consonants + vowels + "XXX")[:3]
}

// nameLetters skips the second consonant of a name that has four or more.
func nameLetters(s string) string {
	consonants, vowels := letters(s)
	if len(consonants) >= 4 {
		return consonants[:1] + consonants[2:4]
	}
	return (consonants + vowels + "XXX")[:3]
}

func letters(s string) (consonants, vowels string) {
	for _, r := range plainLetters(s) {
		if strings.ContainsRune("AEIOU", r) {
			vowels += string(r)
		} else {
			consonants += string(r)
		}
	}
	return consonants, vowels
}

var plain = strings.NewReplacer(
	"À", "A", "Á", "A", "Â", "A", "Ã", "A", "Ä", "AE", "Å", "A", "Ă", "A", "Ą", "A",
	"Ç", "C", "Č", "C", "Ć", "C", "È", "E", "É", "E", "Ê", "E", "Ë", "E", "Ì", "I", "Í", "I", "Î", "I", "Ï", "I",
	"Ñ", "N", "Ò", "O", "Ó", "O", "Ô", "O", "Õ", "O", "Ö", "OE", "Ù", "U", "Ú", "U", "Û", "U", "Ü", "UE",
	"Š", "S", "Ş", "S", "Ś", "S", "ß", "SS", "Ţ", "T", "Ž", "Z", "Ź", "Z", "Ż", "Z", "Ł", "L",
	"'", "", " ", "", "-", "", ".", "", ",", "")

// SameLetters says whether two names are one to who searches with accents or
// without, or with umlauts written out.
func SameLetters(a, b string) bool { return decreed(a) == decreed(b) || unmarked(a) == unmarked(b) }

// decreed writes a name with A to Z alone, by the table of D.M. 2/2/2009.
func decreed(s string) string { return plainLetters(strings.ToUpper(s)) }

// unmarked writes a name with A to Z alone, every mark left out.
func unmarked(s string) string { return plainLetters(marks.Replace(strings.ToUpper(s))) }

var marks = strings.NewReplacer("Ä", "A", "Ö", "O", "Ü", "U")

// plainLetters writes a name with A to Z alone, as the codice fiscale reads it.
func plainLetters(s string) string { return plain.Replace(s) }
