package anpr

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Algorithm is a hash, as XML signatures use it: in the digests of what is
// signed and, with RSA, in the signatures.
type Algorithm string

const (
	SHA256 Algorithm = "sha256" // the default
	SHA1   Algorithm = "sha1"   // of the published samples
)

// Config is what a Client needs to know. Only BaseURL and Keystores are
// mandatory; every other zero value means the default said beside it.
type Config struct {
	// BaseURL is where each environment answers, by tipo_invio of the Comune's
	// connection ("PROD": "https://anpr.example"). Service paths are added.
	BaseURL map[string]string
	// RootCAs are the authorities ANPR's server certificate may come from, normally
	// its private one alone; nil means those of the system.
	RootCAs *x509.CertPool

	// Keystores is the folder of the PKCS#12 files of the Comuni. A connection
	// names one without its extension: "039002-CO-9999" is 039002-CO-9999.p12.
	// Keystores that are replaced are written there too.
	Keystores string
	// Password opens the keystore of that name; nil means that it is the text of
	// the file <name>.password beside it.
	Password func(keystore string) (string, error)
	// ClientTLS presents the Comune's certificate to the server too.
	ClientTLS bool

	Signature Algorithm // of RSA signatures, SHA256
	Digest    Algorithm // of signed parts, SHA256
	// AssertionReuse is how long one signed SAML assertion serves its operator,
	// at most and by default half of its five minutes, so that the rest covers
	// clocks that differ; negative means one for every message.
	AssertionReuse time.Duration
	// Address of this system, as the assertion names it, 127.0.0.1.
	Address string
	// Applicazione is the attribute IdApplicazione of the assertion, VISURE.
	Applicazione string

	Nome      string // of the software: letters, digits, dots and blanks, VISURE
	Versione  string // of the software, 1.0
	Fornitore string // of the software, VISURE ANAGRAFICHE
	// Ufficiale signs the requests of operation 6001; the registry wants a
	// surname and a name.
	Ufficiale Ufficiale
	// TipoScheda is the criterion that goes with a family's number, by the kind
	// of card the registry stores (3 famiglia, 4 convivenza, 5 famiglia AIRE).
	// The published texts disagree: 1, 2 and 1 are the default.
	TipoScheda map[string]string
	// WalkSteps is how many times at most a history is sought back with
	// operation 3002, 40. A longer history is a failure, never a shorter list.
	WalkSteps int

	Timeout       time.Duration // of one exchange, 30 s
	MaxAnswer     int64         // bytes of an answer, 8 MiB
	BreakAfter    int           // technical failures in a row that open a Comune's circuit, 5
	BreakDuration time.Duration // how long it stays open, 20 s

	// StoodIn is called when ANPR has rejected the operator of a Comune's connection
	// and answered the second one: now and then while that goes on. Nil: nobody is told.
	StoodIn func(ctx context.Context, comune domain.CodiceISTAT, version int)

	Clock func() time.Time // time.Now
	Log   *slog.Logger     // slog.Default
}

// Ufficiale is the registry officer named in requests of operation 6001.
type Ufficiale struct{ Cognome, Nome string }

var (
	nomeApplicativo     = regexp.MustCompile(`^[0-9a-zA-Z. ]{1,80}$`)
	versioneApplicativo = regexp.MustCompile(`^[0-9a-zA-Z.\- ]{1,80}$`)
)

// complete fills the defaults in and refuses what the registry would refuse.
func (c Config) complete() (Config, error) {
	fill(&c.Signature, SHA256)
	fill(&c.Digest, SHA256)
	fill(&c.AssertionReuse, window/2)
	fill(&c.Address, "127.0.0.1")
	fill(&c.Applicazione, "VISURE")
	fill(&c.Nome, "VISURE")
	fill(&c.Versione, "1.0")
	fill(&c.Fornitore, "VISURE ANAGRAFICHE")
	fill(&c.Ufficiale, Ufficiale{Cognome: "ANAGRAFE", Nome: "UFFICIALE"})
	fill(&c.WalkSteps, 40)
	fill(&c.Timeout, 30*time.Second)
	fill(&c.MaxAnswer, 8<<20)
	fill(&c.BreakAfter, 5)
	fill(&c.BreakDuration, 20*time.Second)
	if c.TipoScheda == nil {
		c.TipoScheda = map[string]string{"3": "1", "4": "2", "5": "1"}
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c, c.check()
}

func fill[T comparable](field *T, value T) {
	if zero := *new(T); *field == zero {
		*field = value
	}
}

func (c Config) check() error {
	switch {
	case len(c.BaseURL) == 0:
		return errors.New("anpr: no base URL of any environment")
	case c.Keystores == "":
		return errors.New("anpr: no keystore folder")
	case hashes[c.Signature] == 0 || hashes[c.Digest] == 0:
		return fmt.Errorf("anpr: algorithms are sha1 and sha256, not %q and %q", c.Signature, c.Digest)
	case !nomeApplicativo.MatchString(c.Nome):
		return errors.New("anpr: application name has characters the registry refuses")
	case !versioneApplicativo.MatchString(c.Versione), !versioneApplicativo.MatchString(c.Fornitore):
		return errors.New("anpr: application version or vendor has characters the registry refuses")
	case !nominabile(c.Ufficiale.Cognome) || !nominabile(c.Ufficiale.Nome):
		return errors.New("anpr: officer's name has characters the registry refuses")
	case c.AssertionReuse > window/2:
		return fmt.Errorf("anpr: an assertion lives %s, so it is reused for %s at most", window, window/2)
	}
	for tipo, base := range c.BaseURL {
		if u, err := url.Parse(base); err != nil || u.Scheme != "https" || u.Host == "" {
			return fmt.Errorf("anpr: base URL of %s is not an https address", tipo)
		}
	}
	return nil
}

var hashes = map[Algorithm]crypto.Hash{SHA256: crypto.SHA256, SHA1: crypto.SHA1}

// endpoint returns where a service of an environment answers.
func (c Config) endpoint(tipoInvio, path string) (string, bool) {
	base, ok := c.BaseURL[tipoInvio]
	return strings.TrimSuffix(base, "/") + path, ok
}

// nominabile says whether the registry's schema takes s as a surname or a name
// as it stands.
func nominabile(s string) bool {
	written, ok := domain.RegisterName(s)
	return ok && strings.EqualFold(written, s)
}

// protocollo says whether the registry's schema takes s as a protocol number.
var protocollo = regexp.MustCompile(`^[0-9a-zA-Z\-_/]{1,20}$`)

// idOperazione says whether the registry takes s as an operation id.
var idOperazione = regexp.MustCompile(`^[0-9a-zA-Z]{1,30}$`)
