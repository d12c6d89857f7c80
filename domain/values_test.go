package domain_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestParseCodiceFiscale(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		in   string
		want domain.CodiceFiscale // empty: refused
	}{
		"the example of the decree's own kind": {"RSSMRA85T10A562S", "RSSMRA85T10A562S"},
		"a woman, forty added to the day":      {"RSSMRA85T50A562W", "RSSMRA85T50A562W"},
		"born abroad":                          {"MRTMTT91D08F205J", "MRTMTT91D08F205J"},
		"lower case and blanks around":         {" rssmra85t10a562s ", "RSSMRA85T10A562S"},
		"omocodia of the last digit":           {"RSSMRA85T10A56NH", "RSSMRA85T10A56NH"},
		"omocodia of every digit":              {"RSSMRAURTMLARSNL", "RSSMRAURTMLARSNL"},
		"a wrong check character":              {"RSSMRA85T10A562T", ""},
		"two digits exchanged":                 {"RSSMRA58T10A562S", ""},
		"a month that is no month":             {"RSSMRA85F10A562S", ""},
		"a letter that stands for no digit":    {"RSSMRA8AT10A562S", ""},
		"a digit among the letters":            {"R1SMRA85T10A562S", ""},
		"fifteen characters":                   {"RSSMRA85T10A562", ""},
		"seventeen characters":                 {"RSSMRA85T10A562SS", ""},
		"eleven digits, provisional":           {"00412345670", "00412345670"},
		"blanks around eleven digits":          {" 00412345670 ", "00412345670"},
		"eleven digits with a wrong last one":  {"01234567890", ""},
		"two of eleven digits exchanged":       {"04012345670", ""},
		"ten digits":                           {"0041234567", ""},
		"eleven with a letter":                 {"0041234567O", ""},
		"a day that is none, as events hold":   {"MLNTLL80E32A547X", "MLNTLL80E32A547X"},
		"letters beyond the alphabet":          {"RSSMRÀ85T10A562S", ""},
		"nothing":                              {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := domain.ParseCodiceFiscale(c.in)
			if got != c.want {
				t.Errorf("ParseCodiceFiscale(%q) = %q, %v; want %q", c.in, got, err, c.want)
			}
			if c.want == "" && domain.CodeOf(err) != domain.Invalid {
				t.Errorf("refused with %v, want an invalid request", err)
			}
		})
	}
}

func TestCheckCharacterGuardsEveryPlace(t *testing.T) {
	t.Parallel()
	const good = "RSSMRA85T10A562S"
	for i := range good {
		for _, c := range "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" {
			changed := good[:i] + string(c) + good[i+1:]
			if _, err := domain.ParseCodiceFiscale(changed); err == nil && changed != good {
				t.Errorf("%s passes for %s", changed, good)
			}
		}
	}
}

func TestParseNumeroPratica(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		"2026/000123":                  true,
		"PG-2026_0441":                 true,
		"A12":                          true,
		strings.Repeat("A1", 10):       true,
		" 2026/17 ":                    true,
		strings.Repeat("A1", 10) + "1": false,
		"A1":                           false,
		"":                             false,
		"prova":                        false,
		"PROVA1":                       false,
		"test-01":                      false,
		"xx/2026":                      false,
		"ABC-2026/7":                   true,
		"xxvii-2026":                   true,
		"testamento-3":                 true,
		"xxx":                          false,
		"000":                          false,
		"0-0/0":                        false,
		"1111111":                      false,
		"123456":                       false,
		"987654":                       false,
		"RSSMRA85T10A562S":             false,
		"rssmra85t10a562s":             false,
		"CF-RSSMRA85T10A562S":          false,
		"RSSMRA/85T10/A562S":           false,
		"RSSMRA85T10A562S/2":           false,
		"2026 000123":                  false,
		"2026/000123;":                 false,
		"prot.12":                      false,
		"pràt12":                       false,
		"١٢٣٤":                         false,
	} {
		_, err := domain.ParseNumeroPratica(in)
		if (err == nil) != ok {
			t.Errorf("ParseNumeroPratica(%q): %v, want accepted %v", in, err, ok)
		}
	}
}

