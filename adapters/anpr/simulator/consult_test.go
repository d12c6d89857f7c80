package simulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

const (
	national = "<ricercaNazionale>1</ricercaNazionale>"
	inCesena = "<ricercaNazionale>0</ricercaNazionale><comuneResidenza><nomeComune>CESENA</nomeComune><codiceIstat>040007</codiceIstat><siglaProvinciaIstat>FC</siglaProvinciaIstat></comuneResidenza>"
	luca     = "VRDLCU78C14A547O"
	sara     = "PNTSRA85A49A547K"
	pietro   = "SLVPTR40E30D612V"
)

func TestConsultation(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	far := someone(t, cesena, people.FitsResidenza)
	birth := "<datiNascita><dataEvento>1978-03-14</dataEvento></datiNascita>"
	names := "<cognome>VERDEMARE</cognome><nome>LUCA</nome><sesso>M</sesso>"
	place := func(istat string) string {
		return strings.Replace(birth, "</datiNascita>", "<luogoNascita><comune><nomeComune>QUI</nomeComune><codiceIstat>"+istat+"</codiceIstat><siglaProvinciaIstat>RA</siglaProvinciaIstat></comune></luogoNascita></datiNascita>", 1)
	}
	with := func(extra string) question { return question{criteria: byCode(luca) + extra, codes: []int{2}} }
	for name, c := range map[string]struct {
		ask  question
		want string
	}{
		"by codice fiscale in small letters":       {question{criteria: byCode(strings.ToLower(luca)), codes: []int{2}}, "OK"},
		"by idANPR":                                {question{criteria: "<idANPR>VR10001LU</idANPR>", codes: []int{2}}, "OK"},
		"by the card's number in ANPR":             {question{criteria: "<idSchedaSoggettoANPR>9000000000101</idSchedaSoggettoANPR>", codes: []int{2}}, "OK"},
		"by names, with a namesake":                {question{criteria: names, birth: birth, codes: []int{2}}, "OK EN131"},
		"by names and no birth":                    {question{criteria: names, codes: []int{2}}, "KO EN132"},
		"nobody":                                   {question{criteria: byCode("ZZZZZZ78C14A547X"), codes: []int{2}}, "KO EN122"},
		"another name":                             {with("<nome>MARIO</nome>"), "KO EN068"},
		"another surname":                          {with("<cognome>ROSSI</cognome>"), "KO EN069"},
		"another codice fiscale":                   {question{criteria: byCode(sara) + "<idANPR>VR10001LU</idANPR>", codes: []int{2}}, "KO EN070"},
		"another birthday":                         {question{criteria: byCode(luca), birth: strings.Replace(birth, "14", "15", 1), codes: []int{2}}, "KO EN071"},
		"another birthplace":                       {question{criteria: byCode(luca), birth: place("040007"), codes: []int{2}}, "KO EN072"},
		"the right birthplace":                     {question{criteria: byCode(luca), birth: place("039002"), codes: []int{2}}, "OK"},
		"another sex":                              {with("<sesso>F</sesso>"), "KO EN075"},
		"an identity card":                         {with("<cartaIdentita3000><tipo>E</tipo></cartaIdentita3000>"), "KO EN053"},
		"no codes":                                 {question{criteria: byCode(luca)}, "KO EN052"},
		"the whole card and something":             {question{criteria: byCode(luca), codes: []int{1, 2}}, "KO EC020"},
		"a code that is not in table 16":           {question{criteria: byCode(luca), codes: []int{31}}, "KO EC025"},
		"a code twice":                             {question{criteria: byCode(luca), codes: []int{2, 2}}, "KO EC026"},
		"an unknown card":                          {question{criteria: byCode(luca), card: "7", codes: []int{2}}, "KO EN053"},
		"tomorrow":                                 {question{criteria: byCode(luca), codes: []int{2}, day: time.Now().AddDate(0, 0, 2).Format(time.DateOnly)}, "KO EHR18"},
		"before the Comune was in ANPR":            {question{criteria: byCode(luca), codes: []int{2}, day: "2016-10-20"}, "KO EN122"},
		"the day it joined":                        {question{criteria: byCode(luca), codes: []int{2}, day: "2016-10-21"}, "OK"},
		"someone of another Comune":                {question{criteria: byCode(far.CodiceFiscale), codes: []int{2}}, "KO EN122"},
		"someone of another Comune, nationally":    {question{criteria: byCode(far.CodiceFiscale), codes: []int{2}, more: national}, "OK"},
		"someone of another Comune, named":         {question{criteria: byCode(far.CodiceFiscale), codes: []int{2}, more: inCesena}, "OK"},
		"nationally and in a Comune":               {question{criteria: byCode(luca), codes: []int{2}, more: strings.Replace(inCesena, ">0<", ">1<", 1)}, "KO EN053"},
		"an Italian abroad":                        {question{criteria: byCode(sara), codes: []int{2}}, "OK"},
		"an Italian abroad, among AIRE":            {question{criteria: byCode(sara) + "<soggettoAIRE>S</soggettoAIRE>", codes: []int{2}}, "OK"},
		"an Italian abroad, among residents":       {question{criteria: byCode(sara) + "<soggettoAIRE>N</soggettoAIRE>", codes: []int{2}}, "KO EN122"},
		"a resident, among AIRE":                   {question{criteria: byCode(luca) + "<soggettoAIRE>S</soggettoAIRE>", codes: []int{2}}, "KO EN122"},
		"an Italian abroad by the wrong consulate": {question{criteria: byCode(sara), abroad: "<residenzaIscrizioneAIRE><codiceConsolato>2310103</codiceConsolato></residenzaIscrizioneAIRE>", codes: []int{2}}, "KO EN122"},
		"someone dead":                             {question{criteria: byCode(pietro), codes: []int{2, 27, 28}}, "OK"},
		"a cancelled and an active card":           {question{criteria: byCode(someone(t, bagnacavallo, people.DuplicateCard).CodiceFiscale), codes: []int{2}}, "OK EN131"},
		"someone registered twice":                 {question{criteria: byCode(someone(t, bagnacavallo, people.DoubleRegistration).CodiceFiscale), codes: []int{2}}, "KO EN469"},
		"someone registered twice, nationally":     {question{criteria: byCode(someone(t, bagnacavallo, people.DoubleRegistration).CodiceFiscale), codes: []int{2}, more: national}, "OK EN131"},
		"someone with a procedure open":            {question{criteria: byCode(someone(t, bagnacavallo, people.OpenProcedure).CodiceFiscale), codes: []int{2}}, "OK EN176"},
		"someone whose family is being registered": {question{criteria: byCode(someone(t, bagnacavallo, people.FamilyRegistering).CodiceFiscale), codes: []int{2}}, "KO EN214"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := r.ask(s, "3002", c.ask.String())
			if got := a.outcome(); got != c.want {
				t.Errorf("%s, want %s\n%s", got, c.want, a.body)
			}
		})
	}
}

