package web_test

import (
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"whatever is refused is traced, by whatever route":           everyRefusalIsTraced,
		"no body is waited for, by whatever route":                   slowBodies,
		"the delay of a guesser grows":                               guessingSlowsDown,
		"a code that was used to step up is refused, and traced":     replayedStepUp,
		"a sign-in says from which workstation it was, and what for": signInFromAWorkstation,
		"a file is not handed out to who another site leads to it":   filesFromElsewhere,
	})
}

// ownServer is a place whose requests go to a server of its own, from addresses nobody else
// uses.
func ownServer(t *testing.T, o *office, first int) (*place, *edge.Edge) {
	t.Helper()
	p := newPlace(t, o)
	var border *edge.Edge
	p.url, p.addresses = serve(t, o.server(func(s *web.Server) { border = s.Edge }).Handler()), first
	return p, border
}

// from is the address of the last request.
func (p *place) from() string { return fmt.Sprintf("198.18.%d.%d", p.addresses>>8, p.addresses&255) }

// tracedOf returns what journals have, by the address it came from.
func (p *place) tracedOf(people ...domain.UtenteID) map[string][]domain.AccessRecorded {
	p.t.Helper()
	all := map[string][]domain.AccessRecorded{}
	for _, id := range people {
		if _, err := p.store.Load(p.t.Context(), string(domain.AccessStream(id, time.Now())), commands.NoStream, func(r domain.Recorded) {
			e := r.Event.(domain.AccessRecorded)
			all[e.Address] = append(all[e.Address], e)
		}); err != nil {
			p.t.Fatal(err)
		}
	}
	return all
}

// everyRefusalIsTraced sends every route what is no good, as somebody who may do next to
// nothing, as who has chosen no capacity, and as nobody.
func everyRefusalIsTraced(t *testing.T, o *office) {
	p, border := ownServer(t, o, 40_000)
	callers := []caller{p.callers[19], p.callers[29], {}}
	refused := map[string]string{} // the routes, by address
	for _, r := range routes(t) {
		if r.name == "sign-out" { // which wants nothing
			continue
		}
		for _, who := range callers {
			resp, _ := p.exchange(r.method, p.fill(r.path, who), map[bool]string{true: `{"inventato":true}`}[r.method != http.MethodGet], who)
			if resp.StatusCode >= 400 && resp.StatusCode < 500 {
				refused[p.from()] = r.method + " " + r.path
			}
		}
	}
	border.Close()
	traced := p.tracedOf("", callers[0].actor.Utente, callers[1].actor.Utente)
	for address, route := range refused {
		switch all := traced[address]; {
		case len(all) != 1:
			t.Errorf("%s from %s was refused: %d entries", route, address, len(all))
		case all[0].Route != route || all[0].Action == "" || all[0].Action == "nowhere" || all[0].Outcome == "":
			t.Errorf("%s is entered as %+v", route, all[0])
		}
	}
	if len(refused) < 250 {
		t.Errorf("only %d were refused", len(refused))
	}
}

// longer are the routes that receive files, to which more time is given.
var longer = []string{"import-utenti", "attach-annex", "POST /convenzioni/{id}/allegati", "POST /utenti/importa", "keep-stemma"}

// slowBodies sends every route that may have a body the beginning of one.
func slowBodies(t *testing.T, o *office) {
	p, border := ownServer(t, o, 50_000)
	var all sync.WaitGroup
	tried := map[string]string{}
	for _, r := range routes(t) {
		if r.method == http.MethodGet || slices.Contains(longer, r.name) || strings.HasSuffix(r.path, "/esci") || r.name == "sign-out" || r.name == "revoke-session" {
			continue
		}
		kind := "application/json"
		if strings.Contains(r.name, " ") {
			kind = "application/x-www-form-urlencoded"
		}
		p.addresses++
		tried[p.from()] = r.name
		text := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nX-Forwarded-For: %s\r\nSec-Fetch-Site: same-origin\r\nContent-Type: %s\r\nContent-Length: 100\r\n\r\n{",
			r.method, p.fill(r.path, p.callers[0]), p.callers[0].bearer, p.from(), kind)
		all.Go(func() {
			conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
			if err != nil {
				t.Error(err)
				return
			}
			defer conn.Close()
			_ = conn.SetDeadline(time.Now().Add(25 * time.Second)) // less than the server's own bound
			fmt.Fprint(conn, text)
			answer, err := io.ReadAll(conn)
			if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 ") || strings.HasPrefix(string(answer), "HTTP/1.1 5") {
				t.Errorf("%s: %v: %s", r.name, err, answer)
			}
		})
	}
	all.Wait()
	border.Close()
	traced, late := p.tracedOf("", p.callers[0].actor.Utente), 0
	for address, name := range tried {
		for _, e := range traced[address] {
			if e.Outcome == "timeout" {
				late++
			} else if e.Outcome != "ok" {
				t.Logf("%s: %s", name, e.Outcome)
			}
		}
	}
	if len(tried) < 80 || late < len(tried)*3/4 { // the others want no body
		t.Errorf("of %d routes %d are entered as having waited for a body", len(tried), late)
	}
}

