// Package wssecurity checks the security header of a request as ANPR does: a
// timestamp, a SAML 2.0 assertion that names the operator and the workstation,
// and signatures made with the certificate of the Comune.
package wssecurity

import (
	"crypto/x509"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/beevik/etree"
)

// Namespaces of the header.
const (
	nsSOAP = "http://schemas.xmlsoap.org/soap/envelope/"
	nsWSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	nsWSU  = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
	nsSAML = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsDS   = "http://www.w3.org/2000/09/xmldsig#"
	x509v3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
	base64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)

// The texts ANPR refuses a header with (faultstring).
const (
	RejectedByPolicy = "Rejected by policy. (from client)"
	InternalError    = "Internal Error (from client)"
	Revoked          = "certificate revoked (from client)"
	NoStationName    = "Aborting...Postazione certificate does not seem to carry a valid CN name (from client)"
	MalformedPKCS7   = "PKCS#7 argument error: malformed DER encoded PKCS#7 object (from client)"
)

// Refusal is a header refused: Reason is what the caller is told, Cause what
// was wrong, for the simulator's log. It holds no personal data.
type Refusal struct{ Reason, Cause string }

func (r *Refusal) Error() string { return r.Reason + ": " + r.Cause }

func refuse(reason, cause string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Cause: fmt.Sprintf(cause, args...)}
}

// Caller is what an accepted header proves.
type Caller struct {
	Comune      string // ISTAT code of the certificate
	Operator    string // codice fiscale of the registry officer
	Station     string // common name of the workstation
	Application string
}

// Verifier checks headers. It is safe for concurrent use; certificates and
// workstation signatures already verified are remembered.
type Verifier struct {
	CA *x509.Certificate
	// Operator says whether a person may act for a Comune.
	Operator func(istat, codiceFiscale string) bool
	// Revoked says whether a certificate has been revoked.
	Revoked func(serial *big.Int) bool
	// Production refuses the test certificates (<ISTAT>-CO-0000).
	Production bool
	// SHA1 and SHA256 say which algorithms are accepted, for signatures
	// (rsa-sha1, rsa-sha256) and digests alike.
	SHA1, SHA256 bool
	// Skew is how far the caller's clock may be from ours.
	Skew time.Duration

	certificates memory[*x509.Certificate]
	stations     memory[station]
}

// memory remembers what was verified, by the base64 text it came in. It starts
// afresh when full, because a caller may sign its workstation at every call.
type memory[T any] struct {
	mu    sync.Mutex
	known map[string]T
}

func (m *memory[T]) load(text string) (T, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.known[text]
	return v, ok
}

func (m *memory[T]) store(text string, v T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= 1000 {
		m.known = map[string]T{}
	}
	m.known[text] = v
}

// window is the longest life of a timestamp and of an assertion.
const window = 5 * time.Minute

// header is the parts of an envelope the checks work on.
type header struct {
	timestamp, assertion, token, signature, body *etree.Element
	ids                                          map[string]*etree.Element
}

// Verify checks the header of a SOAP 1.1 envelope at a time. The error, if any,
// is a *Refusal.
func (v *Verifier) Verify(envelope *etree.Element, now time.Time) (Caller, error) {
	h, bad := parse(envelope)
	if bad != nil {
		return Caller{}, bad
	}
	cert, bad := v.certificate(h.token.Text(), now)
	if bad != nil {
		return Caller{}, bad
	}
	if bad := v.checkMessage(h, cert); bad != nil {
		return Caller{}, bad
	}
	if bad := v.checkTimestamp(h.timestamp, now); bad != nil {
		return Caller{}, bad
	}
	caller, bad := v.checkAssertion(h, cert, now)
	if bad != nil {
		return Caller{}, bad
	}
	return caller, nil
}

// parse finds the four parts of the header, in order, and the ids.
func parse(envelope *etree.Element) (header, *Refusal) {
	h := header{ids: map[string]*etree.Element{}}
	if !is(envelope, nsSOAP, "Envelope") {
		return h, refuse(InternalError, "not a SOAP 1.1 envelope")
	}
	if bad := collect(envelope, h.ids); bad != nil {
		return h, bad
	}
	// Exactly these: the reader of the message must not find another body than
	// the one whose signature is checked.
	whole := envelope.ChildElements()
	if len(whole) != 2 || !is(whole[0], nsSOAP, "Header") || !is(whole[1], nsSOAP, "Body") {
		return h, refuse(InternalError, "not one header and one body")
	}
	head, body := whole[0], whole[1]
	blocks := children(head, nsWSSE, "Security")
	if len(blocks) != 1 {
		return h, refuse(InternalError, "%d wsse:Security", len(blocks))
	}
	security := blocks[0]
	if a := attr(security, nsSOAP, "mustUnderstand"); a != "1" {
		return h, refuse(InternalError, "mustUnderstand is %q", a)
	}
	h.body = body
	parts := []struct {
		to        **etree.Element
		ns, local string
	}{{&h.timestamp, nsWSU, "Timestamp"}, {&h.assertion, nsSAML, "Assertion"}, {&h.token, nsWSSE, "BinarySecurityToken"}, {&h.signature, nsDS, "Signature"}}
	found := security.ChildElements()
	if len(found) != len(parts) {
		return h, refuse(InternalError, "%d elements in wsse:Security", len(found))
	}
	for i, p := range parts {
		if !is(found[i], p.ns, p.local) {
			return h, refuse(InternalError, "%s expected in wsse:Security", p.local)
		}
		*p.to = found[i]
	}
	if h.token.SelectAttrValue("ValueType", "") != x509v3 || h.token.SelectAttrValue("EncodingType", "") != base64 {
		return h, refuse(InternalError, "BinarySecurityToken of an unknown type")
	}
	return h, nil
}

// collect maps every id to its element; an id used twice could hide a forged
// element behind a signed one.
func collect(el *etree.Element, ids map[string]*etree.Element) *Refusal {
	for i := range el.Attr {
		a := &el.Attr[i]
		if (a.Key == "Id" && (a.Space == "" || a.NamespaceURI() == nsWSU)) || (a.Key == "ID" && a.Space == "") {
			if ids[a.Value] != nil {
				return refuse(InternalError, "an id is used twice")
			}
			ids[a.Value] = el
		}
	}
	for _, c := range el.Child {
		if e, ok := c.(*etree.Element); ok {
			if bad := collect(e, ids); bad != nil {
				return bad
			}
		}
	}
	return nil
}

// checkTimestamp wants UTC times with milliseconds, at most five minutes apart
// and around now.
func (v *Verifier) checkTimestamp(ts *etree.Element, now time.Time) *Refusal {
	created, err1 := utcMillis(text(child(ts, nsWSU, "Created")))
	expires, err2 := utcMillis(text(child(ts, nsWSU, "Expires")))
	if err1 != nil || err2 != nil {
		return refuse(InternalError, "timestamp not in UTC with milliseconds")
	}
	return v.checkWindow("timestamp", created, expires, now)
}

func (v *Verifier) checkWindow(what string, from, to, now time.Time) *Refusal {
	switch {
	case to.Sub(from) > window || !to.After(from):
		return refuse(RejectedByPolicy, "%s lasts %s", what, to.Sub(from))
	case from.After(now.Add(v.Skew)):
		return refuse(RejectedByPolicy, "%s begins in the future", what)
	case !now.Add(-v.Skew).Before(to):
		return refuse(RejectedByPolicy, "%s has expired", what)
	}
	return nil
}

func utcMillis(s string) (time.Time, error) { return time.Parse("2006-01-02T15:04:05.000Z", s) }
