package domain_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestAComuneIsTheSameUnderItsFormerCodes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		a, b domain.CodiceISTAT
		same bool
	}{
		"itself":                              {"039002", "039002", true},
		"a neighbour":                         {"039002", "039012", false},
		"Sappada moved from Belluno to Udine": {"025052", "030189", true},
		"Novafeltria moved from Pesaro to Rimini":      {"041039", "099023", true},
		"Pennabilli moved from Pesaro to Rimini":       {"041042", "099024", true},
		"Guspini changed province twice":               {"092032", "111034", true},
		"between its first and its last there was one": {"106008", "092032", true},
		"Bazzano is part of Valsamoggia":               {"037004", "037061", true},
		"so is Crespellano":                            {"037023", "037004", true},
		"Mosso Santa Maria, merged twice":              {"096036", "096088", true},
		"Camo was joined to Santo Stefano Belbo":       {"004036", "004213", true},
		"one that no table knows":                      {"999001", "039002", false},
		"none":                                         {"", "", true},
	} {
		if got := c.a.Same(c.b); got != c.same {
			t.Errorf("%s: %v", name, got)
		}
	}
}
