package anpr

import (
	"time"
)

const (
	nsSOAP = "http://schemas.xmlsoap.org/soap/envelope/"
	nsWSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
	nsWSU  = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"

	x509v3       = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
	base64Binary = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary"
)

// window is how long a message and an assertion are valid.
const window = 5 * time.Minute

// The ids of the parts of a message; they need to differ only within it.
const (
	idTimestamp = "TS-1"
	idToken     = "X509-1"
	idSignature = "SIG-1"
	idBody      = "Body-1"
)

// envelope wraps a request in SOAP 1.1 with the security header: Timestamp,
// assertion, certificate, and a signature over Timestamp and Body. Both are
// written with the namespace declarations their canonical form has, the
// Timestamp's with those its PrefixList adds, so what is hashed is what is
// sent.
func (s signer) envelope(sede *identity, assertion string, request []byte, now time.Time) ([]byte, error) {
	timestamp := `<wsu:Timestamp xmlns:soap="` + nsSOAP + `" xmlns:wsse="` + nsWSSE + `" xmlns:wsu="` + nsWSU + `" wsu:Id="` + idTimestamp + `">` +
		`<wsu:Created>` + stamp(now) + `</wsu:Created><wsu:Expires>` + stamp(now.Add(window)) + `</wsu:Expires></wsu:Timestamp>`
	body := `<soap:Body xmlns:soap="` + nsSOAP + `" xmlns:wsu="` + nsWSU + `" wsu:Id="` + idBody + `">` + string(request) + `</soap:Body>`
	signature, err := s.sign(sede.key, `<ds:Signature xmlns:ds="`+nsDS+`" Id="`+idSignature+`">`, []reference{
		{id: idTimestamp, transforms: withWSSEAndSOAP, canonical: timestamp},
		{id: idBody, transforms: exclusive, canonical: body},
	}, `<wsse:SecurityTokenReference><wsse:Reference URI="#`+idToken+`" ValueType="`+x509v3+`"></wsse:Reference></wsse:SecurityTokenReference>`)
	if err != nil {
		return nil, err
	}
	size := 1024 + len(timestamp) + len(assertion) + len(sede.encoded) + len(signature) + len(body)
	b := make([]byte, 0, size)
	b = append(b, `<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<soap:Envelope xmlns:soap="`+nsSOAP+`"><soap:Header>`+
		`<wsse:Security xmlns:wsse="`+nsWSSE+`" xmlns:wsu="`+nsWSU+`" soap:mustUnderstand="1">`...)
	b = append(b, timestamp...)
	b = append(b, assertion...)
	b = append(b, `<wsse:BinarySecurityToken EncodingType="`+base64Binary+`" ValueType="`+x509v3+`" wsu:Id="`+idToken+`">`...)
	b = append(b, sede.encoded...)
	b = append(b, `</wsse:BinarySecurityToken>`...)
	b = append(b, signature...)
	b = append(b, `</wsse:Security></soap:Header>`...)
	b = append(b, body...)
	return append(b, `</soap:Envelope>`...), nil
}
