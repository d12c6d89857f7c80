package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a request is made with few keys":                    fewKeys,
		"a request is made in a browser that runs no script": scriptless,
	})
}

// What a request by codice fiscale may cost, its Enter included: of a type not chosen
// before, and of the one chosen last.
const (
	keysOfRequest = 32
	keysOfRepeat  = 29
)

func fewKeys(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	g := &shown{world: w, t: t, sessions: map[string]string{}}
	tab := eyes.Open(t).Visit(t, o.url+"/nuova", g.cookies("operator")...)
	tab.Type(w.subject())
	tab.Press("Tab")
	tab.Type("2026/004711")
	tab.Follow("Tab", "Tab", "r", "Enter")
	if tab.Keys() != keysOfRequest {
		t.Errorf("a request costs %d keys, want %d", tab.Keys(), keysOfRequest)
	}
	tab.Until(`document.querySelector("#scarica")`)
	tab.Press("s")
	visura := eyes.Read[string](tab, `location.pathname`)
	if got := tab.Answered(visura + "/documento"); got.Status != http.StatusOK {
		t.Errorf("the document is answered %d", got.Status)
	}
	if tab.Keys() != keysOfRequest+1 {
		t.Errorf("a download costs %d keys", tab.Keys()-keysOfRequest)
	}
	tab.Follow("n")
	before := tab.Keys()
	tab.Type(w.subject())
	tab.Press("Tab")
	tab.Type("2026/004712")
	tab.Follow("Enter")
	if got := tab.Keys() - before; got != keysOfRepeat {
		t.Errorf("a request of the same type costs %d keys, want %d", got, keysOfRepeat)
	}
	if at := eyes.Read[string](tab, `location.pathname`); at == visura || tab.Status() != http.StatusOK {
		t.Errorf("the second request leads to %s: %d, %s", at, tab.Status(), eyes.Read[string](tab, `document.querySelector("main").innerText`))
	}
}

func scriptless(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	g, cf := &shown{world: w, t: t, sessions: map[string]string{}}, w.subject()
	tab := eyes.Open(t).Visit(t, o.url+"/richieste", g.cookies("operator")...)
	tab.WithoutScript().Go(o.url + "/richieste")
	press := func(link string) {
		t.Helper()
		tab.Focus(link)
		tab.Follow("Enter")
	}
	says := func(words string) {
		t.Helper()
		if text := eyes.Read[string](tab, `document.querySelector("main").innerText`); !strings.Contains(text, words) {
			t.Errorf("the page does not say %q: %s", words, text)
		}
		if n := eyes.Read[int](tab, `[...document.querySelectorAll(".js-only")].filter(e => e.checkVisibility()).length`); n > 0 {
			t.Errorf("%d things are offered that do nothing", n)
		}
	}
	says("Non hai ancora chiesto visure")
	tab.Go(o.url + "/nuova")
	press(`button.btn-primary`) // nothing filled
	says("Ci sono 3 dati da correggere")
	tab.Focus("#codice_fiscale")
	tab.Type(cf)
	tab.Press("Tab")
	tab.Type("2026/004711")
	tab.Follow("Tab", "Tab", "Space", "Enter")
	says("Emessa")
	says(cf)
	visura := eyes.Read[string](tab, `location.pathname`)
	tab.Focus("#scarica")
	tab.Press("Enter")
	if got := tab.Answered(visura + "/documento"); got.Status != http.StatusOK {
		t.Errorf("the document is answered %d", got.Status)
	}
	press(`nav a[href="/richieste"]`)
	says("Righe 1–1")
	tab.Focus("#trova")
	tab.Type(cf)
	tab.Follow("Enter")
	says(cf)
	press(`footer a[href="/verifica"]`)
	says("Verifica una visura")
	for _, fault := range tab.Faults() {
		t.Error(fault)
	}
}
