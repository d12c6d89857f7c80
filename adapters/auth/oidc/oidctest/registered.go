package oidctest

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	zoidc "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// What the provider's library asks of the gateway: its requests, keys, people and
// clients.

var errNotThere = errors.New("not there")

// Health implements op.Storage.
func (g *Gateway) Health(context.Context) error { return nil }

// CreateAuthRequest implements op.Storage.
func (g *Gateway) CreateAuthRequest(_ context.Context, r *zoidc.AuthRequest, _ string) (op.AuthRequest, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.acr == Level2 && !slices.Contains(r.ACRValues, Level2) {
		return nil, errors.New("no level was asked for")
	}
	made := &request{AuthRequest: *r, id: rand.Text(), acr: g.acr}
	g.requests[made.id] = made
	return made, nil
}

// AuthRequestByID implements op.Storage.
func (g *Gateway) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r, ok := g.requests[id]; ok {
		return r, nil
	}
	return nil, errNotThere
}

// AuthRequestByCode implements op.Storage.
func (g *Gateway) AuthRequestByCode(_ context.Context, code string) (op.AuthRequest, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, r := range g.requests {
		if r.code == code {
			return r, nil
		}
	}
	return nil, errNotThere
}

// SaveAuthCode implements op.Storage.
func (g *Gateway) SaveAuthCode(_ context.Context, id, code string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.requests[id].code = code
	return nil
}

// DeleteAuthRequest implements op.Storage.
func (g *Gateway) DeleteAuthRequest(_ context.Context, id string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.requests, id)
	return nil
}

// CreateAccessToken implements op.Storage.
func (g *Gateway) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return rand.Text(), time.Now().Add(time.Minute), nil
}

// SigningKey implements op.Storage.
func (g *Gateway) SigningKey(context.Context) (op.SigningKey, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.key, nil
}

// SignatureAlgorithms implements op.Storage.
func (g *Gateway) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{g.key.alg}, nil
}

// KeySet implements op.Storage.
func (g *Gateway) KeySet(context.Context) ([]op.Key, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.keys, nil
}

// AuthorizeClientIDSecret implements op.Storage.
func (g *Gateway) AuthorizeClientIDSecret(_ context.Context, _, secret string) error {
	if secret != g.ClientSecret {
		return errors.New("another secret")
	}
	return nil
}

// SetUserinfoFromScopes implements op.Storage.
func (g *Gateway) SetUserinfoFromScopes(_ context.Context, info *zoidc.UserInfo, subject, _ string, _ []string) error {
	info.Subject = subject
	g.mu.Lock()
	defer g.mu.Unlock()
	for name, value := range g.claims {
		info.AppendClaims(name, value)
	}
	return nil
}

// TerminateSession implements op.Storage.
func (g *Gateway) TerminateSession(_ context.Context, subject, _ string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ended = append(g.ended, subject)
	return nil
}

// GetClientByClientID implements op.Storage.
func (g *Gateway) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != ClientID {
		return nil, errNotThere
	}
	return client{g}, nil
}

// client is how the gateway has registered us.
type client struct{ *Gateway }

func (client) GetID() string                       { return ClientID }
func (c client) RedirectURIs() []string            { return c.Redirects }
func (c client) PostLogoutRedirectURIs() []string  { return []string{c.LoggedOut} }
func (client) ApplicationType() op.ApplicationType { return op.ApplicationTypeWeb }
func (client) ResponseTypes() []zoidc.ResponseType {
	return []zoidc.ResponseType{zoidc.ResponseTypeCode}
}
func (client) GrantTypes() []zoidc.GrantType        { return []zoidc.GrantType{zoidc.GrantTypeCode} }
func (client) LoginURL(id string) string            { return "/login?id=" + id }
func (client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (client) IDTokenLifetime() time.Duration       { return 5 * time.Minute }
func (client) DevMode() bool                        { return true } // the callback is http, on this machine
func (client) IsScopeAllowed(string) bool           { return false }
func (client) IDTokenUserinfoClaimsAssertion() bool { return false }
func (client) ClockSkew() time.Duration             { return 0 }
func (client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}
func (client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return slices.Clone[[]string]
}

func (c client) AuthMethod() zoidc.AuthMethod {
	if c.ClientSecret == "" {
		return zoidc.AuthMethodNone
	}
	return zoidc.AuthMethodBasic
}
