package simulator_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beevik/etree"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/soaptest"
)

const (
	bagnacavallo = "039002"
	cesena       = "040007"
)

var (
	population = sync.OnceValue(func() *people.Population { return people.People(1, 2000) })
	kitDir     string
	kit        = sync.OnceValues(func() (*pki.Kit, error) { return pki.OpenKit(kitDir, "", bagnacavallo, cesena) })
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "anpr-kit-*")
	if err != nil {
		panic(err)
	}
	kitDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// registry is a running simulator with a caller enabled for each Comune.
type registry struct {
	*simulator.Server
	t      testing.TB
	client *http.Client
	kit    *pki.Kit
}

func start(t testing.TB, change ...func(*simulator.Config)) *registry {
	t.Helper()
	k, err := kit()
	if err != nil {
		t.Fatal(err)
	}
	cfg := simulator.Config{Kit: k, Population: population(), Seed: 1}
	for _, c := range change {
		c(&cfg)
	}
	s, err := simulator.Start(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	pool := x509.NewCertPool()
	pool.AddCert(k.CA.Certificate)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, MaxIdleConnsPerHost: 16}, Timeout: 20 * time.Second}
	t.Cleanup(client.CloseIdleConnections)
	return &registry{s, t, client, k}
}

func (r *registry) signer(istat string) soaptest.Signer {
	r.t.Helper()
	machine, err := r.kit.Load(r.kit.Machine(istat))
	if err != nil {
		r.t.Fatal(err)
	}
	station, err := r.kit.Load(r.kit.Workstation(istat))
	if err != nil {
		r.t.Fatal(err)
	}
	return soaptest.Signer{Machine: machine, Station: station, Operator: people.Operator(istat)}
}

// post sends an envelope and returns the answer's parts.
func (r *registry) post(operation string, envelope []byte) (status int, contentType string, body []byte, err error) {
	return r.postUntil(context.Background(), operation, envelope)
}

// postUntil does the same and leaves when ctx ends.
func (r *registry) postUntil(ctx context.Context, operation string, envelope []byte) (status int, contentType string, body []byte, err error) {
	path := "/ANPR3000ServiziConsultazione/AnprService3000"
	if operation == "6001" {
		path = "/ANPR6001ServizioCertificazione/AnprService6001"
	}
	req, err := http.NewRequestWithContext(ctx, "POST", r.URL()+path, bytes.NewReader(envelope))
	if err != nil {
		return 0, "", nil, err
	}
	req.Header.Set("Content-Type", "text/xml; charset=utf-8")
	req.Header.Set("SOAPAction", `""`)
	res, err := r.client.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer res.Body.Close()
	body, err = io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Content-Type"), body, err
}

// ask signs and sends a message and returns the answer.
func (r *registry) ask(s soaptest.Signer, operation, message string) reply {
	r.t.Helper()
	env, err := s.Envelope(message)
	if err != nil {
		r.t.Fatal(err)
	}
	status, ct, body, err := r.post(operation, env)
	if err != nil {
		r.t.Fatal(err)
	}
	return parse(r.t, status, ct, body)
}

// reply is an answer as XML, with what tests look at.
type reply struct {
	status int
	ct     string
	body   []byte
	root   *etree.Element
}

func parse(t testing.TB, status int, ct string, body []byte) reply {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(body); err != nil {
		t.Fatalf("answer is not XML: %v\n%s", err, body)
	}
	return reply{status, ct, body, doc.Root()}
}

func (a reply) texts(path string) []string {
	var list []string
	for _, el := range a.root.FindElements(path) {
		list = append(list, el.Text())
	}
	return list
}

func (a reply) text(path string) string { return strings.Join(a.texts(path), ",") }

// outcome is "OK" or "KO" with the codes, or the fault's string.
func (a reply) outcome() string {
	if f := a.text("//faultstring"); f != "" {
		return f
	}
	codes := strings.Join(a.texts("//codiceErroreAnomalia"), " ")
	if a.root.FindElement("//rispostaKO") != nil || a.root.FindElement("//Risposta6001KO") != nil {
		return strings.TrimSpace("KO " + codes)
	}
	return strings.TrimSpace("OK " + codes)
}

var lastID atomic.Int64

// question is a 3002 request under construction.
type question struct {
	id, sender, recipient, operation, sent, kind, mode string
	header, criteria, birth, abroad, card, day, more   string
	codes                                              []int
}

func (q question) String() string {
	def := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	codes := ""
	for _, c := range q.codes {
		codes += fmt.Sprintf("<datiAnagraficiRichiesti>%d</datiAnagraficiRichiesti>", c)
	}
	return `<ns:Richiesta3002 xmlns:ns="http://sogei.it/ANPR/3000consultazione"><testataRichiesta><idOperazioneComune>` + def(q.id, fmt.Sprintf("T%010d", lastID.Add(1))) +
		`</idOperazioneComune><codMittente>` + def(q.sender, bagnacavallo) + `</codMittente><codDestinatario>` + def(q.recipient, "ANPR05") +
		`</codDestinatario><operazioneRichiesta>` + def(q.operation, "3002") + `</operazioneRichiesta><dataOraRichiesta>` + def(q.sent, time.Now().Format("2006-01-02T15:04:05.000-07:00")) +
		`</dataOraRichiesta><tipoOperazione>` + def(q.kind, "C") + `</tipoOperazione>` + q.header + `<tipoInvio>` + def(q.mode, "TEST") + `</tipoInvio></testataRichiesta><criteriRicerca>` + q.criteria +
		`</criteriRicerca>` + q.birth + q.abroad + `<datiRichiesta><schedaAnagraficaRichiesta>` + def(q.card, "1") + `</schedaAnagraficaRichiesta><dataRiferimentoRichiesta>` +
		def(q.day, time.Now().Format(time.DateOnly)) + `</dataRiferimentoRichiesta>` + codes + q.more + `</datiRichiesta></ns:Richiesta3002>`
}

func byCode(cf string) string { return "<codiceFiscale>" + cf + "</codiceFiscale>" }

// someone is the first person of a Comune with the features.
func someone(t testing.TB, istat string, f ...people.Feature) *people.Person {
	t.Helper()
	p := population().First(istat, f...)
	if p == nil {
		t.Fatalf("nobody in %s has %v", istat, f)
	}
	return p
}

// shared is a folder of the reference material beside the repository.
func shared(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/"; dir = filepath.Dir(dir) {
		path := filepath.Join(dir, "..", "shared", "anpr", name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Skipf("shared/anpr/%s is not beside the repository", name)
	return ""
}
