package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a form that another site sends is refused by a page":               sentFromElsewhere,
		"a part of a page whose session ended leads to sign in, and back":   endedWithinAPage,
		"a part of a page says that the person has signed in elsewhere":     supersededWithinAPage,
		"a form in two tabs is one request, and another when it is changed": inTwoTabs,
		"who goes back after sending asks for another visura":               backAfterSending,
		"a session's end is announced in a browser, and put off":            endPutOff,
		"a session that nobody prolongs leaves the page in a browser":       endReached,
	})
}

func sentFromElsewhere(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	f := b.open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", w.subject(), "numero_pratica", "4/2026", "tipo", "residenza")
	for _, b.from = range []string{"cross-site", "same-site"} {
		page := f.send(http.StatusForbidden).says("La richiesta non viene da una pagina di questo servizio", "Torna all’inizio", "Mario Bianchi")
		if !strings.HasPrefix(page.title(), "Errore: ") {
			t.Errorf("the window is called %q", page.title())
		}
	}
	b.from = "same-origin"
	b.open(http.StatusOK, "/richieste").says("Non hai ancora chiesto visure")
	f.send(http.StatusOK).says("Emessa")
}

// part asks for a part of a page, as the script of a page at an address does.
func (b *browser) part(path, at string) *http.Response {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.url+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Current-URL", at)
	resp, _ := b.read(b.Do(r))
	return resp
}

func endedWithinAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.asksFor(t, "operator", 1)[0]
	b := w.acting(t, "operator")
	b.set(sessionCookie, "finita")
	state := "/visure/" + id + "/stato"
	for at, leads := range map[string]string{
		b.url + "/visure/" + id + "?at_least=1-1": "/accedi?poi=" + url.QueryEscape("/visure/"+id),
		b.url + "/": "/accedi", "": "/accedi", "%": "/accedi", "https://altrove.example": "/accedi",
	} {
		if resp := b.part(state, at); resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("HX-Redirect") != leads {
			t.Errorf("from %q a part is answered %s, leads to %q", at, resp.Status, resp.Header.Get("HX-Redirect"))
		}
	}
	g := &shown{world: w, t: t, sessions: map[string]string{}}
	tab := eyes.Open(t).Visit(t, o.url+"/richieste", g.cookies("operator")...)
	tab.Until(`document.documentElement.classList.contains("js")`)
	if err := (&auth.Sessions{DB: o.pool, Now: o.now}).RevokeAll(t.Context(), w.people["operator"].Utente); err != nil {
		t.Fatal(err)
	}
	pressed(tab, "#f-pratica")
	tab.Follow("Enter")
	if at := eyes.Read[string](tab, `location.pathname`); at != "/accedi" {
		t.Fatalf("led to %s", at)
	}
	if poi := eyes.Read[string](tab, `document.querySelector("[name=poi]").value`); poi != "/richieste" {
		t.Errorf("back leads to %s", poi)
	}
}

func supersededWithinAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	list := b.open(http.StatusOK, "/richieste")
	w.session("operator", 0) // elsewhere
	resp := b.part("/richieste", list.at.String()+"?pratica=1")
	if to := resp.Header.Get("HX-Redirect"); resp.StatusCode != http.StatusUnauthorized || to != "/richieste" {
		t.Fatalf("a part is answered %s, leads to %q", resp.Status, to)
	}
	b.open(http.StatusUnauthorized, "/richieste").says("da un'altra postazione", "Accedi")
	if page := b.open(http.StatusOK, "/richieste"); page.at.Path != "/accedi" {
		t.Errorf("then one is at %s", page.at)
	}
}

// pressed gives something the focus, for a key.
func pressed(tab *eyes.Tab, selector string) {
	eyes.Read[bool](tab, fmt.Sprintf(`(document.querySelector(%q).focus(), true)`, selector))
}

// sends fills the form of a request and sends it.
func sends(tab *eyes.Tab, cf string) {
	eyes.Read[bool](tab, fmt.Sprintf(fillForm, `"/nuova"`, fmt.Sprintf(`[["codice_fiscale", %q], ["numero_pratica", "5/2026"], ["tipo", "residenza"]]`, cf)))
	tab.Follow("Enter")
}

