package oidc_test

import (
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
)

func TestATokenThatIsNotForThisSignInIsRefused(t *testing.T) {
	t.Parallel()
	now := time.Now()
	set := func(name string, value any) func(map[string]any) { return func(c map[string]any) { c[name] = value } }
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   error
	}{
		"unchanged":                     {func(map[string]any) {}, nil},
		"of another issuer":             {set("iss", "https://other.example"), oidc.ErrTokenIssuer},
		"for another client":            {set("aud", "other"), oidc.ErrAudience},
		"for two, and not said to whom": {func(c map[string]any) { c["aud"] = []string{oidctest.ClientID, "other"}; delete(c, "azp") }, oidc.ErrAudience},
		"for two, given to another":     {func(c map[string]any) { c["aud"] = []string{oidctest.ClientID, "other"}; c["azp"] = "other" }, oidc.ErrAudience},
		"for two, given to us":          {set("aud", []string{oidctest.ClientID, "other"}), nil},
		"expired":                       {set("exp", now.Add(-time.Second).Unix()), oidc.ErrExpired},
		"without an end":                {func(c map[string]any) { delete(c, "exp") }, oidc.ErrExpired},
		"issued in the future":          {set("iat", now.Add(time.Hour).Unix()), oidc.ErrIssuedAt},
		"issued before it was asked":    {set("iat", now.Add(-time.Hour).Unix()), oidc.ErrIssuedAt},
		"not said when issued":          {func(c map[string]any) { delete(c, "iat") }, oidc.ErrIssuedAt},
		"not valid yet":                 {set("nbf", now.Add(time.Hour).Unix()), oidc.ErrIssuedAt},
		"without a nonce":               {func(c map[string]any) { delete(c, "nonce") }, oidc.ErrNonce},
		"with another nonce":            {set("nonce", "another"), oidc.ErrNonce},
		"about nobody":                  {func(c map[string]any) { delete(c, "sub") }, oidc.ErrSubject},
		"of level 1":                    {set("acr", "https://www.spid.gov.it/SpidL1"), oidc.ErrACR},
		"of level 3":                    {set("acr", "https://www.spid.gov.it/SpidL3"), nil},
		"of no level":                   {func(c map[string]any) { delete(c, "acr") }, oidc.ErrACR},
		"of a number for a level":       {set("acr", 2), oidc.ErrToken},
		"of somebody seen long ago":     {set("auth_time", now.Add(-13*time.Minute).Unix()), oidc.ErrAuthTime},
		"of somebody to be seen":        {set("auth_time", now.Add(3*time.Minute).Unix()), oidc.ErrAuthTime},
		"of somebody seen just now":     {set("auth_time", now.Add(time.Minute).Unix()), nil},
		"of somebody never seen":        {func(c map[string]any) { delete(c, "auth_time") }, oidc.ErrAuthTime},
		"of another access token":       {set("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), oidc.ErrAccessToken},
		"without at_hash":               {func(c map[string]any) { delete(c, "at_hash") }, nil},
		"without a codice fiscale":      {func(c map[string]any) { delete(c, oidctest.Fiscal) }, oidc.ErrNoCodiceFiscale},
		"with a malformed one":          {set(oidctest.Fiscal, "TINIT-RSSMRA80A01H501X"), oidc.ErrCodiceFiscale},
		"with a foreign one":            {set(oidctest.Fiscal, "TINDE-12345678901"), oidc.ErrCodiceFiscale},
		"with a list of them":           {set(oidctest.Fiscal, []string{"TINIT-RSSMRA80A01H501U"}), oidc.ErrCodiceFiscale},
		"with two that differ":          {set("fiscal_number", "VRDLCU78C14A547O"), oidc.ErrCodiceFiscale},
		"with one by another name": {func(c map[string]any) {
			delete(c, oidctest.Fiscal)
			c["fiscalNumber"] = "rssmra80a01h501u"
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := oidctest.Start(t)
			o := startOffice(t, g, nil)
			g.Claimed(t, c.change)
			id, _, err := newBrowser(t).signIn(o)
			if !errors.Is(err, c.want) {
				t.Fatalf("%v, want %v", err, c.want)
			}
			if c.want == nil && id.CodiceFiscale != "RSSMRA80A01H501U" {
				t.Errorf("recognised %+v", id)
			}
			if c.want != nil && leaks(err, "RSSMRA80", "AAAA-0001") {
				t.Errorf("%v tells who", err)
			}
		})
	}
}

func TestAForgedTokenIsRefused(t *testing.T) {
	t.Parallel()
	forged := map[string]any{"iss": "set below", "aud": oidctest.ClientID, "sub": "X", "acr": oidctest.Level2, oidctest.Fiscal: "TINIT-RSSMRA80A01H501U"}
	unsigned := "eyJhbGciOiJub25lIn0.e30."
	for name, c := range map[string]struct {
		token func(t *testing.T) any
		want  error
	}{
		"alg none": {func(*testing.T) any { return unsigned }, oidc.ErrToken},
		"HS256 with a secret that is public": {func(t *testing.T) any {
			return oidctest.Signed(t, forged, jose.HS256, []byte(strings.Repeat(oidctest.ClientID, 8)), "first")
		}, oidc.ErrToken},
		"HS256 with the public key": {func(t *testing.T) any {
			return oidctest.Signed(t, forged, jose.HS256, oidctest.PublicKey(t, oidctest.FirstKey()), "first")
		}, oidc.ErrToken},
		"an algorithm that is not allowed": {func(t *testing.T) any {
			return oidctest.Signed(t, forged, jose.RS512, oidctest.FirstKey().Private, "first")
		}, oidc.ErrToken},
		"the key of another gateway": {func(t *testing.T) any {
			return oidctest.Signed(t, forged, jose.ES256, oidctest.NewKey(t, "x").Private, "first")
		}, oidc.ErrSignature},
		"an unknown key": {func(t *testing.T) any {
			return oidctest.Signed(t, forged, jose.ES256, oidctest.NewKey(t, "x").Private, "x")
		}, oidc.ErrSignature},
		"no token": {func(*testing.T) any { return nil }, oidc.ErrToken},
		"no text":  {func(*testing.T) any { return 7 }, oidc.ErrToken},
		"a signature cut off": {func(t *testing.T) any {
			s := oidctest.Signed(t, forged, jose.RS256, oidctest.FirstKey().Private, "first")
			return s[:len(s)-8]
		}, oidc.ErrSignature},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := oidctest.Start(t)
			o := startOffice(t, g, nil)
			token := c.token(t)
			g.Answers("/oauth/token", "id_token", func(any) any { return token })
			if _, _, err := newBrowser(t).signIn(o); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

// later is a clock that runs ahead of the machine's.
type later struct{ atomic.Int64 }

func (l *later) now() time.Time       { return time.Now().Add(time.Duration(l.Load())) }
func (l *later) pass(d time.Duration) { l.Add(int64(d)) }

func TestKeysMayChangeBetweenTwoSignIns(t *testing.T) {
	t.Parallel()
	g, clock := oidctest.Start(t), &later{}
	o := startOffice(t, g, func(c *oidc.Config) { c.Now = clock.now })
	signs := func(key oidctest.SigningKey, want error) {
		t.Helper()
		g.Sign(key)
		if _, _, err := newBrowser(t).signIn(o); !errors.Is(err, want) {
			t.Errorf("%s: %v", key.Name, err)
		}
	}
	signs(oidctest.FirstKey(), nil)
	signs(oidctest.NewKey(t, "second"), oidc.ErrSignature) // within a minute nobody asks again
	clock.pass(time.Minute)
	again := oidctest.NewKey(t, "second") // under a name that was used
	signs(again, nil)
	signs(oidctest.NewKey(t, "third"), oidc.ErrSignature)
	signs(again, nil)
}

// A gateway that moves is followed: within the hour for a key that is not known, else
// after it; one that is away is not forgotten.
func TestAGatewayIsReadAnewEveryHour(t *testing.T) {
	t.Parallel()
	g, clock := oidctest.Start(t), &later{}
	o := startOffice(t, g, func(c *oidc.Config) { c.Now = clock.now })
	page := func() string {
		t.Helper()
		start, err := o.provider.Begin(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		to, _, _ := strings.Cut(start.Location, "?")
		return strings.TrimPrefix(to, g.Issuer)
	}
	before := page()
	g.Answers(configuration, "authorization_endpoint", func(any) any { return g.Issuer + "/nuova" })
	clock.pass(time.Hour - time.Second)
	if got := page(); got != before {
		t.Errorf("within the hour people are sent to %s", got)
	}
	clock.pass(time.Second)
	path := configuration
	g.Down.Store(&path)
	if got := page(); got != before {
		t.Errorf("while the gateway is away people are sent to %s", got)
	}
	g.Down.Store(nil)
	if got := page(); got != before {
		t.Errorf("within a minute of that people are sent to %s", got)
	}
	clock.pass(time.Minute)
	if got := page(); got != "/nuova" {
		t.Errorf("people are sent to %s", got)
	}
}

const configuration = "/.well-known/openid-configuration"

// However old the gateway's own session is, what counts is when the person was asked
// there; who was not lately is asked again.
func TestASecondFactorIsAsOldAsTheGatewaySays(t *testing.T) {
	t.Parallel()
	now := time.Now()
	for name, c := range map[string]struct {
		level        string
		began, least time.Time // of the gateway's session, and the time that counts
		none         bool
	}{
		"asked now":              {oidctest.Level2, time.Time{}, now.Add(-time.Second), false},
		"asked five minutes ago": {oidctest.Level2, now.Add(-5 * time.Minute), now.Add(-5*time.Minute - time.Second), false},
		"asked an hour ago":      {oidctest.Level2, now.Add(-time.Hour), now.Add(-time.Second), false},
		"of level 1":             {oidctest.Level1, time.Time{}, time.Time{}, true},
		"of a level unheard of":  {"https://altrove.example/due", time.Time{}, time.Time{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := oidctest.Start(t)
			g.Level(c.level)
			g.Since(c.began)
			o := startOffice(t, g, func(c *oidc.Config) {
				c.ACR = []string{oidctest.Level2, oidctest.Level1, "https://altrove.example/due"}
			})
			id, _, err := newBrowser(t).signIn(o)
			if err != nil {
				t.Fatal(err)
			}
			if c.none != id.SecondAt.IsZero() {
				t.Fatalf("a second factor at %s", id.SecondAt)
			}
			if late := c.least.Add(time.Minute); !c.none && (id.SecondAt.Before(c.least) || id.SecondAt.After(late)) {
				t.Errorf("a second factor at %s, want from %s to %s", id.SecondAt, c.least, late)
			}
		})
	}
}
