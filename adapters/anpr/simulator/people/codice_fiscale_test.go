package people_test

import (
	"bufio"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

// belfiore are the codes of Comuni (by ISTAT code) and States (by ISTAT code of
// the State) as the tax agency publishes them.
var belfiore = map[string]string{
	"039002": "A547", "040007": "C573", "039014": "H199", "036023": "F257", "048017": "D612", "072004": "A225",
	"022161": "H612", "007003": "A326", "039010": "D458", "037006": "A944", "001272": "L219", "015146": "F205",
	"060038": "D810", "010028": "E488", "058091": "H501", "063049": "F839", "082053": "G273", "010025": "D969",
	"032006": "L424", "021008": "A952", "075052": "F842", "039017": "I196", "025016": "A266",

	"201": "Z100", "206": "Z103", "215": "Z110", "216": "Z112", "219": "Z114", "235": "Z129", "239": "Z131",
	"241": "Z133", "243": "Z138", "251": "Z150", "305": "Z249", "436": "Z330", "450": "Z343", "536": "Z404",
	"602": "Z600", "605": "Z602", "615": "Z611", "701": "Z700",
}

// codeOf computes a codice fiscale from article 2 and following of D.M.
// 23-12-1976, apart from the code under test.
func codeOf(surname, name string, sex byte, born time.Time, place string) string {
	first := func(s string, given bool) string {
		var consonants, vowels []rune
		for _, r := range onlyLetters(s) {
			if slices.Contains([]rune("AEIOU"), r) {
				vowels = append(vowels, r)
			} else {
				consonants = append(consonants, r)
			}
		}
		if given && len(consonants) > 3 {
			consonants = slices.Delete(consonants, 1, 2)
		}
		return string(slices.Concat(consonants, vowels, []rune("XXX"))[:3])
	}
	d := born.Day()
	if sex == 'F' {
		d += 40
	}
	year := born.Year() % 100
	months := []string{"A", "B", "C", "D", "E", "H", "L", "M", "P", "R", "S", "T"}
	two := func(n int) string { return string([]byte{byte('0' + n/10), byte('0' + n%10)}) }
	body := first(surname, false) + first(name, true) + two(year) + months[born.Month()-1] + two(d) + place
	return body + string(check(body+"?"))
}

// onlyLetters takes the accents from the letters and everything else away; the
// umlauts and the sharp s are written out as two letters.
func onlyLetters(s string) string {
	s = strings.NewReplacer("Ä", "AE", "Ö", "OE", "Ü", "UE", "ß", "SS", "Ł", "L").Replace(norm.NFC.String(s))
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	return b.String()
}

// plainCode is the codice fiscale with the letters of an omocodia turned back
// into figures and the check character computed again; a provisional one has none.
func plainCode(cf string) string {
	if len(cf) != 16 {
		return cf
	}
	b := []byte(cf)
	for _, i := range []int{6, 7, 9, 10, 12, 13, 14} {
		if n := strings.IndexByte("LMNPQRSTUV", b[i]); n >= 0 {
			b[i] = byte('0' + n)
		}
	}
	b[15] = check(string(b))
	return string(b)
}

// ceased are the codes of States that are no more, by their towns: Jugoslavia and
// the USSR.
var ceased = map[string]string{"OSIJEK": "Z118", "SKOPJE": "Z118", "SARATOV": "Z135"}

func placeCode(p people.Place) string {
	switch {
	case p.Comune != nil:
		return belfiore[p.Comune.Istat]
	case p.State != nil && p.State.Code == "998":
		return ceased[p.Locality]
	case p.State != nil:
		return belfiore[p.State.Code]
	}
	return "Z998"
}

func TestTheReferenceAgreesWithPublishedCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		surname, name string
		sex           byte
		y, m, d       int
		place, want   string
	}{
		{"Moretti", "Matteo", 'M', 1925, 4, 9, "F205", "MRTMTT25D09F205Z"},
		{"Miller", "Samantha", 'F', 1982, 9, 25, "Z404", "MLLSNT82P65Z404U"},
		{"ROSSI", "MARIO", 'M', 1980, 1, 1, "H501", "RSSMRA80A01H501U"},
	} {
		born := time.Date(c.y, time.Month(c.m), c.d, 0, 0, 0, 0, time.UTC)
		if got := codeOf(strings.ToUpper(c.surname), strings.ToUpper(c.name), c.sex, born, c.place); got != c.want {
			t.Errorf("%s %s has %s, want %s", c.surname, c.name, got, c.want)
		}
	}
}

