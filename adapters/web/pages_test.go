package web_test

import (
	"bytes"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"pages lead from the invitation to the instructions": fromInvitationToInstructions,
		"forms of others are refused":                        forgedForms,
		"a session given before the sign-in is not adopted":  fixedSession,
		"a sign-in that fails has one answer":                oneAnswer,
		"cookies that are not ours are worth nothing":        strangeCookies,
		"a token in an address is none":                      tokenInAddress,
		"a password is not guessed":                          guessing,
		"who comes too often must wait":                      tooMany,
		"members nobody asked for are refused by name":       massAssignment,
	})
}

func fromInvitationToInstructions(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	var log bytes.Buffer
	h := o.server(func(s *web.Server) {
		s.Edge.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}).Handler()
	cf := domain.CodiceFiscale(w.users[int(w.entered.Add(1))%len(w.users)].CodiceFiscale)
	b, top := newBrowser(t, h), w.keys.UtenteID(cf)
	enter(w, top.Stream(), commands.RegisterUtente{CodiceFiscale: cf, Cognome: "Bianchi", Nome: "Mario"})
	enter(w, top.Stream(), commands.AppointUtente{Comune: w.comune, Mansione: "Responsabile dell'Anagrafe"})
	enter(w, w.comune.Stream(), commands.NameTop{Utente: top})
	if err := o.accounts.Open(t.Context(), top, ""); err != nil {
		t.Fatal(err)
	}
	secret, err := o.accounts.Invite(t.Context(), top)
	if err != nil {
		t.Fatal(err)
	}
	link := "/invito/" + secret
	b.get(http.StatusOK, link)
	b.form(http.StatusUnprocessableEntity, link, map[string]string{"password": aPassword, "ripetuta": "altra"})
	b.form(http.StatusUnprocessableEntity, link, map[string]string{"password": "corta", "ripetuta": "corta"})
	b.form(http.StatusOK, link, map[string]string{"password": aPassword, "ripetuta": aPassword})
	b.get(http.StatusNotFound, link)
	w.rolesKnown(t)
	page := b.form(http.StatusOK, "/accedi", map[string]string{"accesso": top.Codice(), "password": aPassword})
	if !strings.Contains(page, "Il ruolo che hai lo vuole") {
		t.Fatalf("signed in: %s", page)
	}
	choice := map[string]string{"role": "top", "comune": string(w.comune)}
	if page = b.form(http.StatusForbidden, "/ruolo", choice); !strings.Contains(page, "secondo fattore") {
		t.Errorf("TOP without a second factor: %s", page)
	}
	page = b.form(http.StatusOK, "/profilo/secondo-fattore", nil)
	key := regexp.MustCompile(`<code>([A-Z2-7]+)</code>`).FindStringSubmatch(page)
	code, err := totp.GenerateCode(key[1], time.Now())
	if err != nil {
		t.Fatal(err)
	}
	b.send(http.StatusUnprocessableEntity, "/profilo/secondo-fattore/conferma", hidden(page, "modulo"), map[string]string{"codice": "1"})
	before := b.cookie("__Host-visure_sessione")
	page = b.send(http.StatusOK, "/profilo/secondo-fattore/conferma", hidden(page, "modulo"), map[string]string{"codice": code})
	if codes := regexp.MustCompile(`<li>([0-9A-Z]{4}-){3}`).FindAllString(page, -1); len(codes) != 10 || !strings.Contains(page, `href="/istruzioni"`) {
		t.Errorf("enrolled: %s", page)
	}
	page = b.get(http.StatusOK, "/istruzioni")
	if !strings.Contains(page, "Accetto le istruzioni") || b.cookie("__Host-visure_sessione") == before {
		t.Errorf("in a capacity: %s", page)
	}
	accept := map[string]string{"comune": string(w.comune), "versione": hidden(page, "versione")}
	if page = b.form(http.StatusOK, "/istruzioni", accept); !strings.Contains(page, "Accettate") {
		t.Errorf("accepted: %s", page)
	}
	page = b.send(http.StatusOK, "/esci", hidden(page, "modulo"), nil)
	if b.cookie("__Host-visure_sessione") != "" || !strings.Contains(page, `action="/accedi"`) {
		t.Errorf("signed out: %s", page)
	}
	// With the code, and by the one before the sign-in is not ended.
	page = b.form(http.StatusOK, "/accedi", map[string]string{"accesso": top.Codice(), "password": aPassword})
	fields := map[string]string{"passo": hidden(page, "passo"), "fattore": hidden(page, "fattore"), "codice": code}
	page = b.send(http.StatusForbidden, "/accedi/codice", hidden(page, "modulo"), fields)
	fields["codice"], _ = totp.GenerateCode(key[1], time.Now().Add(30*time.Second))
	b.send(http.StatusOK, "/accedi/codice", hidden(page, "modulo"), fields)
	for _, s := range []string{secret, aPassword, fields["passo"], before} {
		if strings.Contains(log.String(), s) {
			t.Errorf("the log has a secret in it: %s", log.String())
		}
	}
}

