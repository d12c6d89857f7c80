package oidc_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	zoidc "github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler)) // where the gateway's library writes
	os.Exit(m.Run())
}

const (
	clientID = "visure"
	level2   = "https://www.spid.gov.it/SpidL2"
	fiscal   = "https://attributes.eid.gov.it/fiscal_number"
)

// gateway is a real OpenID provider with a page to sign in at, behind a proxy that
// may change what it answers.
type gateway struct {
	op.Storage // what no test makes the provider call

	issuer       string
	redirects    []string // registered
	loggedOut    string   // registered
	clientSecret string   // none: a public client

	down atomic.Pointer[string] // a path that does not answer

	mu       sync.Mutex
	key      signingKey
	keys     []op.Key
	requests map[string]*request
	ended    []string // subjects whose session was ended
	acr      string
	claims   map[string]any // about the person
	tamper   func(path string, body []byte) []byte
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
func (r *request) GetSubject() string     { return "AAAA-0001" }
func (r *request) Done() bool             { return !r.at.IsZero() }
func (r *request) GetCodeChallenge() *zoidc.CodeChallenge {
	return &zoidc.CodeChallenge{Challenge: r.CodeChallenge, Method: r.CodeChallengeMethod}
}
func (r *request) GetResponseMode() zoidc.ResponseMode { return r.ResponseMode }

// signingKey is a key of the gateway; published its public half.
type signingKey struct {
	id  string
	alg jose.SignatureAlgorithm
	key any
}

type published struct{ signingKey }

func (k signingKey) ID() string                                  { return k.id }
func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return k.alg }
func (k signingKey) Key() any                                    { return k.key }
func (p published) Algorithm() jose.SignatureAlgorithm           { return p.alg }
func (p published) Use() string                                  { return "sig" }
func (p published) Key() any {
	if rsaKey, ok := p.key.(*rsa.PrivateKey); ok {
		return &rsaKey.PublicKey
	}
	return &p.key.(*ecdsa.PrivateKey).PublicKey
}

// firstKey is made once: making it takes long.
var firstKey = sync.OnceValue(func() signingKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return signingKey{"first", jose.RS256, key}
})

func newKey(t *testing.T, id string) signingKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return signingKey{id, jose.ES256, key}
}

// startGateway starts one that knows no redirect address yet.
func startGateway(t *testing.T) *gateway {
	t.Helper()
	g := &gateway{acr: level2, requests: map[string]*request{}, claims: map[string]any{fiscal: "TINIT-RSSMRA80A01H501U"}}
	g.sign(firstKey())
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
	})
	t.Cleanup(front.Close)
	g.issuer = front.URL
	provider, err := op.NewProvider(&op.Config{CodeMethodS256: true, DefaultLogoutRedirectURI: "/bye"}, g,
		op.StaticIssuer(g.issuer), op.WithAllowInsecure())
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
		g.requests[r.FormValue("id")].at = time.Now()
		g.mu.Unlock()
		http.Redirect(w, r, callback(r.Context(), r.FormValue("id")), http.StatusSeeOther)
	})
	return g
}

// sign makes the gateway sign with a key and publish it alone.
func (g *gateway) sign(k signingKey) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.key, g.keys = k, []op.Key{published{k}}
}

// change is the proxy's; an error becomes its status 502.
func (g *gateway) change(res *http.Response) error {
	if path := g.down.Load(); path != nil && *path == res.Request.URL.Path {
		return errors.New("down")
	}
	g.mu.Lock()
	tamper := g.tamper
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

// answers changes a member of the JSON that a path answers.
func (g *gateway) answers(path, member string, change func(any) any) {
	g.tamper = func(at string, body []byte) []byte {
		var answer map[string]any
		if at != path || json.Unmarshal(body, &answer) != nil {
			return body
		}
		answer[member] = change(answer[member])
		changed, _ := json.Marshal(answer)
		return changed
	}
}

// claimed has the ID token say something else, signed by the gateway all the same.
func (g *gateway) claimed(t *testing.T, change func(claims map[string]any)) {
	g.answers("/oauth/token", "id_token", func(token any) any {
		parsed, err := jose.ParseSignedCompact(token.(string), []jose.SignatureAlgorithm{g.key.alg})
		if err != nil {
			t.Error(err)
			return ""
		}
		var claims map[string]any
		_ = json.Unmarshal(parsed.UnsafePayloadWithoutVerification(), &claims)
		change(claims)
		return signed(t, claims, g.key.alg, g.key.key, g.key.id)
	})
}

func signed(t *testing.T, claims map[string]any, alg jose.SignatureAlgorithm, key any, id string) string {
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", id))
	if err != nil {
		t.Error(err)
		return ""
	}
	payload, _ := json.Marshal(claims)
	token, err := signer.Sign(payload)
	if err != nil {
		t.Error(err)
		return ""
	}
	text, _ := token.CompactSerialize()
	return text
}
