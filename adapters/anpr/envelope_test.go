package anpr_test

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/digitorus/pkcs7"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/anpr"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// sent returns the envelope of one query, with awkward text in it.
func sent(t *testing.T, change ...func(*anpr.Config)) string {
	t.Helper()
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) { reply(w, req, ok3002(soggetto(""))) })
	c := client(t, r, append(change, func(c *anpr.Config) { c.Applicazione = `visure <"&'> àé` + "\r\n" })...)
	q := query(t, domain.Nascita, func(q *commands.Query) {
		q.Soggetto = domain.Soggetto{Cognome: "D'ALÒ", Nome: "ŽELJKA", Sesso: "F", DataNascita: domain.Date{Year: 1978, Month: 3, Day: 14}}
	})
	if _, err := c.Consult(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	return r.asked[0]
}

func TestXMLSecVerifiesBothSignatures(t *testing.T) {
	t.Parallel()
	xmlsec := tool(t, "xmlsec1")
	for name, change := range map[string]func(*anpr.Config){
		"sha256":                 func(*anpr.Config) {},
		"sha1 as in the samples": func(c *anpr.Config) { c.Signature, c.Digest = anpr.SHA1, anpr.SHA1 },
		"sha1 over sha256":       func(c *anpr.Config) { c.Signature = anpr.SHA1 },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			message := sent(t, change)
			cert := writeCertificate(t, message)
			for signature, node := range map[string]string{
				"assertion": `//*[local-name()='Assertion']/*[local-name()='Signature']`,
				"message":   `//*[local-name()='Security']/*[local-name()='Signature']`,
			} {
				if out, err := verify(t, xmlsec, cert, node, message); err != nil {
					t.Errorf("%s: %v: %s", signature, err, out)
				}
			}
			for part, tampered := range map[string]string{
				"Body":      strings.Replace(message, "ŽELJKA", "ZELJKA", 1),
				"Timestamp": strings.Replace(message, "08:20:30.123Z</wsu:Expires>", "09:20:30.123Z</wsu:Expires>", 1),
			} {
				if out, err := verify(t, xmlsec, cert, `//*[local-name()='Security']/*[local-name()='Signature']`, tampered); err == nil {
					t.Errorf("a changed %s verifies: %s", part, out)
				}
			}
		})
	}
}

func verify(t *testing.T, xmlsec, cert, node, message string) (string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "message.xml")
	if err := os.WriteFile(file, []byte(message), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(xmlsec, "--verify", "--pubkey-cert-pem", cert, "--node-xpath", node,
		"--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion",
		"--id-attr:Id", "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd:Timestamp",
		"--id-attr:Id", "http://schemas.xmlsoap.org/soap/envelope/:Body", file).CombinedOutput()
	return string(out), err
}

// writeCertificate writes the certificate of the security token as PEM.
func writeCertificate(t *testing.T, message string) string {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(message); err != nil {
		t.Fatal(err)
	}
	der, err := base64.StdEncoding.DecodeString(doc.FindElement("//BinarySecurityToken").Text())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "cert.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestTheWorkstationSignsItsOwnName(t *testing.T) {
	t.Parallel()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(sent(t)); err != nil {
		t.Fatal(err)
	}
	der, err := base64.StdEncoding.DecodeString(doc.FindElement("//Attribute[@Name='IdPostazioneFirmato']/AttributeValue").Text())
	if err != nil {
		t.Fatal(err)
	}
	signed, err := pkcs7.Parse(der)
	if err != nil {
		t.Fatal(err)
	}
	if err := signed.Verify(); err != nil {
		t.Error(err)
	}
	name := doc.FindElement("//Attribute[@Name='IdPostazione']/AttributeValue").Text()
	if string(signed.Content) != name || name != "039002-CO-9999" {
		t.Errorf("content %q, attribute %q", signed.Content, name)
	}
	if len(signed.Certificates) != 1 || signed.Certificates[0].Subject.CommonName != name {
		t.Error("the signature does not bring its certificate")
	}
}

// skeletonOf returns the elements of a security header, one a line, with their
// attributes, and PLACEHOLDER for what is computed or differs by installation.
func skeletonOf(t *testing.T, message string) string {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromString(message); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	var walk func(*etree.Element, string)
	walk = func(e *etree.Element, indent string) {
		b.WriteString(indent + "{" + e.NamespaceURI() + "}" + e.Tag)
		attrs := map[string]string{}
		for _, a := range e.Attr {
			if a.Space != "xmlns" && a.Key != "xmlns" {
				attrs[a.Key] = a.Value
			}
		}
		for _, k := range []string{"ID", "Id", "IssueInstant", "Version", "Algorithm", "URI", "Format", "Method", "NotBefore", "NotOnOrAfter",
			"AuthnInstant", "SessionNotOnOrAfter", "Address", "Name", "NameFormat", "type", "EncodingType", "ValueType", "PrefixList", "mustUnderstand"} {
			if v, ok := attrs[k]; ok {
				b.WriteString(" " + k + "=" + v)
			}
		}
		if len(e.ChildElements()) == 0 {
			b.WriteString(" " + strings.TrimSpace(e.Text()))
		}
		b.WriteString("\n")
		for _, c := range e.ChildElements() {
			walk(c, indent+" ")
		}
	}
	walk(doc.FindElement("//Security"), "")
	masked := b.String()
	for _, computed := range []string{
		`(DigestValue|SignatureValue|X509Certificate) \S+`, `()(?:_[0-9a-f-]{36})`, `(#X509v3 Id=\S+) \S+`, `(#X509v3) [A-Z]\S+`,
		`(type=xs:string) (?:PLACEHOLDER-PKCS7-BASE64|MII\S+)`, `(Address=)\S+`,
	} {
		masked = regexp.MustCompile(computed).ReplaceAllString(masked, "$1 PLACEHOLDER")
	}
	return masked
}

