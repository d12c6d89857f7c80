package wssecurity_test

import (
	"encoding/base64"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"crypto/x509"
	"encoding/pem"

	"github.com/beevik/etree"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/soaptest"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/wssecurity"
)

const message = `<ns:Richiesta3002 xmlns:ns="http://sogei.it/ANPR/3000consultazione"><testataRichiesta><idOperazioneComune>A1</idOperazioneComune></testataRichiesta></ns:Richiesta3002>`

// holders are certificates that take a while to make.
type holders struct {
	ca, otherCA                                        *pki.CA
	machine, station, otherMachine, otherStation       *pki.Identity
	foreign, server, unnamed, expired, test, pcMachine *pki.Identity
}

var cast = sync.OnceValue(func() holders {
	must := func(id *pki.Identity, err error) *pki.Identity {
		if err != nil {
			panic(err)
		}
		return id
	}
	ca, err := pki.NewCA()
	other, err2 := pki.NewCA()
	if err != nil || err2 != nil {
		panic("no CA")
	}
	return holders{ca: ca, otherCA: other,
		machine: must(ca.Comune("039002-CO-9999", pki.Options{})), station: must(ca.Comune("039002-PC-0001", pki.Options{})),
		otherMachine: must(ca.Comune("040007-CO-9999", pki.Options{})), otherStation: must(ca.Comune("040007-PC-0001", pki.Options{})),
		foreign: must(other.Comune("039002-CO-9999", pki.Options{})), server: must(ca.Comune("039002-CO-9999", pki.Options{Usage: x509.ExtKeyUsageServerAuth})),
		unnamed: must(ca.Comune("POSTAZIONE ROSSI", pki.Options{})),
		expired: must(ca.Comune("039002-CO-9998", pki.Options{NotBefore: time.Now().AddDate(-3, 0, 0), NotAfter: time.Now().AddDate(-1, 0, 0)})),
		test:    must(ca.Comune("039002-CO-0000", pki.Options{})), pcMachine: must(ca.Comune("039002-PC-0002", pki.Options{}))}
})

func verifier(h holders) *wssecurity.Verifier {
	return &wssecurity.Verifier{CA: h.ca.Certificate, SHA1: true, SHA256: true, Skew: time.Minute,
		Operator: func(istat, cf string) bool { return istat == "039002" && cf == "PRTGLI75P58A547F" }}
}

func right(h holders) soaptest.Signer {
	return soaptest.Signer{Machine: h.machine, Station: h.station, Operator: "PRTGLI75P58A547F"}
}

func verify(t *testing.T, v *wssecurity.Verifier, envelope []byte) (wssecurity.Caller, error) {
	t.Helper()
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(envelope); err != nil {
		t.Fatal(err)
	}
	return v.Verify(doc.Root(), time.Now())
}

func TestARightHeaderProvesItsCaller(t *testing.T) {
	t.Parallel()
	h := cast()
	for _, sha256 := range []bool{false, true} {
		s := right(h)
		s.SHA256 = sha256
		env, err := s.Envelope(message)
		if err != nil {
			t.Fatal(err)
		}
		v := verifier(h)
		for range 2 { // from bytes, then from memory
			c, err := verify(t, v, env)
			if err != nil {
				t.Fatal(err)
			}
			want := wssecurity.Caller{Comune: "039002", Operator: "PRTGLI75P58A547F", Station: "039002-PC-0001", Application: "12345"}
			if c != want {
				t.Errorf("caller %+v", c)
			}
		}
	}
}

