package anpr_test

import (
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var update = flag.Bool("update", false, "write the golden files anew")

// requestKinds are the requests the client can make; each has a golden file,
// two if the query takes more than one exchange.
var requestKinds = map[string]struct {
	tipo    domain.Tipo
	change  func(*commands.Query)
	answers []string
}{
	"person by codice fiscale": {tipo: domain.Residenza},
	"whole card":               {tipo: domain.StatoCivile},
	"person by name": {tipo: domain.Nascita, change: func(q *commands.Query) {
		q.Soggetto = domain.Soggetto{Cognome: "Verdemare d’Esté", Nome: "Luca", Sesso: "M", DataNascita: domain.Date{Year: 1978, Month: 3, Day: 14}}
	}},
	"person born in a month": {tipo: domain.Nascita, change: func(q *commands.Query) {
		q.Soggetto = domain.Soggetto{Cognome: "VERDEMARE", Nome: "LUCA", Sesso: "M", DataNascita: domain.Date{Year: 1978, Month: 3}}
	}},
	"person without surname born in a year": {tipo: domain.Nascita, change: func(q *commands.Query) {
		q.Soggetto = domain.Soggetto{Nome: "LUCA", Sesso: "N", DataNascita: domain.Date{Year: 1978}}
	}},
	"person by code and name": {tipo: domain.Nascita, change: func(q *commands.Query) {
		q.Soggetto.Cognome, q.Soggetto.Nome = "VERDEMARE", "LUCA"
	}},
	"person anywhere": {tipo: domain.EsistenzaInVita, change: func(q *commands.Query) { q.Ambito = domain.Nazionale }},
	"person abroad":   {tipo: domain.ResidenzaAIRE},
	"past day": {tipo: domain.Residenza, change: func(q *commands.Query) {
		q.Day = domain.Date{Year: 2018, Month: 12, Day: 31}
	}},
	"practice that is no protocol number": {tipo: domain.Residenza, change: func(q *commands.Query) { q.Pratica = "fasc. n. 12 <urgente>" }},
	"family":                              {tipo: domain.StatoFamiglia},
	"family abroad":                       {tipo: domain.StatoFamigliaAIRE},
	"family of a person by name": {tipo: domain.StatoFamiglia, answers: []string{ok3002(soggetto(""))}, change: func(q *commands.Query) {
		q.Soggetto = domain.Soggetto{Cognome: "VERDEMARE", Nome: "LUCA", Sesso: "M", DataNascita: domain.Date{Year: 1978}}
	}},
	"family by its number": {
		tipo: domain.StatoFamiglia,
		answers: []string{ok3002(`<listaSoggetti><datiSoggetto><identificativi><idANPR>VR10001LU</idANPR></identificativi><generalita><senzaCognome>1</senzaCognome>` +
			`<nome>LUCA</nome></generalita><famigliaConvivenza><idFamigliaConvivenzaANPR>700000012345</idFamigliaConvivenzaANPR><tipoScheda>3</tipoScheda></famigliaConvivenza></datiSoggetto></listaSoggetti>`)},
		change: func(q *commands.Query) { q.Soggetto = domain.Soggetto{Nome: "LUCA", Sesso: "M"} },
	},
	"history with a long reference": {tipo: domain.ResidenzaStorica, answers: []string{ok3002(soggetto(""))}, change: func(q *commands.Query) {
		q.Richiedente, q.Pratica = strings.Repeat("Città Metropolitana ", 5), "PG_2026_000441-Z_99X"
	}},
	"history for a body without letters": {tipo: domain.ResidenzaStorica, answers: []string{ok3002(soggetto(""))}, change: func(q *commands.Query) {
		q.Richiedente, q.Pratica = "№ 118", "prot. n. 1"
	}},
	"history of residences":   {tipo: domain.ResidenzaStorica, answers: []string{ok3002(soggetto(""))}},
	"history of citizenships": {tipo: domain.CittadinanzaStorica, answers: []string{ok3002(soggetto(""))}},
	"history of a cancelled person": {tipo: domain.ResidenzaStorica, answers: []string{ok3002(soggetto(
		`<datiCancellazione><motivoCancellazione>4</motivoCancellazione><dataDecorrenzaCancellazione>2020-05-06+02:00</dataDecorrenzaCancellazione></datiCancellazione>`))}},
	"one of several cards": {
		tipo: domain.Residenza,
		answers: []string{ok3002(strings.Replace(soggetto(""), "</datiSoggetto>", "</datiSoggetto>"+
			strings.TrimSuffix(strings.TrimPrefix(soggetto(""), "<listaSoggetti>"), "</listaSoggetti>"), 1)), ok3002(soggetto(""))},
	},
	"walk of residences": {
		tipo: domain.ResidenzaStorica, change: func(q *commands.Query) { q.Collegamento.Storico = domain.StoricoWalk },
		answers: []string{ok3002(soggetto(residenza("DELLE ROSE", "2015-09-01")))},
	},
}

func TestEachKindOfRequestIsAsFrozenAndValid(t *testing.T) {
	t.Parallel()
	for name, kind := range requestKinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := kind.answers
			r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) {
				if len(answers) > 0 {
					next := answers[0]
					answers = answers[1:]
					reply(w, req, next)
					return
				}
				reply(w, req, ko3002(errore("EN122", "E", "")))
			})
			q := query(t, kind.tipo)
			if kind.change != nil {
				kind.change(&q)
			}
			_, _ = client(t, r, func(c *anpr.Config) { c.BreakAfter = 100 }).Consult(t.Context(), q)
			requests := r.requests()
			if want := len(kind.answers) + 1; len(requests) != want {
				t.Fatalf("%d requests, want %d", len(requests), want)
			}
			golden(t, name, requests[len(requests)-1])
			for _, request := range requests {
				valid(t, request)
			}
		})
	}
}

// golden compares a request with its frozen text, one element a line.
func golden(t *testing.T, name, request string) {
	t.Helper()
	path := filepath.Join("testdata", "requests", strings.ReplaceAll(name, " ", "_")+".xml")
	got := strings.NewReplacer("><", ">\n<").Replace(request) + "\n"
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("request differs from %s (-want +got):\n%s", path, diff)
	}
}

// valid checks a message against the registry's schemas.
func valid(t *testing.T, message string) {
	t.Helper()
	script := filepath.Join(shared(t), "validate.sh")
	tool(t, "xmllint")
	file := filepath.Join(t.TempDir(), "message.xml")
	if err := os.WriteFile(file, []byte(message), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("bash", script, file).CombinedOutput(); err != nil {
		t.Errorf("not valid: %s\n%s", out, message)
	}
}
