package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"

	"github.com/visure-anagrafiche/visure/domain"
)

// skew is how far the gateway's clock may be from ours.
const skew = 2 * time.Minute

// verify returns what an ID token says, if the gateway signed it with an allowed
// algorithm. A key that is not known yet is asked for: gateways change them. What it
// says is judged by judge, which tells the reasons apart.
func (p *Provider) verify(ctx context.Context, g *gateway, raw string) (*gooidc.IDToken, error) {
	token, err := p.signed(ctx, g, raw)
	if errors.Is(err, errNoKey) {
		latest, lost := p.reread(ctx, g)
		if lost != nil {
			return nil, lost
		}
		token, err = p.signed(ctx, latest, raw)
	}
	switch {
	case err == nil:
		return token, nil
	case errors.Is(err, errNoKey):
		return nil, ErrSignature
	}
	return nil, ErrToken
}

// signed returns what an ID token says that one of the keys known signed; errNoKey if
// none did.
func (p *Provider) signed(ctx context.Context, g *gateway, raw string) (*gooidc.IDToken, error) {
	watched := &watched{keys: g.keys}
	token, err := gooidc.NewVerifier(p.config.Issuer, watched, &gooidc.Config{
		SupportedSigningAlgs: p.config.Algorithms,
		SkipIssuerCheck:      true, SkipClientIDCheck: true, SkipExpiryCheck: true,
	}).Verify(ctx, raw)
	if watched.err != nil {
		return nil, watched.err
	}
	return token, err
}

// watched keeps why a signature was not accepted, which the verifier's own error does not
// tell.
type watched struct {
	keys keys
	err  error
}

// VerifySignature implements gooidc.KeySet.
func (w *watched) VerifySignature(ctx context.Context, jwt string) (payload []byte, err error) {
	payload, w.err = w.keys.VerifySignature(ctx, jwt)
	return payload, w.err
}

// claims are those that go-oidc leaves to its caller.
type claims struct {
	AuthorizedParty string  `json:"azp"`
	ACR             string  `json:"acr"`
	AuthTime        float64 `json:"auth_time"` // seconds since 1970
	NotBefore       float64 `json:"nbf"`
}

// identify judges a token that the gateway signed and returns whom it is about.
func (p *Provider) identify(token *gooidc.IDToken, kept Ceremony, accessToken, raw string) (Identity, error) {
	var c claims
	var all map[string]json.RawMessage
	if token.Claims(&c) != nil || token.Claims(&all) != nil {
		return Identity{}, ErrToken
	}
	if err := p.judge(token, c, kept); err != nil {
		return Identity{}, err
	}
	if token.AccessTokenHash != "" && token.VerifyAccessToken(accessToken) != nil {
		return Identity{}, ErrAccessToken
	}
	cf, err := p.codiceFiscale(all)
	if err != nil {
		return Identity{}, err
	}
	return Identity{CodiceFiscale: cf, Subject: token.Subject, ACR: c.ACR, SecondAt: p.secondAt(c), IDToken: raw}, nil
}

// strong are the contexts that are second factors: levels 2 and 3 of SPID, by whose
// names CIE is told too, and their levels of eIDAS.
var strong = []string{
	"https://www.spid.gov.it/SpidL2", "https://www.spid.gov.it/SpidL3",
	"http://eidas.europa.eu/LoA/substantial", "http://eidas.europa.eu/LoA/high",
}

// secondAt is when a second factor was proven, never later than now: the gateway's
// clock may be ahead of ours.
func (p *Provider) secondAt(c claims) time.Time {
	now, at := p.config.Now(), seconds(c.AuthTime)
	switch {
	case !slices.Contains(strong, c.ACR):
		return time.Time{}
	case at.After(now):
		return now
	}
	return at
}

// judge makes the checks of OpenID Connect Core 1.0, section 3.1.3.7.
func (p *Provider) judge(token *gooidc.IDToken, c claims, kept Ceremony) error {
	now, us := p.config.Now(), p.config.ClientID
	switch {
	case token.Issuer != p.config.Issuer:
		return ErrTokenIssuer
	case !slices.Contains(token.Audience, us), c.AuthorizedParty != us && (c.AuthorizedParty != "" || len(token.Audience) > 1):
		return ErrAudience
	case !now.Before(token.Expiry):
		return ErrExpired
	case token.IssuedAt.After(now.Add(skew)), token.IssuedAt.Before(kept.Begun.Add(-skew)), seconds(c.NotBefore).After(now.Add(skew)):
		return ErrIssuedAt
	case !same(kept.Nonce, token.Nonce):
		return ErrNonce
	case token.Subject == "":
		return ErrSubject
	case !slices.Contains(p.config.ACR, c.ACR):
		return ErrACR
	case seconds(c.AuthTime).Before(now.Add(-p.config.MaxAge - skew)), seconds(c.AuthTime).After(now.Add(skew)):
		return ErrAuthTime
	}
	return nil
}

func seconds(n float64) time.Time { return time.Unix(int64(n), 0) }

// codiceFiscale returns the one codice fiscale that the configured claims hold. The
// gateways write TINIT- before it, for a tax number of Italy (eIDAS semantics).
func (p *Provider) codiceFiscale(all map[string]json.RawMessage) (found domain.CodiceFiscale, err error) {
	for _, name := range p.config.CodiceFiscale {
		value, ok := all[name]
		if !ok {
			continue
		}
		var text string
		if json.Unmarshal(value, &text) != nil {
			return "", ErrCodiceFiscale
		}
		cf, err := domain.ParseCodiceFiscale(strings.TrimPrefix(text, "TINIT-"))
		if err != nil || found != "" && cf != found { // the error may hold what was written
			return "", ErrCodiceFiscale
		}
		found = cf
	}
	if found == "" {
		return "", ErrNoCodiceFiscale
	}
	return found, nil
}
