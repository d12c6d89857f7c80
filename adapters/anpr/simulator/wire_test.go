package simulator_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The wire format is ANPR's: what the client is tested against may not drift.
func TestAnswersAreOnTheWireAsTheyWere(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 2, 10, 8, 15, 31, 0, time.UTC)
	ask := func(q question) string {
		q.sent, q.day = "2026-02-10T09:15:31.000+01:00", "2026-02-10"
		return q.String()
	}
	family := "<tipoScheda>1</tipoScheda><identificativoANPR>700000012345</identificativoANPR>"
	luca6001 := func(types ...int) string {
		return certificate{holder: population().ByCodiceFiscale(luca)[0], types: types}.String()
	}
	sent := regexp.MustCompile("<dataOraRichiesta>[^<]*")
	for _, c := range []struct {
		name, operation, message string
		rule                     simulator.Rule
	}{
		{name: "3002-scheda", operation: "3002", message: ask(question{criteria: byCode(luca), codes: []int{1}})},
		{name: "3002-aire", operation: "3002", message: ask(question{criteria: byCode(sara), codes: []int{2, 10, 26}})},
		{name: "3002-deceduto", operation: "3002", message: ask(question{criteria: byCode(pietro), codes: []int{2, 27, 28}})},
		{name: "3002-famiglia", operation: "3002", message: ask(question{card: "2", criteria: family})},
		{name: "3002-omonimi", operation: "3002", message: ask(byNames(population().ByCodiceFiscale(luca)[0]))},
		{name: "3002-nessuno", operation: "3002", message: ask(question{criteria: byCode("ZZZZZZ78C14A547X"), codes: []int{2}})},
		{name: "3002-testata", operation: "3002", message: ask(question{recipient: "ANPR04", criteria: byCode(luca), codes: []int{2}})},
		{name: "3002-transitorio", operation: "3002", message: ask(question{criteria: byCode(luca), codes: []int{2}}), rule: simulator.Rule{Kind: simulator.Error, Code: "999"}},
		{name: "3002-lista-vuota", operation: "3002", message: ask(question{criteria: byCode(luca), codes: []int{2}}), rule: simulator.Rule{Kind: simulator.EmptyErrors}},
		{name: "3002-elemento-nuovo", operation: "3002", message: ask(question{criteria: byCode(luca), codes: []int{2}}), rule: simulator.Rule{Kind: simulator.UnknownElement}},
		{name: "3002-fault11", operation: "3002", message: ask(question{criteria: byCode(luca), codes: []int{2}}), rule: simulator.Rule{Kind: simulator.Fault}},
		{name: "3002-fault12", operation: "3002", message: ask(question{criteria: byCode(luca), codes: []int{2}}), rule: simulator.Rule{Kind: simulator.Fault12}},
		{name: "3002-multipart", operation: "3002", message: ask(question{criteria: byCode(luca), codes: []int{2}}), rule: simulator.Rule{Kind: simulator.MTOM}},
		{name: "6001-residenze", operation: "6001", message: luca6001(9)},
		{name: "6001-famiglia", operation: "6001", message: luca6001(16)},
		{name: "6001-due-tipi", operation: "6001", message: luca6001(8, 11)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(c *simulator.Config) { c.Now = func() time.Time { return now } })
			s := r.signer(bagnacavallo)
			s.Now = now
			if c.rule.Kind != "" {
				c.rule.Count = 1
				script(t, r, c.rule)
			}
			message := withID(c.message, "WIRE"+regexp.MustCompile("[^a-z0-9]").ReplaceAllString(c.name, ""))
			message = sent.ReplaceAllString(message, "<dataOraRichiesta>2026-02-10T09:15:31.000+01:00")
			env, err := s.Envelope(message)
			if err != nil {
				t.Fatal(err)
			}
			_, _, got, err := r.post(c.operation, env)
			if err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", c.name+".txt")
			if *update {
				if err := os.WriteFile(file, got, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
