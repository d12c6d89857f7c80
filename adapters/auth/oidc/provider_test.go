package oidc_test

import (
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
)

func TestAGatewayThatWasDownIsAskedAgain(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/.well-known/openid-configuration", "/oauth/token", "/keys"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			g := oidctest.Start(t)
			o := startOffice(t, g, nil)
			g.Down.Store(&path)
			if _, _, err := newBrowser(t).signIn(o); !errors.Is(err, oidc.ErrUnavailable) {
				t.Errorf("down: %v", err)
			}
			g.Down.Store(nil)
			if _, _, err := newBrowser(t).signIn(o); err != nil {
				t.Errorf("up: %v", err)
			}
		})
	}
}

func TestAGatewayThatSaysNothingIsLeft(t *testing.T) {
	t.Parallel()
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mute.Close() })
	g := oidctest.Start(t)
	o := startOffice(t, g, func(c *oidc.Config) { c.Issuer, c.Timeout = "http://"+mute.Addr().String(), 50*time.Millisecond })
	if _, err := o.provider.Begin(t.Context()); !errors.Is(err, oidc.ErrUnavailable) {
		t.Error(err)
	}
}

func TestACrowdAsksForTheMetadataOnce(t *testing.T) {
	t.Parallel()
	g := oidctest.Start(t)
	o := startOffice(t, g, nil)
	var asked atomic.Int32
	g.Tamper = func(path string, body []byte) []byte {
		if path == configuration {
			asked.Add(1)
		}
		return body
	}
	var crowd sync.WaitGroup
	for range 32 {
		crowd.Go(func() {
			if _, err := o.provider.Begin(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	crowd.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("the gateway was asked %d times", n)
	}
}

func TestMetadataThatCannotBeTrustedAreRefused(t *testing.T) {
	t.Parallel()
	const path = "/.well-known/openid-configuration"
	member := func(name string, value any) func(*oidctest.Gateway) {
		return func(g *oidctest.Gateway) { g.Answers(path, name, func(any) any { return value }) }
	}
	for name, spoil := range map[string]func(*oidctest.Gateway){
		"of another issuer":  member("issuer", "https://other.example"),
		"tokens in clear":    member("token_endpoint", "http://gateway.example/token"),
		"keys in clear":      member("jwks_uri", "http://gateway.example/keys"),
		"no page":            member("authorization_endpoint", ""),
		"too long":           member("padding", strings.Repeat("x", 2<<20)),
		"no document":        func(g *oidctest.Gateway) { g.Tamper = func(string, []byte) []byte { return []byte("<html>") } },
		"a member of a type": member("token_endpoint_auth_methods_supported", 7),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := oidctest.Start(t)
			o := startOffice(t, g, nil)
			spoil(g)
			if _, err := o.provider.Begin(t.Context()); !errors.Is(err, oidc.ErrMetadata) {
				t.Errorf("%v, want %v", err, oidc.ErrMetadata)
			}
		})
	}
}

func TestAConfigurationThatIsNotSafeIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*oidc.Config){
		"none":                  func(c *oidc.Config) { c.Algorithms = []string{"RS256", "none"} },
		"HS256":                 func(c *oidc.Config) { c.Algorithms = []string{"HS256"} },
		"an issuer in clear":    func(c *oidc.Config) { c.Issuer = "http://gateway.example" },
		"no issuer":             func(c *oidc.Config) { c.Issuer = "" },
		"no client":             func(c *oidc.Config) { c.ClientID = "" },
		"a callback in clear":   func(c *oidc.Config) { c.RedirectURL = "http://visure.example/callback" },
		"a callback by halves":  func(c *oidc.Config) { c.RedirectURL = "/callback" },
		"a fragment":            func(c *oidc.Config) { c.RedirectURL += "#x" },
		"a way out in clear":    func(c *oidc.Config) { c.PostLogoutRedirectURL = "http://visure.example/" },
		"scopes without openid": func(c *oidc.Config) { c.Scopes = []string{"profile"} },
	} {
		c := oidc.Config{Issuer: "https://gateway.example", ClientID: oidctest.ClientID, RedirectURL: "https://visure.example/callback"}
		if _, err := oidc.New(c); err != nil {
			t.Fatal(err)
		}
		spoil(&c)
		if _, err := oidc.New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
