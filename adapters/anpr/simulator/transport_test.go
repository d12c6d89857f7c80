package simulator_test

import (
	"bytes"
	"crypto/tls"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/soaptest"
)

const (
	path3002 = "/ANPR3000ServiziConsultazione/AnprService3000"
	path6001 = "/ANPR6001ServizioCertificazione/AnprService6001"
)

func TestOnlyTheTwoServicesAreServedAndOnlyByPOST(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	for name, c := range map[string]struct {
		method, path string
		want         int
	}{
		"3002 read":               {"GET", path3002, 405},
		"3002 put":                {"PUT", path3002, 405},
		"6001 deleted":            {"DELETE", path6001, 405},
		"the service of tables":   {"POST", "/ANPR7001ServizioScaricoTabelle/AnprService7001", 404},
		"something after a path":  {"POST", path3002 + "/altro", 404},
		"a path in small letters": {"POST", strings.ToLower(path3002), 404},
		"the root":                {"GET", "/", 404},
	} {
		req, err := http.NewRequest(c.method, r.URL()+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := r.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, c.want)
		}
	}
	if calls := r.Calls(); len(calls) != 0 {
		t.Errorf("logged %+v", calls)
	}
	res, err := http.Post(strings.Replace(r.URL(), "https", "http", 1)+path3002, "text/xml", strings.NewReader("<a/>"))
	if err == nil {
		res.Body.Close()
		if res.StatusCode != http.StatusBadRequest {
			t.Errorf("without TLS: %d", res.StatusCode)
		}
	}
}

