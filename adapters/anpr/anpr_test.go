package anpr_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

var (
	adesso = time.Date(2026, 2, 10, 8, 15, 30, 123e6, time.UTC)
	oggi   = domain.Date{Year: 2026, Month: 2, Day: 10}
	luca   = domain.Soggetto{CodiceFiscale: "VRDLCU78C14A547O"}
)

// registry is an HTTPS server that answers what a test says and keeps what it
// was asked.
type registry struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string // envelopes
}

func newRegistry(t testing.TB, answer http.HandlerFunc) *registry {
	t.Helper()
	r := &registry{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.asked = append(r.asked, string(body))
		r.mu.Unlock()
		req.Body = io.NopCloser(strings.NewReader(string(body)))
		answer(w, req)
	}))
	r.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	r.StartTLS()
	t.Cleanup(r.Close)
	return r
}

// requests returns the messages in the envelopes received so far.
func (r *registry) requests() (out []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, envelope := range r.asked {
		_, rest, _ := strings.Cut(envelope, `wsu:Id="Body-1">`)
		message, _, _ := strings.Cut(rest, "</soap:Body>")
		out = append(out, message)
	}
	return out
}

// client returns a client of r, changed by the given functions.
func client(t testing.TB, r *registry, change ...func(*anpr.Config)) *anpr.Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(r.Certificate())
	config := anpr.Config{
		BaseURL:   map[string]string{"TEST": r.URL},
		RootCAs:   roots,
		Keystores: keystores(t),
		Fornitore: "FORNITORE DI ESEMPIO",
		Versione:  "1.0.0",
		Clock:     func() time.Time { return adesso },
		Log:       slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&config)
	}
	c, err := anpr.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// query asks about Luca for a kind of visura.
func query(t testing.TB, tipo domain.Tipo, change ...func(*commands.Query)) commands.Query {
	t.Helper()
	entry, ok := documento.Lookup(tipo)
	if !ok {
		t.Fatalf("%s is not in the catalogue", tipo)
	}
	q := commands.Query{
		IDOperazione: "VIS000000000000000000001",
		Comune:       "039002",
		Collegamento: domain.ComuneConnected{TipoInvio: "TEST", Keystore: "039002-CO-9999", Operatore: "PRTGLI75P58A547F", Storico: domain.Storico6001},
		Soggetto:     luca,
		Entry:        entry,
		Richiedente:  "A.S.L. n. 3 – «Unità» Casa della Romagna",
		Pratica:      "2026-000123",
		Day:          oggi,
		At:           adesso,
	}
	for _, f := range change {
		f(&q)
	}
	return q
}

// failure returns the registry error of a call that must fail.
func failure(t testing.TB, c *anpr.Client, q commands.Query) *commands.AnagrafeError {
	t.Helper()
	_, err := c.Consult(t.Context(), q)
	var failed *commands.AnagrafeError
	if !errors.As(err, &failed) {
		t.Fatalf("Consulta failed with %v, want an AnagrafeError", err)
	}
	return failed
}

var key = sync.OnceValue(func() *rsa.PrivateKey {
	k, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return k
})

// certificate makes a certificate with a common name, signed by itself.
func certificate(t testing.TB, name string, from time.Time) *x509.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(from.Unix()),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"Ministero dell'Interno"}, Country: []string{"IT"}},
		NotBefore:    from,
		NotAfter:     from.AddDate(3, 0, 0),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key().Public(), key())
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

// keystore writes a PKCS#12 file and its password.
func keystore(t testing.TB, folder, name string, from time.Time) *x509.Certificate {
	t.Helper()
	cert := certificate(t, name, from)
	file, err := pkcs12.Modern2023.WithIterations(1).Encode(key(), cert, nil, "parola")
	if err != nil {
		t.Fatal(err)
	}
	for suffix, content := range map[string][]byte{".password": []byte("parola\n"), ".p12": file} {
		if err := os.WriteFile(filepath.Join(folder, name+suffix), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert
}

func keystores(t testing.TB) string {
	t.Helper()
	folder := t.TempDir()
	keystore(t, folder, "039002-CO-9999", adesso.AddDate(-1, 0, 0))
	return folder
}

// shared returns the folder of the registry's published schemas and examples,
// which is not part of the repository.
func shared(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
	}
	folder := filepath.Join(dir, "..", "shared", "anpr")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("the folder with the registry's schemas is not here")
	}
	return folder
}

