package domain_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestAComuneWithTwoLanguagesSignsInBoth(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		istat domain.CodiceISTAT
		nome  string
		want  string
	}{
		{"039002", "Bagnacavallo", "Comune di Bagnacavallo"},
		{"022205", "Trento", "Comune di Trento"},
		{"021008", "Bolzano", "Comune di Bolzano / Gemeinde Bozen"},
		{"021015", "Caldaro sulla strada del vino", "Comune di Caldaro sulla strada del vino / Gemeinde Kaltern an der Weinstraße"},
		{"021118", "Senale-San Felice", "Comune di Senale-San Felice / Gemeinde Unsere Liebe Frau im Walde-St. Felix"},
		{"007003", "Aosta", "Comune di Aosta / Commune d'Aoste"},
		{"007032", "Gressoney-La-Trinité", "Comune di Gressoney-La-Trinité / Commune de Gressoney-La-Trinité"},
		{"007026", "Etroubles", "Comune di Etroubles / Commune d'Étroubles"},
		{"031022", "Savogna d'Isonzo", "Comune di Savogna d'Isonzo / Občina Sovodnje ob Soči"},
		{"032006", "Trieste", "Comune di Trieste / Občina Trst"},
	} {
		comune := domain.Comune{}.Evolve(domain.ComuneRegistered{ISTAT: c.istat, Nome: c.nome}, domain.Meta{})
		if got := comune.Heading(); got != c.want {
			t.Errorf("%s signs %q, want %q", c.istat, got, c.want)
		}
	}
}

// Every Comune of the two regions with another language is in the table, once.
func TestTheTableOfHeadingsIsComplete(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("intestazioni.txt")
	if err != nil {
		t.Fatal(err)
	}
	form := regexp.MustCompile(`^(007\d{3} Commune (?:de |d')|021\d{3} Gemeinde |03[012]\d{3} Občina )\p{Lu}\S*(?: \S+)*\n$`)
	count, last := map[string]int{}, ""
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "# ") {
			continue
		}
		if !form.MatchString(line) || line[:6] <= last {
			t.Errorf("not a heading, or not in order: %q", line)
		}
		last = line[:6]
		count[line[7:14]]++
	}
	if count["Commune"] != 74 || count["Gemeind"] != 116 || count["Občina"] != 12 {
		t.Errorf("by language: %v", count)
	}
}
