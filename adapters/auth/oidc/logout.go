package oidc

import (
	"context"
	"fmt"
	"net/url"
)

// Logout is a form that the browser posts to the gateway to end its session there too.
// It is posted, as the ID token holds the codice fiscale, which belongs in no address.
type Logout struct {
	Action string
	Fields url.Values
}

// Logout makes the form for who was signed in with an ID token (RP-Initiated Logout
// 1.0): ErrNoLogout if the gateway takes none. State comes back with the browser, if
// there is an address after a logout.
func (p *Provider) Logout(ctx context.Context, idToken, state string) (Logout, error) {
	g, err := p.gateway(ctx)
	if err != nil {
		return Logout{}, fmt.Errorf("log out: %w", err)
	}
	if g.endSession == "" {
		return Logout{}, fmt.Errorf("log out: %w", ErrNoLogout)
	}
	fields := url.Values{"id_token_hint": {idToken}}
	if p.config.PostLogoutRedirectURL != "" {
		fields.Set("post_logout_redirect_uri", p.config.PostLogoutRedirectURL)
		fields.Set("state", state)
	}
	return Logout{Action: g.endSession, Fields: fields}, nil
}