// signedIn is a browser of a person who has signed in.
func (w *world) signedIn(t *testing.T, name string) *browser {
	t.Helper()
	w.account(name)
	b := newBrowser(t, w.server(nil).Handler())
	b.form(http.StatusOK, "/accedi", map[string]string{"accesso": w.people[name].Utente.Codice(), "password": aPassword})
	return b
}

func forgedForms(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b, id := w.signedIn(t, "operator"), w.people["operator"].Utente
	choice := map[string]string{"role": "standard", "ente": string(w.ente)}
	token := hidden(b.get(http.StatusOK, "/ruolo"), "modulo")
	v := w.visitor()
	v.address = b.address
	for _, from := range []string{"cross-site", "same-site", "-"} {
		b.from = from
		b.send(http.StatusForbidden, "/ruolo", token, choice)
	}
	v.traced(id, "choose-capacity foreign_origin")
	b.from = "-"
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/ruolo", strings.NewReader(url.Values{"modulo": {token}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://altrove.example")
	if resp, text := b.read(b.Do(r)); resp.StatusCode != http.StatusForbidden {
		t.Errorf("from another origin the page answers %d %s", resp.StatusCode, text)
	}
	b.from = "same-origin"
	for _, wrong := range []string{"", "x", strings.Repeat("A", 43)} {
		b.send(http.StatusForbidden, "/ruolo", wrong, choice)
	}
	v.traced(id, "choose-capacity forged_form")
	b.send(http.StatusRequestEntityTooLarge, "/ruolo", token, map[string]string{"altro": strings.Repeat("x", 17<<10)})
	v.traced(id, "choose-capacity too_large")
	for _, noText := range []string{"a\x00b", "\xff\xfe"} {
		b.send(http.StatusBadRequest, "/ruolo", token, map[string]string{"altro": noText})
	}
	b.send(http.StatusOK, "/ruolo", token, choice) // none of which did anything
	stranger := newBrowser(t, o.server(nil).Handler())
	stranger.send(http.StatusForbidden, "/accedi", token, map[string]string{"accesso": id.Codice(), "password": aPassword})
	v.address = stranger.address
	v.traced("", "sign-in forged_form")
}

func fixedSession(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	attacker := w.signedIn(t, "colleague")
	planted := attacker.cookie("__Host-visure_sessione")
	w.account("operator")
	b := newBrowser(t, o.server(nil).Handler())
	at, _ := url.Parse(b.url)
	b.Jar.SetCookies(at, []*http.Cookie{{Name: "__Host-visure_sessione", Value: planted, Secure: true, Path: "/"}})
	b.form(http.StatusOK, "/accedi", map[string]string{"accesso": w.people["operator"].Utente.Codice(), "password": aPassword})
	if got := b.cookie("__Host-visure_sessione"); got == planted || got == "" {
		t.Errorf("the session is %q", got)
	}
	if page := attacker.get(http.StatusOK, "/ruolo"); strings.Contains(page, w.people["operator"].Utente.Codice()) {
		t.Error("the planted session is of the person who signed in")
	}
}

// oneAnswer: that a password costs one evaluation whatever the reason, the accounts'
// own tests count.
func oneAnswer(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	answers := map[string]bool{}
	v := w.visitor()
	v.server = o.standingStill(t)
	try := func(login, password string) {
		t.Helper()
		resp, text := v.send(http.MethodPost, "/api/v1/sessions", object{"accesso": login, "password": password})
		resp.Header.Del("Date")
		answers[resp.Status+resp.Header.Get("Content-Length")+headersOf(resp.Header)+string(text)] = true
	}
	codice := w.people["operator"].Utente.Codice()
	try("U-AAAAA-AAAAA", aPassword)
	try("nessuno@ente.example", aPassword)
	try(w.people["colleague"].Utente.Codice(), aPassword) // who has no password
	for range 7 {
		try(codice, "un'altra password")
	}
	try(codice, aPassword) // right, and too early
	if len(answers) != 1 {
		t.Errorf("there are %d answers: %v", len(answers), answers)
	}
	v.traced("", "sign-in refused")
	v.traced(w.people["operator"].Utente, "sign-in refused")
}

// standingStill is a server at which it is the same instant always, for its accounts too:
// a delay does not pass, and no try comes back, however slow the machine.
func (o *office) standingStill(t *testing.T) string {
	t.Helper()
	stop := standing(t, o)
	return serve(t, o.server(func(s *web.Server) {
		stop(s)
		accounts := o.newAccounts(t, s.Edge.Commands.Now)
		access := *s.API.Access
		access.Accounts = accounts
		s.API.Access = &access
	}).Handler())
}

func headersOf(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b)
	return b.String()
}

