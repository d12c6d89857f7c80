package simulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// order is that of the blocks of datiSoggetto in ANPR's schema.
var order = []string{"identificativi", "generalita", "statoCivile", "attributiSoggetto", "attoNascita", "attoNascitaANPR", "cittadinanza", "paternita", "maternita",
	"residenza", "matrimonio", "vedovanza", "annullamentoMatrimonio", "convivenzaDiFatto", "unioneCivile", "legameSoggetto", "famigliaConvivenza",
	"datiIscrizione", "datiCancellazione", "datiDecesso", "provenienza"}

// blocksOf are the blocks a person has for some codes of table 16, from the
// facts alone and as the table describes each code.
func blocksOf(p *people.Person, codes ...int) []string {
	has := map[string]bool{"identificativi": true, "generalita": true}
	asked := func(code int) bool { return slices.Contains(codes, 1) || slices.Contains(codes, code) }
	set := func(name string, code int, on bool) {
		if on && asked(code) {
			has[name] = true
		}
	}
	act := "attoNascitaANPR"
	if p.Birth.Act != nil && p.Birth.Act.Plain {
		act = "attoNascita"
	}
	set("statoCivile", 3, true)
	set("attributiSoggetto", 4, true)
	set(act, 5, p.Birth.Act != nil)
	held := len(p.CitizenshipsAt(people.AsOf))
	set("cittadinanza", 6, held > 0)
	set("cittadinanza", 7, held > 1)
	set("paternita", 8, p.Father != nil)
	set("maternita", 9, p.Mother != nil)
	set("residenza", 10, true)
	if n := len(p.Bonds); n > 0 {
		b := p.Bonds[n-1]
		set("matrimonio", 13, !b.Civil)
		set("vedovanza", 14, !b.Civil && b.End != nil && b.End.Code == "" && !b.End.NoData)
		set("annullamentoMatrimonio", 15, !b.Civil && b.End != nil && b.End.Code != "")
		set("unioneCivile", 1, b.Civil)
	}
	set("convivenzaDiFatto", 1, p.Cohabitation != nil)
	set("legameSoggetto", 21, p.Family != nil && p.Link != 0)
	set("famigliaConvivenza", 22, p.Family != nil)
	set("datiIscrizione", 26, true)
	set("datiCancellazione", 27, p.Removed != nil)
	set("datiDecesso", 28, p.Death != nil)
	set("provenienza", 29, p.Enrolled.FromComune != nil || p.Enrolled.FromState != nil)
	var list []string
	for _, name := range order {
		if has[name] {
			list = append(list, name)
		}
	}
	return list
}

// readable are the people one may ask about alone and whose card is not odd.
func readable() []*people.Person {
	list := population().Select("", 0, people.DoubleRegistration|people.FamilyRegistering|people.FamilyInProgress)
	return slices.DeleteFunc(list, func(p *people.Person) bool { return p.Oddity != "" })
}

func TestTheBlocksAskedForAreThoseAnsweredAndNoOthers(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	list := readable()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(list).Draw(t, "person")
		codes := rapid.OneOf(rapid.Just([]int{1}), rapid.SliceOfNDistinct(rapid.IntRange(2, 30), 1, 6, rapid.ID[int])).Draw(t, "codes")
		a := r.ask(s, "3002", question{criteria: "<idANPR>" + p.IDANPR + "</idANPR>", codes: codes, more: national}.String())
		var got []string
		for _, el := range a.root.FindElements("//datiSoggetto/*") {
			if len(got) == 0 || got[len(got)-1] != el.Tag {
				got = append(got, el.Tag)
			}
		}
		if diff := cmp.Diff(blocksOf(p, codes...), got); diff != "" {
			t.Errorf("codes %v of %s: %s", codes, p.CodiceFiscale, diff)
		}
	})
}

// The values of the whole card are those of the person, wherever they stand.
func TestACardTellsTheFactsOfItsPerson(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	list := readable()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom(list).Draw(t, "person")
		a := r.ask(s, "3002", question{criteria: "<idANPR>" + p.IDANPR + "</idANPR>", codes: []int{1}, more: national}.String())
		card := a.root.FindElement("//datiSoggetto")
		if card == nil {
			t.Fatalf("%s", a.body)
		}
		for path, want := range factsOf(p) {
			var got []string
			for _, el := range card.FindElements(path) {
				got = append(got, day(el))
			}
			if diff := cmp.Diff(want, strings.Join(got, ",")); diff != "" {
				t.Errorf("%s of %s (%d): %s", path, p.CodiceFiscale, p.Index, diff)
			}
		}
	})
}

// day is the text of an element without the zone a date may carry.
func day(el *etree.Element) string {
	text := el.Text()
	if len(text) == len("2006-01-02+01:00") && text[4] == '-' && text[13] == ':' {
		return text[:10]
	}
	return text
}

