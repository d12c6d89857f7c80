package oidc_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
)

func TestAPersonSignsInThroughTheGateway(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]string{"a public client": "", "a client with a secret": "s3cret & %more"} {
		t.Run(name, func(t *testing.T) {
			g := oidctest.Start(t)
			g.ClientSecret = secret
			o := startOffice(t, g, func(c *oidc.Config) { c.ClientSecret = secret })
			id, at, err := newBrowser(t).signIn(o)
			if err != nil || at.Path != "/callback" {
				t.Fatalf("ends at %s: %v", at.Path, err)
			}
			if id.CodiceFiscale != "RSSMRA80A01H501U" || id.Subject != "AAAA-0001" || id.ACR != oidctest.Level2 || id.IDToken == "" {
				t.Errorf("recognised %+v", id)
			}
		})
	}
}

// What comes back counts only for the browser and the request that it answers.
func TestAnAnswerToAnotherRequestIsRefused(t *testing.T) {
	t.Parallel()
	g := oidctest.Start(t)
	for name, c := range map[string]struct {
		alter func(*oidc.Ceremony, *string, url.Values)
		want  error
	}{
		"another state":             {func(_ *oidc.Ceremony, _ *string, a url.Values) { a.Set("state", "another") }, oidc.ErrState},
		"no state":                  {func(_ *oidc.Ceremony, _ *string, a url.Values) { a.Del("state") }, oidc.ErrState},
		"no ceremony":               {func(k *oidc.Ceremony, _ *string, _ url.Values) { *k = oidc.Ceremony{} }, oidc.ErrCeremony},
		"a ceremony without state":  {func(k *oidc.Ceremony, _ *string, a url.Values) { k.State = ""; a.Del("state") }, oidc.ErrState},
		"another browser":           {func(_ *oidc.Ceremony, c *string, _ url.Values) { *c = "another" }, oidc.ErrBrowser},
		"too late":                  {func(k *oidc.Ceremony, _ *string, _ url.Values) { k.Begun = k.Begun.Add(-oidc.Lifetime - time.Second) }, oidc.ErrCeremony},
		"begun at another gateway":  {func(k *oidc.Ceremony, _ *string, _ url.Values) { k.Issuer = "https://other.example" }, oidc.ErrCeremony},
		"answered by another":       {func(_ *oidc.Ceremony, _ *string, a url.Values) { a.Set("iss", "https://other.example") }, oidc.ErrIssuer},
		"two states":                {func(_ *oidc.Ceremony, _ *string, a url.Values) { a.Add("state", "another") }, oidc.ErrCallback},
		"no code":                   {func(_ *oidc.Ceremony, _ *string, a url.Values) { a.Del("code") }, oidc.ErrCallback},
		"a code of another request": {func(_ *oidc.Ceremony, _ *string, a url.Values) { a.Set("code", "another") }, oidc.ErrExchange},
		"another verifier":          {func(k *oidc.Ceremony, _ *string, _ url.Values) { k.Verifier = strings.Repeat("a", 43) }, oidc.ErrExchange},
		"another nonce":             {func(k *oidc.Ceremony, _ *string, _ url.Values) { k.Nonce = "another" }, oidc.ErrNonce},
		"refused": {func(_ *oidc.Ceremony, _ *string, a url.Values) {
			a.Set("error", "access_denied")
			a.Set("error_description", "Mario Rossi")
		}, oidc.ErrRefused},
	} {
		t.Run(name, func(t *testing.T) {
			o := startOffice(t, g, nil)
			var secrets []string
			o.alter = func(k *oidc.Ceremony, cookie *string, a url.Values) {
				secrets = []string{k.State, k.Nonce, k.Verifier, *cookie, a.Get("code"), "Mario Rossi"}
				c.alter(k, cookie, a)
			}
			id, _, err := newBrowser(t).signIn(o)
			if !errors.Is(err, c.want) || id != (oidc.Identity{}) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if leaks(err, secrets...) {
				t.Errorf("%v tells a secret", err)
			}
		})
	}
}

func TestAnAnswerCountsOnce(t *testing.T) {
	t.Parallel()
	g := oidctest.Start(t)
	o := startOffice(t, g, nil)
	var kept oidc.Ceremony
	var cookie string
	o.alter = func(k *oidc.Ceremony, c *string, _ url.Values) { kept, cookie = *k, *c }
	b := newBrowser(t)
	_, at, err := b.signIn(o)
	if err != nil {
		t.Fatal(err)
	}
	o.alter = nil
	b.visit(b.Get(at.String())) // the same address again: the ceremony is gone
	if !errors.Is(o.err, oidc.ErrCeremony) {
		t.Errorf("again: %v", o.err)
	}
	// And were it not, the gateway does not take a code twice.
	if _, err := o.provider.Finish(t.Context(), kept, cookie, at.Query()); !errors.Is(err, oidc.ErrExchange) {
		t.Errorf("the same code: %v", err)
	}
}

// A gateway that says so names itself in every answer, so one that does not is of another.
func TestAGatewayThatNamesItselfIsHeldToIt(t *testing.T) {
	t.Parallel()
	g := oidctest.Start(t)
	g.Answers("/.well-known/openid-configuration", "authorization_response_iss_parameter_supported", func(any) any { return true })
	o := startOffice(t, g, nil)
	if _, _, err := newBrowser(t).signIn(o); !errors.Is(err, oidc.ErrIssuer) {
		t.Errorf("unnamed: %v", err)
	}
	o.alter = func(_ *oidc.Ceremony, _ *string, a url.Values) { a.Set("iss", g.Issuer) }
	if _, _, err := newBrowser(t).signIn(o); err != nil {
		t.Errorf("named: %v", err)
	}
}

func TestAnAddressThatIsNotRegisteredIsNeverReached(t *testing.T) {
	t.Parallel()
	g := oidctest.Start(t)
	o := startOffice(t, g, func(c *oidc.Config) { c.RedirectURL += "/" })
	if _, at, _ := newBrowser(t).signIn(o); !strings.HasPrefix(at.String(), g.Issuer) || o.came > 0 {
		t.Errorf("the browser is sent to %s", at)
	}
}

func TestWhoLogsOutIsLoggedOutAtTheGateway(t *testing.T) {
	t.Parallel()
	g := oidctest.Start(t)
	o := startOffice(t, g, nil)
	b := newBrowser(t)
	id, _, err := b.signIn(o)
	if err != nil {
		t.Fatal(err)
	}
	form, err := o.provider.Logout(t.Context(), id.IDToken, "s-1")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(form.Action, "?") {
		t.Errorf("the address has parameters: %s", form.Action)
	}
	at := b.visit(b.PostForm(form.Action, form.Fields))
	if at.String() != g.LoggedOut+"?state=s-1" || !slices.Equal(g.Ended(), []string{id.Subject}) {
		t.Errorf("ends at %s; ended were the sessions of %v", at, g.Ended())
	}
}

func TestAGatewayMayOfferNoLogout(t *testing.T) {
	t.Parallel()
	g := oidctest.Start(t)
	g.Answers("/.well-known/openid-configuration", "end_session_endpoint", func(any) any { return nil })
	if _, err := startOffice(t, g, nil).provider.Logout(t.Context(), "x", ""); !errors.Is(err, oidc.ErrNoLogout) {
		t.Error(err)
	}
}
