package simulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/soaptest"
)

// xmllint is the independent reader of ANPR's schemas.
func xmllint(t *testing.T) string {
	t.Helper()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmllint is not installed")
		}
		t.Skip("xmllint is not installed")
	}
	return tool
}

func TestAnswersOfEveryKindAreValid(t *testing.T) {
	t.Parallel()
	xmllint(t)
	validator := shared(t, "validate.sh")
	r := start(t)
	s := r.signer(bagnacavallo)
	dir := t.TempDir()
	var files []string
	save := func(name string, a reply) {
		file := filepath.Join(dir, name+".xml")
		if err := os.WriteFile(file, a.body, 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	p := population().ByCodiceFiscale(luca)[0]
	for name, q := range map[string]question{
		"card": {criteria: byCode(luca), codes: []int{1}}, "blocks": {criteria: byCode(luca), codes: []int{2, 10}},
		"family": {criteria: byCode(luca), card: "2"}, "several": {criteria: byCode(someone(t, bagnacavallo, people.DuplicateCard).CodiceFiscale), codes: []int{2}},
		"incomplete": {criteria: byCode(someone(t, bagnacavallo, people.FamilyIncomplete).CodiceFiscale), card: "2"},
		"nobody":     {criteria: byCode("ZZZZZZ78C14A547X"), codes: []int{2}}, "recipient": {recipient: "ANPR04", criteria: byCode(luca), codes: []int{2}},
		"sender": {sender: cesena, criteria: byCode(luca), codes: []int{2}}, "invalid": {id: "A-1", recipient: "è", operation: "?????", sender: "TROPPO LUNGO", criteria: "<boh>1</boh>"},
		"convivenza": {criteria: byCode(someone(t, bagnacavallo, people.InConvivenza).CodiceFiscale), card: "3"},
	} {
		save("3002-"+name, r.ask(s, "3002", q.String()))
	}
	for n := range 20 {
		save(fmt.Sprint("6001-", n+1), r.ask(s, "6001", certificate{holder: p, types: []int{n + 1}}.String()))
	}
	out, err := exec.Command(validator, files...).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if n := strings.Count(string(out), "ok: "); n != len(files) {
		t.Errorf("%d of %d valid", n, len(files))
	}
}

// One process validates the whole card, the family and a history of everyone.
func TestTheCardOfEveryoneIsValid(t *testing.T) {
	t.Parallel()
	tool, schemas := xmllint(t), shared(t, "schemas")
	r := start(t)
	s := r.signer(bagnacavallo)
	dir := t.TempDir()
	check := func(xsd string, files []string) {
		t.Helper()
		out, err := exec.Command(tool, append([]string{"--nonet", "--noout", "--schema", filepath.Join(schemas, xsd)}, files...)...).CombinedOutput()
		if err == nil {
			return
		}
		for _, line := range strings.Split(string(out), "\n") {
			if strings.Contains(line, "error") {
				t.Error(line)
			}
		}
		t.Fatal(err)
	}
	var cards, histories []string
	save := func(to *[]string, name string, a reply) {
		body := a.root.FindElement("//Body/*").Copy()
		doc := filepath.Join(dir, name)
		inner := string(a.body)
		inner = inner[strings.Index(inner, "<"+body.Space+":"):strings.Index(inner, "</env:Body>")]
		if err := os.WriteFile(doc, []byte(inner), 0o600); err != nil {
			t.Fatal(err)
		}
		*to = append(*to, doc)
	}
	list := slices.Clone(population().Persons()[:320])
	for _, o := range people.Oddities() {
		list = append(list, population().Odd(o))
	}
	for i, p := range list {
		save(&cards, fmt.Sprintf("c%d", i), r.ask(s, "3002", question{criteria: "<idANPR>" + p.IDANPR + "</idANPR>", codes: []int{1}, more: national}.String()))
		if i%3 == 0 {
			save(&histories, fmt.Sprintf("h%d", i), r.ask(s, "6001", certificate{holder: p, types: []int{1 + i%20}}.String()))
		}
	}
	check("3000consultazione.xsd", cards)
	check("6001certificazione.xsd", histories)
}

func TestTheExampleRequestsAreAnswered(t *testing.T) {
	t.Parallel()
	dir := shared(t, "examples")
	now := time.Date(2026, 2, 10, 8, 15, 31, 0, time.UTC)
	r := start(t, func(c *simulator.Config) { c.Now = func() time.Time { return now } })
	signer := r.signer(bagnacavallo)
	signer.Now = now
	for name, want := range map[string]string{
		"req_3002_01_codice_fiscale_scheda_completa.xml":  "OK",
		"req_3002_02_codice_fiscale_dati_selezionati.xml": "OK",
		"req_3002_03_generalita.xml":                      "OK",
		"req_3002_04_idanpr.xml":                          "OK",
		"req_3002_05_famiglia_per_codice_fiscale.xml":     "OK",
		"req_3002_06_famiglia_per_identificativo.xml":     "OK",
		"req_3002_07_data_passata.xml":                    "OK",
		"req_3002_08_famiglia_aire.xml":                   "OK",
		"req_3002_09_ricerca_nazionale.xml":               "OK",
		"req_6001_21_dati_storico_residenza.xml":          "OK",
		"req_6001_22_dati_storico_cittadinanza.xml":       "OK",
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		operation := strings.Split(name, "_")[1]
		a := r.ask(signer, operation, withFreshID(soaptest.Message(data)))
		if got := a.outcome(); got != want {
			t.Errorf("%s: %s, want %s\n%s", name, got, want, a.body)
		}
	}
}

// withFreshID gives a message an id of its own: some examples share theirs.
func withFreshID(message string) string {
	at := strings.Index(message, "<idOperazioneComune>") + len("<idOperazioneComune>")
	return message[:at] + fmt.Sprintf("E%d", lastID.Add(1)) + message[strings.Index(message, "</idOperazioneComune>"):]
}

func TestTheAdministrationScriptsFromOutside(t *testing.T) {
	t.Parallel()
	r := start(t, func(c *simulator.Config) { c.AdminAddr = "127.0.0.1:0" })
	s := r.signer(bagnacavallo)
	call := func(method, path, body string, want int) string {
		t.Helper()
		req, err := http.NewRequest(method, r.AdminURL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		var out strings.Builder
		buf := make([]byte, 1<<16)
		for {
			n, err := res.Body.Read(buf)
			out.Write(buf[:n])
			if err != nil {
				break
			}
		}
		if res.StatusCode != want {
			t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, out.String())
		}
		return out.String()
	}
	call("GET", "/health", "", 200)
	call("POST", "/script", `{"kind":"error","code":"EN122","count":1}`, 204)
	call("POST", "/script", `{"kind":"error","code":"EN122","colour":1}`, 400)
	if a := r.ask(s, "3002", question{id: "ADM1", criteria: byCode(luca), codes: []int{2}}.String()); a.outcome() != "KO EN122" {
		t.Error(a.outcome())
	}
	var logged simulator.Call
	if err := json.Unmarshal([]byte(call("GET", "/calls?id=ADM1", "", 200)), &logged); err != nil || logged.Outcome != "KO EN122" {
		t.Errorf("%+v %v", logged, err)
	}
	call("PUT", "/latency", `{"median":1000}`, 204)
	call("DELETE", "/script", "", 204)
	var people []struct {
		CodiceFiscale string `json:"codice_fiscale"`
	}
	if err := json.Unmarshal([]byte(call("GET", "/people?tipo=residenza&comune=040007&limit=3", "", 200)), &people); err != nil || len(people) != 3 {
		t.Errorf("%v %v", people, err)
	}
	call("POST", "/reset", "", 204)
	if got := call("GET", "/calls", "", 200); got != "" {
		t.Error(got)
	}
}
