package web_test

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	jose "github.com/go-jose/go-jose/v4"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/auth/oidc/oidctest"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
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
		"a token that is not for us is refused, and entered":       strangeTokens,
		"what gives rights wants more than a session of SPID":      oldAtTheGateway,
		"of level 1 SPID is no second factor":                      firstLevel,
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
	if !strings.Contains(page, "Anagrafe (TOP)") || a.cookie("__Host-visure_sessione") == "" || a.cookie("__Host-visure_spid") != "" {
		t.Fatalf("came in: %s", page)
	}
	v := w.visitor()
	v.address = a.address
	v.traced(top, "sign-in oidc "+oidctest.Level2)
	// Of level 2 is a second factor: without another one TOP may act.
	page = a.form(http.StatusOK, "/ruolo", map[string]string{"role": "top", "comune": string(w.comune)})
	if !strings.Contains(page, "Anagrafe (TOP)") {
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
	if page = a.get(http.StatusOK, "/ruolo"); !strings.Contains(page, `name="password"`) {
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

// oldAtTheGateway has a TOP come in by a session that they have had at the gateway for
// a while: what is told of their second factor is that.
func oldAtTheGateway(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a := o.abroad(t)
	a.gateway.Person(w.codiceFiscale("top"))
	for began, want := range map[time.Duration]bool{9 * time.Minute: false, 0: true} {
		a.gateway.Since(time.Now().Add(-began))
		arrive(a.browser, http.StatusOK, a.recognised(a.browser))
		s, err := (&auth.Sessions{DB: o.pool, Now: time.Now}).Authenticate(t.Context(), a.cookie("__Host-visure_sessione"))
		if err != nil {
			t.Fatal(err)
		}
		if age := time.Since(s.SteppedUpAt); age < began || age > began+time.Minute {
			t.Errorf("recognised %s ago, stepped up %s ago", began, age)
		}
		later := time.Now().Add(2 * time.Minute)
		if c := edge.NewCaller(s.Actor, s, "x", "", later); c.SteppedUp != want {
			t.Errorf("two minutes later, recognised %s ago, the second factor is fresh: %v", began, c.SteppedUp)
		}
	}
}

// firstLevel leads who comes in to a second factor of their own: to TOP they have
// proven none.
func firstLevel(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a := o.abroad(t)
	a.gateway.Person(w.codiceFiscale("top"))
	a.gateway.Level(oidctest.Level1)
	a.refusedWith(w, a.browser, arrive(a.browser, http.StatusForbidden, a.recognised(a.browser)))
	a.start(o, oidctest.Level2, oidctest.Level1)
	if page := arrive(a.browser, http.StatusOK, a.recognised(a.browser)); !strings.Contains(page, "Il ruolo che hai lo vuole") {
		t.Errorf("came in: %s", page)
	}
	a.form(http.StatusForbidden, "/ruolo", map[string]string{"role": "top", "comune": string(w.comune)})
}

// strangeTokens has a gateway say what it should not, or somebody in its place.
func strangeTokens(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a := o.abroad(t)
	a.gateway.Person(w.codiceFiscale("operator"))
	set := func(name string, value any) func() {
		return func() { a.gateway.Claimed(t, func(claims map[string]any) { claims[name] = value }) }
	}
	signed := func(token func(claims map[string]any) string) func() {
		return func() {
			a.gateway.Answers("/oauth/token", "id_token", func(genuine any) any {
				payload, err := base64.RawURLEncoding.DecodeString(strings.Split(genuine.(string), ".")[1])
				if err != nil {
					t.Error(err)
				}
				var claims map[string]any
				_ = json.Unmarshal(payload, &claims)
				return token(claims)
			})
		}
	}
	for name, spoil := range map[string]func(){
		"another nonce":    set("nonce", "another"),
		"another audience": set("aud", "altri"),
		"another issuer":   set("iss", "https://altrove.example"),
		"expired":          set("exp", time.Now().Add(-time.Second).Unix()),
		"seen long ago":    set("auth_time", time.Now().Add(-time.Hour).Unix()),
		"alg none": signed(func(claims map[string]any) string {
			text, _ := json.Marshal(claims)
			encode := base64.RawURLEncoding.EncodeToString
			return encode([]byte(`{"alg":"none"}`)) + "." + encode(text) + "."
		}),
		"HS256 with the public key": signed(func(claims map[string]any) string {
			return oidctest.Signed(t, claims, jose.HS256, oidctest.PublicKey(t, oidctest.FirstKey()), "first")
		}),
	} {
		t.Log(name)
		spoil()
		b := a.another()
		a.refusedWith(w, b, arrive(b, http.StatusForbidden, a.recognised(b)))
	}
	a.gateway.Tamper = nil
	arrive(a.browser, http.StatusOK, a.recognised(a.browser))
}

func gatewayAway(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	a := o.abroad(t)
	a.gateway.Person(w.codiceFiscale("operator"))
	down := func(path string) { a.gateway.Down.Store(&path) }
	down("/.well-known/openid-configuration")
	if page := a.get(http.StatusServiceUnavailable, "/accedi/spid"); !strings.Contains(page, "Riprova fra 5 secondi") {
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
