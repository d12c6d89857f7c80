package web_test

import (
	"bytes"
	"html"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"SPID and CIE lead to a capacity and out again":            throughTheGateway,
		"whom the gateway knows and nobody registered is refused":  notRegistered,
		"an answer of the gateway counts once and for its browser": strangeAnswers,
		"a gateway that does not answer is said to be away":        gatewayAway,
		"without a gateway there is no SPID":                       noGateway,
	})
}

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

// start makes what knows the gateway, anew as a server that starts does.
func (a *abroad) start(o *office) {
	a.t.Helper()
	provider, err := oidc.New(oidc.Config{
		Issuer: a.gateway.Issuer, ClientID: oidctest.ClientID, RedirectURL: a.url + callback, PostLogoutRedirectURL: a.url + "/accedi",
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

func throughTheGateway(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a, top := o.abroad(t), w.people["top"].Utente
	cf := w.codiceFiscale("top")
	a.gateway.Person(cf)
	if page := a.get(http.StatusOK, "/accedi"); !strings.Contains(page, `href="/accedi/spid"`) {
		t.Errorf("SPID is not offered: %s", page)
	}
	back := a.recognised(a.browser)
	page := arrive(a.browser, http.StatusOK, back)
	if !strings.Contains(page, "Con quale ruolo") || a.cookie("__Host-visure_sessione") == "" || a.cookie("__Host-visure_spid") != "" {
		t.Fatalf("came in: %s", page)
	}
	v := w.visitor()
	v.address = a.address
	v.traced(top, "sign-in oidc "+oidctest.Level2)
	// Of level 2 is a second factor: without another one TOP may act.
	page = a.form(http.StatusOK, "/accedi/capacita", map[string]string{"role": "top", "comune": string(w.comune)})
	if !strings.Contains(page, "struzioni") {
		t.Errorf("as TOP: %s", page)
	}
	v.traced(top, "choose-capacity ok")

	resp, page := a.read(a.PostForm(a.url+"/esci", url.Values{"modulo": {hidden(page, "modulo")}}))
	action, fields := posts(t, page)
	hint := fields.Get("id_token_hint")
	if resp.StatusCode != http.StatusOK || hint == "" || strings.Contains(action, "?") || !strings.HasPrefix(action, a.gateway.Issuer+"/") {
		t.Fatalf("%s leads out by %s: %s", resp.Status, action, page)
	}
	want := "form-action 'self' " + a.gateway.Issuer + ";" // back to us the gateway leads
	if got := resp.Header.Get("Content-Security-Policy"); !strings.Contains(got, want) {
		t.Errorf("the policy is %s, want %s", got, want)
	}
	v.traced(top, "sign-out ok")
	resp, page = a.read(a.PostForm(action, fields))
	if resp.Request.URL.Host+resp.Request.URL.Path != strings.TrimPrefix(a.url, "https://")+"/accedi" || !slices.Equal(a.gateway.Ended(), []string{oidctest.Subject}) {
		t.Errorf("ends at %s, with the sessions of %v ended: %s", resp.Request.URL, a.gateway.Ended(), page)
	}
	if policy := resp.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self';") {
		t.Errorf("the policy of another page is %s", policy)
	}
	if page = a.get(http.StatusOK, "/accedi/capacita"); !strings.Contains(page, `name="password"`) {
		t.Errorf("signed out: %s", page)
	}
	secrets := []string{hint, cf, "TINIT", query(t, back, "code"), query(t, back, "state")}
	for _, s := range secrets[:3] {
		if slices.ContainsFunc(a.seen, func(address string) bool { return strings.Contains(address, s) }) {
			t.Errorf("an address has personal data in it: %q", a.seen)
		}
	}
	for _, s := range secrets {
		if strings.Contains(a.log.String(), s) {
			t.Errorf("the log has %q in it: %s", s, a.log.String())
		}
	}
}

// codiceFiscale is that of a person of the world.
func (w *world) codiceFiscale(name string) string {
	w.t.Helper()
	u, err := commands.Load(w.t.Context(), w.handler, w.people[name].Utente.Stream())
	if err != nil {
		w.t.Fatal(err)
	}
	return string(u.CodiceFiscale)
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

func notRegistered(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a := o.abroad(t)
	cf := w.users[int(w.entered.Add(1))%len(w.users)].CodiceFiscale
	a.gateway.Person(cf)
	a.refusedWith(w, a.browser, arrive(a.browser, http.StatusForbidden, a.recognised(a.browser)))
	id := w.keys.UtenteID(domain.CodiceFiscale(cf))
	if entries := w.entries(id, a.address); len(entries) != 0 {
		t.Errorf("who is not registered has a journal: %q", entries)
	}
	if strings.Contains(a.log.String(), cf) {
		t.Errorf("the log says who: %s", a.log.String())
	}
}

func strangeAnswers(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a := o.abroad(t)
	a.gateway.Person(w.codiceFiscale("operator"))
	at, _ := url.Parse(a.url)
	// again sends the callback with the cookie it was answered with, or another's.
	again := func(name, back, cookie string) {
		t.Helper()
		b := a.another()
		if cookie != "" {
			b.Jar.SetCookies(at, []*http.Cookie{{Name: "__Host-visure_spid", Value: cookie, Secure: true, Path: "/"}})
		}
		t.Log(name)
		a.refusedWith(w, b, arrive(b, http.StatusForbidden, back))
	}
	back := a.recognised(a.browser)
	cookie := a.cookie("__Host-visure_spid")
	again("a browser without the cookie", back, "")
	again("a cookie nobody was given", back, strings.Repeat("A", 43))
	arrive(a.browser, http.StatusOK, back) // none of which did anything
	again("the same answer again", back, cookie)

	other := a.another()
	theirs := a.recognised(other)
	again("another's cookie", a.recognised(a.another()), other.cookie("__Host-visure_spid"))
	again("which used theirs up", theirs, other.cookie("__Host-visure_spid"))

	for name, spoil := range map[string]func(url.Values){
		"a foreign state":          func(v url.Values) { v.Set("state", strings.Repeat("A", 43)) },
		"no state":                 func(v url.Values) { v.Del("state") },
		"two states":               func(v url.Values) { v.Add("state", "x") },
		"a code of nobody":         func(v url.Values) { v.Set("code", "x") },
		"another gateway's answer": func(v url.Values) { v.Set("iss", "https://altrove.example") },
		"a refusal":                func(v url.Values) { v.Set("error", "access_denied"); v.Set("error_description", "Mario Rossi") },
	} {
		b := a.another()
		back, _ := url.Parse(a.recognised(b))
		answer := back.Query()
		spoil(answer)
		cookie := b.cookie("__Host-visure_spid")
		t.Log(name)
		a.refusedWith(w, b, arrive(b, http.StatusForbidden, callback+"?"+answer.Encode()))
		again(name+", mended", back.RequestURI(), cookie) // what was begun has ended
	}
	if strings.Contains(a.log.String(), "Mario Rossi") {
		t.Errorf("the log says what the gateway said of a person: %s", a.log.String())
	}
}

func gatewayAway(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a := o.abroad(t)
	a.gateway.Person(w.codiceFiscale("operator"))
	down := func(path string) { a.gateway.Down.Store(&path) }
	down("/.well-known/openid-configuration")
	if page := a.get(http.StatusServiceUnavailable, "/accedi/spid"); !strings.Contains(page, "riprovare tra poco") {
		t.Errorf("away: %s", page)
	}
	a.gateway.Down.Store(nil)
	back := a.recognised(a.browser)
	down("/oauth/token")
	arrive(a.browser, http.StatusServiceUnavailable, back)
	a.gateway.Down.Store(nil)
	page := arrive(a.browser, http.StatusOK, a.recognised(a.browser))
	a.start(o)
	down("/.well-known/openid-configuration")
	page = a.send(http.StatusOK, "/esci", hidden(page, "modulo"), nil) // here one can leave all the same
	if !strings.Contains(page, `name="password"`) || a.cookie("__Host-visure_sessione") != "" {
		t.Errorf("signed out: %s", page)
	}
}

func noGateway(t *testing.T, o *office) {
	b := newBrowser(t, o.server(nil).Handler())
	if page := b.get(http.StatusOK, "/accedi"); strings.Contains(page, "SPID") {
		t.Errorf("SPID is offered: %s", page)
	}
	b.get(http.StatusNotFound, "/accedi/spid")
	b.get(http.StatusNotFound, callback+"?code=x&state=x")
}