func TestParseData(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]domain.Date{
		"1952":       {Year: 1952},
		"1952-04":    {Year: 1952, Month: 4},
		"1952-04-03": {Year: 1952, Month: 4, Day: 3},
		"2024-02-29": {Year: 2024, Month: 2, Day: 29},
		"2000-02-29": {Year: 2000, Month: 2, Day: 29},
		"9999-12-31": {Year: 9999, Month: 12, Day: 31},
		"1900-02-29": {}, "2023-02-29": {}, "2023-04-31": {}, "2023-13-01": {}, "2023-13": {}, "2023-00-01": {},
		"2023-01-00": {}, "0000": {}, "": {}, "23-01-01": {}, "2023/01/01": {}, "2023-1-1": {}, "+023": {}, "2023-+1-+1": {},
		"2023-01-01T00:00:00Z": {}, "01/01/2023": {},
	} {
		got, err := domain.ParseDate(in)
		if got != want || (err == nil) != (want != domain.Date{}) {
			t.Errorf("ParseData(%q) = %v, %v; want %v", in, got, err, want)
		}
		if err == nil && got.String() != in {
			t.Errorf("%q comes back as %q", in, got.String())
		}
	}
}

func TestDataReadsAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]domain.Date{
		"03/04/1952": {Year: 1952, Month: 4, Day: 3},
		"04/1952":    {Year: 1952, Month: 4},
		"1952":       {Year: 1952},
		"":           {},
	} {
		if got := d.Italian(); got != want {
			t.Errorf("%+v reads %q, want %q", d, got, want)
		}
	}
}

func TestDatesAreOrderedByWhatIsKnown(t *testing.T) {
	t.Parallel()
	ordered := []string{"1951-12-31", "1952", "1952-01", "1952-01-01", "1952-01-02", "1952-02", "1953"}
	for i := range ordered[1:] {
		a, _ := domain.ParseDate(ordered[i])
		b, _ := domain.ParseDate(ordered[i+1])
		if a.Compare(b) >= 0 || b.Compare(a) <= 0 || a.Compare(a) != 0 {
			t.Errorf("%s is not before %s", a, b)
		}
	}
}

func TestParseIDs(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		"3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b":   true,
		"00000000-0000-0000-0000-000000000000":   true,
		"3F2B0C5E-8F59-4F0A-9A64-6F7F0D1F2A3B":   false,
		"3f2b0c5e8f594f0a9a646f7f0d1f2a3b":       false,
		"{3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b}": false,
		"3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3":    false,
		"3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3g":   false,
		"3f2b0c5e-8f59-4f0a-9a6-46f7f0d1f2a3b":   false,
		"":                                       false,
	} {
		if _, err := domain.ParseVisuraID(in); (err == nil) != ok {
			t.Errorf("ParseVisuraID(%q): %v, want accepted %v", in, err, ok)
		}
	}
}

func TestVisuraStreamsNameTheirVisura(t *testing.T) {
	t.Parallel()
	const id = domain.VisuraID("3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b")
	if got, ok := domain.VisuraOf(string(id.Stream())); !ok || got != id {
		t.Errorf("VisuraOf(%s) = %s, %v", id.Stream(), got, ok)
	}
	if _, ok := domain.VisuraOf("utente-3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b"); ok {
		t.Error("a user's stream passes for a visura's")
	}
}

func TestParseCodiceISTAT(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{"039002": true, "000000": true, "39002": false, "0390021": false, "03900A": false, "03900 ": false, "": false} {
		if _, err := domain.ParseCodiceISTAT(in); (err == nil) != ok {
			t.Errorf("ParseCodiceISTAT(%q): %v, want accepted %v", in, err, ok)
		}
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	for in, ok := range map[string]bool{
		"0-0": true, "48211-48211": true, "9223372036854775807-1": true,
		"9223372036854775808-1": false, "-1-1": false, "1": false, "1-": false, "-1": false, "a-b": false, "1-2-3": false, "": false,
	} {
		p, err := domain.ParsePosition(in)
		if (err == nil) != ok || ok && p.String() != in {
			t.Errorf("ParsePosition(%q) = %v, %v; want accepted %v", in, p, err, ok)
		}
	}
	a, b, c := domain.Position{Commit: 1, Prepare: 9}, domain.Position{Commit: 2, Prepare: 1}, domain.Position{Commit: 2, Prepare: 2}
	if a.Compare(b) >= 0 || b.Compare(c) >= 0 || c.Compare(a) <= 0 || b.Compare(b) != 0 {
		t.Error("positions are not in the order of commit, then prepare")
	}
}

// numeri are the numbers of documents that never were.
func numeri() *rapid.Generator[domain.CIUV] {
	return rapid.Custom(func(t *rapid.T) domain.CIUV {
		return domain.NewCIUV([10]byte(rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, "bits")))
	})
}

