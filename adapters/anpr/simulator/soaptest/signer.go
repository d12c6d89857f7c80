// Package soaptest signs requests for tests of the simulator. It writes every
// signed part by hand in its canonical form, so that the simulator's reading of
// a signature is checked against something it does not share.
package soaptest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // the algorithms a request may name
	_ "crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/digitorus/pkcs7"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/pki"
)

// Signer makes signed envelopes. Zero fields mean the right value; tests set
// them to make one thing wrong.
type Signer struct {
	Machine, Station *pki.Identity
	Operator         string
	SHA256           bool

	Now           time.Time     // when the request is made, default now
	Layout        string        // of the times, in the zone of Now; default UTC with milliseconds
	Life          time.Duration // of timestamp and assertion, default 5 minutes
	AssertionLife time.Duration
	Issuer        string // default XS
	Seat          string // IdSede, default the Comune of the machine
	StationName   string // IdPostazione, default the station's common name
	StationSigned string // what the station signs, default StationName
	StationP7     string // base64 IdPostazioneFirmato, default made
	StationSHA1   bool
	AssertionBy   *pki.Identity // who signs the assertion, default Machine
	NoBody        bool          // leave the body out of the signature
	NoUnderstand  bool          // leave mustUnderstand out
	BodyID        string        // default Body-1
}

const (
	soapNS = `xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"`
	wsseNS = `xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"`
	wsuNS  = `xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"`
	dsNS   = `xmlns:ds="http://www.w3.org/2000/09/xmldsig#"`
	samlNS = `xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion"`
	c14n   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	x509v3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
	b64URI = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)

// Envelope signs a message, which must be in canonical form: no declaration, no
// comments, no empty tags.
func (s Signer) Envelope(message string) ([]byte, error) {
	s = s.complete()
	assertion, err := s.assertion()
	if err != nil {
		return nil, err
	}
	created, expires := s.stamp(s.Now), s.stamp(s.Now.Add(s.Life))
	inside := `<wsu:Created>` + created + `</wsu:Created><wsu:Expires>` + expires + `</wsu:Expires></wsu:Timestamp>`
	body := `>` + message + `</soap:Body>`
	refs := s.reference("TS-1", `<ec:InclusiveNamespaces xmlns:ec="`+c14n+`" PrefixList="wsse soap"></ec:InclusiveNamespaces>`, false,
		`<wsu:Timestamp `+soapNS+` `+wsseNS+` `+wsuNS+` wsu:Id="TS-1">`+inside)
	if !s.NoBody {
		refs += s.reference("Body-1", "", false, `<soap:Body `+soapNS+` `+wsuNS+` wsu:Id="`+s.BodyID+`"`+body)
	}
	signature, err := s.signature(s.Machine, refs, ` Id="SIG-1"`,
		`<wsse:SecurityTokenReference><wsse:Reference URI="#X509-1" ValueType="`+x509v3+`"/></wsse:SecurityTokenReference>`)
	if err != nil {
		return nil, err
	}
	must := ` soap:mustUnderstand="1"`
	if s.NoUnderstand {
		must = ""
	}
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><soap:Envelope ` + soapNS + `><soap:Header><wsse:Security ` + wsseNS + ` ` + wsuNS + must + `>` +
		`<wsu:Timestamp wsu:Id="TS-1">` + inside + assertion +
		`<wsse:BinarySecurityToken wsu:Id="X509-1" EncodingType="` + b64URI + `" ValueType="` + x509v3 + `">` + base64.StdEncoding.EncodeToString(s.Machine.Certificate.Raw) + `</wsse:BinarySecurityToken>` +
		signature + `</wsse:Security></soap:Header><soap:Body ` + wsuNS + ` wsu:Id="` + s.BodyID + `"` + body + `</soap:Envelope>`), nil
}

func (s Signer) complete() Signer {
	def := func(to *string, value string) {
		if *to == "" {
			*to = value
		}
	}
	if s.Now.IsZero() {
		s.Now = time.Now()
	}
	if s.Life == 0 {
		s.Life = 5 * time.Minute
	}
	if s.AssertionLife == 0 {
		s.AssertionLife = s.Life
	}
	if s.AssertionBy == nil {
		s.AssertionBy = s.Machine
	}
	def(&s.Issuer, "XS")
	def(&s.Seat, s.Machine.Certificate.Subject.CommonName[:6])
	def(&s.StationName, s.Station.Certificate.Subject.CommonName)
	def(&s.StationSigned, s.StationName)
	def(&s.BodyID, "Body-1")
	return s
}

func (s Signer) stamp(t time.Time) string {
	if s.Layout != "" {
		return t.Format(s.Layout)
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

func (s Signer) assertion() (string, error) {
	p7 := s.StationP7
	if p7 == "" {
		var err error
		if p7, err = s.signStation(); err != nil {
			return "", err
		}
	}
	id := "_00000000-0000-4000-8000-000000000001"
	from, to := s.stamp(s.Now), s.stamp(s.Now.Add(s.AssertionLife))
	attribute := func(name, value, decl string) string {
		return `<saml2:Attribute Name="` + name + `" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"><saml2:AttributeValue ` + decl +
			`xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">` + value + `</saml2:AttributeValue></saml2:Attribute>`
	}
	start := `<saml2:Assertion ` + samlNS + ` ID="` + id + `" IssueInstant="` + from + `" Version="2.0"><saml2:Issuer>` + s.Issuer + `</saml2:Issuer>`
	rest := func(decl string) string {
		return `<saml2:Subject><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">` + s.Operator + `</saml2:NameID>` +
			`<saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml2:SubjectConfirmationData NotBefore="` + from + `" NotOnOrAfter="` + to + `"></saml2:SubjectConfirmationData></saml2:SubjectConfirmation></saml2:Subject>` +
			`<saml2:Conditions NotBefore="` + from + `" NotOnOrAfter="` + to + `"></saml2:Conditions>` +
			`<saml2:AuthnStatement AuthnInstant="` + from + `" SessionNotOnOrAfter="` + to + `"><saml2:SubjectLocality Address="203.0.113.10"></saml2:SubjectLocality><saml2:AuthnContext><saml2:AuthnContextClassRef></saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>` +
			`<saml2:AttributeStatement>` + attribute("IdSede", s.Seat, decl) + attribute("IdPostazione", s.StationName, decl) +
			attribute("IdPostazioneFirmato", p7, decl) + attribute("IdApplicazione", "12345", decl) + `</saml2:AttributeStatement></saml2:Assertion>`
	}
	cert := base64.StdEncoding.EncodeToString(s.AssertionBy.Certificate.Raw)
	// xs is not visibly used, so canonical form drops its declaration.
	signature, err := s.signature(s.AssertionBy, s.reference(id, "", true, start+rest("")), "",
		`<ds:X509Data><ds:X509Certificate>`+cert+`</ds:X509Certificate></ds:X509Data>`)
	if err != nil {
		return "", err
	}
	return start + signature + rest(`xmlns:xs="http://www.w3.org/2001/XMLSchema" `), nil
}