func TestEveryCodeFollowsFromTheData(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		for _, p := range known(pop) {
			if p.Oddity == people.ProvisionalCode {
				continue
			}
			want := codeOf(p.Surname, p.Name, p.Sex, p.Birth.Date, placeCode(p.Birth.Place))
			if got := plainCode(p.CodiceFiscale); got != want {
				t.Errorf("%s of %s %s born on %s: want %s", p.CodiceFiscale, p.Surname, p.Name, p.Birth.Date.Format(time.DateOnly), want)
			}
			if p.CodiceFiscale[15] != check(p.CodiceFiscale) {
				t.Errorf("%s has a wrong check character", p.CodiceFiscale)
			}
		}
	})
}

func TestAnOmocodiaSetsApartPeopleOfTheSamePlainCode(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		plain := map[string][]*people.Person{}
		for _, p := range known(pop) {
			plain[plainCode(p.CodiceFiscale)] = append(plain[plainCode(p.CodiceFiscale)], p)
		}
		for code, list := range plain {
			if list[0].CodiceFiscale != code {
				t.Errorf("nobody has the plain code of %s", list[0].CodiceFiscale)
			}
			for _, p := range list {
				if p.Oddity == people.ProvisionalCode {
					continue
				}
				letters := strings.Map(func(r rune) rune {
					if strings.ContainsRune("LMNPQRSTUV", r) {
						return 'x'
					}
					return '.'
				}, string([]byte{p.CodiceFiscale[6], p.CodiceFiscale[7], p.CodiceFiscale[9], p.CodiceFiscale[10], p.CodiceFiscale[12], p.CodiceFiscale[13], p.CodiceFiscale[14]}))
				if strings.Contains(letters, "x.") {
					t.Errorf("%s has not been changed from the right", p.CodiceFiscale)
				}
			}
		}
	})
}

func TestNobodySharesACodeButWhoHasTwoCards(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		holder := map[string]*people.Person{}
		for _, p := range pop.Persons() {
			q := holder[p.CodiceFiscale]
			holder[p.CodiceFiscale] = p
			if q == nil {
				continue
			}
			if p.Surname != q.Surname || p.Name != q.Name || p.Sex != q.Sex || p.Birth.Date != q.Birth.Date || p.Birth.Place != q.Birth.Place {
				t.Errorf("%s is of two people", p.CodiceFiscale)
			}
		}
	})
}

func TestTheCodeBeforeIsThatOfOtherNames(t *testing.T) {
	t.Parallel()
	everyPopulation(t, func(t *testing.T, pop *people.Population) {
		for _, p := range pop.Find(people.CodeChanged) {
			if p.FormerCF[:6] == p.CodiceFiscale[:6] || p.FormerCF[6:15] != p.CodiceFiscale[6:15] {
				t.Errorf("%s before was %s", p.CodiceFiscale, p.FormerCF)
			}
			if !p.Recoded.After(p.Birth.Date) || p.Recoded.After(people.AsOf) {
				t.Errorf("%s was given on %s", p.CodiceFiscale, p.Recoded)
			}
			if got := pop.ByCodiceFiscale(strings.ToLower(p.FormerCF)); len(got) != 1 || got[0] != p {
				t.Errorf("%s is not found by %s", p.CodiceFiscale, p.FormerCF)
			}
		}
	})
}

