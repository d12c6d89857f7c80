package simulator_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
)

func withAdmin(c *simulator.Config) { c.AdminAddr = "127.0.0.1:0" }

// told is what the administration answered.
type told struct {
	status      int
	contentType string
	body        string
}

func (r *registry) admin(method, path, body string) told {
	r.t.Helper()
	req, err := http.NewRequest(method, r.AdminURL()+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return told{res.StatusCode, res.Header.Get("Content-Type"), string(data)}
}

func TestTheAdministrationRefusesNonsense(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	if got := r.admin("POST", "/script", `{"kind":"delay","delay":1,"comune":"040007"}`); got.status != 204 {
		t.Fatalf("%+v", got)
	}
	before := r.admin("GET", "/script", "").body
	for name, c := range map[string]struct {
		method, path, body string
		want               int
	}{
		"a rule of no kind":                  {"POST", "/script", `{}`, 400},
		"a rule of an unknown kind":          {"POST", "/script", `{"kind":"explode"}`, 400},
		"a rule with an unknown field":       {"POST", "/script", `{"kind":"reset","when":"now"}`, 400},
		"a refusal without a code":           {"POST", "/script", `{"kind":"error"}`, 400},
		"a share above one":                  {"POST", "/script", `{"kind":"reset","share":1.5}`, 400},
		"a share below nothing":              {"POST", "/script", `{"kind":"reset","share":-0.1}`, 400},
		"a count below nothing":              {"POST", "/script", `{"kind":"reset","count":-1}`, 400},
		"a delay below nothing":              {"POST", "/script", `{"kind":"delay","delay":-1}`, 400},
		"a rule for an operation not served": {"POST", "/script", `{"kind":"reset","operation":"3003"}`, 400},
		"a rule of the wrong type":           {"POST", "/script", `{"kind":7}`, 400},
		"a list of rules":                    {"POST", "/script", `[{"kind":"reset"}]`, 400},
		"two rules at once":                  {"POST", "/script", `{"kind":"reset"}{"kind":"hang"}`, 400},
		"a rule followed by something":       {"POST", "/script", `{"kind":"reset"} and so on`, 400},
		"a rule that does not end":           {"POST", "/script", `{"kind":"reset"`, 400},
		"a rule too long to be one":          {"POST", "/script", `{"kind":"fault","text":"` + strings.Repeat("a", 1<<17) + `"}`, 400},
		"no rule":                            {"POST", "/script", ``, 400},
		"null":                               {"POST", "/script", `null`, 400},
		"a latency below nothing":            {"PUT", "/latency", `{"median":-1}`, 400},
		"a tail below nothing":               {"PUT", "/latency", `{"median":1,"tail":-5}`, 400},
		"a latency in words":                 {"PUT", "/latency", `{"median":"1s"}`, 400},
		"a latency of something else":        {"PUT", "/latency", `{"average":5}`, 400},
		"people of an unknown feature":       {"GET", "/people?feature=Bald", ``, 400},
		"people of a feature and another":    {"GET", "/people?feature=Married,Bald", ``, 400},
		"people of an unknown visura":        {"GET", "/people?tipo=patente", ``, 400},
		"people of an unknown Comune":        {"GET", "/people?comune=000000", ``, 400},
		"people without a number":            {"GET", "/people?limit=many", ``, 400},
		"less than nobody":                   {"GET", "/people?limit=-3", ``, 400},
		"a script put":                       {"PUT", "/script", `{"kind":"reset"}`, 405},
		"a latency read":                     {"GET", "/latency", ``, 405},
		"a reset by reading":                 {"GET", "/reset", ``, 405},
		"people deleted":                     {"DELETE", "/people", ``, 405},
		"a page that is not there":           {"GET", "/metrics", ``, 404},
	} {
		if got := r.admin(c.method, c.path, c.body); got.status != c.want {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
	if after := r.admin("GET", "/script", "").body; after != before {
		t.Errorf("nonsense changed the rules: %s", after)
	}
	if a := r.ask(r.signer(bagnacavallo), "3002", question{criteria: byCode(luca), codes: []int{2}}.String()); a.outcome() != "OK" {
		t.Error(a.outcome())
	}
}

func TestTheAdministrationShowsTheRulesInForce(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	want := []simulator.Rule{
		{Kind: simulator.Delay, Delay: time.Nanosecond, Share: 0.25},
		{Kind: simulator.Fault, Text: "Aborting...", Comune: cesena, Operation: "6001"},
		{Kind: simulator.Error, Code: "EN122", CodiceFiscale: luca, Count: 3},
	}
	for _, rule := range want {
		data, err := json.Marshal(rule)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.admin("POST", "/script", string(data)); got.status != 204 || got.body != "" {
			t.Errorf("%+v", got)
		}
	}
	slices.Reverse(want) // the newest comes first
	rules := func() (list []simulator.Rule) {
		if err := json.Unmarshal([]byte(r.admin("GET", "/script", "").body), &list); err != nil {
			t.Fatal(err)
		}
		return list
	}
	if diff := cmp.Diff(want, rules()); diff != "" {
		t.Error(diff)
	}
	s := r.signer(bagnacavallo)
	for range 3 {
		r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String())
	}
	if diff := cmp.Diff(want[1:], rules()); diff != "" {
		t.Errorf("after three calls: %s", diff)
	}
	if got := r.admin("DELETE", "/script", ""); got.status != 204 || len(rules()) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestTheAdministrationFindsPeople(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	type person struct {
		CodiceFiscale string `json:"codice_fiscale"`
		Comune        string
		Tipi          []string
		Features      []string
	}
	for query, want := range map[string][]*people.Person{
		"":                                        population().Persons()[:20],
		"?limit=3":                                population().Persons()[:3],
		"?feature=Widowed&limit=5000":             population().Find(people.Widowed),
		"?feature=Widowed,Clean&limit=5000":       population().Find(people.Widowed, people.Clean),
		"?tipo=residenza_aire&limit=5000":         population().Find(people.FitsResidenzaAIRE),
		"?tipo=morte&comune=040007&limit=5000":    population().Select(cesena, people.FitsMorte, 0),
		"?feature=Omocode&comune=039002&limit=1":  population().Select(bagnacavallo, people.Omocode, 0)[:1],
		"?feature=Single,Married&comune=039002":   nil,
		"?tipo=matrimonio&feature=CivilUnion":     nil,
		"?comune=040007&limit=4&feature=LongName": population().Select(cesena, people.LongName, 0),
	} {
		got := r.admin("GET", "/people"+query, "")
		var list []person
		if err := json.Unmarshal([]byte(got.body), &list); err != nil || got.status != 200 || got.contentType != "application/json" || list == nil {
			t.Fatalf("%s: %+v %v", query, got, err)
		}
		if len(list) != len(want) {
			t.Errorf("%s: %d people, want %d", query, len(list), len(want))
			continue
		}
		for i, p := range want {
			if list[i].CodiceFiscale != p.CodiceFiscale || list[i].Comune != p.Home.Istat {
				t.Errorf("%s: %+v, want %s", query, list[i], p.CodiceFiscale)
			}
			for name, f := range people.ByName {
				if slices.Contains(list[i].Features, name) != p.Has(f) {
					t.Errorf("%s: %s of %s", query, name, p.CodiceFiscale)
				}
			}
			for tipo, f := range people.ByTipo {
				if slices.Contains(list[i].Tipi, tipo) != p.Has(f) {
					t.Errorf("%s: %s of %s", query, tipo, p.CodiceFiscale)
				}
			}
		}
	}
	var health struct {
		Status, URL string
		People      int
	}
	if err := json.Unmarshal([]byte(r.admin("GET", "/health", "").body), &health); err != nil || health.Status != "ok" || health.URL != r.URL() || health.People != len(population().Persons()) {
		t.Errorf("%+v %v", health, err)
	}
}

func TestTheLogIsALineForEachCall(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	s := r.signer(bagnacavallo)
	began := time.Now().Add(-time.Second)
	script(t, r, simulator.Rule{Kind: simulator.Error, Code: "EN122", CodiceFiscale: sara})
	script(t, r, simulator.Rule{Kind: simulator.Fault, CodiceFiscale: pietro})
	for i, cf := range []string{luca, sara, pietro, luca} {
		r.ask(s, "3002", question{id: fmt.Sprintf("LOG%d", i%3), criteria: byCode(cf), codes: []int{2}}.String())
	}
	r.ask(s, "6001", withID(certificate{holder: population().ByCodiceFiscale(luca)[0], types: []int{8}}.String(), "LOG6001"))
	s.Operator = "RSSMRA80A01H501U"
	r.ask(s, "3002", question{id: "UNKNOWN", criteria: byCode(luca), codes: []int{2}}.String())
	got := r.admin("GET", "/calls", "")
	if got.contentType != "application/x-ndjson" {
		t.Error(got.contentType)
	}
	for _, personal := range []string{luca, sara, pietro, "VERDEMARE", "RSSMRA80A01H501U", people.Operator(bagnacavallo)} {
		if strings.Contains(got.body, personal) {
			t.Errorf("the log says %s", personal)
		}
	}
	var calls []simulator.Call
	lines := bufio.NewScanner(strings.NewReader(got.body))
	for lines.Scan() {
		var c simulator.Call
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%q: %v", lines.Text(), err)
		}
		if c.At.Before(began) || c.At.After(time.Now()) || c.Took <= 0 {
			t.Errorf("at %s for %s", c.At, c.Took)
		}
		c.At, c.Took = time.Time{}, 0
		if c.ANPRID != "" {
			c.ANPRID = "given"
		}
		calls = append(calls, c)
	}
	want := []simulator.Call{
		{Comune: bagnacavallo, Operation: "3002", ID: "LOG0", ANPRID: "given", Subject: r.Subject(luca), Outcome: "OK"},
		{Comune: bagnacavallo, Operation: "3002", ID: "LOG1", ANPRID: "given", Subject: r.Subject(sara), Rule: simulator.Error, Outcome: "KO EN122"},
		{Comune: bagnacavallo, Operation: "3002", ID: "LOG2", Subject: r.Subject(pietro), Rule: simulator.Fault, Outcome: "fault"},
		{Comune: bagnacavallo, Operation: "3002", ID: "LOG0", ANPRID: "given", Subject: r.Subject(luca), Replay: true, Outcome: "OK"},
		{Comune: bagnacavallo, Operation: "6001", ID: "LOG6001", ANPRID: "given", Subject: r.Subject(luca), Outcome: "OK"},
		{Operation: "3002", Outcome: "fault Rejected by policy. (from client): operator not registered for 039002"},
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Error(diff)
	}
	if one := r.admin("GET", "/calls?id=LOG0", ""); strings.Count(one.body, "\n") != 2 {
		t.Errorf("calls of one id: %s", one.body)
	}
	if none := r.admin("GET", "/calls?id=LOG", ""); none.body != "" {
		t.Errorf("calls of no id: %s", none.body)
	}
}

func TestWithoutAnAddressThereIsNoAdministration(t *testing.T) {
	t.Parallel()
	r := start(t)
	if r.AdminURL() != "" {
		t.Error(r.AdminURL())
	}
	for _, path := range []string{"/health", "/script", "/people", "/calls"} {
		res, err := r.client.Get(r.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s is served to callers: %d", path, res.StatusCode)
		}
	}
}