func strangeCookies(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.signedIn(t, "operator")
	good := "__Host-visure_sessione=" + b.cookie("__Host-visure_sessione")
	plain := &http.Client{Transport: b.Transport, CheckRedirect: staying.CheckRedirect}
	ask := func(path, cookie string) (int, string) {
		t.Helper()
		b.address = w.visitor().address
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+path, nil)
		r.Header.Set("Cookie", cookie)
		resp, _ := b.read(plain.Do(r))
		return resp.StatusCode, location(resp)
	}
	bearer := w.visitor()
	w.account("colleague")
	bearer.comeIn("colleague")
	v := w.visitor()
	for name, cookie := range map[string]string{
		"one letter more":        good + "x",
		"one letter less":        good[:len(good)-1],
		"long":                   "__Host-visure_sessione=" + strings.Repeat("x", 20<<10),
		"the token of a program": "__Host-visure_sessione=" + bearer.token,
		"another's":              "__Host-visure_sessione=" + strings.Repeat("A", 43),
	} {
		if status, to := ask("/profilo", cookie); status != http.StatusSeeOther || to != "/accedi" {
			t.Errorf("%s: %d %s", name, status, to)
		}
		v.address = b.address
		v.traced("", "read-account unauthenticated")
	}
	for name, cookie := range map[string]string{"twice": good + "; " + good, "under a plain name": strings.TrimPrefix(good, "__Host-"), "none": ""} {
		if status, to := ask("/profilo", cookie); status != http.StatusSeeOther || to != "/accedi" {
			t.Errorf("%s: %d %s", name, status, to)
		}
	}
	if status, _ := ask("/api/v1/session", good); status != http.StatusUnauthorized { // the API knows no cookies
		t.Errorf("the API is asked with a cookie: %d", status)
	}
	v.address = b.address
	v.traced("", "read-session unauthenticated")
	if status, _ := ask("/ruolo", good); status != http.StatusOK {
		t.Errorf("with its own: %d", status)
	}
}

func tokenInAddress(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v := w.visitor()
	token := w.people["operator"].token
	for _, name := range []string{"access_token", "token", "Authorization"} {
		v.refused("unauthenticated", http.MethodGet, "/api/v1/visure?"+name+"="+token, nil)
	}
	v.token = token
	v.refused("invalid", http.MethodGet, "/api/v1/visure?access_token="+token, nil)
	v.traced(w.people["operator"].Utente, "list-visure unknown_item")
}

func guessing(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	v, codice := w.visitor(), w.people["operator"].Utente.Codice()
	v.server = o.standingStill(t)
	for range 6 {
		v.refused("forbidden", http.MethodPost, "/api/v1/sessions", object{"accesso": codice, "password": "sbagliata"})
	}
	var until time.Time
	if err := o.pool.QueryRow(t.Context(), `SELECT until FROM guess WHERE subject = $1`, "password/"+string(w.people["operator"].Utente)).Scan(&until); err != nil {
		t.Fatal(err)
	}
	v.refused("forbidden", http.MethodPost, "/api/v1/sessions", object{"accesso": codice, "password": aPassword})
	v.traced(w.people["operator"].Utente, "sign-in refused")
}

func tooMany(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, other := w.visitor(), w.visitor()
	v.server = o.standingStill(t) // what a network may do comes back with time
	other.server = v.server
	for range 600 {
		v.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", object{"passo": "x"})
	}
	resp, _ := v.send(http.MethodPost, "/api/v1/sessions/completion", object{"passo": "x"})
	if resp.StatusCode != http.StatusTooManyRequests || resp.Header.Get("Retry-After") == "" {
		t.Errorf("after 600: %d, Retry-After %q", resp.StatusCode, resp.Header.Get("Retry-After"))
	}
	v.traced("", "finish-sign-in too_many_requests")
	other.refused("forbidden", http.MethodPost, "/api/v1/sessions/completion", object{"passo": "x"})
}

func massAssignment(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v := w.visitor()
	for path, body := range map[string]object{
		"/api/v1/sessions":               {"accesso": "a", "password": "b", "role": "top"},
		"/api/v1/sessions/completion":    {"passo": "x", "secondo_fattore": true},
		"/api/v1/invitations/redemption": {"segreto": "x", "password": aPassword, "utente": string(w.people["top"].Utente)},
	} {
		p := v.refused("invalid", http.MethodPost, path, body)
		if len(p.Errors) != 1 || p.Errors[0].Message != "elemento sconosciuto" {
			t.Errorf("%s: %+v", path, p.Errors)
		}
	}
	v.token = w.people["operator"].token
	v.refused("forbidden", http.MethodPost, "/api/v1/session/capacity", object{"role": domain.RoleTop, "comune": w.comune})
	v.refused("too_large", http.MethodPost, "/api/v1/sessions", object{"accesso": strings.Repeat("x", 65<<10)})
}