// tool skips a test that needs a program this machine lacks, except in CI.
func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil && os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed", name)
	}
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

var sentID = regexp.MustCompile(`<idOperazioneComune>(\w+)</idOperazioneComune>`)

// reply writes an answer in an envelope, with the id of the request in place
// of ID.
func reply(w http.ResponseWriter, r *http.Request, message string) {
	body, _ := io.ReadAll(r.Body)
	id := sentID.FindSubmatch(body)
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	_, _ = io.WriteString(w, envelope(strings.ReplaceAll(message, "{ID}", string(id[1]))))
}

func envelope(message string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body>` +
		message + `</env:Body></env:Envelope>`
}

func ok3002(content string) string {
	return `<a:Risposta3002 xmlns:a="http://sogei.it/ANPR/3000consultazione"><a:Risposta3002_OK>` + heading +
		content + `</a:Risposta3002_OK></a:Risposta3002>`
}

func ko3002(errori string) string {
	return `<a:Risposta3002 xmlns:a="http://sogei.it/ANPR/3000consultazione"><a:rispostaKO>` + heading +
		`<listaErrori>` + errori + `</listaErrori></a:rispostaKO></a:Risposta3002>`
}

func ok6001(content string) string {
	return `<a:Risposta6001 xmlns:a="http://sogei.it/ANPR/6001certificazione"><a:Risposta6001OK>` + heading +
		content + `</a:Risposta6001OK></a:Risposta6001>`
}

func errore(code, tipo, text string) string {
	return `<errore><codiceErroreAnomalia>` + code + `</codiceErroreAnomalia><tipoErroreAnomalia>` + tipo +
		`</tipoErroreAnomalia><testoErroreAnomalia>` + text + `</testoErroreAnomalia></errore>`
}

const heading = `<testataRisposta><idOperazioneComune>{ID}</idOperazioneComune><idOperazioneANPR>3000000000101</idOperazioneANPR></testataRisposta>`

// soggetto is a card of Luca with more blocks.
func soggetto(blocks string) string {
	return `<listaSoggetti><datiSoggetto><identificativi><idANPR>VR10001LU</idANPR></identificativi>` + generalita + blocks + `</datiSoggetto></listaSoggetti>`
}

const generalita = `<generalita><codiceFiscale><codFiscale>VRDLCU78C14A547O</codFiscale><validitaCF>1</validitaCF></codiceFiscale>` +
	`<cognome>VERDEMARE</cognome><nome>LUCA</nome><sesso>M</sesso><dataNascita>1978-03-14+01:00</dataNascita>` +
	`<luogoNascita><comune><nomeComune>BAGNACAVALLO</nomeComune><codiceIstat>039002</codiceIstat><siglaProvinciaIstat>RA</siglaProvinciaIstat></comune></luogoNascita>` +
	`<idSchedaSoggettoComune><idSchedaSoggettoComuneIstat>039002</idSchedaSoggettoComuneIstat><idSchedaSoggetto>101</idSchedaSoggetto></idSchedaSoggettoComune>` +
	`<idSchedaSoggettoANPR>9000000000101</idSchedaSoggettoANPR></generalita>`

func residenza(via, dal string) string {
	return `<residenza><tipoIndirizzo>1</tipoIndirizzo><indirizzo><cap>48012</cap><comune><nomeComune>BAGNACAVALLO</nomeComune><codiceIstat>039002</codiceIstat>` +
		`<siglaProvinciaIstat>RA</siglaProvinciaIstat></comune><toponimo><specie>VIA</specie><denominazioneToponimo>` + via + `</denominazioneToponimo></toponimo>` +
		`<numeroCivico><numero>7</numero></numeroCivico></indirizzo><dataDecorrenzaResidenza>` + dal + `</dataDecorrenzaResidenza></residenza>`
}
