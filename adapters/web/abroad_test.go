package web_test

import (
	"bytes"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/commands"
)

// abroad is a server whose people come in by a gateway.
type abroad struct {
	*browser
	gateway *oidctest.Gateway
	access  *commands.Access
	log     bytes.Buffer // what the server wrote
	seen    []string     // addresses the browser has asked
}

const callback = "/accedi/spid/ritorno"

// abroad registers a server of its own at a gateway of its own. Its browser is not sent
// on to the callback: arrive does that.
func (o *office) abroad(t *testing.T) *abroad {
	t.Helper()
	a := &abroad{gateway: oidctest.Start(t)}
	a.browser = newBrowser(t, o.server(func(s *web.Server) {
		a.access = s.Pages.Access
		s.Edge.Log = slog.New(slog.NewTextHandler(&a.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}).Handler())
	a.gateway.Redirects, a.gateway.LoggedOut = []string{a.url + callback}, a.url+"/accedi"
	a.start(o)
	a.stopAtCallback(a.browser)
	return a
}

// start makes what knows the gateway, anew as a server that starts does; it accepts
// some levels, or those that are accepted of themselves.
func (a *abroad) start(o *office, levels ...string) {
	a.t.Helper()
	provider, err := oidc.New(oidc.Config{
		Issuer: a.gateway.Issuer, ClientID: oidctest.ClientID, RedirectURL: a.url + callback, PostLogoutRedirectURL: a.url + "/accedi", ACR: levels,
	})
	if err != nil {
		a.t.Fatal(err)
	}
	a.access.Gateway = &auth.Gateway{
		DB: o.pool, Now: time.Now, Provider: provider,
		Vault: auth.Vault{Seal: o.keys.Seal, Unseal: o.keys.Unseal, AddressHash: o.keys.AddressHash},
	}
}

// stopAtCallback notes where a browser is sent, and lets it go there but to the callback.
func (a *abroad) stopAtCallback(b *browser) {
	b.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		a.seen = append(a.seen, r.URL.String())
		if r.URL.Path == callback {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

// another is another browser, at another address, before the same server.
func (a *abroad) another() *browser {
	a.t.Helper()
	b := newBrowser(a.t, nil)
	b.url = a.url
	a.stopAtCallback(b)
	return b
}

// recognised goes to the gateway, signs in there, and returns the address that the
// gateway sends the browser back to.
func (a *abroad) recognised(b *browser) string {
	a.t.Helper()
	resp, text := b.read(b.Get(a.url + "/accedi/spid"))
	if resp.Request.URL.Path != "/login" || !strings.HasPrefix(resp.Request.URL.String(), a.gateway.Issuer) {
		a.t.Fatalf("the browser is sent to %s: %s", resp.Request.URL, text)
	}
	resp, text = b.read(b.PostForm(resp.Request.URL.String(), nil))
	back, err := resp.Location()
	if err != nil || !strings.HasPrefix(back.String(), a.url+callback+"?") {
		a.t.Fatalf("the gateway answers %d, to %v: %s", resp.StatusCode, back, text)
	}
	return back.RequestURI()
}

// arrive comes back from the gateway, as another site's page sends a browser.
func arrive(b *browser, status int, back string) string {
	b.t.Helper()
	b.from = "cross-site"
	defer func() { b.from = "same-origin" }()
	return b.get(status, back)
}

// refusedWith wants the one answer to whoever cannot come in, no session, and an entry.
func (a *abroad) refusedWith(w *world, b *browser, page string) {
	a.t.Helper()
	if !strings.Contains(page, "Accesso non riuscito: controllare i dati e riprovare tra poco") || b.cookie("__Host-visure_sessione") != "" {
		a.t.Errorf("refused: %s", page)
	}
	v := w.visitor()
	v.address = b.address
	v.traced("", "finish-gateway refused")
}

// posts returns where the form of a page goes, and with which fields.
func posts(t *testing.T, page string) (action string, fields url.Values) {
	t.Helper()
	found := regexp.MustCompile(`<form action="([^"]+)" method="post">`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no form: %s", page)
	}
	fields = url.Values{}
	for _, f := range regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`).FindAllStringSubmatch(page, -1) {
		fields.Set(html.UnescapeString(f[1]), html.UnescapeString(f[2]))
	}
	return html.UnescapeString(found[1]), fields
}

// query is a parameter of an address.
func query(t *testing.T, address, name string) string {
	t.Helper()
	at, err := url.Parse(address)
	if err != nil || at.Query().Get(name) == "" {
		t.Fatalf("%s has no %s: %v", address, name, err)
	}
	return at.Query().Get(name)
}
