package documento

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

// newer are the codes of the table that only public tickets name.
var newer = []string{"EN148", "EN493", "EN527", "999", "XXXX"}

// A code means one thing, and every flag that is printed has its words.
func TestTheTableOfCodesIsSound(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, m := range meanings {
		for _, code := range strings.Fields(m.codes) {
			if seen[code] {
				t.Errorf("%s means two things", code)
			}
			seen[code] = true
		}
		if m.warns.none() != (m.text == "") {
			t.Errorf("%s warns %v of %q", m.codes, m.warns, m.text)
		}
		if !m.stops.none() && m.reason == "" || m.class == "" || m.reason != "" && m.class != final && m.class != retry {
			t.Errorf("%s stops %v, is %s and has the reason %q", m.codes, m.stops, m.class, m.reason)
		}
		if m.reason != "" && domain.NotIssuableText(m.reason) == domain.NotIssuableText("nessuno") {
			t.Errorf("the reason %s is not said", m.reason)
		}
	}
}

// The table names codes that the registry has; the folder with its list is not
// part of the repository.
func TestTheTableNamesPublishedCodes(t *testing.T) {
	t.Parallel()
	file, err := os.Open(filepath.Join("..", "..", "..", "shared", "anpr", "tables", "elenco_errori_anpr.csv"))
	if err != nil {
		t.Skip("the folder with the registry's tables is not here")
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	published := slices.Clone(newer)
	for _, row := range rows[1:] {
		published = append(published, row[0])
	}
	for _, m := range meanings {
		for _, code := range strings.Fields(m.codes) {
			if !slices.Contains(published, code) {
				t.Errorf("%s is no code of the registry", code)
			}
		}
	}
}
