package domain_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestACodeSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	for cf, want := range map[domain.CodiceFiscale]domain.Holder{
		"RSSMRA85T10A562S": {Cognome: "RSS", Nome: "MRA", Year: 85, Month: 12, Day: 10, Sesso: "M"},
		"RSSMRA85T50A562W": {Cognome: "RSS", Nome: "MRA", Year: 85, Month: 12, Day: 10, Sesso: "F"},
		"RSSMRAURTMLARSNL": {Cognome: "RSS", Nome: "MRA", Year: 85, Month: 12, Day: 10, Sesso: "M"}, // omocodia of every digit
	} {
		if got, ok := cf.Holder(); !ok || got != want || !got.Exists() {
			t.Errorf("%s says %+v, %v", cf, got, ok)
		}
	}
	if _, ok := domain.CodiceFiscale("00412345670").Holder(); ok {
		t.Error("a provisional code says whose it is")
	}
}

func TestADayOfBirthInACodeExists(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		holder domain.Holder
		exists bool
	}{
		"the last of January":        {domain.Holder{Year: 80, Month: 1, Day: 31}, true},
		"29 February of a leap year": {domain.Holder{Year: 80, Month: 2, Day: 29}, true},
		"29 February of 2000":        {domain.Holder{Year: 0, Month: 2, Day: 29}, true},
		"29 February of no leap":     {domain.Holder{Year: 81, Month: 2, Day: 29}, false},
		"30 February":                {domain.Holder{Year: 80, Month: 2, Day: 30}, false},
		"31 April":                   {domain.Holder{Year: 80, Month: 4, Day: 31}, false},
		"day 0":                      {domain.Holder{Year: 80, Month: 5, Day: 0}, false},
		"day 32":                     {domain.Holder{Year: 80, Month: 5, Day: 32}, false},
		"day 40, no woman's":         {domain.Holder{Year: 80, Month: 5, Day: 40}, false},
		"day 59, of 99":              {domain.Holder{Year: 80, Month: 5, Day: 59}, false},
	} {
		if got := c.holder.Exists(); got != c.exists {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestWhoMayBeTheHolderOfACode(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cf            domain.CodiceFiscale
		cognome, nome string
		surname, born bool
		named, sex    bool
		date          string
		sesso         string
	}{
		"as registered":                  {"MLLJRG70B03Z112H", "MÜLLER", "JÖRG", true, true, true, true, "1970-02-03", "M"},
		"written out":                    {"MLLJRG70B03Z112H", "MUELLER", "JOERG", true, true, true, true, "1970-02-03", "M"},
		"the month alone known":          {"MLLJRG70B03Z112H", "MÜLLER", "JÖRG", true, true, true, true, "1970-02", "N"},
		"the year alone known":           {"MLLJRG70B03Z112H", "MÜLLER", "JÖRG", true, true, true, true, "1970", ""},
		"without a name":                 {"MLLJRG70B03Z112H", "MÜLLER", "", true, true, true, true, "1970", ""},
		"with a second name":             {"RSSMRA85T10A562S", "ROSSI BIANCHI", "MARIO LUIGI", true, true, true, true, "1985-12-10", "M"},
		"of four consonants":             {"RSSGFR85T10A562I", "ROSSI", "GIANFRANCO", true, true, true, true, "1985-12-10", "M"},
		"with a name after the comma":    {"RSSGFR85T10A562I", "ROSSI", "GIANFRANCO, UGO", true, true, true, true, "1985-12-10", "M"},
		"of another surname":             {"RSSMRA85T10A562S", "BIANCHI", "MARIO", false, true, true, true, "1985-12-10", "M"},
		"of another name":                {"RSSMRA85T10A562S", "ROSSI", "LUIGI", true, true, false, true, "1985-12-10", "M"},
		"born on another day":            {"RSSMRA85T10A562S", "ROSSI", "MARIO", true, false, true, true, "1985-12-11", "M"},
		"born in another year":           {"RSSMRA85T10A562S", "ROSSI", "MARIO", true, false, true, true, "1986", "M"},
		"born in another month":          {"RSSMRA85T10A562S", "ROSSI", "MARIO", true, false, true, true, "1985-11", "M"},
		"of the other sex":               {"RSSMRA85T10A562S", "ROSSI", "MARIA", true, true, true, false, "1985-12-10", "F"},
		"a hundred years older, unknown": {"RSSMRA85T10A562S", "ROSSI", "MARIO", true, true, true, true, "1885-12-10", "M"},
	} {
		h, _ := c.cf.Holder()
		if got := h.Surname(c.cognome); got != c.surname {
			t.Errorf("%s: surname %v", name, got)
		}
		if got := h.Name(c.nome); got != c.named {
			t.Errorf("%s: name %v", name, got)
		}
		d, err := domain.ParseDate(c.date)
		if got := h.Born(d); err != nil || got != c.born {
			t.Errorf("%s: born %v, %v", name, got, err)
		}
		if got := h.Sex(c.sesso); got != c.sex {
			t.Errorf("%s: sex %v", name, got)
		}
	}
}
