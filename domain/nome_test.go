package domain_test

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestANameIsWrittenAsTheRegistryTakesIt(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Rossi":                  "ROSSI",
		" d’Esté  dell`Orto ":    "D'ESTÉ DELL'ORTO",
		"Müller-Groß":            "MÜLLER-GROß",
		"GROẞ":                   "GROß",
		"Mu\u0308ller":           "MÜLLER", // the mark apart from its letter
		"Ștefăneț":               "ŞTEFĂNEŢ",
		"ȘTEFĂNEȚ ȊONESCU":       "ŞTEFĂNEŢ IONESCU",
		"Nguyễn":                 "NGUYEN",
		"Þórður":                 "ÞÓRÐUR",
		"Ǧ":                      "G",
		"":                       "",
		"Ros*":                   "",
		"Иванов":                 "",
		"Ƿ":                      "",
		"Mario\x00":              "",
		"A×B":                    "",
		strings.Repeat("A", 81):  "",
		strings.Repeat("È", 80):  strings.Repeat("È", 80),
		strings.Repeat(" A", 40): strings.TrimSpace(strings.Repeat(" A", 40)),
	} {
		if got, ok := domain.RegisterName(in); got != want && ok || ok != (want != "") {
			t.Errorf("%q is written %q, %v; want %q", in, got, ok, want)
		}
	}
}

func TestOneNameWrittenInSeveralWays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"MUELLER", "MÜLLER", true}, {"Muller", "MÜLLER", true}, {"JOERG", "JÖRG", true}, {"GROSSMANN", "GROßMANN", true}, {"GROẞ", "GROß", true},
		{"THORDUR", "ÞÓRÐUR", true}, {"AASE", "ÅSE", true}, {"ASE", "ÅSE", true}, {"SOERENSEN", "SØRENSEN", true}, {"SORENSEN", "SØRENSEN", true},
		{"AEGIR", "ÆGIR", true}, {"Stefanet", "ŞTEFĂNEŢ", true}, {"ȘTEFĂNEȚ", "ŞTEFĂNEŢ", true}, {"NGUYỄN", "NGUYEN", true}, {"LODZ", "ŁÓDŹ", true},
		{"NICOLO'", "NICOLÒ", true}, {"D’ESTE", "D'ESTÉ", true}, {"DE LUCA", "DELUCA", true}, {"MÜLLER-MOELLER", "MUELLER MÖLLER", true},
		{"MOLLER", "MULLER", false}, {"MUELLER", "MULER", false}, {"", "ROSSI", false}, {"ROSSI", "", false}, {"", "", true}, {"'", "", false},
	} {
		if got := domain.SameName(c.a, c.b); got != c.same {
			t.Errorf("%q and %q: same %v", c.a, c.b, got)
		}
	}
}

// Every letter the registry's alphabet admits can be asked and is compared by
// letters from A to Z.
func TestTheWholeAlphabetIsCompared(t *testing.T) {
	t.Parallel()
	letters := []rune{'Ɖ'}
	for r := rune(0xC0); r <= 0x17E; r++ {
		if unicode.IsLetter(r) {
			letters = append(letters, r)
		}
	}
	for _, r := range letters {
		written, ok := domain.RegisterName(string(r))
		if !ok {
			t.Errorf("%c cannot be asked", r)
		}
		if !domain.SameName(written, string(r)) {
			t.Errorf("%c is not the %s it is asked as", r, written)
		}
		if domain.SameName("A"+string(r)+"A", "AA") {
			t.Errorf("%c stands for nothing", r)
		}
	}
}

// Asking changes nobody's name: as it is written for the registry it is still the
// same.
func TestWhatIsAskedIsTheNameThatWasGiven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := strings.TrimSpace(rapid.StringMatching(`[A-Za-zÀ-žȘșȚțẠ-ỹ'’. -]{1,40}`).Draw(t, "name"))
		written, ok := domain.RegisterName(name)
		if ok && !domain.SameName(name, written) {
			t.Fatalf("%q is asked as %q", name, written)
		}
		if again, still := domain.RegisterName(written); ok && (!still || again != written) {
			t.Fatalf("%q is written again as %q", written, again)
		}
	})
}
