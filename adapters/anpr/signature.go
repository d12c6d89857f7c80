package anpr

import (
	"crypto"
	"crypto/rsa"
	_ "crypto/sha1"   // of the published samples
	_ "crypto/sha256" // the default
	"encoding/base64"
	"fmt"
	"strings"
)

const (
	nsDS   = "http://www.w3.org/2000/09/xmldsig#"
	nsC14N = "http://www.w3.org/2001/10/xml-exc-c14n#"
)

// The transforms of what is signed.
const (
	exclusive       = `<ds:Transform Algorithm="` + nsC14N + `"></ds:Transform>`
	enveloped       = `<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"></ds:Transform>` + exclusive
	withWSSEAndSOAP = `<ds:Transform Algorithm="` + nsC14N + `">` +
		`<ec:InclusiveNamespaces xmlns:ec="` + nsC14N + `" PrefixList="wsse soap"></ec:InclusiveNamespaces></ds:Transform>`
)

// reference is one signed part: its id in the message, how to get it, and the
// bytes that come out.
type reference struct {
	id         string
	transforms string
	canonical  string
}

// signer makes XML signatures over bytes already in canonical form.
type signer struct {
	signature, digest crypto.Hash
	info, method      string // the parts of SignedInfo that name the algorithms
}

// sign returns a ds:Signature: open is its start tag, keyInfo what KeyInfo
// holds.
func (s signer) sign(key *rsa.PrivateKey, open string, parts []reference, keyInfo string) (string, error) {
	var b strings.Builder
	b.Grow(4096)
	// The declaration is repeated here because canonical form has it here.
	b.WriteString(`<ds:SignedInfo xmlns:ds="` + nsDS + `">`)
	b.WriteString(s.info)
	for _, p := range parts {
		b.WriteString(`<ds:Reference URI="#` + p.id + `"><ds:Transforms>` + p.transforms + `</ds:Transforms>`)
		b.WriteString(s.method)
		b.WriteString(`<ds:DigestValue>` + base64.StdEncoding.EncodeToString(sum(s.digest, p.canonical)) + `</ds:DigestValue></ds:Reference>`)
	}
	b.WriteString(`</ds:SignedInfo>`)
	signedInfo := b.String()
	value, err := rsa.SignPKCS1v15(nil, key, s.signature, sum(s.signature, signedInfo))
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	return open + signedInfo + `<ds:SignatureValue>` + base64.StdEncoding.EncodeToString(value) + `</ds:SignatureValue>` +
		`<ds:KeyInfo>` + keyInfo + `</ds:KeyInfo></ds:Signature>`, nil
}

func sum(hash crypto.Hash, text string) []byte {
	h := hash.New()
	h.Write([]byte(text))
	return h.Sum(nil)
}