func TestABodyThatIsNotASignedEnvelopeIsAFault(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	env, err := s.Envelope(question{id: "BODY", criteria: byCode(luca), codes: []int{2}}.String())
	if err != nil {
		t.Fatal(err)
	}
	good := string(env)
	for name, c := range map[string]struct{ contentType, body string }{
		"JSON by its type":     {"application/json", good},
		"SOAP 1.2 by its type": {"application/soap+xml", good},
		"no type":              {"", good},
		"more than a megabyte": {"text/xml", good + strings.Repeat(" ", 1<<20)},
		"cut in the middle":    {"text/xml", good[:len(good)/2]},
		"two documents":        {"text/xml", good + good},
		"the message alone":    {"text/xml", question{criteria: byCode(luca), codes: []int{2}}.String()},
		"a SOAP 1.2 envelope":  {"text/xml", strings.Replace(good, "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope", 1)},
		"an empty envelope":    {"text/xml", `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>`},
		"a signature spoiled":  {"text/xml", strings.Replace(good, ">"+luca+"<", ">"+sara+"<", 1)},
		"a second message":     {"text/xml", strings.Replace(good, "</soap:Envelope>", `<soap:Body>`+question{criteria: byCode(sara), codes: []int{2}}.String()+`</soap:Body></soap:Envelope>`, 1)},
		"a bomb of entities":   {"text/xml", `<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>` + strings.Replace(good, `<?xml version="1.0" encoding="UTF-8"?>`, "", 1)},
	} {
		req, err := http.NewRequest("POST", r.URL()+path3002, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.contentType != "" {
			req.Header.Set("Content-Type", c.contentType)
		}
		res, err := r.client.Do(req)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		a := parse(t, res.StatusCode, res.Header.Get("Content-Type"), body.Bytes())
		if a.status != 500 || a.outcome() != "Internal Error (from client)" || a.ct != "text/xml; charset=utf-8" {
			t.Errorf("%s: %d %s", name, a.status, a.outcome())
		}
		if call := r.lastCall(); !strings.HasPrefix(call.Outcome, "fault Internal Error (from client): ") || call.ID != "" || call.Subject != "" {
			t.Errorf("%s: logged %+v", name, call)
		}
	}
	if a := r.ask(s, "3002", question{id: "BODY", criteria: byCode(luca), codes: []int{2}}.String()); a.outcome() != "OK" || r.lastCall().Replay {
		t.Errorf("a fault took the id: %s", a.outcome())
	}
}

func TestCertificatesAreCheckedOverTheWire(t *testing.T) {
	t.Parallel()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	other, err := pki.NewCA()
	if err != nil {
		t.Fatal(err)
	}
	issue := func(ca *pki.CA, name string, o pki.Options) *pki.Identity {
		id, err := ca.Comune(name, o)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	past := pki.Options{NotBefore: time.Now().AddDate(-3, 0, 0), NotAfter: time.Now().AddDate(0, 0, -1)}
	expired, expiredStation := issue(k.CA, "039002-CO-9998", past), issue(k.CA, "039002-PC-0002", past)
	foreign := issue(other, "039002-CO-9999", pki.Options{})
	test := issue(k.CA, "039002-CO-0000", pki.Options{})
	r := start(t)
	const rejected = "Rejected by policy. (from client)"
	for name, c := range map[string]struct {
		change func(*soaptest.Signer)
		want   string
	}{
		"the right ones":                    {func(*soaptest.Signer) {}, "OK"},
		"the test certificate, in test":     {func(s *soaptest.Signer) { s.Machine = test }, "OK"},
		"the machine's own for the station": {func(s *soaptest.Signer) { s.Station = s.Machine }, "OK"},
		"an expired machine":                {func(s *soaptest.Signer) { s.Machine = expired }, rejected},
		"an expired workstation":            {func(s *soaptest.Signer) { s.Station = expiredStation }, rejected},
		"of another authority":              {func(s *soaptest.Signer) { s.Machine = foreign }, rejected},
		"a workstation for the machine":     {func(s *soaptest.Signer) { s.Machine = s.Station }, rejected},
		"the machine of another Comune":     {func(s *soaptest.Signer) { s.Machine = r.signer(cesena).Machine }, rejected},
		"an operator of another Comune":     {func(s *soaptest.Signer) { s.Operator = people.Operator(cesena) }, rejected},
		"no operator":                       {func(s *soaptest.Signer) { s.Operator = "" }, rejected},
		"a request of ten minutes ago":      {func(s *soaptest.Signer) { s.Now = time.Now().Add(-10 * time.Minute) }, rejected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := r.signer(bagnacavallo)
			c.change(&s)
			a := r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String())
			if got := a.outcome(); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
			if c.want != "OK" && (a.status != 500 || bytes.Contains(a.body, []byte("VERDEMARE"))) {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
	t.Run("TLS wants the authority's, in force", func(t *testing.T) {
		t.Parallel()
		r := start(t, func(c *simulator.Config) { c.RequireTLS = true })
		s := r.signer(bagnacavallo)
		message := question{criteria: byCode(luca), codes: []int{2}}.String()
		env, err := s.Envelope(message)
		if err != nil {
			t.Fatal(err)
		}
		conf := r.client.Transport.(*http.Transport).TLSClientConfig
		for name, id := range map[string]*pki.Identity{"expired": expired, "of another authority": foreign} {
			conf.Certificates = []tls.Certificate{{Certificate: [][]byte{id.Certificate.Raw}, PrivateKey: id.Key}}
			if status, _, _, err := r.post("3002", env); err == nil {
				t.Errorf("%s: answered %d", name, status)
			}
		}
		conf.Certificates = []tls.Certificate{{Certificate: [][]byte{test.Certificate.Raw}, PrivateKey: test.Key}}
		conf.MaxVersion = tls.VersionTLS11
		if status, _, _, err := r.post("3002", env); err == nil {
			t.Errorf("TLS 1.1: answered %d", status)
		}
		conf.MaxVersion = 0
		if a := r.ask(s, "3002", message); a.outcome() != "OK" {
			t.Error(a.outcome())
		}
	})
}

func TestAProductionAcceptsItsOwnRequestsAlone(t *testing.T) {
	t.Parallel()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	r := start(t, func(c *simulator.Config) {
		c.Environment, c.Algorithms = "PROD", []string{"sha256"}
		c.Operators = map[string][]string{bagnacavallo: {"RSSMRA80A01H501U", "BNCFNC85T71F205O"}}
	})
	s := r.signer(bagnacavallo)
	s.SHA256, s.Operator = true, "BNCFNC85T71F205O"
	ask := func(mode string, change func(*soaptest.Signer)) string {
		x := s
		change(&x)
		return r.ask(x, "3002", question{mode: mode, criteria: byCode(luca), codes: []int{2}}.String()).outcome()
	}
	test, err := k.CA.Comune("039002-CO-0000", pki.Options{})
	if err != nil {
		t.Fatal(err)
	}
	as := func(operator string) func(*soaptest.Signer) {
		return func(x *soaptest.Signer) { x.Operator = operator }
	}
	for name, c := range map[string]struct{ got, want string }{
		"a request of production":      {ask("PROD", as(s.Operator)), "OK"},
		"by the other officer":         {ask("PROD", as("RSSMRA80A01H501U")), "OK"},
		"by who is enabled by default": {ask("PROD", as(people.Operator(bagnacavallo))), "Rejected by policy. (from client)"},
		"a request of test":            {ask("TEST", as(s.Operator)), "KO XXXX"},
		"the test certificate":         {ask("PROD", func(x *soaptest.Signer) { x.Machine = test }), "Rejected by policy. (from client)"},
		"an algorithm not accepted":    {ask("PROD", func(x *soaptest.Signer) { x.SHA256 = false }), "Internal Error (from client)"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", name, c.got, c.want)
		}
	}
}

func TestRevokingLastsUntilTheReset(t *testing.T) {
	t.Parallel()
	r := start(t)
	s := r.signer(bagnacavallo)
	ask := func() string {
		return r.ask(s, "3002", question{criteria: byCode(luca), codes: []int{2}}.String()).outcome()
	}
	first := ask()
	r.Revoke(s.Station.Certificate)
	revoked := ask()
	if err := r.Reset(); err != nil {
		t.Fatal(err)
	}
	if after := ask(); first != "OK" || revoked != "certificate revoked (from client)" || after != "OK" {
		t.Errorf("%s, %s, %s", first, revoked, after)
	}
}

func TestTheServerDoesNotStartOnATakenAddressOrWithoutCertificates(t *testing.T) {
	t.Parallel()
	r := start(t, withAdmin)
	taken, admin := strings.TrimPrefix(r.URL(), "https://"), strings.TrimPrefix(r.AdminURL(), "http://")
	for name, cfg := range map[string]simulator.Config{
		"no certificates":               {Population: population()},
		"an address taken":              {Population: population(), Kit: r.kit, Addr: taken},
		"an administration's taken":     {Population: population(), Kit: r.kit, AdminAddr: admin},
		"an address that is not one":    {Population: population(), Kit: r.kit, Addr: "qui"},
		"a folder that cannot be":       {Population: population(), Kit: r.kit, Data: "/dev/null/answers"},
		"an administration without one": {Population: population(), Kit: r.kit, AdminAddr: "qui"},
	} {
		if s, err := simulator.Start(cfg); err == nil {
			s.Close()
			t.Errorf("started with %s", name)
		}
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	if err := r.Close(); err != nil {
		t.Errorf("closed again: %v", err)
	}
}
