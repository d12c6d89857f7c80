package oidc_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
)

// office is a server whose people sign in through a gateway, as ours does.
type office struct {
	provider *oidc.Provider
	address  string

	mu   sync.Mutex
	kept map[string]oidc.Ceremony
	// alter changes what Finish is given.
	alter func(*oidc.Ceremony, *string, url.Values)
	came  int // answers
	id    oidc.Identity
	err   error
}

// startOffice starts an office and registers it with the gateway.
func startOffice(t *testing.T, g *oidctest.Gateway, configure func(*oidc.Config)) *office {
	t.Helper()
	o := &office{kept: map[string]oidc.Ceremony{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /signin", o.begin)
	mux.HandleFunc("GET /callback", o.finish)
	mux.HandleFunc("GET /bye", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "bye "+r.FormValue("state")) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.address = server.URL
	g.Redirects, g.LoggedOut = []string{server.URL + "/callback"}, server.URL+"/bye"
	config := oidc.Config{Issuer: g.Issuer, ClientID: oidctest.ClientID, RedirectURL: g.Redirects[0], PostLogoutRedirectURL: g.LoggedOut}
	if configure != nil {
		configure(&config)
	}
	var err error
	if o.provider, err = oidc.New(config); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) begin(w http.ResponseWriter, r *http.Request) {
	start, err := o.provider.Begin(r.Context())
	if err != nil {
		o.ended(oidc.Identity{}, err)
		http.Error(w, "accesso non disponibile", http.StatusServiceUnavailable)
		return
	}
	o.mu.Lock()
	o.kept[start.Ceremony.Binding] = start.Ceremony
	o.mu.Unlock()
	http.SetCookie(w, &http.Cookie{Name: "accesso", Value: start.Cookie, Path: "/", HttpOnly: true})
	http.Redirect(w, r, start.Location, http.StatusSeeOther)
}

func (o *office) finish(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie("accesso")
	if err != nil {
		http.Error(w, "accesso non riuscito", http.StatusForbidden)
		return
	}
	value, answer := cookie.Value, r.URL.Query()
	o.mu.Lock()
	kept := o.kept[oidc.BindingOf(value)]
	delete(o.kept, kept.Binding)
	if o.alter != nil {
		o.alter(&kept, &value, answer)
	}
	o.came++
	o.mu.Unlock()
	o.ended(o.provider.Finish(r.Context(), kept, value, answer))
}

func (o *office) ended(id oidc.Identity, err error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.id, o.err = id, err
}

// browser is a person's: it follows the gateway and the office wherever they send it.
type browser struct {
	t *testing.T
	http.Client
}

// newBrowser has connections of its own: a httptest.Server that closes ends those of
// http.DefaultTransport, also where another test is in the middle of a request.
func newBrowser(t *testing.T) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{t, http.Client{Jar: jar, Transport: transport}}
}

// signIn goes to the office, from there to the gateway's page, signs in, and is
// back at the office; it returns what became of it, and the last address.
func (b *browser) signIn(o *office) (oidc.Identity, *url.URL, error) {
	b.t.Helper()
	at := b.visit(b.Get(o.address + "/signin"))
	if at.Path == "/login" {
		at = b.visit(b.PostForm(at.String(), url.Values{}))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.id, at, o.err
}

// visit returns where the browser was sent in the end.
func (b *browser) visit(res *http.Response, err error) *url.URL {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	res.Body.Close()
	return res.Request.URL
}

// leaks tells whether an error says what it may not.
func leaks(err error, secrets ...string) bool {
	for _, s := range secrets {
		if s != "" && strings.Contains(err.Error(), s) {
			return true
		}
	}
	return false
}