func TestAnyNameAndAnyBirthGiveTheCodeOfTheReference(t *testing.T) {
	t.Parallel()
	seen := map[rune]bool{}
	for _, p := range known(population(1, people.Default)) {
		for _, r := range p.Surname + p.Name {
			seen[r] = true
		}
	}
	letters := slices.Sorted(maps.Keys(seen))
	name := rapid.StringOfN(rapid.SampledFrom(letters), 0, 20, -1)
	rapid.Check(t, func(t *rapid.T) {
		surname, given := name.Draw(t, "surname"), name.Draw(t, "name")
		born := time.Date(rapid.IntRange(1890, 2026).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 364).Draw(t, "day"))
		sex := rapid.SampledFrom([]byte("MF")).Draw(t, "sex")
		place := rapid.SampledFrom(slices.Sorted(maps.Values(belfiore))).Draw(t, "place")
		want := codeOf(surname, given, sex, born, place)
		got := people.FiscalCode(surname, given, sex, born, place)
		if got != want {
			t.Errorf("%q %q gives %s, want %s", surname, given, got, want)
		}
		variants := map[string]bool{got: true}
		for n := 1; n <= 7; n++ {
			variant := people.OmocodeVariant(got, n)
			if plainCode(variant) != got || variant[15] != check(variant) || variants[variant] {
				t.Errorf("variant %d of %s is %s", n, got, variant)
			}
			variants[variant] = true
		}
	})
}

func TestOperatorsHaveCodesOfTheirOwn(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for istat, place := range belfiore {
		if len(istat) != 6 {
			continue
		}
		cf := people.Operator(istat)
		if cf == "" || cf[11:15] != place || cf != plainCode(cf) || seen[cf] {
			t.Errorf("the operator of %s is %q", istat, cf)
		}
		seen[cf] = true
	}
	for _, istat := range []string{"", "000000", "39002", "A547"} {
		if cf := people.Operator(istat); cf != "" {
			t.Errorf("%q has the operator %s", istat, cf)
		}
	}
}

func TestComuniAreFoundByCodeAlone(t *testing.T) {
	t.Parallel()
	for istat, place := range belfiore {
		c, ok := people.ComuneByIstat(istat)
		if ok != (len(istat) == 6) || (ok && c.Catastale != place) {
			t.Errorf("%s: %v %+v", istat, ok, c)
		}
	}
	homes := people.Comuni()
	homes[0].Name = "ALTROVE"
	if people.Comuni()[0].Name != "BAGNACAVALLO" {
		t.Error("a caller changed the table of Comuni")
	}
}

// The decoding tables of ANPR are beside the repository, or not at all.
func TestCodesAgreeWithTheDecodingTables(t *testing.T) {
	t.Parallel()
	comuni, states := map[string][]string{}, map[string]string{}
	for _, row := range table(t, "ANPR_archivio_comuni.csv") {
		if row[13] == "A" {
			comuni[row[3]] = []string{row[4], row[5], row[14]}
		}
	}
	for _, row := range table(t, "tab02_stati_esteri.csv") {
		states[row[10]] = row[9]
	}
	consulates := map[string]string{}
	for _, row := range table(t, "tab40_consolati.csv") {
		consulates[row[0]] = row[3]
	}
	joined := map[string]string{}
	for _, row := range table(t, "tab45_comuni_subentrati.csv") {
		joined[row[0]] = row[6]
	}
	for istat, place := range belfiore {
		if len(istat) == 3 {
			if states[istat] != place {
				t.Errorf("State %s is %s in table 2, %s here", istat, states[istat], place)
			}
			continue
		}
		c, _ := people.ComuneByIstat(istat)
		if diff := slices.Compare(comuni[istat], []string{place, c.Name, c.Province}); diff != 0 {
			t.Errorf("%s is %v in ANPR, %+v here", istat, comuni[istat], c)
		}
		if day, ok := joined[istat]; ok && day != c.Subentro.Format("02/01/2006") {
			t.Errorf("%s joined on %s, %s here", c.Name, day, c.Subentro.Format("02/01/2006"))
		}
	}
	for _, p := range population(1, people.Default).Find(people.AIRE) {
		code, seat := p.Residences[len(p.Residences)-1].Abroad.Consulate()
		if consulates[code] != seat {
			t.Errorf("consulate %s is at %q in table 40, %q here", code, consulates[code], seat)
		}
	}
}

// table reads a decoding table without its heading.
func table(t *testing.T, name string) [][]string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		f, err := os.Open(filepath.Join(dir, "..", "shared", "anpr", "tables", name))
		if err != nil {
			continue
		}
		defer f.Close()
		text := bufio.NewReader(f)
		if mark, _ := text.Peek(3); string(mark) == "\ufeff" {
			_, _ = text.Discard(3)
		}
		rows, err := csv.NewReader(text).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	t.Skipf("shared/anpr/tables/%s is not beside the repository", name)
	return nil
}