func TestAWrongHeaderIsRefusedAsANPRWould(t *testing.T) {
	t.Parallel()
	h := cast()
	now := time.Now()
	p7garbage := base64.StdEncoding.EncodeToString([]byte("not a PKCS#7"))
	signer := map[string]struct {
		change func(*soaptest.Signer)
		want   string
	}{
		"a request from the past":                      {func(s *soaptest.Signer) { s.Now = now.Add(-7 * time.Minute) }, wssecurity.RejectedByPolicy},
		"a request from the future":                    {func(s *soaptest.Signer) { s.Now = now.Add(2 * time.Minute) }, wssecurity.RejectedByPolicy},
		"a timestamp that lasts too long":              {func(s *soaptest.Signer) { s.Life = 6 * time.Minute }, wssecurity.RejectedByPolicy},
		"an assertion that lasts too long":             {func(s *soaptest.Signer) { s.AssertionLife = time.Hour }, wssecurity.RejectedByPolicy},
		"an assertion already over":                    {func(s *soaptest.Signer) { s.Now, s.AssertionLife = now.Add(-3*time.Minute), time.Minute }, wssecurity.RejectedByPolicy},
		"an issuer other than XS":                      {func(s *soaptest.Signer) { s.Issuer = "YS" }, wssecurity.RejectedByPolicy},
		"an operator not enabled":                      {func(s *soaptest.Signer) { s.Operator = "RSSMRA80A01H501U" }, wssecurity.RejectedByPolicy},
		"a seat other than the certificate's":          {func(s *soaptest.Signer) { s.Seat = "040007" }, wssecurity.RejectedByPolicy},
		"a machine of another Comune":                  {func(s *soaptest.Signer) { s.Machine = h.otherMachine }, wssecurity.RejectedByPolicy},
		"a certificate of another authority":           {func(s *soaptest.Signer) { s.Machine = h.foreign }, wssecurity.RejectedByPolicy},
		"a certificate for servers":                    {func(s *soaptest.Signer) { s.Machine = h.server }, wssecurity.RejectedByPolicy},
		"a certificate expired":                        {func(s *soaptest.Signer) { s.Machine = h.expired }, wssecurity.RejectedByPolicy},
		"a workstation certificate as the machine's":   {func(s *soaptest.Signer) { s.Machine = h.pcMachine }, wssecurity.RejectedByPolicy},
		"an assertion signed by another machine":       {func(s *soaptest.Signer) { s.AssertionBy = h.test }, wssecurity.RejectedByPolicy},
		"a body that is not signed":                    {func(s *soaptest.Signer) { s.NoBody = true }, wssecurity.InternalError},
		"a header that need not be understood":         {func(s *soaptest.Signer) { s.NoUnderstand = true }, wssecurity.InternalError},
		"an id used twice":                             {func(s *soaptest.Signer) { s.BodyID = "TS-1" }, wssecurity.InternalError},
		"a workstation of another Comune":              {func(s *soaptest.Signer) { s.Station = h.otherStation }, wssecurity.RejectedByPolicy},
		"a workstation without a proper name":          {func(s *soaptest.Signer) { s.Station = h.unnamed }, wssecurity.NoStationName},
		"a workstation that names another":             {func(s *soaptest.Signer) { s.StationName = "039002-PC-0009" }, wssecurity.NoStationName},
		"a workstation signature over another name":    {func(s *soaptest.Signer) { s.StationSigned = "039002-PC-0009" }, wssecurity.NoStationName},
		"a workstation signature that is not PKCS#7":   {func(s *soaptest.Signer) { s.StationP7 = p7garbage }, wssecurity.MalformedPKCS7},
		"a workstation signature that is not base64":   {func(s *soaptest.Signer) { s.StationP7 = "@@@" }, wssecurity.MalformedPKCS7},
		"a workstation signature with an old digest":   {func(s *soaptest.Signer) { s.StationSHA1 = true }, wssecurity.RejectedByPolicy},
		"a workstation signature by another authority": {func(s *soaptest.Signer) { s.Station = h.foreign }, wssecurity.RejectedByPolicy},
	}
	for name, c := range signer {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := right(h)
			c.change(&s)
			env, err := s.Envelope(message)
			if err != nil {
				t.Fatal(err)
			}
			refused(t, verifier(h), env, c.want)
		})
	}
}

