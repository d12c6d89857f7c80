package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/visure-anagrafiche/visure/domain"
)

// Identity is whom the gateway has recognised. Who it is here is told by
// CodiceFiscale alone; Subject and ACR are for the history.
type Identity struct {
	CodiceFiscale domain.CodiceFiscale
	Subject       string // the gateway's name for the person
	ACR           string // how the person was recognised
	// SecondAt is when the person proved a second factor there; zero: the context is not
	// one of those that are known to want one.
	SecondAt time.Time
	IDToken  string // for Logout; it holds the person's data
}

// Finish takes the gateway's answer: the parameters with which the browser came
// back, the cookie it brought, and the ceremony that was kept under the cookie's
// binding. Any error is one of this package's, and ends the sign-in.
func (p *Provider) Finish(ctx context.Context, kept Ceremony, cookie string, answer url.Values) (Identity, error) {
	id, err := p.finish(ctx, kept, cookie, answer)
	if err != nil {
		return Identity{}, fmt.Errorf("finish a sign-in: %w", err)
	}
	return id, nil
}

func (p *Provider) finish(ctx context.Context, kept Ceremony, cookie string, answer url.Values) (Identity, error) {
	g, err := p.gateway(ctx)
	if err != nil {
		return Identity{}, err
	}
	if err := p.mine(kept, cookie); err != nil {
		return Identity{}, err
	}
	code, err := p.code(g, kept, answer)
	if err != nil {
		return Identity{}, err
	}
	tokens, err := p.exchange(ctx, g, code, kept.Verifier)
	if err != nil {
		return Identity{}, err
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := p.verify(ctx, g, raw)
	if err != nil {
		return Identity{}, err
	}
	return p.identify(token, kept, tokens.AccessToken, raw)
}

// mine refuses a ceremony that is not this browser's, of this gateway and recent.
func (p *Provider) mine(kept Ceremony, cookie string) error {
	age := p.config.Now().Sub(kept.Begun)
	switch {
	case kept.Issuer != p.config.Issuer, age < 0, age > Lifetime:
		return ErrCeremony
	case !same(kept.Binding, BindingOf(cookie)):
		return ErrBrowser
	}
	return nil
}

// code returns the code of an answer that is to the ceremony's request and from the
// gateway that was asked.
func (p *Provider) code(g *gateway, kept Ceremony, answer url.Values) (string, error) {
	for _, name := range []string{"state", "iss", "code", "error"} {
		if len(answer[name]) > 1 {
			return "", fmt.Errorf("%w: %s is there twice", ErrCallback, name)
		}
	}
	iss := answer.Get("iss")
	switch {
	case !same(kept.State, answer.Get("state")):
		return "", ErrState
	case iss != p.config.Issuer && (iss != "" || g.tellsIss):
		return "", ErrIssuer
	case answer.Has("error"):
		return "", fmt.Errorf("%w: %s", ErrRefused, reason(answer.Get("error")))
	case answer.Get("code") == "":
		return "", fmt.Errorf("%w: there is no code", ErrCallback)
	}
	return answer.Get("code"), nil
}

// codes are what a gateway may call its refusal in a log.
var codes = regexp.MustCompile(`^[a-z_]{1,64}$`)

func reason(code string) string {
	if !codes.MatchString(code) {
		return "no known reason"
	}
	return code
}

func (p *Provider) exchange(ctx context.Context, g *gateway, code, verifier string) (*oauth2.Token, error) {
	tokens, err := g.oauth2.Exchange(gooidc.ClientContext(ctx, p.http), code, oauth2.VerifierOption(verifier))
	if err == nil {
		return tokens, nil
	}
	if down := unavailable(err); down != nil {
		return nil, down
	}
	var refusal *oauth2.RetrieveError
	if errors.As(err, &refusal) {
		return nil, fmt.Errorf("%w: status %d, %s", ErrExchange, refusal.Response.StatusCode, reason(refusal.ErrorCode))
	}
	return nil, fmt.Errorf("%w: the gateway's answer is malformed", ErrExchange)
}
