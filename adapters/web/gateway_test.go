package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
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
