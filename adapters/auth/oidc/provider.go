// Package oidc signs people in through a gateway of SPID and CIE, by OpenID Connect:
// the code flow with PKCE (OpenID Connect Core 1.0, RFC 9700). Who somebody is is
// told by the codice fiscale alone, never by a mail address or the gateway's subject.
package oidc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/visure-anagrafiche/visure/batch"
)

// Provider is one gateway. It is safe for concurrent use, and keeps nothing of a
// sign-in.
type Provider struct {
	config Config
	http   *http.Client

	known  atomic.Pointer[gateway]
	asked  atomic.Int64 // when it was last asked for what is known, in seconds since 1970
	asking batch.Queue[struct{}]
}

// gateway is what its metadata say, and its keys.
type gateway struct {
	read       time.Time
	oauth2     oauth2.Config
	keys       keys
	endSession string
	tellsIss   bool // its answers name it (RFC 9207)
}

// What is known of a gateway is read anew once it is fresh no longer, and for a key that
// is not known; not more often than pause: a gateway that is away is not asked by
// everybody who comes.
const (
	fresh = time.Hour
	pause = time.Minute
)

// New returns a Provider, or says what in the configuration is not safe. The
// gateway is asked for its metadata and keys when it is first needed, and again until it
// answers, so it need not be up yet; then every hour, and for a key that is not known,
// once a minute at most. What is known holds while it does not answer.
func New(config Config) (*Provider, error) {
	config, err := config.complete()
	if err != nil {
		return nil, fmt.Errorf("configure OpenID Connect: %w", err)
	}
	return &Provider{config: config, http: client(config)}, nil
}

// maxAnswer bounds what is read of one answer, in bytes.
const maxAnswer = 1 << 20

func client(config Config) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.TLSClientConfig = &tls.Config{RootCAs: config.RootCAs, MinVersion: tls.VersionTLS12}
	return &http.Client{
		Transport: bounded{transport},
		Timeout:   config.Timeout,
		// A gateway answers where it is asked; elsewhere the secret has no business.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// bounded makes answers short, and those that say "later" an error like none at all.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests {
		res.Body.Close()
		return nil, fmt.Errorf("http status %d", res.StatusCode)
	}
	res.Body = http.MaxBytesReader(nil, res.Body, maxAnswer)
	return res, nil
}

// unavailable tells whether err is of an exchange that brought no answer, and says
// so without the address, which may have secrets in it.
func unavailable(err error) error {
	var exchange *url.Error
	if errors.As(err, &exchange) {
		return fmt.Errorf("%w: %w", ErrUnavailable, exchange.Err)
	}
	return nil
}

// gateway returns what is known of the gateway, as read within the hour if it answers.
func (p *Provider) gateway(ctx context.Context) (*gateway, error) {
	known := p.known.Load()
	if known != nil && p.config.Now().Sub(known.read) < fresh {
		return known, nil
	}
	return p.reread(ctx, known)
}

// reread returns what the gateway says now in the place of what was known; the same if it
// does not answer or was asked within the minute. Those who need it while it is asked
// wait for one answer.
func (p *Provider) reread(ctx context.Context, known *gateway) (*gateway, error) {
	_, err := p.asking.Do(ctx, func(*struct{}) {}, nil, func(*struct{}) error {
		now := p.config.Now().Unix()
		switch {
		case p.known.Load() != known, known != nil && now-p.asked.Load() < int64(pause/time.Second):
			return nil
		}
		p.asked.Store(now)
		found, err := p.discover()
		if err == nil {
			p.known.Store(found)
		}
		return err
	})
	switch latest := p.known.Load(); {
	case latest != nil:
		return latest, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnavailable, ctx.Err())
	}
	return nil, err
}

func (p *Provider) discover() (*gateway, error) {
	ctx, cancel := context.WithTimeout(gooidc.ClientContext(context.Background(), p.http), p.config.Timeout+time.Second)
	defer cancel()
	found, err := gooidc.NewProvider(ctx, p.config.Issuer)
	var other *gooidc.IssuerMismatchError
	switch {
	case errors.As(err, &other):
		return nil, fmt.Errorf("%w: they name the issuer %q", ErrMetadata, other.Discovered)
	case err != nil:
		if down := unavailable(err); down != nil {
			return nil, down
		}
		return nil, fmt.Errorf("%w: there is no such document", ErrMetadata)
	}
	var metadata struct {
		Authorization string   `json:"authorization_endpoint"`
		Token         string   `json:"token_endpoint"`
		Keys          string   `json:"jwks_uri"`
		EndSession    string   `json:"end_session_endpoint"`
		Methods       []string `json:"token_endpoint_auth_methods_supported"`
		TellsIss      bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := found.Claims(&metadata); err != nil {
		return nil, fmt.Errorf("%w: a member has another type", ErrMetadata)
	}
	for _, address := range []string{metadata.Authorization, metadata.Token, metadata.Keys} {
		if err := secure(address); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrMetadata, err)
		}
	}
	published, err := p.fetch(ctx, metadata.Keys)
	if err != nil {
		return nil, err
	}
	if secure(metadata.EndSession) != nil {
		metadata.EndSession = ""
	}
	endpoint := found.Endpoint()
	endpoint.AuthStyle = p.style(metadata.Methods)
	return &gateway{
		read: p.config.Now(),
		oauth2: oauth2.Config{
			ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, RedirectURL: p.config.RedirectURL,
			Scopes: p.config.Scopes, Endpoint: endpoint,
		},
		keys:       published,
		endSession: metadata.EndSession,
		tellsIss:   metadata.TellsIss,
	}, nil
}

// style says how the client shows its secret, so that it is not found out by sending
// a code twice. A gateway that names no methods takes the header.
func (p *Provider) style(methods []string) oauth2.AuthStyle {
	basic := len(methods) == 0 || slices.Contains(methods, "client_secret_basic")
	if p.config.ClientSecret == "" || !basic {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}