func factsOf(p *people.Person) map[string]string {
	date := func(d time.Time) string { return d.Format(time.DateOnly) }
	flag := func(on bool) string { return map[bool]string{true: "1"}[on] }
	facts := map[string]string{
		"identificativi/idANPR":                                              p.IDANPR,
		"generalita/codiceFiscale/codFiscale":                                p.CodiceFiscale,
		"generalita/codiceFiscale/validitaCF":                                map[bool]string{true: "9", false: "1"}[p.InvalidCF],
		"generalita/cognome":                                                 p.Surname,
		"generalita/senzaCognome":                                            flag(p.Surname == ""),
		"generalita/nome":                                                    p.Name,
		"generalita/senzaNome":                                               flag(p.Name == ""),
		"generalita/sesso":                                                   string(rune(p.Sex)),
		"generalita/dataNascita":                                             date(p.Birth.Date),
		"generalita/senzaGiorno":                                             flag(p.Birth.NoDay),
		"generalita/senzaGiornoMese":                                         flag(p.Birth.NoDayMonth),
		"generalita/luogoNascita/luogoEccezionale":                           p.Birth.Place.Exceptional,
		"generalita/idSchedaSoggettoANPR":                                    p.Card,
		"generalita/idSchedaSoggettoComune/idSchedaSoggetto":                 p.ComuneCard,
		"attributiSoggetto/senzaFissaDimora":                                 map[bool]string{true: "S", false: "N"}[p.Homeless],
		"attributiSoggetto/soggettoCertificabile":                            fmt.Sprint(p.Certifiable),
		"statoCivile/statoCivile":                                            p.StatusAt(people.AsOf),
		"datiIscrizione/datiIscrizioneComune/dataIscrizione":                 date(p.Enrolled.Date),
		"datiIscrizione/datiIscrizioneComune/comune/codiceIstat":             p.Home.Istat,
		"datiIscrizione/datiIscrizioneComune/protocolloComune":               p.Enrolled.Protocol,
		"datiIscrizione/datiIscrizioneComune/idOperazioneComune":             p.Enrolled.Operation,
		"datiCancellazione/dataDecorrenzaCancellazione":                      "",
		"datiDecesso/dataEvento":                                             "",
		"legameSoggetto/codiceLegame":                                        "",
		"famigliaConvivenza/idFamigliaConvivenzaANPR":                        "",
		"matrimonio/coniuge/codiceFiscale/codFiscale":                        "",
		"matrimonio/datiMatrimonio/dataEvento":                               "",
		"unioneCivile/unitoCivilmente/codiceFiscale/codFiscale":              "",
		"convivenzaDiFatto/convivente/codiceFiscale/codFiscale":              "",
		"annullamentoMatrimonio/tipoCessazione":                              "",
		"annullamentoMatrimonio/sentenza/numero":                             "",
		"vedovanza/datiMorteconiuge/dataEvento":                              "",
		"paternita/generalita/codiceFiscale/codFiscale":                      "",
		"maternita/generalita/codiceFiscale/codFiscale":                      "",
		"generalita/soggettoAIRE":                                            "",
		"generalita/annoEspatrio":                                            "",
		"residenza/localitaEstera/consolato/codiceConsolato":                 "",
		"residenza/localitaEstera/indirizzoEstero/cap":                       "",
		"residenza/indirizzo/toponimo/denominazioneToponimo":                 "",
		"datiCancellazione/motivoCancellazione":                              "",
		"datiIscrizione/iscrizioneResidente/motivoIscrizione":                p.Enrolled.Reason,
		"datiIscrizione/tipoIscrizioneAIRE/motivoIscrizione":                 "",
		"generalita/luogoNascita/comune/codiceIstat":                         "",
		"generalita/luogoNascita/localita/codiceStato":                       "",
		"attoNascitaANPR/attoANSC/idANSC":                                    "",
		"famigliaConvivenza/idFamigliaConvivenzaComune/idFamigliaConvivenza": "",
	}
	if c := p.Birth.Place.Comune; c != nil {
		facts["generalita/luogoNascita/comune/codiceIstat"] = c.Istat
	}
	if st := p.Birth.Place.State; st != nil {
		facts["generalita/luogoNascita/localita/codiceStato"] = st.Code
	}
	if a := p.Birth.Act; a != nil {
		facts["attoNascitaANPR/attoANSC/idANSC"] = a.ANSC
	}
	var states []string
	for _, c := range p.CitizenshipsAt(people.AsOf) {
		states = append(states, c.State.Code)
	}
	facts["cittadinanza/codiceStato"] = strings.Join(states, ",")
	if p.Removed != nil {
		facts["datiCancellazione/dataDecorrenzaCancellazione"], facts["datiCancellazione/motivoCancellazione"] = date(p.Removed.Date), p.Removed.Reason
	}
	if p.Death != nil {
		facts["datiDecesso/dataEvento"] = date(p.Death.Date)
	}
	if f := p.Family; f != nil {
		facts["famigliaConvivenza/idFamigliaConvivenzaANPR"], facts["famigliaConvivenza/idFamigliaConvivenzaComune/idFamigliaConvivenza"] = f.ID, f.ComuneID
		if p.Link != 0 {
			facts["legameSoggetto/codiceLegame"] = fmt.Sprint(p.Link)
		}
	}
	if c := p.Cohabitation; c != nil {
		facts["convivenzaDiFatto/convivente/codiceFiscale/codFiscale"] = c.With.CodiceFiscale
	}
	for name, parent := range map[string]*people.Person{"paternita": p.Father, "maternita": p.Mother} {
		if parent != nil {
			facts[name+"/generalita/codiceFiscale/codFiscale"] = parent.CodiceFiscale
		}
	}
	bondFacts(p, facts, date)
	if a := p.Abroad; a != nil {
		r := p.Residences[len(p.Residences)-1]
		facts["generalita/soggettoAIRE"], facts["generalita/annoEspatrio"] = "S", fmt.Sprint(a.Year)
		facts["residenza/localitaEstera/consolato/codiceConsolato"], _ = r.Abroad.Consulate()
		facts["residenza/localitaEstera/indirizzoEstero/cap"] = r.Abroad.CAP()
		facts["datiIscrizione/tipoIscrizioneAIRE/motivoIscrizione"], facts["datiIscrizione/iscrizioneResidente/motivoIscrizione"] = p.Enrolled.Reason, ""
	}
	delete(facts, "residenza/indirizzo/toponimo/denominazioneToponimo")
	if p.Domicile == nil && p.Abroad == nil {
		r := p.Residences[len(p.Residences)-1]
		facts["residenza/indirizzo/toponimo/denominazioneToponimo"] = r.Address.Street.Name
		facts["residenza/indirizzo/numeroCivico/numero"] = r.Address.Number
		facts["residenza/indirizzo/numeroCivico/civicoInterno/interno1"] = r.Address.Inner
		facts["residenza/indirizzo/comune/codiceIstat"] = r.Address.Comune.Istat
		facts["residenza/dataDecorrenzaResidenza"] = date(r.From)
	}
	return facts
}

