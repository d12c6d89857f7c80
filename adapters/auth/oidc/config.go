package oidc

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
)

// Config is what a Provider needs to know. Issuer, ClientID and RedirectURL are
// mandatory; every other zero value means the default said beside it.
type Config struct {
	Issuer       string // of the gateway, exactly as it writes it
	ClientID     string
	ClientSecret string // none: a public client, whom PKCE alone protects
	RedirectURL  string // where the gateway sends the browser back, exactly as registered there
	// PostLogoutRedirectURL is where the gateway sends the browser after a logout,
	// exactly as registered there; none: it stays with the gateway.
	PostLogoutRedirectURL string

	// ACR are the authentication contexts that are accepted, the preferred one
	// first: level 2 and level 3 of SPID, by whose names CIE is told too. "At least
	// level 2" is said by naming all that are at least that. One that is accepted is not
	// for that a second factor: see Identity.
	ACR []string
	// Algorithms may have signed an ID token: RS256, PS256, ES256. Only those that
	// sign with a private key can be named.
	Algorithms []string
	// CodiceFiscale are the claims that may hold the codice fiscale:
	// https://attributes.eid.gov.it/fiscal_number, fiscal_number, fiscalNumber.
	CodiceFiscale []string
	Scopes        []string // asked for: openid, profile

	// MaxAge is how long ago the person may have shown the credentials to the gateway,
	// which is asked to see to it, and must say when it was: 10 minutes.
	MaxAge time.Duration

	RootCAs *x509.CertPool // whom the gateway's certificate may come from; nil: those of the system
	Timeout time.Duration  // of one exchange with the gateway, 10 s
	Now     func() time.Time
}

// asymmetric are the algorithms that Config.Algorithms may name.
var asymmetric = []string{gooidc.RS256, gooidc.RS384, gooidc.RS512, gooidc.PS256, gooidc.PS384, gooidc.PS512,
	gooidc.ES256, gooidc.ES384, gooidc.ES512, gooidc.EdDSA}

// complete fills the defaults in and refuses what would not be safe.
func (c Config) complete() (Config, error) {
	fill(&c.ACR, "https://www.spid.gov.it/SpidL2", "https://www.spid.gov.it/SpidL3")
	fill(&c.Algorithms, gooidc.RS256, gooidc.PS256, gooidc.ES256)
	fill(&c.CodiceFiscale, "https://attributes.eid.gov.it/fiscal_number", "fiscal_number", "fiscalNumber")
	fill(&c.Scopes, gooidc.ScopeOpenID, gooidc.ScopeProfile)
	c.MaxAge, c.Timeout = cmp.Or(c.MaxAge, 10*time.Minute), cmp.Or(c.Timeout, 10*time.Second)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.ClientID == "" {
		return c, errors.New("the client id is missing")
	}
	for _, algorithm := range c.Algorithms {
		if !slices.Contains(asymmetric, algorithm) {
			return c, fmt.Errorf("the algorithm %q may not sign an ID token", algorithm)
		}
	}
	if !slices.Contains(c.Scopes, gooidc.ScopeOpenID) {
		return c, errors.New("the scope openid is missing")
	}
	if err := secure(c.Issuer); err != nil {
		return c, fmt.Errorf("the issuer: %w", err)
	}
	if err := secure(c.RedirectURL); err != nil {
		return c, fmt.Errorf("the redirect address: %w", err)
	}
	if c.PostLogoutRedirectURL != "" {
		if err := secure(c.PostLogoutRedirectURL); err != nil {
			return c, fmt.Errorf("the address after a logout: %w", err)
		}
	}
	return c, nil
}

func fill(list *[]string, values ...string) {
	if len(*list) == 0 {
		*list = values
	}
}

// secure refuses an address that is not absolute, has a fragment, or over which
// others could read and write: http is for this machine alone.
func secure(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Fragment != "":
		return fmt.Errorf("%q is not a web address", address)
	case u.Scheme == "https", u.Scheme == "http" && loopback(u.Hostname()):
		return nil
	}
	return fmt.Errorf("%q is not https", address)
}

func loopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
