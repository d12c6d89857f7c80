package web_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// about is the stream of a visura, as entries of a journal name it.
func about(id string) string { return string(domain.VisuraID(id).Stream()) }

// journalled compares an operator's whole journal. Whatever it holds, it names nobody.
func (w *world) journalled(who string, want ...domain.AccessRecorded) {
	w.t.Helper()
	for i := range want {
		want[i].Address, want[i].Purpose = "127.0.0.1", "richiesta"
	}
	got := w.journal(who)
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("the journal of %s: %s", who, diff)
	}
	text, err := json.Marshal(got)
	if err != nil {
		w.t.Fatal(err)
	}
	if found := personal.FindString(string(text)); found != "" {
		w.t.Errorf("the journal of %s holds %s", who, found)
	}
}

// personal is a codice fiscale, or the token of a person.
var personal = regexp.MustCompile(`[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]|[0-9a-f]{64}`)

// listed returns the ids of a page of the list.
func (w *world) listed(who, query, codiceFiscale string) (ids []string) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.url+"/api/v1/visure"+query, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.people[who].token)
	if codiceFiscale != "" {
		r.Header.Set("Visura-Codice-Fiscale", codiceFiscale)
	}
	resp, err := aside.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	var page projections.PaginaDi[projections.RigaElenco]
	if err := json.NewDecoder(resp.Body).Decode(&page); err != nil || resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s, %v", resp.Status, err)
	}
	for _, row := range page.Items {
		ids = append(ids, string(row.ID))
	}
	return ids
}

func whatWasShown(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	first, second, cf := uuid.NewString(), uuid.NewString(), ""
	var position string
	for _, id := range []string{first, second} {
		ask := w.ask(domain.Nazionale)
		cf = ask.Soggetto.CodiceFiscale
		resp, body := w.say("operator", http.MethodPut, visura(id), ask)
		if position = resp.Header.Get("Visura-Position"); resp.StatusCode != http.StatusAccepted {
			t.Fatalf("%s: %s", resp.Status, body)
		}
	}
	w.journalled("operator") // who asks has read nothing
	all := w.listed("operator", "?at_least="+position, "")
	found := w.listed("operator", "", cf)
	none := w.listed("operator", "?tipo=nascita", "")
	w.say("operator", http.MethodGet, visura(first), nil)
	if want := []string{second, first}; !slices.Equal(all, want) || !slices.Equal(found, want[:1]) || len(none) != 0 {
		t.Errorf("listed %v, %v and %v, want %v", all, found, none, want)
	}
	w.journalled("operator",
		domain.AccessRecorded{Action: "list-visure", Outcome: "ok", Shown: []string{second, first}},
		domain.AccessRecorded{Action: "list-visure", Outcome: "ok", Filters: []string{"persona"}, Shown: []string{second}},
		domain.AccessRecorded{Action: "list-visure", Outcome: "ok", Filters: []string{"tipo=nascita"}},
		domain.AccessRecorded{Action: "read-visura", Object: about(first), Outcome: "ok", Asked: domain.Asked{Comune: w.comune}},
	)
}

func repeatedIsARead(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id, ask := uuid.NewString(), w.ask(domain.Comunale)
	put := func() {
		t.Helper()
		if resp, body := w.prefer("operator", id, ask); resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", resp.Status, body)
		}
	}
	put()
	w.journalled("operator") // the request itself is in the history
	put()
	again := domain.AccessRecorded{Action: "request-visura", Object: about(id), Outcome: "ok", Asked: domain.Asked{Comune: w.comune}}
	w.journalled("operator", again)
	if resp, body := w.say("operator", http.MethodPut, visura(id), ask); resp.StatusCode != http.StatusAccepted {
		t.Errorf("%s: %s", resp.Status, body)
	}
	w.journalled("operator", again) // who does not wait is shown nothing
	put()
	w.journalled("operator", again, again)
}

