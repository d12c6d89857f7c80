// Package pki makes the certificates of a pretended ANPR: the private CA
// ("CA Postazioni"), the server's, and for each Comune the machine and the
// workstation certificates, as PKCS#12 files like those ANPR delivers.
package pki

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Identity is a certificate with its private key.
type Identity struct {
	Certificate *x509.Certificate
	Key         *rsa.PrivateKey
}

// CA signs everything else.
type CA struct{ Identity }

// Options vary what a certificate says; the zero value is what ANPR delivers.
type Options struct {
	NotBefore, NotAfter time.Time        // default: a year ago, two years from now
	Usage               x509.ExtKeyUsage // default: client authentication
}

// NewCA makes a certification authority.
func NewCA() (*CA, error) {
	name := subject("CA Postazioni")
	id, err := issue(name, &x509.Certificate{IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, NotAfter: time.Now().AddDate(20, 0, 0)}, nil)
	if err != nil {
		return nil, fmt.Errorf("make CA: %w", err)
	}
	return &CA{*id}, nil
}

// Server makes the certificate of the simulator for host names and addresses.
func (ca *CA) Server(hosts ...string) (*Identity, error) {
	t := &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, h)
		}
	}
	id, err := issue(subject("ANPR simulator"), t, &ca.Identity)
	if err != nil {
		return nil, fmt.Errorf("make server certificate: %w", err)
	}
	return id, nil
}

// Comune makes a certificate with a common name such as 039002-CO-9999 (the
// Comune's machine) or 039002-PC-0001 (a workstation).
func (ca *CA) Comune(commonName string, o Options) (*Identity, error) {
	if o.Usage == 0 {
		o.Usage = x509.ExtKeyUsageClientAuth
	}
	id, err := issue(subject(commonName), &x509.Certificate{NotBefore: o.NotBefore, NotAfter: o.NotAfter,
		ExtKeyUsage: []x509.ExtKeyUsage{o.Usage}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment}, &ca.Identity)
	if err != nil {
		return nil, fmt.Errorf("make certificate %s: %w", commonName, err)
	}
	return id, nil
}

// subject is the name ANPR gives to the holders of its certificates.
func subject(commonName string) pkix.Name {
	return pkix.Name{CommonName: commonName, Organization: []string{"Ministero dell'Interno"}, Country: []string{"IT"},
		OrganizationalUnit: []string{"Postazioni di lavoro", "Anagrafe Nazionale Popolazione Residente"}}
}

// issue signs a certificate with the parent's key, or with its own.
func issue(name pkix.Name, t *x509.Certificate, parent *Identity) (*Identity, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("generate key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("draw serial number: %w", err)
	}
	t.Subject, t.SerialNumber = name, serial
	if t.NotBefore.IsZero() {
		t.NotBefore = time.Now().AddDate(-1, 0, 0)
	}
	if t.NotAfter.IsZero() {
		t.NotAfter = time.Now().AddDate(2, 0, 0)
	}
	if parent == nil {
		parent = &Identity{Certificate: t, Key: key}
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent.Certificate, &key.PublicKey, parent.Key)
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read back certificate: %w", err)
	}
	return &Identity{Certificate: cert, Key: key}, nil
}