func bondFacts(p *people.Person, facts map[string]string, date func(time.Time) string) {
	if len(p.Bonds) == 0 {
		return
	}
	b := p.Bonds[len(p.Bonds)-1]
	if b.Civil {
		facts["unioneCivile/unitoCivilmente/codiceFiscale/codFiscale"] = b.With.CodiceFiscale
		return
	}
	facts["matrimonio/coniuge/codiceFiscale/codFiscale"] = b.With.CodiceFiscale
	if !b.NoData {
		facts["matrimonio/datiMatrimonio/dataEvento"] = date(b.Event.Date)
	}
	switch {
	case b.End == nil:
	case b.End.Code == "" && !b.End.NoData:
		facts["vedovanza/datiMorteconiuge/dataEvento"] = date(b.With.Death.Date)
	case b.End.Code != "":
		facts["annullamentoMatrimonio/tipoCessazione"], facts["annullamentoMatrimonio/sentenza/numero"] = b.End.Code, b.End.Sentence.Number
	}
}

// table13 is the certificate that answers for each visura.
var table13 = map[string]int{"nascita": 1, "morte": 2, "matrimonio": 3, "cittadinanza": 5, "cittadinanza_storica": 6, "esistenza_in_vita": 7, "residenza": 8,
	"residenza_storica": 9, "residenza_aire": 10, "stato_civile": 11, "stato_famiglia": 12, "stato_famiglia_aire": 15, "stato_famiglia_parentela": 16, "stato_libero": 17}

func TestWhomAVisuraFitsGetsTheDataOfItsCertificate(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	for tipo, f := range people.ByTipo {
		t.Run(tipo, func(t *testing.T) {
			t.Parallel()
			var foreign people.Feature
			if tipo == "cittadinanza" { // the certificate is of the Italian one (EN110), the visura of any
				foreign = people.Foreigner
			}
			list := population().Select("", f, foreign)
			for i := 0; i < len(list); i += max(1, len(list)/8) {
				p := list[i]
				a := r.ask(s, "6001", certificate{holder: p, types: []int{table13[tipo]}}.String())
				if a.outcome() != "OK" || a.text("//soggettoIntestatario/generalita/codiceFiscale/codFiscale") != p.CodiceFiscale ||
					a.text("//listaTipiCertificato/tipoCertificato") != fmt.Sprint(table13[tipo]) {
					t.Errorf("%s (%d): %s\n%s", p.CodiceFiscale, p.Index, a.outcome(), a.body)
				}
			}
		})
	}
}