// visuraIDs are the ids of visure that never were.
func visuraIDs() *rapid.Generator[domain.VisuraID] {
	return rapid.Custom(func(t *rapid.T) domain.VisuraID {
		return domain.VisuraID(rapid.StringMatching(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`).Draw(t, "id"))
	})
}

func TestCIUVIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := numeri().Draw(t, "numero")
		typed := strings.NewReplacer("-", rapid.SampledFrom([]string{"", " ", "-"}).Draw(t, "dash"),
			"0", rapid.SampledFrom([]string{"0", "O", "o"}).Draw(t, "zero"),
			"1", rapid.SampledFrom([]string{"1", "I", "l", "L"}).Draw(t, "one")).Replace(string(want))
		if rapid.Bool().Draw(t, "lower") {
			typed = strings.ToLower(typed)
		}
		if got, err := domain.ParseCIUV(typed); got != want {
			t.Fatalf("ParseCIUV(%q) = %q, %v; want %q", typed, got, err, want)
		}
	})
}

func TestEverySingleChangeOfACIUVIsRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := strings.ReplaceAll(string(numeri().Draw(t, "numero")), "-", "")
		for i := range code {
			for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
				if byte(c) == code[i] {
					continue
				}
				if changed := code[:i] + string(c) + code[i+1:]; accepted(changed) {
					t.Fatalf("%s passes for %s", changed, code)
				}
			}
		}
	})
}

func TestEveryExchangeOfTwoCharactersOfACIUVIsRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		code := []byte(strings.ReplaceAll(string(numeri().Draw(t, "numero")), "-", ""))
		for i := range code {
			for j := range code[:i] {
				if code[i] == code[j] {
					continue
				}
				code[i], code[j] = code[j], code[i]
				if accepted(string(code)) {
					t.Fatalf("%s passes with places %d and %d exchanged", code, i, j)
				}
				code[i], code[j] = code[j], code[i]
			}
		}
	})
}

func accepted(code string) bool {
	_, err := domain.ParseCIUV(code)
	return err == nil
}

func TestCIUVRefusesWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "0", "UUUU-UUUU-UUUU-UUUUU", strings.Repeat("0", 16), strings.Repeat("0", 18), "0000-0000-0000-0000È", "<script>alert(1)</"} {
		if accepted(in) {
			t.Errorf("%q passes for a code", in)
		}
	}
}

func TestIDOperazioneFitsANPRAndDoesNotRepeat(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	rapid.Check(t, func(t *rapid.T) {
		id, attempt := visuraIDs().Draw(t, "visura"), rapid.IntRange(1, 1000).Draw(t, "attempt")
		at := time.UnixMilli(rapid.Int64Range(-1e12, 9e13).Draw(t, "at"))
		got := domain.NewIDOperazione(id, attempt, at)
		if len(got) < 1 || len(got) > 30 || strings.Trim(got, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
			t.Fatalf("%q is not 1 to 30 letters and digits", got)
		}
		if again := domain.NewIDOperazione(id, attempt, at); again != got {
			t.Fatalf("the same attempt is called %q and %q", got, again)
		}
		key := string(id) + "/" + string(rune(attempt))
		if other, ok := seen[got[9:]]; ok && other != key {
			t.Fatalf("%q stands for two attempts", got)
		}
		seen[got[9:]] = key
		if later := domain.NewIDOperazione(id, attempt+1, at.Add(time.Millisecond)); at.UnixMilli() >= 0 && later <= got {
			t.Fatalf("%q comes after %q", later, got)
		}
	})
}

func TestSoggettoKeyTellsPeopleApart(t *testing.T) {
	t.Parallel()
	byCode := domain.Soggetto{CodiceFiscale: "RSSMRA85T10A562S"}
	details := domain.Soggetto{Cognome: "Rossi", Nome: "Mario", Sesso: "M", DataNascita: domain.Date{Year: 1985, Month: 12, Day: 10}}
	shouted := details
	shouted.Cognome = "ROSSI"
	other := details
	other.DataNascita.Day = 11
	if details.Key() != shouted.Key() {
		t.Error("capitals make another person")
	}
	byANPR := domain.Soggetto{IDANPR: "RSSMRA85T10A562S"}
	if details.Key() == other.Key() || details.Key() == byCode.Key() || byANPR.Key() == byCode.Key() || byANPR.Key() == (domain.Soggetto{IDANPR: "1"}).Key() {
		t.Error("two people share a key")
	}
}
