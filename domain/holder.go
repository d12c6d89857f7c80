package domain

import (
	"strings"
	"time"
)

// Holder is what a codice fiscale of sixteen characters says of the person it was
// given to.
type Holder struct {
	Cognome, Nome    string // three letters each
	Year, Month, Day int    // of birth; of the year the last two digits
	Sesso            string // M or F
}

// Holder returns what the code says, with omocodia undone; it is false for a
// provisional code, which says nothing.
func (cf CodiceFiscale) Holder() (h Holder, ok bool) {
	if len(cf) != len(cfShape) {
		return Holder{}, false
	}
	digit := func(i int) int {
		if v := strings.IndexByte(omocodia, cf[i]); v >= 0 {
			return v
		}
		return int(cf[i] - '0')
	}
	h = Holder{
		Cognome: string(cf[:3]), Nome: string(cf[3:6]), Sesso: "M",
		Year: 10*digit(6) + digit(7), Month: strings.IndexByte(cfMonths, cf[8]) + 1, Day: 10*digit(9) + digit(10),
	}
	if h.Day > 40 {
		h.Day, h.Sesso = h.Day-40, "F"
	}
	return h, true
}

// Exists says whether the day of birth is on the calendar of any year with these
// two digits; of 1900 and 2000 the second had 29 February.
func (h Holder) Exists() bool {
	day := Date{Year: 2000 + h.Year, Month: h.Month, Day: h.Day}
	return h.Month > 0 && h.Day > 0 && DateOf(time.Date(day.Year, time.Month(day.Month), day.Day, 0, 0, 0, 0, time.UTC)) == day
}

// Born says whether a date of birth is the holder's, as far as it is known.
func (h Holder) Born(d Date) bool {
	return d.Year == 0 || d.Year%100 == h.Year && (d.Month == 0 || d.Month == h.Month && (d.Day == 0 || d.Day == h.Day))
}

// Sex says whether a sex is the holder's; one that is not indicated may be.
func (h Holder) Sex(sesso string) bool { return sesso != "M" && sesso != "F" || sesso == h.Sesso }

// Surname says whether a surname may be the holder's. Codes have been given by the
// whole of it and by its first word, and to who has none in several ways.
func (h Holder) Surname(cognome string) bool {
	return anyReading(cognome, func(s string) bool { return surnameLetters(s) == h.Cognome })
}

// Name says the same of a name.
func (h Holder) Name(nome string) bool {
	return anyReading(nome, func(s string) bool { return nameLetters(s) == h.Nome })
}

// anyReading says whether one of the ways to read a name fits: whole, up to the
// comma, or its first word, by the decree's table or without marks. None at all
// always fits.
func anyReading(name string, fits func(letters string) bool) bool {
	if strings.TrimSpace(name) == "" {
		return true
	}
	main, _, _ := strings.Cut(name, ",")
	for _, part := range []string{name, main, strings.Fields(name)[0]} {
		if fits(decreed.letters(part)) || fits(unmarked.letters(part)) {
			return true
		}
	}
	return false
}

// surnameLetters takes three consonants, then vowels, then X.
func surnameLetters(s string) string {
	consonants, vowels := split(s)
	return (consonants + vowels + "XXX")[:3]
}

// nameLetters takes the first, third and fourth consonant of four or more.
func nameLetters(s string) string {
	if consonants, _ := split(s); len(consonants) > 3 {
		return consonants[:1] + consonants[2:4]
	}
	return surnameLetters(s)
}

func split(letters string) (consonants, vowels string) {
	for _, r := range letters {
		if strings.ContainsRune("AEIOU", r) {
			vowels += string(r)
		} else {
			consonants += string(r)
		}
	}
	return consonants, vowels
}
