package wssecurity

import (
	"crypto/x509"
	"regexp"
	"strings"
	"time"

	"github.com/digitorus/pkcs7"
)

// commonName is how ANPR names the certificates of a Comune: CO for a machine,
// PC for a workstation.
var commonName = regexp.MustCompile(`^(\d{6})-(CO|PC)-(\d{4})$`)

// certificate reads and checks the certificate of a Comune's machine.
func (v *Verifier) certificate(text string, now time.Time) (*x509.Certificate, *Refusal) {
	text = strings.TrimSpace(text)
	cert, ok := v.certificates.load(text)
	if !ok {
		der, err := decode(text)
		if err != nil {
			return nil, refuse(InternalError, "certificate is not base64")
		}
		if cert, err = x509.ParseCertificate(der); err != nil {
			return nil, refuse(InternalError, "certificate does not parse")
		}
		if bad := v.trust(cert); bad != nil {
			return nil, bad
		}
		v.certificates.store(text, cert)
	}
	if bad := v.inForce(cert, now); bad != nil {
		return nil, bad
	}
	m := commonName.FindStringSubmatch(cert.Subject.CommonName)
	if m == nil || m[2] != "CO" || (v.Production && m[3] == "0000") {
		return nil, refuse(RejectedByPolicy, "certificate is not a Comune's machine of this environment")
	}
	return cert, nil
}

// trust wants our CA and client authentication.
func (v *Verifier) trust(cert *x509.Certificate) *Refusal {
	if err := cert.CheckSignatureFrom(v.CA); err != nil {
		return refuse(RejectedByPolicy, "certificate of another authority")
	}
	for _, use := range cert.ExtKeyUsage {
		if use == x509.ExtKeyUsageClientAuth {
			return nil
		}
	}
	return refuse(RejectedByPolicy, "certificate not for client authentication")
}

func (v *Verifier) inForce(cert *x509.Certificate, now time.Time) *Refusal {
	switch {
	case v.Revoked != nil && v.Revoked(cert.SerialNumber):
		return refuse(Revoked, "certificate revoked")
	case now.Before(cert.NotBefore) || now.After(cert.NotAfter):
		return refuse(RejectedByPolicy, "certificate not in force")
	}
	return nil
}

// istatOf is the Comune in the common name of a trusted certificate.
func istatOf(cert *x509.Certificate) string { return cert.Subject.CommonName[:6] }

// station is a verified IdPostazioneFirmato.
type station struct {
	content string
	cert    *x509.Certificate
}

// checkStation verifies the PKCS#7 signature that a workstation of the Comune
// made over its own name.
func (v *Verifier) checkStation(signed, name, istat string, now time.Time) *Refusal {
	s, ok := v.stations.load(signed)
	if !ok {
		var bad *Refusal
		if s, bad = v.openStation(signed); bad != nil {
			return bad
		}
		v.stations.store(signed, s)
	}
	if bad := v.inForce(s.cert, now); bad != nil {
		return bad
	}
	m := commonName.FindStringSubmatch(s.cert.Subject.CommonName)
	switch {
	case m == nil:
		return refuse(NoStationName, "workstation certificate named otherwise")
	case m[0] != name || s.content != name:
		return refuse(NoStationName, "IdPostazione is not the name signed")
	case m[1] != istat:
		return refuse(RejectedByPolicy, "workstation of another Comune")
	}
	return nil
}

func (v *Verifier) openStation(signed string) (station, *Refusal) {
	der, err := decode(signed)
	if err != nil {
		return station{}, refuse(MalformedPKCS7, "not base64")
	}
	p7, err := pkcs7.Parse(der)
	if err != nil {
		return station{}, refuse(MalformedPKCS7, "does not parse")
	}
	cert := p7.GetOnlySigner()
	if cert == nil {
		return station{}, refuse(MalformedPKCS7, "not one signer with its certificate")
	}
	if bad := v.trust(cert); bad != nil {
		return station{}, bad
	}
	if !p7.Signers[0].DigestAlgorithm.Algorithm.Equal(pkcs7.OIDDigestAlgorithmSHA256) {
		return station{}, refuse(RejectedByPolicy, "workstation signature is not SHA256withRSA")
	}
	if err := p7.Verify(); err != nil {
		return station{}, refuse(RejectedByPolicy, "workstation signature does not verify")
	}
	return station{content: string(p7.Content), cert: cert}, nil
}
