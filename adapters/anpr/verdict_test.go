package anpr

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// entries makes a list of errors: code, type, text, code, type, text …
func entries(fields ...string) (list []wireErrore) {
	for e := range slices.Chunk(fields, 3) {
		list = append(list, wireErrore{Codice: e[0], Tipo: e[1], Testo: e[2]})
	}
	return list
}

func TestARefusalIsJudgedByItsCause(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		errori    []wireErrore
		nazionale bool
		class     domain.FailureClass
		codes     []string
	}{
		"nobody found":                        {entries("EN122", "E", "nessun risultato"), false, final, []string{"EN122"}},
		"blanks around and small letters":     {entries(" en122 ", "E", ""), false, final, []string{"EN122"}},
		"the first call has not ended":        {entries("EN122", "E", "Richiesta ancora in elaborazione"), false, unknown, []string{"EN122"}},
		"nor has it under any other code":     {entries("EN999", "E", "operazione ANCORA IN ELABORAZIONE"), false, unknown, []string{"EN999"}},
		"being made":                          {entries("EN109", "E", ""), false, unknown, []string{"EN109"}},
		"a cause explains an empty result":    {entries("EN122", "E", "", "EN204", "E", ""), false, final, []string{"EN204", "EN122"}},
		"a wrong field explains it too":       {entries("EN122", "E", "", "EN081", "E", ""), false, configuration, []string{"EN081", "EN122"}},
		"support data is never the cause":     {entries("EN527", "E", "data", "EN071", "E", ""), false, final, []string{"EN071", "EN527"}},
		"support data alone names no cause":   {entries("EN527", "E", "data"), false, retry, []string{"EN527"}},
		"a transient error with support":      {entries("EN527", "E", "", "999", "E", ""), false, retry, []string{"999", "EN527"}},
		"a generic block alone":               {entries("EN148", "E", "usare ID ANPR"), false, final, []string{"EN148"}},
		"a generic block with its cause":      {entries("EN148", "E", "", "EN493", "E", ""), false, final, []string{"EN493", "EN148"}},
		"the header, without a word":          {entries("XXXX", "E", ""), false, configuration, []string{"XXXX"}},
		"an error before a warning":           {entries("EN213", "W", "", "EN131", "E", ""), false, final, []string{"EN131", "EN213"}},
		"the first of equals":                 {entries("EN068", "E", "", "EN071", "E", ""), false, final, []string{"EN068", "EN071"}},
		"unknown error":                       {entries("EN777", "E", ""), false, final, []string{"EN777"}},
		"unknown error by prefix":             {entries("EHR777", "E", ""), false, configuration, []string{"EHR777"}},
		"data the registry calls wrong":       {entries("EC777", "E", ""), false, final, []string{"EC777"}},
		"kinship to be revised":               {entries("EN212", "E", "La famiglia risulta non certificabile"), false, final, []string{"EN212"}},
		"nothing but an error without code":   {entries("", "E", "?"), false, final, nil},
		"family in progress":                  {entries("EN492", "E", ""), false, retry, []string{"EN492"}},
		"family in progress, somebody else's": {entries("EN492", "E", ""), true, final, []string{"EN492"}},
		"transient for anybody":               {entries("999", "E", ""), true, retry, []string{"999"}},
		"empty list":                          {nil, false, retry, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := refusal(wireTestata{IDANPR: " XXXX "}, c.errori, c.nazionale)
			if got.Class != c.class || !slices.Equal(got.Codes, c.codes) {
				t.Errorf("got %s %v, want %s %v", got.Class, got.Codes, c.class, c.codes)
			}
			if got.IDOperazioneANPR != "XXXX" {
				t.Errorf("operation id of ANPR is %q", got.IDOperazioneANPR)
			}
		})
	}
}

// TestEachPublishedCodeHasAClass freezes how many codes of the registry's list
// fall where, so that a change of what they mean is seen.
func TestEachPublishedCodeHasAClass(t *testing.T) {
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
	got := map[string]map[domain.FailureClass]int{}
	for _, row := range rows[1:] {
		failure := refusal(wireTestata{}, entries(row[0], row[3], row[1]), false)
		prefix := row[0][:2]
		if got[prefix] == nil {
			got[prefix] = map[domain.FailureClass]int{}
		}
		got[prefix][failure.Class]++
	}
	want := map[string]map[domain.FailureClass]int{
		"EC": {configuration: 7, final: 153},
		"EH": {configuration: 36, final: 30},
		"EF": {final: 43},
		"EN": {configuration: 38, final: 390, retry: 2, unknown: 3},
		"ES": {configuration: 10, final: 78},
		"SP": {configuration: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("classes of the published codes (-want +got):\n%s", diff)
	}
}

func TestAnUnknownFaultIsJudgedByItsSide(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault wireFault
		class domain.FailureClass
	}{
		"SOAP 1.1 server":             {wireFault{Code11: "env:Server", String11: "boom"}, unknown},
		"SOAP 1.2 receiver":           {wireFault{Code12: "env:Receiver", Text12: "boom"}, unknown},
		"server by its text":          {wireFault{Code11: "env:Client", String11: "Backend gone (from server)"}, unknown},
		"SOAP 1.1 client":             {wireFault{Code11: "env:Client", String11: "boom"}, configuration},
		"known text in other letters": {wireFault{Code11: "env:Server", String11: "REJECTED BY POLICY"}, configuration},
		"nothing at all":              {wireFault{}, configuration},
	} {
		if got, _ := c.fault.failure(false); got.Class != c.class {
			t.Errorf("%s: %s, want %s", name, got.Class, c.class)
		}
	}
}
