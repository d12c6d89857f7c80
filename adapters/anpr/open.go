package anpr

import (
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// maxKeystore is more than a PKCS#12 of one certificate and its authorities takes.
const maxKeystore = 64 << 10

// minKey is the shortest RSA key, in bits, that still protects anything.
const minKey = 2048

// commonName is how ANPR names the holders of its certificates: Comune, CO for a
// machine or PC for a workstation, number.
var commonName = regexp.MustCompile(`^(\d{6})-(CO|PC)-\d{4}$`)

// Open says what is known of the certificate in a keystore that ANPR delivered to a
// Comune. It refuses, with a domain.Error on "machine" or "postazione" and below it
// "pkcs12" or "password", what does not open, whose key is not the certificate's, or
// what ANPR would not take from the Comune at that time. No name that the
// certificate bears is in the refusal, unless ANPR gave it.
func Open(comune domain.CodiceISTAT, role commands.KeystoreRole, k commands.Keystore, at time.Time) (domain.Certificate, error) {
	field := "machine"
	if role == commands.PostazioneRole {
		field = "postazione"
	}
	switch {
	case len(k.PKCS12) > maxKeystore:
		return domain.Certificate{}, domain.FieldErrorf(domain.Invalid, field+".pkcs12", "il file supera i %d KiB: non è il certificato che ANPR rilascia", maxKeystore>>10)
	case strings.ContainsAny(k.Password, "\r\n"): // it is kept as one line
		return domain.Certificate{}, domain.FieldErrorf(domain.Invalid, field+".password", "la password non ha caratteri di fine riga")
	}
	id, err := decode(k.PKCS12, k.Password)
	switch {
	case errors.Is(err, pkcs12.ErrIncorrectPassword), errors.Is(err, pkcs12.ErrDecryption):
		return domain.Certificate{}, domain.FieldErrorf(domain.Invalid, field+".password", "la password non apre il file")
	case errors.Is(err, errOtherKey):
		return domain.Certificate{}, domain.FieldErrorf(domain.Invalid, field+".pkcs12", "la chiave contenuta nel file non è quella del certificato")
	case err != nil:
		return domain.Certificate{}, domain.FieldErrorf(domain.Invalid, field+".pkcs12", "il file non è un PKCS#12 con un certificato e la sua chiave RSA")
	}
	if wrong := unfit(comune, role, id, at); wrong != "" {
		return domain.Certificate{}, domain.FieldErrorf(domain.Invalid, field+".pkcs12", "%s", wrong)
	}
	sum := sha256.Sum256(id.cert.Raw)
	return domain.Certificate{
		Subject: id.name(), Serial: id.cert.SerialNumber.Text(16), SHA256: hex.EncodeToString(sum[:]), NotAfter: id.cert.NotAfter.UTC(),
	}, nil
}

// unfit says in Italian why ANPR would not take a certificate; "" if it would.
func unfit(comune domain.CodiceISTAT, role commands.KeystoreRole, id *identity, at time.Time) string {
	name := commonName.FindStringSubmatch(id.name())
	switch {
	case name == nil:
		return "il certificato non è di quelli che ANPR rilascia ai Comuni, intestati come 039002-CO-9999"
	case name[1] != string(comune):
		return fmt.Sprintf("il certificato è intestato al Comune %s", name[1])
	case role == commands.MachineRole && name[2] != "CO":
		return "il certificato è di una postazione: serve quello della macchina, intestato come 039002-CO-9999"
	case !slices.Contains(id.cert.ExtKeyUsage, x509.ExtKeyUsageClientAuth):
		return "il certificato non è rilasciato per l'autenticazione verso ANPR"
	case id.key.N.BitLen() < minKey:
		return fmt.Sprintf("la chiave è più corta di %d bit", minKey)
	case at.Before(id.cert.NotBefore):
		return "il certificato non è ancora valido: lo è dal " + italian(id.cert.NotBefore)
	case at.After(id.cert.NotAfter):
		return "il certificato è scaduto il " + italian(id.cert.NotAfter)
	}
	return ""
}

// italian writes the day of an instant as people read it.
func italian(t time.Time) string { return domain.ItalianTime(t).Format("02/01/2006") }

// errOtherKey is a keystore without the certificate of its key.
var errOtherKey = errors.New("no certificate of the key")

// decode opens a PKCS#12 file. The certificate is that of the key, wherever it
// stands among those of the authorities.
func decode(file []byte, password string) (*identity, error) {
	key, first, others, err := pkcs12.DecodeChain(file, password)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	private, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("the key is not an RSA key")
	}
	for _, cert := range append([]*x509.Certificate{first}, others...) {
		if private.PublicKey.Equal(cert.PublicKey) {
			return newIdentity(private, cert), nil
		}
	}
	return nil, errOtherKey
}