// guessingSlowsDown: on the clock of the accounts. Within the delay the right password is
// refused as a wrong one; after it a wrong one doubles the delay.
func guessingSlowsDown(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	now := time.Now()
	accounts := o.newAccounts(t, func() time.Time { return now })
	v, codice := w.visitor(), w.people["operator"].Utente.Codice()
	v.server = serve(t, o.server(func(s *web.Server) {
		access := *s.API.Access
		access.Accounts = accounts
		s.API.Access = &access
	}).Handler())
	guess := func(password string) bool {
		resp, _ := v.send(http.MethodPost, "/api/v1/sessions", object{"accesso": codice, "password": password})
		return resp.StatusCode == http.StatusOK
	}
	for range 5 {
		guess("sbagliata")
	}
	for delay := time.Second; delay < 15*time.Minute; delay *= 2 {
		now = now.Add(delay - time.Millisecond)
		if guess(aPassword) {
			t.Fatalf("a delay of %s was over before its time", delay)
		}
		now = now.Add(time.Millisecond)
		guess("sbagliata")
	}
	now = now.Add(15 * time.Minute)
	if !guess(aPassword) {
		t.Error("a delay is longer than a quarter of an hour")
	}
	v.traced(w.people["operator"].Utente, "sign-in refused")
}

func replayedStepUp(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v, id := w.elevated("operator"), w.people["operator"].Utente
	code := v.code()
	v.want(http.StatusNoContent, http.MethodPost, "/api/v1/session/step-up", object{"totp": code}, nil)
	v.refused("forbidden", http.MethodPost, "/api/v1/session/step-up", object{"totp": code})
	v.traced(id, "step-up refused")

	b := w.acting(t, "operator")
	token := hidden(b.get(http.StatusOK, "/profilo"), "modulo")
	if page := b.send(http.StatusUnprocessableEntity, "/identita", token, map[string]string{"totp": code}); strings.Contains(page, code) {
		t.Errorf("the code is shown: %s", page)
	}
	v.address = b.address
	v.traced(id, "step-up refused")
}

func signInFromAWorkstation(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	admin, b := w.elevated("admin"), newBrowser(t, o.server(nil).Handler())
	id := w.postazione("")
	enter(w, id.Stream(), commands.ApprovePostazione{Comune: w.comune})
	var link api.Link
	admin.post("/api/v1/postazioni/"+string(id)+"/links", nil, &link)
	b.form(http.StatusOK, strings.TrimPrefix(link.Collegamento, "https://visure.example"), nil)
	w.account("operator")
	b.form(http.StatusOK, "/accedi", map[string]string{"accesso": w.people["operator"].Utente.Codice(), "password": aPassword})
	signedIn := false
	if _, err := o.store.Load(t.Context(), string(domain.AccessStream(w.people["operator"].Utente, time.Now())), commands.NoStream, func(r domain.Recorded) {
		if e := r.Event.(domain.AccessRecorded); e.Action == "sign-in" {
			signedIn = true
			if e.Purpose != "accesso" || r.Meta.By.Postazione != string(id) || e.How != "password" {
				t.Errorf("signed in at %q: %+v", r.Meta.By.Postazione, e)
			}
		}
	}); err != nil || !signedIn {
		t.Errorf("signed in %v, %v", signedIn, err)
	}
}

// filesFromElsewhere asks for every page as everybody: what is a file is refused when
// another site leads to it.
func filesFromElsewhere(t *testing.T, o *office) {
	p, border := ownServer(t, o, 60_000)
	p.caughtUp()
	led := map[string]string{}
	for _, c := range matrix {
		method, path, page := strings.Cut(c.route, " ")
		if !page || method != http.MethodGet {
			continue
		}
		for _, who := range []caller{p.callers[0], p.callers[2], p.callers[3]} {
			p.site = "same-origin"
			id, query, _ := strings.Cut(c.id, "?")
			at := p.fill(strings.NewReplacer("{id}", id, "{codice}", id).Replace(path)+"?"+query, who)
			resp, _ := p.exchange(method, at, "", who)
			if resp.Header.Get("Content-Disposition") == "" {
				continue
			}
			for _, site := range []string{"cross-site", "same-site"} {
				p.site = site
				if resp, text := p.exchange(method, at, "", who); resp.StatusCode != http.StatusForbidden || resp.Header.Get("Content-Disposition") != "" {
					t.Errorf("%s is handed out %s: %d %s", c.route, site, resp.StatusCode, text)
				}
				led[p.from()] = c.route
			}
			p.site = "none"
			if resp, _ := p.exchange(method, at, "", who); resp.StatusCode != http.StatusOK {
				t.Errorf("%s from nowhere: %s", c.route, resp.Status)
			}
		}
	}
	border.Close()
	traced := p.tracedOf(p.callers[0].actor.Utente, p.callers[2].actor.Utente, p.callers[3].actor.Utente)
	for address, route := range led {
		if all := traced[address]; len(all) != 1 || all[0].Outcome != "foreign_origin" {
			t.Errorf("%s is entered as %+v", route, all)
		}
	}
	files := map[string]bool{}
	for _, route := range led {
		files[route] = true
	}
	if len(files) < 6 {
		t.Errorf("files are handed out by %v alone", files)
	}
}