func inTwoTabs(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	g, b := &shown{world: w, t: t, sessions: map[string]string{}}, eyes.Open(t)
	one, two := b.Visit(t, o.url+"/nuova", g.cookies("operator")...), b.Visit(t, o.url+"/nuova", g.cookies("operator")...)
	const id = `document.querySelector("[name=id]").value`
	eyes.Read[string](two, fmt.Sprintf(`%s = %q`, id, eyes.Read[string](one, id))) // as a tab that is a copy has it
	cf, other := w.subject(), w.subject()
	sends(one, cf)
	first := eyes.Read[string](one, `location.pathname`)
	sends(two, other)
	if said := eyes.Read[string](two, `document.querySelector("#inviata").innerText`); two.Status() != http.StatusConflict || !strings.Contains(said, "Con questa pagina è già stata inviata una richiesta") {
		t.Errorf("the other tab is answered %d: %s", two.Status(), said)
	}
	two.Until(`document.activeElement.id === "inviata"`)
	if link := eyes.Read[string](two, `document.querySelector("#inviata a").pathname`); link != first {
		t.Errorf("what was sent is said to be at %s, is at %s", link, first)
	}
	if typed := eyes.Read[string](two, `document.querySelector("#codice_fiscale").value`); typed != other {
		t.Errorf("what was typed is %q now", typed)
	}
	pressed(two, ".v-bar button")
	two.Follow("Enter")
	if at := eyes.Read[string](two, `location.pathname`); at == first || !strings.HasPrefix(at, "/visure/") {
		t.Errorf("sent again it leads to %s", at)
	}
}

func backAfterSending(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	g := &shown{world: w, t: t, sessions: map[string]string{}}
	tab := eyes.Open(t).Visit(t, o.url+"/nuova", g.cookies("operator")...)
	cf := w.subject()
	sends(tab, cf)
	tab.Until(`document.querySelector("#scarica")`)
	first := eyes.Read[string](tab, `location.pathname`)
	tab.Back()
	sends(tab, w.subject()) // with the id of a page that was made anew, as no browser may keep one
	if at := eyes.Read[string](tab, `location.pathname`); at == first || !strings.HasPrefix(at, "/visure/") {
		t.Errorf("after going back one is led to %s", at)
	}
	w.acting(t, "operator").open(http.StatusOK, "/richieste").says("Righe 1–2", cf)
}

// announcing is a tab on a page of a server at which a session may be unused for so long.
func (w *world) announcing(t *testing.T, idle time.Duration) *eyes.Tab {
	t.Helper()
	g := &shown{world: w, t: t, sessions: map[string]string{}}
	at := serve(t, w.server(func(s *web.Server) { s.Pages.Idle = idle }).Handler())
	return eyes.Open(t).Visit(t, at+"/nuova", g.cookies("operator")...)
}

func endPutOff(t *testing.T, o *office) {
	tab := o.world(t, comuni[0], "").announcing(t, 122*time.Second)
	tab.Until(`document.querySelector("#scade").open`)
	if said := eyes.Read[string](tab, `document.querySelector("#scade").innerText`); !strings.Contains(said, "Fra due minuti quello che stai scrivendo andrà perso") {
		t.Errorf("the dialog says %s", said)
	}
	for _, width := range []int{1280, 360, 320} {
		for _, fault := range tab.At(width).Faults() {
			t.Errorf("%d px: %s", width, fault)
		}
	}
	pressed(tab, "#scade .btn-primary")
	tab.Press("Enter")
	tab.Until(`!document.querySelector("#scade").open`)
	if got := tab.Answered("/sessione"); got.Status != http.StatusOK {
		t.Errorf("to go on is answered %d", got.Status)
	}
	if at := eyes.Read[string](tab, `location.pathname`); at != "/nuova" {
		t.Errorf("who goes on is at %s", at)
	}
}

func endReached(t *testing.T, o *office) {
	tab := o.world(t, comuni[0], "").announcing(t, 7*time.Second)
	tab.Answered("/accedi")
	tab.Requests() // all that the page needs
	if text := eyes.Read[string](tab, `document.querySelector("main").innerText`); !strings.Contains(text, "Codice utente") {
		t.Errorf("it leads to %s", text)
	}
}