func whatWasAsked(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id := uuid.NewString()
	refused := func(status int, change func(*commands.RequestVisura)) {
		t.Helper()
		ask := w.ask(domain.Nazionale)
		change(&ask)
		if resp, body := w.say("operator", http.MethodPut, visura(id), ask); resp.StatusCode != status {
			t.Errorf("%s, want %d: %s", resp.Status, status, body)
		}
	}
	refused(http.StatusForbidden, func(c *commands.RequestVisura) { c.Tipo = string(domain.Morte) })
	refused(http.StatusUnprocessableEntity, func(c *commands.RequestVisura) { c.Soggetto.CodiceFiscale = "RSSMRA80A01H501X" })
	refused(http.StatusUnprocessableEntity, func(c *commands.RequestVisura) { c.Tipo = "RSSMRA80A01H501U" })
	refused(http.StatusUnprocessableEntity, func(c *commands.RequestVisura) { c.Ambito = "RSSMRA80A01H501U" })
	refused(http.StatusUnprocessableEntity, func(c *commands.RequestVisura) { c.Comune = "RSSMRA80A01H501U" })
	refused(http.StatusUnprocessableEntity, func(c *commands.RequestVisura) { c.Finalita = "RSSMRA80A01H501U" })
	extra := map[string]any{"comune": w.comune, "tipo": domain.Residenza, "ambito": domain.Nazionale, "soggetto": "RSSMRA80A01H501U", "RSSMRA80A01H501U": "ROSSI"}
	if resp, body := w.say("operator", http.MethodPut, visura(id), extra); resp.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("%s: %s", resp.Status, body)
	}
	all := domain.Asked{Tipo: domain.Residenza, Ambito: domain.Nazionale, Comune: w.comune}
	but := func(change func(*domain.Asked)) domain.Asked {
		a := all
		change(&a)
		return a
	}
	entry := func(outcome, field string, asked domain.Asked) domain.AccessRecorded {
		return domain.AccessRecorded{Action: "request-visura", Route: "PUT /api/v1/visure/{id}", Object: about(id), Outcome: outcome, Field: field, Asked: asked}
	}
	w.journalled("operator",
		entry("forbidden", "tipo", but(func(a *domain.Asked) { a.Tipo = domain.Morte })),
		entry("invalid", "soggetto.codice_fiscale", all),
		entry("invalid", "tipo", but(func(a *domain.Asked) { a.Tipo = "" })),
		entry("invalid", "ambito", but(func(a *domain.Asked) { a.Ambito = "" })),
		entry("invalid", "comune", but(func(a *domain.Asked) { a.Comune = "" })),
		entry("invalid", "finalita", all),
		entry("unknown_item", "finalita", all), // the first of what is missing, wrong or unknown
	)
}

func flood(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	var border *edge.Edge
	url := serve(t, o.server(func(s *web.Server) { border = s.Edge }).Handler())
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			for range 50 {
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url+visura("nope"), strings.NewReader(`{"comune":4}`))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Authorization", "Bearer "+w.people["operator"].token)
				resp, err := aside.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusUnprocessableEntity {
					t.Errorf("answered %s", resp.Status)
				}
			}
		})
	}
	callers.Wait()
	border.Close()
	all, refused := w.journal("operator"), 0
	for _, entry := range all {
		refused += max(entry.Count, 1)
	}
	if len(all) != 2 || refused != 1000 {
		t.Errorf("%d refusals are %d entries", refused, len(all))
	}
}

// roleGone: a token outlives a role, and is of no use without it.
func roleGone(t *testing.T, o *office) {
	w := o.world(t, comuni[1], domain.Manuale)
	id := uuid.NewString()
	resp, body := w.prefer("operator", id, w.ask(domain.Comunale))
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	status := func(path string) int {
		t.Helper()
		resp, _ := w.say("former", http.MethodGet, path, nil)
		return resp.StatusCode
	}
	for _, role := range []domain.RoleGiven{
		{Role: domain.RoleTop, Comune: w.comune}, {Role: domain.RoleAuditor, Comune: w.comune},
		{Role: domain.RoleAdmin, Ente: w.ente, Comune: w.comune}, {Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune},
	} {
		w.person("former", domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comuni[0]})
		by := capacity(w.people["former"].Utente, role)
		w.people["former"] = w.signIn(by)
		got := []int{status("/api/v1/visure"), status(visura(id)), status(visura(id) + "/document")}
		if want := []int{http.StatusForbidden, http.StatusForbidden, http.StatusNotFound}; !slices.Equal(got, want) {
			t.Errorf("without the role of %s list, read and download answer %v, want %v", role.Role, got, want)
		}
		resp, p := problemOf(t, w.url+visura(id), w.people["former"].token)
		if p.Detail != "Il ruolo con cui si opera non è più attribuito." {
			t.Errorf("%s: %+v", resp.Status, p)
		}
		// As they stand at the head: the very next request knows of a change.
		w.give(by.Utente, role)
		if got := status("/api/v1/visure"); got != http.StatusOK {
			t.Errorf("with the role of %s the list answers %d", role.Role, got)
		}
	}
}

// usedID: whether a request exists is told to its requester, and to who could
// have made it.
func usedID(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id, ask := uuid.NewString(), w.ask(domain.Nazionale)
	w.say("operator", http.MethodPut, visura(id), ask)
	for who, want := range map[string]int{
		"operator": http.StatusAccepted, "colleague": http.StatusConflict,
		"auditor": http.StatusForbidden, "top": http.StatusForbidden, "admin": http.StatusForbidden, "foreign-top": http.StatusForbidden, "late": http.StatusForbidden,
	} {
		used, _ := w.say(who, http.MethodPut, visura(id), ask)
		unused, _ := w.say(who, http.MethodPut, visura(uuid.NewString()), ask)
		if used.StatusCode != want || want == http.StatusForbidden && unused.StatusCode != want {
			t.Errorf("%s is answered %d to an id in use and %d to another, want %d", who, used.StatusCode, unused.StatusCode, want)
		}
	}
}