func (s Signer) signStation() (string, error) {
	sd, err := pkcs7.NewSignedData([]byte(s.StationSigned))
	if err != nil {
		return "", fmt.Errorf("sign station: %w", err)
	}
	if !s.StationSHA1 {
		sd.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	}
	if err := sd.AddSigner(s.Station.Certificate, s.Station.Key, pkcs7.SignerInfoConfig{}); err != nil {
		return "", fmt.Errorf("sign station: %w", err)
	}
	der, err := sd.Finish()
	if err != nil {
		return "", fmt.Errorf("sign station: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

func (s Signer) reference(id, inclusive string, enveloped bool, canonical string) string {
	before := ""
	if enveloped {
		before = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>`
	}
	digest := `http://www.w3.org/2000/09/xmldsig#sha1`
	if s.SHA256 {
		digest = `http://www.w3.org/2001/04/xmlenc#sha256`
	}
	h := s.hash().New()
	h.Write([]byte(canonical))
	return `<ds:Reference URI="#` + id + `"><ds:Transforms>` + before + `<ds:Transform Algorithm="` + c14n + `">` + inclusive + `</ds:Transform></ds:Transforms>` +
		`<ds:DigestMethod Algorithm="` + digest + `"></ds:DigestMethod><ds:DigestValue>` + base64.StdEncoding.EncodeToString(h.Sum(nil)) + `</ds:DigestValue></ds:Reference>`
}

func (s Signer) hash() crypto.Hash {
	if s.SHA256 {
		return crypto.SHA256
	}
	return crypto.SHA1
}

func (s Signer) signature(by *pki.Identity, refs, attrs, keyInfo string) (string, error) {
	method := `http://www.w3.org/2000/09/xmldsig#rsa-sha1`
	if s.SHA256 {
		method = `http://www.w3.org/2001/04/xmldsig-more#rsa-sha256`
	}
	info := `<ds:CanonicalizationMethod Algorithm="` + c14n + `"></ds:CanonicalizationMethod><ds:SignatureMethod Algorithm="` + method + `"></ds:SignatureMethod>` + refs + `</ds:SignedInfo>`
	h := s.hash().New()
	h.Write([]byte(`<ds:SignedInfo ` + dsNS + `>` + info))
	value, err := rsa.SignPKCS1v15(rand.Reader, by.Key, s.hash(), h.Sum(nil))
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return `<ds:Signature ` + dsNS + attrs + `><ds:SignedInfo>` + info + `<ds:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue><ds:KeyInfo>` + keyInfo + `</ds:KeyInfo></ds:Signature>`, nil
}

// Message cuts an example file down to its message: no declaration, no comment.
func Message(file []byte) string {
	s := string(file)
	if i := strings.Index(s, "<ns:"); i >= 0 {
		s = s[i:]
	}
	return strings.TrimSpace(s)
}