func TestFamilies(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	code := func(istat string, f ...people.Feature) string { return byCode(someone(t, istat, f...).CodiceFiscale) }
	byNumber := func(kind, id string) string {
		return "<tipoScheda>" + kind + "</tipoScheda><identificativoANPR>" + id + "</identificativoANPR>"
	}
	conv := someone(t, bagnacavallo, people.InConvivenza).Family.ID
	busy := code(cesena, people.FamilyInProgress)
	for name, c := range map[string]struct {
		ask     question
		want    string
		members int
	}{
		"of a resident":                            {question{card: "2", criteria: byCode(luca)}, "OK", 3},
		"by its number":                            {question{card: "2", criteria: byNumber("1", "700000012345")}, "OK", 3},
		"by its number as stored":                  {question{card: "2", criteria: byNumber("3", "700000012345")}, "OK", 3},
		"the number wins over the person":          {question{card: "2", criteria: byCode(sara) + byNumber("1", "700000012345")}, "OK", 3},
		"by its number without its kind":           {question{card: "2", criteria: "<identificativoANPR>700000012345</identificativoANPR>"}, "KO EN124", 0},
		"by its number with the wrong kind":        {question{card: "2", criteria: byNumber("2", "700000012345")}, "KO EN122", 0},
		"with blocks chosen":                       {question{card: "2", criteria: byCode(luca), codes: []int{2}}, "KO EN050", 0},
		"of an Italian abroad":                     {question{card: "2", criteria: byCode(sara) + "<soggettoAIRE>S</soggettoAIRE>"}, "OK", 1},
		"of twelve":                                {question{card: "2", criteria: code(bagnacavallo, people.LargeFamily)}, "OK", 12},
		"incomplete":                               {question{card: "2", criteria: code(bagnacavallo, people.FamilyIncomplete)}, "OK EN213", -1},
		"being registered":                         {question{card: "2", criteria: code(bagnacavallo, people.FamilyRegistering)}, "KO EN214", 0},
		"with an operation in progress, at home":   {question{card: "2", criteria: code(bagnacavallo, people.FamilyInProgress)}, "OK", -1},
		"with an operation in progress, elsewhere": {question{card: "2", criteria: busy, more: national}, "KO EN492", 0},
		"of someone in a convivenza":               {question{card: "2", criteria: code(bagnacavallo, people.InConvivenza)}, "KO EN055", 0},
		"a convivenza":                             {question{card: "3", criteria: byNumber("2", conv)}, "OK", -1},
		"a convivenza of someone in a family":      {question{card: "3", criteria: byCode(luca)}, "KO EN056", 0},
		"of someone dead":                          {question{card: "2", criteria: byCode(pietro)}, "KO EN049", 0},
		"of another Comune":                        {question{card: "2", criteria: code(cesena, people.FitsStatoFamiglia)}, "KO EN122", 0},
		"of another Comune, named":                 {question{card: "2", criteria: code(cesena, people.FitsStatoFamiglia), more: inCesena}, "KO EN167", 0},
		"of another Comune, nationally":            {question{card: "2", criteria: code(cesena, people.FitsStatoFamiglia), more: national}, "OK", -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := r.ask(s, "3002", c.ask.String())
			if got := a.outcome(); got != c.want {
				t.Fatalf("%s, want %s\n%s", got, c.want, a.body)
			}
			if n := len(a.texts("//datiSoggetto/identificativi/idANPR")); n != c.members && c.members >= 0 {
				t.Errorf("%d members, want %d", n, c.members)
			}
		})
	}
}

