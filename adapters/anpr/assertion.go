package anpr

import (
	"crypto"
	"strings"
	"sync"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// operator is on whose behalf a message goes: an officer registered in ANPR,
// at a Comune, from a workstation.
type operator struct {
	codice     domain.CodiceFiscale
	comune     domain.CodiceISTAT
	sede       *identity // the Comune's
	postazione *identity
}

// assertions makes signed SAML assertions and keeps each for a while: within
// its validity an assertion may speak for its operator in many messages, as it
// carries no condition against it. It is safe for concurrent use; of many who
// ask for one operator at once, one signs as a rule.
type assertions struct {
	signer       signer
	address      string
	applicazione string
	reuse        time.Duration
	clock        func() time.Time
	newID        func() string

	mu    sync.Mutex
	kept  map[operator]*keptAssertion
	swept time.Time // when those that had served their time were last dropped
}

// keptAssertion is the latest of one operator, locked while it is made.
type keptAssertion struct {
	sync.Mutex
	xml  string // "" before there is one
	from time.Time
}

// serves says whether the assertion may be used at a time. A clock that was set
// back makes it one of the future, which the registry would refuse.
func (k *keptAssertion) serves(now time.Time, reuse time.Duration) bool {
	age := now.Sub(k.from)
	return k.xml != "" && 0 <= age && age < reuse
}

// of returns an assertion for the operator that is valid now.
func (a *assertions) of(o operator) (string, error) {
	if a.reuse <= 0 {
		return a.make(o, a.clock())
	}
	kept := a.slot(o)
	kept.Lock()
	defer kept.Unlock()
	now := a.clock().Round(0) // what counts is the time of day that is written
	if kept.serves(now, a.reuse) {
		return kept.xml, nil
	}
	xml, err := a.make(o, now)
	if err != nil {
		return "", err
	}
	kept.xml, kept.from = xml, now
	return xml, nil
}

// slot returns where the operator's assertion is kept, and from time to time
// drops those that serve no more.
func (a *assertions) slot(o operator) *keptAssertion {
	now := a.clock().Round(0)
	a.mu.Lock()
	defer a.mu.Unlock()
	if since := now.Sub(a.swept); since < 0 || since >= a.reuse {
		a.swept = now
		for old, k := range a.kept {
			if !k.TryLock() {
				continue // one is being made
			}
			if !k.serves(now, a.reuse) {
				delete(a.kept, old)
			}
			k.Unlock()
		}
	}
	if a.kept[o] == nil {
		a.kept[o] = &keptAssertion{}
	}
	return a.kept[o]
}

// make writes and signs an assertion. What comes before the signature and what
// comes after are, put together, what is signed.
func (a *assertions) make(o operator, now time.Time) (string, error) {
	firmato, err := o.postazione.firmato()
	if err != nil {
		return "", err
	}
	id, created, expires := a.newID(), stamp(now), stamp(now.Add(window))
	before := `<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" ID="` + id + `" IssueInstant="` + created + `" Version="2.0">` +
		`<saml2:Issuer>XS</saml2:Issuer>`
	after := func(schema string) string {
		var m message
		m.WriteString(`<saml2:Subject><saml2:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified">`)
		m.text(string(o.codice))
		m.WriteString(`</saml2:NameID><saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">` +
			`<saml2:SubjectConfirmationData NotBefore="` + created + `" NotOnOrAfter="` + expires + `"></saml2:SubjectConfirmationData>` +
			`</saml2:SubjectConfirmation></saml2:Subject>` +
			`<saml2:Conditions NotBefore="` + created + `" NotOnOrAfter="` + expires + `"></saml2:Conditions>` +
			`<saml2:AuthnStatement AuthnInstant="` + created + `" SessionNotOnOrAfter="` + expires + `">` +
			`<saml2:SubjectLocality Address="` + attribute(a.address) + `"></saml2:SubjectLocality>` +
			`<saml2:AuthnContext><saml2:AuthnContextClassRef></saml2:AuthnContextClassRef></saml2:AuthnContext></saml2:AuthnStatement>` +
			`<saml2:AttributeStatement>`)
		for _, attr := range [][2]string{
			{"IdSede", string(o.comune)},
			{"IdPostazione", o.postazione.name()},
			{"IdPostazioneFirmato", firmato},
			{"IdApplicazione", a.applicazione},
		} {
			m.WriteString(`<saml2:Attribute Name="` + attr[0] + `" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified">` +
				`<saml2:AttributeValue` + schema + ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">`)
			m.text(attr[1])
			m.WriteString(`</saml2:AttributeValue></saml2:Attribute>`)
		}
		m.WriteString(`</saml2:AttributeStatement></saml2:Assertion>`)
		return m.String()
	}
	// The prefix xs stands only in the text of xsi:type, so exclusive canonical
	// form leaves its declaration out; readers of the type need it.
	signature, err := a.signer.sign(o.sede.key, `<ds:Signature xmlns:ds="`+nsDS+`">`, []reference{{
		id:         id,
		transforms: enveloped,
		canonical:  before + after(""),
	}}, `<ds:X509Data><ds:X509Certificate>`+o.sede.encoded+`</ds:X509Certificate></ds:X509Data>`)
	if err != nil {
		return "", err
	}
	return before + signature + after(` xmlns:xs="http://www.w3.org/2001/XMLSchema"`), nil
}

// stamp writes a time as the security header wants it.
func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// newSigner returns a signer of the configured algorithms.
func newSigner(c Config) signer {
	s := signer{signature: hashes[c.Signature], digest: hashes[c.Digest]}
	s.info = strings.NewReplacer(
		"{c14n}", nsC14N,
		"{signature}", map[crypto.Hash]string{
			crypto.SHA1:   "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
			crypto.SHA256: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
		}[s.signature],
	).Replace(`<ds:CanonicalizationMethod Algorithm="{c14n}"></ds:CanonicalizationMethod>` +
		`<ds:SignatureMethod Algorithm="{signature}"></ds:SignatureMethod>`)
	s.method = `<ds:DigestMethod Algorithm="` + map[crypto.Hash]string{
		crypto.SHA1:   "http://www.w3.org/2000/09/xmldsig#sha1",
		crypto.SHA256: "http://www.w3.org/2001/04/xmlenc#sha256",
	}[s.digest] + `"></ds:DigestMethod>`
	return s
}
