package wssecurity

import (
	"crypto/x509"
	"time"

	"github.com/beevik/etree"
)

// checkAssertion verifies the SAML assertion and what it says of the caller.
func (v *Verifier) checkAssertion(h header, cert *x509.Certificate, now time.Time) (Caller, *Refusal) {
	a := h.assertion
	sig := child(a, nsDS, "Signature")
	if sig == nil {
		return Caller{}, refuse(InternalError, "assertion is not signed")
	}
	text509 := text(child(child(child(sig, nsDS, "KeyInfo"), nsDS, "X509Data"), nsDS, "X509Certificate"))
	signer, bad := v.certificate(text509, now)
	if bad != nil {
		return Caller{}, bad
	}
	if !signer.Equal(cert) {
		return Caller{}, refuse(RejectedByPolicy, "assertion signed with another certificate")
	}
	signed, err := v.verify(sig, signer, h.ids)
	if err != nil {
		return Caller{}, refuse(InternalError, "assertion signature: %v", err)
	}
	if !signed[a] {
		return Caller{}, refuse(InternalError, "assertion signature covers something else")
	}
	if bad := v.checkStatements(a, now); bad != nil {
		return Caller{}, bad
	}
	return v.checkSubject(a, istatOf(cert), now)
}

// checkStatements wants version 2.0, issuer XS, bearer confirmation, conditions
// in force and an authentication statement.
func (v *Verifier) checkStatements(a *etree.Element, now time.Time) *Refusal {
	if a.SelectAttrValue("Version", "") != "2.0" || text(child(a, nsSAML, "Issuer")) != "XS" {
		return refuse(RejectedByPolicy, "assertion version or issuer")
	}
	confirmation := child(child(a, nsSAML, "Subject"), nsSAML, "SubjectConfirmation")
	if confirmation == nil || confirmation.SelectAttrValue("Method", "") != "urn:oasis:names:tc:SAML:2.0:cm:bearer" {
		return refuse(RejectedByPolicy, "subject confirmation is not bearer")
	}
	for _, el := range []*etree.Element{child(confirmation, nsSAML, "SubjectConfirmationData"), child(a, nsSAML, "Conditions")} {
		if el == nil {
			return refuse(RejectedByPolicy, "assertion without conditions")
		}
		from, err1 := utcMillis(el.SelectAttrValue("NotBefore", ""))
		to, err2 := utcMillis(el.SelectAttrValue("NotOnOrAfter", ""))
		if err1 != nil || err2 != nil {
			return refuse(RejectedByPolicy, "%s without times in UTC", el.Tag)
		}
		if bad := v.checkWindow(el.Tag, from, to, now); bad != nil {
			return bad
		}
	}
	statement := child(a, nsSAML, "AuthnStatement")
	if child(statement, nsSAML, "SubjectLocality") == nil || child(child(statement, nsSAML, "AuthnContext"), nsSAML, "AuthnContextClassRef") == nil {
		return refuse(RejectedByPolicy, "no authentication statement")
	}
	return nil
}

// checkSubject verifies the operator, the seat and the workstation.
func (v *Verifier) checkSubject(a *etree.Element, istat string, now time.Time) (Caller, *Refusal) {
	attributes := map[string]string{}
	for _, el := range children(child(a, nsSAML, "AttributeStatement"), nsSAML, "Attribute") {
		attributes[el.SelectAttrValue("Name", "")] = text(child(el, nsSAML, "AttributeValue"))
	}
	name := child(child(a, nsSAML, "Subject"), nsSAML, "NameID")
	c := Caller{Comune: istat, Operator: text(name), Station: attributes["IdPostazione"], Application: attributes["IdApplicazione"]}
	switch {
	case name == nil || name.SelectAttrValue("Format", "") != "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified":
		return c, refuse(RejectedByPolicy, "NameID format")
	case !v.Operator(istat, c.Operator):
		return c, refuse(RejectedByPolicy, "operator not registered for %s", istat)
	case attributes["IdSede"] != istat:
		return c, refuse(RejectedByPolicy, "IdSede is not %s", istat)
	case c.Application == "":
		return c, refuse(RejectedByPolicy, "IdApplicazione missing")
	}
	if bad := v.checkStation(attributes["IdPostazioneFirmato"], c.Station, istat, now); bad != nil {
		return c, bad
	}
	return c, nil
}