func TestAnIncompleteFamilyLacksAMember(t *testing.T) {
	t.Parallel()
	r := start(t)
	p := someone(t, bagnacavallo, people.FamilyIncomplete)
	a := r.ask(r.signer(bagnacavallo), "3002", question{card: "2", criteria: byCode(p.CodiceFiscale)}.String())
	if got, all := len(a.texts("//datiSoggetto/identificativi/idANPR")), len(p.Family.Members); got != all-1 {
		t.Errorf("%d members of %d", got, all)
	}
}

func TestOnlyTheBlocksAskedForAreGiven(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	blocksOf := func(a reply) []string {
		var list []string
		for _, el := range a.root.FindElements("//datiSoggetto/*") {
			if !slices.Contains(list, el.Tag) {
				list = append(list, el.Tag)
			}
		}
		return list
	}
	union := someone(t, bagnacavallo, people.CivilUnion, people.Clean)
	widow := someone(t, bagnacavallo, people.Widowed, people.Clean)
	double := someone(t, bagnacavallo, people.SeveralCitizenships, people.Clean)
	dead := someone(t, bagnacavallo, people.FitsMorte)
	for name, c := range map[string]struct {
		cf    string
		codes []int
		want  []string
	}{
		"generalita alone":        {luca, []int{2}, []string{"identificativi", "generalita"}},
		"not even them":           {luca, []int{4}, []string{"identificativi", "generalita", "attributiSoggetto"}},
		"residence":               {luca, []int{2, 4, 10, 26}, []string{"identificativi", "generalita", "attributiSoggetto", "residenza", "datiIscrizione"}},
		"marriage":                {luca, []int{2, 3, 13, 14, 15}, []string{"identificativi", "generalita", "statoCivile", "matrimonio"}},
		"widowhood":               {widow.CodiceFiscale, []int{3, 14}, []string{"identificativi", "generalita", "statoCivile", "vedovanza"}},
		"civil union has no code": {union.CodiceFiscale, []int{2, 3, 13, 14, 15}, []string{"identificativi", "generalita", "statoCivile"}},
		"death":                   {dead.CodiceFiscale, []int{27, 28}, []string{"identificativi", "generalita", "datiCancellazione", "datiDecesso"}},
		"family":                  {luca, []int{21, 22}, []string{"identificativi", "generalita", "legameSoggetto", "famigliaConvivenza"}},
		"whole card": {luca, []int{1}, []string{"identificativi", "generalita", "statoCivile", "attributiSoggetto", "attoNascitaANPR", "cittadinanza",
			"residenza", "matrimonio", "legameSoggetto", "famigliaConvivenza", "datiIscrizione"}},
		"citizenships": {double.CodiceFiscale, []int{6, 7}, []string{"identificativi", "generalita", "cittadinanza"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := blocksOf(r.ask(s, "3002", question{criteria: byCode(c.cf), codes: c.codes}.String()))
			for i := range got { // which of the two holds the act varies
				if got[i] == "attoNascita" {
					got[i] = "attoNascitaANPR"
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a civil union shows with the whole card", func(t *testing.T) {
		got := blocksOf(r.ask(s, "3002", question{criteria: byCode(union.CodiceFiscale), codes: []int{1}}.String()))
		if !slices.Contains(got, "unioneCivile") {
			t.Errorf("blocks %v", got)
		}
	})
	t.Run("code 6 is the first citizenship, 7 the others", func(t *testing.T) {
		for _, c := range []struct {
			codes []int
			want  int
		}{{[]int{6}, 1}, {[]int{6, 7}, len(double.CitizenshipsAt(people.AsOf))}} {
			a := r.ask(s, "3002", question{criteria: byCode(double.CodiceFiscale), codes: c.codes}.String())
			if n := len(a.texts("//cittadinanza/codiceStato")); n != c.want {
				t.Errorf("codes %v give %d citizenships, want %d", c.codes, n, c.want)
			}
		}
	})
}

func TestAPastDateShowsThatDay(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	p := someone(t, bagnacavallo, people.Moved, people.FitsResidenzaStorica)
	for _, known := range p.KnownResidences(people.AsOf)[1:] {
		day := known.Until.AddDate(0, 0, -1).Format(time.DateOnly)
		a := r.ask(s, "3002", question{criteria: byCode(p.CodiceFiscale), codes: []int{10}, day: day}.String())
		if got, want := a.text("//dataDecorrenzaResidenza")[:10], known.From.Format(time.DateOnly); got != want {
			t.Errorf("on %s the residence began on %s, want %s", day, got, want)
		}
	}
	a := r.ask(s, "3002", question{criteria: byCode(pietro), codes: []int{1}, day: "2023-02-10"}.String())
	if got := a.texts("//datiDecesso"); len(got) > 0 {
		t.Error("dead the day before dying")
	}
}

// The walk backwards and the list of 6001 must tell the same story.
func TestWalkingBackGivesTheResidencesOf6001(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	for _, p := range population().Find(people.Moved, people.FitsResidenzaStorica)[:6] {
		s := s
		var walked []string
		day := people.AsOf
		for {
			a := r.ask(s, "3002", question{criteria: byCode(p.CodiceFiscale), codes: []int{10}, more: national, day: day.Format(time.DateOnly)}.String())
			if a.outcome() != "OK" {
				break
			}
			from := a.text("//dataDecorrenzaResidenza")[:10]
			walked = append(walked, from)
			d, err := time.Parse(time.DateOnly, from)
			if err != nil {
				t.Fatal(err)
			}
			day = d.AddDate(0, 0, -1)
		}
		a := r.ask(s, "6001", certificate{holder: p, types: []int{9}, from: people.AsOf.Format(time.DateOnly)}.String())
		var listed []string
		for _, from := range a.texts("//residenza/dataDecorrenzaResidenza") {
			listed = append(listed, from[:10])
		}
		if diff := cmp.Diff(listed, walked); diff != "" {
			t.Errorf("%d: %s", p.Index, diff)
		}
	}
}

func TestTheSameQuestionGetsTheSameBytesFromTheSameSeed(t *testing.T) {
	t.Parallel()
	now := time.Now()
	clock := func(c *simulator.Config) { c.Now = func() time.Time { return now } }
	ask := func() string {
		r := start(t, clock)
		s := r.signer(bagnacavallo)
		s.Now = now
		return string(r.ask(s, "3002", question{id: "SAME1", sent: now.Format(time.RFC3339), criteria: byCode(luca), codes: []int{1}}.String()).body)
	}
	if diff := cmp.Diff(ask(), ask()); diff != "" {
		t.Error(diff)
	}
}

func TestDatesComeWithAndWithoutZoneAndPrefixesVary(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	seen := map[string]bool{}
	for i := range 40 {
		a := r.ask(s, "3002", question{id: fmt.Sprintf("Z%d", i), criteria: byCode(luca), codes: []int{2}}.String())
		seen[a.root.FindElement("//Body/*").Space] = true
		seen[fmt.Sprint("zone ", len(a.text("//generalita/dataNascita")) > 10)] = true
		if sent := a.text("//dataOraRichiesta"); strings.ContainsAny(sent[19:], "+-Z") {
			t.Errorf("header time with zone: %s", sent)
		}
	}
	if len(seen) != 4 {
		t.Errorf("seen only %v", seen)
	}
}

func TestADomicileComesBesideTheResidence(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, p := range population().Select(bagnacavallo, people.TwoAddresses, 0) {
		a := r.ask(r.signer(bagnacavallo), "3002", question{criteria: byCode(p.CodiceFiscale), codes: []int{10}}.String())
		kinds := a.texts("//residenza/tipoIndirizzo")
		slices.Sort(kinds)
		if diff := cmp.Diff([]string{"1", "3"}, kinds); diff != "" {
			t.Error(diff)
		}
	}
}

func TestWhoseCodiceFiscaleHasChangedIsFoundByEitherAndShownWithTheOneInForce(t *testing.T) {
	t.Parallel()
	r := start(t)
	p := someone(t, bagnacavallo, people.CodeChanged)
	for name, c := range map[string]struct{ criteria, want string }{
		"by the one in force":        {byCode(p.CodiceFiscale), "OK"},
		"by the one before":          {byCode(p.FormerCF), "OK"},
		"by the one before, and id":  {byCode(p.FormerCF) + "<idANPR>" + p.IDANPR + "</idANPR>", "OK"},
		"by somebody else's, and id": {byCode(luca) + "<idANPR>" + p.IDANPR + "</idANPR>", "KO EN070"},
	} {
		a := r.ask(r.signer(bagnacavallo), "3002", question{criteria: c.criteria, codes: []int{2}}.String())
		if got := a.outcome(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
			continue
		}
		if c.want != "OK" {
			continue
		}
		got := slices.Concat(a.texts("//datiSoggetto/generalita/codiceFiscale/codFiscale"), a.texts("//datiSoggetto/generalita/codiceFiscale/validitaCF"), a.texts("//datiSoggetto/generalita/codiceFiscale/dataAttribuzioneValidita"))
		for i := range got { // a date may come with a zone
			got[i], _, _ = strings.Cut(got[i], "+")
		}
		if diff := cmp.Diff([]string{p.CodiceFiscale, "1", p.Recoded.Format(time.DateOnly)}, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
