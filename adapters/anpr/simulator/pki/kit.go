package pki

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"software.sslmate.com/src/go-pkcs12"
)

// Kit is a folder of certificates, as delivered:
//
//	ca.pem ca.key                 the private CA (its key stays with ANPR)
//	server.pem server.key         the simulator's own
//	<ISTAT>-CO-9999.p12           the Comune's machine
//	<ISTAT>-PC-0001.p12           its first workstation
type Kit struct {
	Dir      string
	Password string // of every .p12
	CA       *CA
	Server   *Identity
}

// DefaultPassword opens the .p12 files when none is chosen. They open nothing
// but the simulator.
const DefaultPassword = "anpr-simulato"

// OpenKit reads the folder, or fills it the first time; files already there are
// kept. It may be called again with more Comuni.
func OpenKit(dir, password string, istat ...string) (*Kit, error) {
	if password == "" {
		password = DefaultPassword
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make %s: %w", dir, err)
	}
	k := &Kit{Dir: dir, Password: password}
	ca, err := k.pair("ca", func() (*Identity, error) {
		ca, err := NewCA()
		if err != nil {
			return nil, err
		}
		return &ca.Identity, nil
	})
	if err != nil {
		return nil, err
	}
	k.CA = &CA{*ca}
	k.Server, err = k.pair("server", func() (*Identity, error) { return k.CA.Server("localhost", "127.0.0.1", "::1") })
	if err != nil {
		return nil, err
	}
	return k, k.deliverAll(istat)
}

// deliverAll makes the files of every Comune, side by side: keys take time.
func (k *Kit) deliverAll(istat []string) error {
	errs := make([]error, 2*len(istat))
	var wg sync.WaitGroup
	for i, code := range istat {
		wg.Go(func() { errs[2*i] = k.deliver(code+"-CO-9999", pkcs12.LegacyDES) })
		wg.Go(func() { errs[2*i+1] = k.deliver(code+"-PC-0001", pkcs12.Modern) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// CAFile is the certificate clients must trust.
func (k *Kit) CAFile() string { return filepath.Join(k.Dir, "ca.pem") }

// Machine is the file of the Comune's certificate, in the old encryption (RC2 and
// triple DES) that Java tools still write.
func (k *Kit) Machine(istat string) string { return filepath.Join(k.Dir, istat+"-CO-9999.p12") }

// Workstation is the file of its workstation's, in modern encryption (AES).
func (k *Kit) Workstation(istat string) string { return filepath.Join(k.Dir, istat+"-PC-0001.p12") }

// deliver writes a PKCS#12 file with key, certificate and CA.
func (k *Kit) deliver(commonName string, encoder *pkcs12.Encoder) error {
	path := filepath.Join(k.Dir, commonName+".p12")
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	id, err := k.CA.Comune(commonName, Options{})
	if err != nil {
		return err
	}
	data, err := encoder.Encode(id.Key, id.Certificate, []*x509.Certificate{k.CA.Certificate}, k.Password)
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	return write(path, data)
}

// Load opens a .p12 file of the kit.
func (k *Kit) Load(path string) (*Identity, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	key, cert, _, err := pkcs12.DecodeChain(data, k.Password)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("open %s: key of type %T", path, key)
	}
	return &Identity{Certificate: cert, Key: private}, nil
}

// pair reads name.pem and name.key, or makes and writes them.
func (k *Kit) pair(name string, make func() (*Identity, error)) (*Identity, error) {
	certFile, keyFile := filepath.Join(k.Dir, name+".pem"), filepath.Join(k.Dir, name+".key")
	certPEM, err := os.ReadFile(certFile)
	if errors.Is(err, fs.ErrNotExist) {
		id, err := make()
		if err != nil {
			return nil, err
		}
		if err := write(keyFile, pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(id.Key)})); err != nil {
			return nil, err
		}
		return id, write(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: id.Certificate.Raw}))
	}
	if err != nil {
		return nil, fmt.Errorf("read certificate: %w", err)
	}
	keyPEM, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	certBlock, _ := pem.Decode(certPEM)
	keyBlock, _ := pem.Decode(keyPEM)
	if certBlock == nil || keyBlock == nil {
		return nil, fmt.Errorf("read %s: not PEM", certFile)
	}
	cert, err := x509.ParseCertificate(certBlock.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", certFile, err)
	}
	key, err := x509.ParsePKCS1PrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, fmt.Errorf("parse %s: %w", keyFile, err)
	}
	if !key.PublicKey.Equal(cert.PublicKey) {
		return nil, fmt.Errorf("read %s: not the key of %s", keyFile, certFile)
	}
	return &Identity{Certificate: cert, Key: key}, nil
}

// write is whole or not at all, and readable by the owner alone.
func write(path string, data []byte) error {
	if err := os.WriteFile(path+".tmp", data, 0o600); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
