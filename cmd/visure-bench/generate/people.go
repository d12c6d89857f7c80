package generate

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

var surnames = strings.Fields("ROSSI FERRARI RUSSO BIANCHI ROMANO COLOMBO RICCI MARINO GRECO BRUNO GALLO CONTI COSTA GIORDANO MANCINI RIZZO LOMBARDI " +
	"MORETTI BARBIERI FONTANA SANTORO MARIANI RINALDI CARUSO FERRARA GALLI MARTINI LEONE LONGO GENTILE MARTINELLI VITALE LOMBARDO SERRA COPPOLA " +
	"FABBRI PARISI VILLA CONTE FERRETTI PELLEGRINI PALUMBO SANNA FARINA RIZZI MONTI CATTANEO MORELLI AMATO SILVESTRI MAZZA TESTA GRASSI CARBONE")

var firstNames = strings.Fields("GIUSEPPE MARIA ANTONIO ANNA GIOVANNI GIULIA MARIO LUISA LUIGI ROSA FRANCESCO ANGELA ANGELO SARA VINCENZO LAURA PIETRO ELENA " +
	"SALVATORE PAOLA CARLO CHIARA FRANCO LUCIA DOMENICO MARTA BRUNO SILVIA PAOLO ELISA MICHELE ALICE GIORGIO GIOVANNA ALDO SOFIA SERGIO MONICA LUCIANO IRENE")

// human is a person who may be asked about, or who works somewhere.
type human struct {
	surname, name, sex string
	born               domain.Date
	cf                 domain.CodiceFiscale
}

// newHuman invents somebody.
func newHuman(r *rand.Rand) human {
	first := r.IntN(len(firstNames))
	h := human{
		surname: surnames[r.IntN(len(surnames))], name: firstNames[first], sex: "MF"[first%2 : first%2+1],
		born: domain.Date{Year: 1930 + r.IntN(78), Month: 1 + r.IntN(12), Day: 1 + r.IntN(28)},
	}
	h.cf = h.fiscalCode(r)
	return h
}

// fiscalCode is a well-formed code of somebody born in one of 20,000 places.
func (h human) fiscalCode(r *rand.Rand) domain.CodiceFiscale {
	day := h.born.Day
	if h.sex == "F" {
		day += 40
	}
	body := fmt.Sprintf("%s%s%02d%c%02d%c%03d", letters(h.surname), letters(h.name), h.born.Year%100, "ABCDEHLMPRST"[h.born.Month-1], day,
		'A'+rune(r.IntN(20)), 1+r.IntN(999))
	for check := 'A'; check <= 'Z'; check++ {
		if cf, err := domain.ParseCodiceFiscale(body + string(check)); err == nil {
			return cf
		}
	}
	panic("no check character fits " + body)
}

// letters are the three of a name that stand in a codice fiscale.
func letters(name string) string {
	vowel := func(r rune) bool { return strings.ContainsRune("AEIOU", r) }
	keep := func(wanted bool) func(rune) rune {
		return func(r rune) rune {
			if vowel(r) == wanted {
				return r
			}
			return -1
		}
	}
	return (strings.Map(keep(false), name) + strings.Map(keep(true), name) + "XXX")[:3]
}
