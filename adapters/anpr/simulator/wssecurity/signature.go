package wssecurity

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	_ "crypto/sha1" // accepted by ANPR's samples
	_ "crypto/sha256"
	"crypto/x509"
	b64 "encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/beevik/etree"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

const (
	excC14N   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
)

// checkMessage verifies the signature of the message: by the certificate of the
// token, over the Timestamp and the Body at least.
func (v *Verifier) checkMessage(h header, cert *x509.Certificate) *Refusal {
	str := child(child(h.signature, nsDS, "KeyInfo"), nsWSSE, "SecurityTokenReference")
	ref := child(str, nsWSSE, "Reference")
	if ref == nil || h.ids[strings.TrimPrefix(ref.SelectAttrValue("URI", ""), "#")] != h.token {
		return refuse(InternalError, "KeyInfo does not refer to the BinarySecurityToken")
	}
	signed, err := v.verify(h.signature, cert, h.ids)
	if err != nil {
		return refuse(InternalError, "message signature: %v", err)
	}
	for _, must := range []*etree.Element{h.timestamp, h.body} {
		if !signed[must] {
			return refuse(InternalError, "%s is not signed", must.Tag)
		}
	}
	return nil
}

// verify checks one ds:Signature and returns the elements it covers.
func (v *Verifier) verify(sig *etree.Element, cert *x509.Certificate, ids map[string]*etree.Element) (map[*etree.Element]bool, error) {
	info := child(sig, nsDS, "SignedInfo")
	method := child(info, nsDS, "CanonicalizationMethod")
	if method == nil || method.SelectAttrValue("Algorithm", "") != excC14N {
		return nil, errors.New("canonicalization is not exc-c14n")
	}
	hash, ok := v.algorithm(child(info, nsDS, "SignatureMethod"), "http://www.w3.org/2000/09/xmldsig#rsa-sha1", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
	if !ok {
		return nil, errors.New("signature algorithm not accepted")
	}
	value, err := decode(text(child(sig, nsDS, "SignatureValue")))
	if err != nil {
		return nil, fmt.Errorf("signature value: %w", err)
	}
	canonical, err := canonicalize(info, prefixes(method), nil)
	if err != nil {
		return nil, fmt.Errorf("signed info: %w", err)
	}
	key, ok := cert.PublicKey.(*rsa.PublicKey)
	if !ok {
		return nil, errors.New("key is not RSA")
	}
	h := hash.New()
	h.Write(canonical)
	if err := rsa.VerifyPKCS1v15(key, hash, h.Sum(nil), value); err != nil {
		return nil, errors.New("does not verify")
	}
	covered := map[*etree.Element]bool{}
	for _, ref := range children(info, nsDS, "Reference") {
		target := ids[strings.TrimPrefix(ref.SelectAttrValue("URI", ""), "#")]
		if target == nil {
			return nil, errors.New("reference to nothing")
		}
		if err := v.checkReference(ref, target, sig); err != nil {
			return nil, fmt.Errorf("reference to %s: %w", target.Tag, err)
		}
		covered[target] = true
	}
	return covered, nil
}

func (v *Verifier) checkReference(ref, target, sig *etree.Element) error {
	var drop *etree.Element
	canonical := false
	list := ""
	for _, t := range children(child(ref, nsDS, "Transforms"), nsDS, "Transform") {
		switch t.SelectAttrValue("Algorithm", "") {
		case enveloped:
			if sig.Parent() != target {
				return errors.New("signature is not inside")
			}
			drop = sig
		case excC14N:
			canonical, list = true, prefixes(t)
		default:
			return errors.New("unknown transform")
		}
	}
	if !canonical {
		return errors.New("not canonicalized with exc-c14n")
	}
	hash, ok := v.algorithm(child(ref, nsDS, "DigestMethod"), "http://www.w3.org/2000/09/xmldsig#sha1", "http://www.w3.org/2001/04/xmlenc#sha256")
	if !ok {
		return errors.New("digest algorithm not accepted")
	}
	want, err := decode(text(child(ref, nsDS, "DigestValue")))
	if err != nil {
		return fmt.Errorf("digest value: %w", err)
	}
	data, err := canonicalize(target, list, drop)
	if err != nil {
		return err
	}
	h := hash.New()
	h.Write(data)
	if !bytes.Equal(h.Sum(nil), want) {
		return errors.New("digest differs")
	}
	return nil
}

func (v *Verifier) algorithm(el *etree.Element, sha1, sha256 string) (crypto.Hash, bool) {
	if el == nil {
		return 0, false
	}
	switch el.SelectAttrValue("Algorithm", "") {
	case sha1:
		return crypto.SHA1, v.SHA1
	case sha256:
		return crypto.SHA256, v.SHA256
	}
	return 0, false
}

// canonicalize writes an element, with the namespaces of its surroundings, in
// exclusive canonical form, leaving out one child.
func canonicalize(el *etree.Element, prefixList string, drop *etree.Element) ([]byte, error) {
	ctx, err := etreeutils.NSBuildParentContext(el)
	if err != nil {
		return nil, fmt.Errorf("collect namespaces: %w", err)
	}
	detached, err := etreeutils.NSDetatch(ctx, el)
	if err != nil {
		return nil, fmt.Errorf("copy: %w", err)
	}
	if drop != nil {
		detached.RemoveChildAt(drop.Index())
	}
	if err := etreeutils.TransformExcC14n(detached, prefixList, false); err != nil {
		return nil, fmt.Errorf("canonicalize: %w", err)
	}
	var b bytes.Buffer
	b.Grow(4096)
	detached.WriteTo(&b, &etree.WriteSettings{CanonicalAttrVal: true, CanonicalEndTags: true, CanonicalText: true})
	return b.Bytes(), nil
}

// prefixes is the PrefixList of InclusiveNamespaces, "" when there is none.
func prefixes(el *etree.Element) string {
	if in := child(el, excC14N, "InclusiveNamespaces"); in != nil {
		return in.SelectAttrValue("PrefixList", "")
	}
	return ""
}

// decode reads base64 that may be broken into lines.
func decode(s string) ([]byte, error) {
	return b64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
}
