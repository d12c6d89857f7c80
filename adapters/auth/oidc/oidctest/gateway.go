// Package oidctest gives tests a real OpenID provider on loopback, with a page to sign
// in at, behind a proxy that may change what it answers.
package oidctest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	zoidc "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

const (
	// ClientID is the one client that a Gateway knows.
	ClientID = "visure"
	// Level1 and Level2 are the authentication contexts of SPID, or CIE, of these levels.
	Level1 = "https://www.spid.gov.it/SpidL1"
	Level2 = "https://www.spid.gov.it/SpidL2"
	// Fiscal is the claim that holds the codice fiscale.
	Fiscal = "https://attributes.eid.gov.it/fiscal_number"
	// Subject is the gateway's name for whoever signs in.
	Subject = "AAAA-0001"
)

// Gateway is a real OpenID provider. Its exported fields may be set while nobody asks it;
// for the rest it is safe for concurrent use.
type Gateway struct {
	op.Storage // what no test makes the provider call

	Issuer       string
	Redirects    []string // registered
	LoggedOut    string   // registered
	ClientSecret string   // none: a public client

	// Down is a path that does not answer; nil: all do.
	Down atomic.Pointer[string]
	// Tamper changes the body that a path answers; nil: it stays as it is.
	Tamper func(path string, body []byte) []byte

	mu       sync.Mutex
	key      SigningKey
	keys     []op.Key
	requests map[string]*request
	ended    []string
	acr      string
	since    time.Time      // when its session began of whoever signs in; zero: there is none
	claims   map[string]any // about the person
}

// request is one that awaits, or has passed, the page to sign in at.
type request struct {
	zoidc.AuthRequest
	id, code string
	acr      string
	at       time.Time
}

func (r *request) GetID() string          { return r.id }
func (r *request) GetACR() string         { return r.acr }
func (r *request) GetAMR() []string       { return nil }
func (r *request) GetAudience() []string  { return []string{r.ClientID} }
func (r *request) GetAuthTime() time.Time { return r.at }
func (r *request) GetClientID() string    { return r.ClientID }
func (r *request) GetNonce() string       { return r.Nonce }
func (r *request) GetScopes() []string    { return r.Scopes }
func (r *request) GetSubject() string     { return Subject }
func (r *request) Done() bool             { return !r.at.IsZero() }
func (r *request) GetCodeChallenge() *zoidc.CodeChallenge {
	return &zoidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
}
func (r *request) GetResponseMode() zoidc.ResponseMode { return r.ResponseMode }

// Start starts one, until the test ends, that knows no redirect address yet. At it
// signs in, at level 2, whoever Person says: RSSMRA80A01H501U, if nobody.
func Start(t testing.TB) *Gateway {
	t.Helper()
	g := &Gateway{acr: Level2, requests: map[string]*request{}, claims: map[string]any{Fiscal: "TINIT-RSSMRA80A01H501U"}}
	g.Sign(FirstKey())
	var inner, pages http.Handler
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			pages.ServeHTTP(w, r)
		} else {
			inner.ServeHTTP(w, r)
		}
	}))
	t.Cleanup(behind.Close)
	target, _ := url.Parse(behind.URL)
	front := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: g.change,
		ErrorLog:       slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // of a path that is Down
	})
	t.Cleanup(front.Close)
	g.Issuer = front.URL
	provider, err := op.NewProvider(&op.Config{CodeMethodS256: true, DefaultLogoutRedirectURI: "/bye"}, g,
		op.StaticIssuer(g.Issuer), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	callback := op.AuthCallbackURL(provider)
	inner = provider
	pages = op.NewIssuerInterceptor(provider.IssuerFromRequest).HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, "who are you?")
			return
		}
		g.mu.Lock()
		made := g.requests[r.FormValue("id")]
		made.at = g.since
		if oldest := made.MaxAge; made.at.IsZero() || oldest != nil && time.Since(made.at) > time.Duration(*oldest)*time.Second {
			made.at = time.Now()
		}
		g.mu.Unlock()
		http.Redirect(w, r, callback(r.Context(), r.FormValue("id")), http.StatusSeeOther)
	})
	return g
}

// Person makes a codice fiscale that of whoever signs in from now on.
func (g *Gateway) Person(codiceFiscale string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.claims[Fiscal] = "TINIT-" + codiceFiscale
}

// Level makes an authentication context that of whoever signs in from now on.
func (g *Gateway) Level(acr string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.acr = acr
}

// Since has whoever signs in from now on do so by a session that began at a time, unless
// it is older than they are asked for.
func (g *Gateway) Since(began time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.since = began
}

// Ended returns the subjects whose session was ended, in that order.
func (g *Gateway) Ended() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.ended)
}

// Sign makes the gateway sign with a key and publish it alone.
func (g *Gateway) Sign(k SigningKey) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.key, g.keys = k, []op.Key{published{k}}
}

// change is the proxy's; an error becomes its status 502.
func (g *Gateway) change(res *http.Response) error {
	if path := g.Down.Load(); path != nil && *path == res.Request.URL.Path {
		return errors.New("down")
	}
	g.mu.Lock()
	tamper := g.Tamper
	g.mu.Unlock()
	if tamper == nil {
		return nil
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	body = tamper(res.Request.URL.Path, body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	res.ContentLength = int64(len(body))
	res.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return nil
}

// Answers changes a member of the JSON that a path answers.
func (g *Gateway) Answers(path, member string, change func(any) any) {
	g.Tamper = func(at string, body []byte) []byte {
		var answer map[string]any
		if at != path || json.Unmarshal(body, &answer) != nil {
			return body
		}
		answer[member] = change(answer[member])
		changed, _ := json.Marshal(answer)
		return changed
	}
}

// Claimed has the ID token say something else, signed by the gateway all the same.
func (g *Gateway) Claimed(t testing.TB, change func(claims map[string]any)) {
	g.Answers("/oauth/token", "id_token", func(token any) any {
		parsed, err := jose.ParseSignedCompact(token.(string), []jose.SignatureAlgorithm{g.key.alg})
		if err != nil {
			t.Error(err)
			return ""
		}
		var claims map[string]any
		_ = json.Unmarshal(parsed.UnsafePayloadWithoutVerification(), &claims)
		change(claims)
		return Signed(t, claims, g.key.alg, g.key.Private, g.key.Name)
	})
}