func TestABytesChangedAfterSigningAreRefused(t *testing.T) {
	t.Parallel()
	h := cast()
	env, err := right(h).Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	for name, swap := range map[string][2]string{
		"the body":                   {"<idOperazioneComune>A1<", "<idOperazioneComune>A2<"},
		"the operator":               {"PRTGLI75P58A547F", "PRTGLI75P58A547G"},
		"the expiry":                 {"</wsu:Expires>", "</wsu:Expires> "},
		"an attribute":               {">12345<", ">54321<"},
		"the order":                  {"<wsse:BinarySecurityToken", "<wsse:Altro"},
		"the signature's value":      {"<ds:SignatureValue>", "<ds:SignatureValue>AAAA"},
		"the algorithm":              {"xmldsig#rsa-sha1", "xmldsig#dsa-sha1"},
		"the canonicalization":       {"<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"", "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\""},
		"the token's reference":      {`<wsse:Reference URI="#X509-1"`, `<wsse:Reference URI="#TS-1"`},
		"the version of the message": {`xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"`, `xmlns:soap="http://www.w3.org/2003/05/soap-envelope"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := strings.ReplaceAll(string(env), swap[0], swap[1])
			changed = strings.ReplaceAll(changed, "</wsse:BinarySecurityToken>", map[bool]string{true: "</wsse:Altro>", false: "</wsse:BinarySecurityToken>"}[name == "the order"])
			if changed == string(env) {
				t.Fatal("nothing changed")
			}
			refused(t, verifier(h), []byte(changed), wssecurity.InternalError)
		})
	}
}

func TestASignedBodyMovedAsideDoesNotVouchForAnother(t *testing.T) {
	t.Parallel()
	h := cast()
	env, err := right(h).Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	s := string(env)
	at := strings.Index(s, "<soap:Body")
	end := strings.Index(s, "</soap:Envelope>")
	signed := s[at:end]
	forged := strings.Replace(strings.Replace(signed, "A1", "A9", 1), "Body-1", "Body-2", 1)
	refused(t, verifier(h), []byte(s[:at]+forged+signed+s[end:]), wssecurity.InternalError)
}

func TestAlgorithmsCanBeForbidden(t *testing.T) {
	t.Parallel()
	h := cast()
	for _, sha256 := range []bool{false, true} {
		s := right(h)
		s.SHA256 = sha256
		env, err := s.Envelope(message)
		if err != nil {
			t.Fatal(err)
		}
		v := verifier(h)
		v.SHA1, v.SHA256 = sha256, !sha256
		refused(t, v, env, wssecurity.InternalError)
	}
}

func TestRevokedAndTestCertificatesAreRefused(t *testing.T) {
	t.Parallel()
	h := cast()
	env, err := right(h).Envelope(message)
	if err != nil {
		t.Fatal(err)
	}
	for _, revoked := range []*pki.Identity{h.machine, h.station} {
		v := verifier(h)
		if _, err := verify(t, v, env); err != nil {
			t.Fatal(err)
		}
		v.Revoked = func(serial *big.Int) bool { return serial.Cmp(revoked.Certificate.SerialNumber) == 0 }
		refused(t, v, env, wssecurity.Revoked)
	}
	s := right(h)
	s.Machine = h.test
	if env, err = s.Envelope(message); err != nil {
		t.Fatal(err)
	}
	v := verifier(h)
	if _, err := verify(t, v, env); err != nil {
		t.Errorf("test certificate in test: %v", err)
	}
	v.Production = true
	refused(t, v, env, wssecurity.RejectedByPolicy)
}

func refused(t *testing.T, v *wssecurity.Verifier, env []byte, want string) {
	t.Helper()
	_, err := verify(t, v, env)
	bad, ok := err.(*wssecurity.Refusal)
	if !ok {
		t.Fatalf("got %v, want %q", err, want)
	}
	if bad.Reason != want {
		t.Errorf("refused with %q (%s), want %q", bad.Reason, bad.Cause, want)
	}
}

// xmlsec1 is another implementation of XML signatures: what it accepts we must,
// and what it refuses we must not.
func TestXmlsec1AgreesOnSignatures(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("xmlsec1")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("xmlsec1 is not installed")
		}
		t.Skip("xmlsec1 is not installed")
	}
	h := cast()
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	pemOf(t, ca, h.ca.Certificate)
	leaf := filepath.Join(dir, "leaf.pem")
	pemOf(t, leaf, h.machine.Certificate)
	for _, sha256 := range []bool{false, true} {
		s := right(h)
		s.SHA256 = sha256
		env, err := s.Envelope(message)
		if err != nil {
			t.Fatal(err)
		}
		for node, path := range map[string]string{
			"message":   "/*/*[local-name()='Header']/*[local-name()='Security']/*[local-name()='Signature']",
			"assertion": "/*/*/*/*[local-name()='Assertion']/*[local-name()='Signature']",
		} {
			file := filepath.Join(dir, node+".xml")
			if err := os.WriteFile(file, env, 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"--verify", "--enabled-key-data", "x509,key-name,rsa", "--trusted-pem", ca, "--pubkey-cert-pem", leaf, "--node-xpath", path,
				"--id-attr:Id", "Timestamp", "--id-attr:Id", "Body", "--id-attr:ID", "urn:oasis:names:tc:SAML:2.0:assertion:Assertion", file}
			if out, err := exec.Command(tool, args...).CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", node, err, out)
			}
			broken := strings.Replace(strings.Replace(string(env), "A1<", "A2<", 1), ">12345<", ">12346<", 1)
			if err := os.WriteFile(file, []byte(broken), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, err := exec.Command(tool, args...).CombinedOutput(); err == nil {
				t.Errorf("%s: accepted after a change\n%s", node, out)
			}
		}
	}
}

func pemOf(t *testing.T, path string, cert *x509.Certificate) {
	t.Helper()
	if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkVerify(b *testing.B) {
	h := cast()
	env, err := right(h).Envelope(message)
	if err != nil {
		b.Fatal(err)
	}
	v := verifier(h)
	now := time.Now()
	b.ReportAllocs()
	for b.Loop() {
		doc := etree.NewDocument()
		if err := doc.ReadFromBytes(env); err != nil {
			b.Fatal(err)
		}
		if _, err := v.Verify(doc.Root(), now); err != nil {
			b.Fatal(err)
		}
	}
}
