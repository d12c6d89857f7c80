package simulator_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// What is odd stands on the card, beside the truth that the population tells.
func TestAnOddityStandsOnTheCard(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	date := func(e people.Event) string { return e.Date.Format("2006-01-02") }
	said := map[people.Oddity]func(p *people.Person) map[string]string{
		people.StatusUndocumented: func(*people.Person) map[string]string {
			return map[string]string{"statoCivile/statoCivile": "4", "statoCivile/statoCivileND": "S"}
		},
		people.RemarriedOldBondOnly: func(p *people.Person) map[string]string {
			return map[string]string{"statoCivile/statoCivile": "2", "matrimonio/ordineMatrimonio": "1",
				"matrimonio/datiMatrimonio/dataEvento": date(p.Bonds[0].Event), "annullamentoMatrimonio/sentenza/dataValidita": date(p.Bonds[0].End.Event)}
		},
		people.WidowedStatusNotUpdated: func(p *people.Person) map[string]string {
			return map[string]string{"statoCivile/statoCivile": "2", "vedovanza/datiMorteconiuge/dataEvento": date(*p.Bonds[0].With.Death)}
		},
		people.FormerStateNamed: func(*people.Person) map[string]string {
			return map[string]string{"cittadinanza/codiceStato": "100", "generalita/luogoNascita/localita/codiceStato": "998", "generalita/luogoNascita/localita/descrizioneStato": "JUGOSLAVIA"}
		},
		people.BirthplaceUnattributed: func(*people.Person) map[string]string {
			return map[string]string{"generalita/luogoNascita/localita/codiceStato": "998", "generalita/luogoNascita/localita/descrizioneStato": "NON ATTRIBUIBILE"}
		},
		people.ReEntered: func(p *people.Person) map[string]string {
			return map[string]string{"datiIscrizione/iscrizioneResidente/motivoIscrizione": "5", "datiIscrizione/datiIscrizioneComune/dataIscrizione": p.Residences[1].From.Format("2006-01-02")}
		},
		people.EnteredBeforeAddress: func(p *people.Person) map[string]string {
			return map[string]string{"datiIscrizione/datiIscrizioneComune/dataIscrizione": date(p.Birth), "residenza/dataDecorrenzaResidenza": "2011-02-07"}
		},
		people.CancelledAfterDeath: func(p *people.Person) map[string]string {
			return map[string]string{"datiDecesso/dataEvento": date(*p.Death), "datiCancellazione/dataDecorrenzaCancellazione": p.Death.Date.AddDate(0, 0, 6).Format("2006-01-02")}
		},
		people.FormerCodeOfComune: func(p *people.Person) map[string]string {
			return map[string]string{"datiIscrizione/datiIscrizioneComune/comune/codiceIstat": "039902", "residenza/indirizzo/comune/codiceIstat": p.Home.Istat}
		},
		people.WordsInPlaceOfNumber: func(*people.Person) map[string]string {
			return map[string]string{"residenza/indirizzo/numeroCivico/numero": "0", "residenza/indirizzo/numeroCivico/esponente1": "RESIDENZA I TIGLI"}
		},
		people.KinshipFlagged: func(*people.Person) map[string]string {
			return map[string]string{"erroriAnomalie/codiceErroreAnomalia": "EN212", "erroriAnomalie/tipoErroreAnomalia": "E"}
		},
		people.PartlyCertifiableHead: func(*people.Person) map[string]string {
			return map[string]string{"attributiSoggetto/soggettoCertificabile": "1", "legameSoggetto/codiceLegame": "1"}
		},
		people.MemberNotCertifiable: func(*people.Person) map[string]string {
			return map[string]string{"attributiSoggetto/soggettoCertificabile": "2", "legameSoggetto/codiceLegame": "1"}
		},
		people.ProvisionalCode: func(*people.Person) map[string]string {
			return map[string]string{"generalita/codiceFiscale/codFiscale": "03900200019"}
		},
		people.UnnamedBornInAYear: func(p *people.Person) map[string]string {
			return map[string]string{"generalita/senzaNome": "1", "generalita/senzaGiornoMese": "1", "generalita/dataNascita": date(p.Birth)}
		},
		people.Umlauts: func(*people.Person) map[string]string {
			return map[string]string{"generalita/cognome": "WEIßENBÖCK", "generalita/nome": "JÜRGEN"}
		},
	}
	for _, o := range people.Oddities() {
		p := population().Odd(o)
		a := r.ask(s, "3002", question{criteria: byCode(p.CodiceFiscale), codes: []int{1}}.String())
		for path, want := range said[o](p) {
			if got := zoned.ReplaceAllString(a.text("//datiSoggetto/"+path), "$1"); got != want {
				t.Errorf("%s: %s is %q, want %q", o, path, got, want)
			}
		}
	}
}

// zoned is a date as some answers have it.
var zoned = regexp.MustCompile(`^(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)$`)

func TestAnOddityIsAskedForAsAFeatureIs(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	for _, o := range people.Oddities() {
		var list []struct {
			CodiceFiscale string `json:"codice_fiscale"`
			Features      []string
		}
		got := r.admin("GET", "/people?feature="+string(o), "")
		if err := json.Unmarshal([]byte(got.body), &list); err != nil || len(list) != 1 || list[0].CodiceFiscale != population().Odd(o).CodiceFiscale ||
			!slices.Contains(list[0].Features, string(o)) || !slices.IsSorted(list[0].Features) {
			t.Errorf("%s: %s, %v", o, got.body, err)
		}
	}
	two := string(people.StatusUndocumented + "," + people.FormerStateNamed)
	if got := r.admin("GET", "/people?feature="+two, ""); got.status != 400 {
		t.Errorf("two oddities: %+v", got)
	}
}
