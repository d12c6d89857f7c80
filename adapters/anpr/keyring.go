package anpr

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/digitorus/pkcs7"
)

// identity is a certificate with its key, and what is made of them once.
type identity struct {
	key     *rsa.PrivateKey
	cert    *x509.Certificate
	encoded string                 // the certificate, base64 of DER
	firmato func() (string, error) // IdPostazioneFirmato, made at first use
	version fileVersion
}

// name returns the certificate's common name: the workstation's id.
func (i *identity) name() string { return i.cert.Subject.CommonName }

// fileVersion tells a keystore file from the one read before.
type fileVersion struct {
	modified time.Time
	size     int64
}

// keyring reads the keystores of a folder when they are first asked for, and
// again when their files change. It is safe for concurrent use.
type keyring struct {
	folder   string
	password func(keystore string) (string, error)
	log      *slog.Logger
	slots    sync.Map // of *slot, by keystore name
}

// slot holds what was read from one keystore; opening one takes long enough
// that the others should not wait for it.
type slot struct {
	sync.Mutex
	held   *identity
	broken fileVersion // of a file that could not be read
	tried  time.Time   // when that was
}

// patience is how long a keystore that cannot be read is not tried again while
// the former one is used: its password file may be replaced after it.
const patience = 10 * time.Second

// identity returns the certificate and key of a keystore by name. A file that
// cannot be read while an older one is held leaves the older in use.
func (k *keyring) identity(name string) (*identity, error) {
	if name == "" || name != filepath.Base(name) || strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("keystore %q: not the name of a file", name)
	}
	path := filepath.Join(k.folder, name+".p12")
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("keystore %s: %w", name, err)
	}
	version := fileVersion{info.ModTime(), info.Size()}

	found, _ := k.slots.LoadOrStore(name, &slot{})
	s := found.(*slot)
	s.Lock()
	defer s.Unlock()
	if s.held != nil && (s.held.version == version || s.broken == version && time.Since(s.tried) < patience) {
		return s.held, nil
	}
	fresh, err := k.read(path, name)
	switch {
	case err == nil:
		fresh.version = version
		s.held = fresh
	case s.held == nil:
		return nil, fmt.Errorf("keystore %s: %w", name, err)
	default:
		s.broken, s.tried = version, time.Now()
		k.log.Warn("keystore changed and cannot be read: the former stays in use", "keystore", name, "error", err)
	}
	return s.held, nil
}

func (k *keyring) read(path, name string) (*identity, error) {
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	password, err := k.password(name)
	if err != nil {
		return nil, fmt.Errorf("password: %w", err)
	}
	return decode(file, password)
}

func newIdentity(key *rsa.PrivateKey, cert *x509.Certificate) *identity {
	i := &identity{key: key, cert: cert, encoded: base64.StdEncoding.EncodeToString(cert.Raw)}
	i.firmato = sync.OnceValues(i.sign)
	return i
}

// sign makes the workstation's proof of identity: a PKCS#7
// SignedData with its id inside, SHA256withRSA.
func (i *identity) sign() (string, error) {
	signed, err := pkcs7.NewSignedData([]byte(i.name()))
	if err != nil {
		return "", fmt.Errorf("sign workstation id: %w", err)
	}
	signed.SetDigestAlgorithm(pkcs7.OIDDigestAlgorithmSHA256)
	signed.SetEncryptionAlgorithm(pkcs7.OIDEncryptionAlgorithmRSASHA256)
	if err := signed.AddSigner(i.cert, i.key, pkcs7.SignerInfoConfig{}); err != nil {
		return "", fmt.Errorf("sign workstation id: %w", err)
	}
	der, err := signed.Finish()
	if err != nil {
		return "", fmt.Errorf("sign workstation id: %w", err)
	}
	return base64.StdEncoding.EncodeToString(der), nil
}

// passwordBeside reads a keystore's password from the file beside it.
func passwordBeside(folder string) func(string) (string, error) {
	return func(keystore string) (string, error) {
		text, err := os.ReadFile(filepath.Join(folder, keystore+".password"))
		return strings.TrimRight(string(text), "\r\n"), err
	}
}
