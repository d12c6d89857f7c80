package scheda

import (
	"slices"
	"strings"
)

// Codes of States in ANPR's tables. The last three are of no State: a State that
// table 2 lacks, such as one that ceased, is written with 998 and its name.
const (
	italia          = "100"
	nonNoto         = "997"
	nonAttribuibile = "998"
	apolide         = "999"
)

// labels are what stands for a name where there is none: the meaning of a code,
// not a State or a place.
var labels = []string{
	"NON ATTRIBUIBILE", "NON ATTRIBUIBILI", "NON ATTRIBUITO", "NON ATTRIBUITA", "STATO NON ATTRIBUIBILE", "NON NOTO", "NON NOTA",
	"NON CONOSCIUTO", "NON CONOSCIUTA", "SCONOSCIUTO", "SCONOSCIUTA", "IGNOTO", "IGNOTA", "NON DEFINITO", "NON DEFINITA",
	"NON INDICATO", "NON INDICATA", "IN CORSO DI DEFINIZIONE", "APOLIDE",
}

// named returns the name, or nothing when it is a label.
func named(name string) string {
	if slices.Contains(labels, strings.ToUpper(strings.Join(strings.Fields(name), " "))) {
		return ""
	}
	return name
}

// StatoText returns the name of the State, empty where the registry has none.
func (l Localita) StatoText() string { return named(l.Stato) }

// Unattributed says whether the place is in a State that the registry does not
// know, whatever it writes for its name.
func (l Localita) Unattributed() bool {
	return l.StatoText() == "" && slices.Contains([]string{nonNoto, nonAttribuibile, apolide}, l.CodiceStato)
}