func TestTheSecurityHeaderHasTheShapeOfThePublishedSkeleton(t *testing.T) {
	t.Parallel()
	skeleton, err := os.ReadFile(filepath.Join(shared(t), "examples", "soap_request_skeleton.xml"))
	if err != nil {
		t.Fatal(err)
	}
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) { reply(w, req, ok3002("")) })
	folder := t.TempDir()
	keystore(t, folder, "039002-CO-0000", adesso.AddDate(-1, 0, 0))
	c := client(t, r, func(c *anpr.Config) {
		c.Keystores, c.Applicazione, c.Signature, c.Digest = folder, "12345", anpr.SHA1, anpr.SHA1
	})
	if _, err := c.Consult(t.Context(), query(t, domain.StatoCivile, func(q *commands.Query) { q.Collegamento.Keystore = "039002-CO-0000" })); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(skeletonOf(t, string(skeleton)), skeletonOf(t, r.asked[0])); diff != "" {
		t.Errorf("security header (-skeleton +sent):\n%s", diff)
	}
}

var assertionID = regexp.MustCompile(`<saml2:Assertion [^>]*ID="([^"]+)"`)

func TestAnAssertionServesItsOperatorForAWhile(t *testing.T) {
	t.Parallel()
	now := adesso
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) { reply(w, req, ok3002("")) })
	c := client(t, r, func(c *anpr.Config) { c.Clock = func() time.Time { return now } })
	ask := func(after time.Duration, operator domain.CodiceFiscale) string {
		now = now.Add(after)
		q := query(t, domain.Nascita, func(q *commands.Query) { q.Collegamento.Operatore = operator })
		if _, err := c.Consult(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		return assertionID.FindStringSubmatch(r.asked[len(r.asked)-1])[1]
	}
	first := ask(0, "PRTGLI75P58A547F")
	if again := ask(149*time.Second, "PRTGLI75P58A547F"); again != first {
		t.Error("within half of its validity the assertion is a new one")
	}
	if other := ask(0, "VRDLCU78C14A547O"); other == first {
		t.Error("another operator has the same assertion")
	}
	if later := ask(time.Second, "PRTGLI75P58A547F"); later == first {
		t.Error("after half of its validity the assertion is the old one")
	}
	if earlier := ask(-time.Hour, "PRTGLI75P58A547F"); earlier == first {
		t.Error("when the clock was set back the assertion is one from the future")
	}
}

func TestAnAssertionServesOneMessageIfSoConfigured(t *testing.T) {
	t.Parallel()
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) { reply(w, req, ok3002("")) })
	c := client(t, r, func(c *anpr.Config) { c.AssertionReuse = -1 })
	for range 2 {
		if _, err := c.Consult(t.Context(), query(t, domain.Nascita)); err != nil {
			t.Fatal(err)
		}
	}
	if assertionID.FindStringSubmatch(r.asked[0])[1] == assertionID.FindStringSubmatch(r.asked[1])[1] {
		t.Error("both messages carry the same assertion")
	}
}

// Of 64 calls at once, of two operators, each operator's share an assertion, and
// the next period's are signed once too.
func TestOfManyCallsAtOnceOneSignsTheAssertion(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	r := newRegistry(t, func(w http.ResponseWriter, req *http.Request) { reply(w, req, ok3002("")) })
	c := client(t, r, func(c *anpr.Config) {
		c.Clock = func() time.Time { return adesso.Add(time.Duration(later.Load())) }
	})
	for period, want := range []int{2, 4, 6} {
		later.Store(int64(period) * int64(150*time.Second))
		var group sync.WaitGroup
		for i := range 64 {
			group.Go(func() {
				q := query(t, domain.Nascita, func(q *commands.Query) {
					q.IDOperazione = fmt.Sprintf("P%dN%d", period, i)
					q.Collegamento.Operatore = []domain.CodiceFiscale{"PRTGLI75P58A547F", "VRDLCU78C14A547O"}[i%2]
				})
				if _, err := c.Consult(t.Context(), q); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		assertions, stations, signatures := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, envelope := range r.asked {
			assertions[assertionID.FindStringSubmatch(envelope)[1]] = true
			stations[stationSignature.FindStringSubmatch(envelope)[1]] = true
			signatures[messageSignature.FindStringSubmatch(envelope)[1]] = true
		}
		if len(assertions) != want || len(stations) != 1 || len(signatures) != 64*(period+1) {
			t.Errorf("in period %d: %d assertions, %d workstation signatures, %d message signatures; want %d, 1, %d",
				period, len(assertions), len(stations), len(signatures), want, 64*(period+1))
		}
	}
}

var (
	stationSignature = regexp.MustCompile(`Name="IdPostazioneFirmato"[^>]*><saml2:AttributeValue[^>]*>([^<]+)<`)
	messageSignature = regexp.MustCompile(`Id="SIG-1">.*?<ds:SignatureValue>([^<]+)<`)
)
