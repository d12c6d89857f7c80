package web_test

import (
	"maps"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"the operator's work is done in Firefox": worksInFirefox,
	})
}

func worksInFirefox(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	g, cf := &shown{world: w, t: t, sessions: map[string]string{}}, w.subject()
	server := httptest.NewTLSServer(w.server(nil).Handler()) // it sends our cookies over TLS alone
	t.Cleanup(server.Close)
	f := eyes.OpenFirefox(t)
	for _, c := range g.cookies("operator") {
		f.Have(server.URL, c)
	}
	says := func(words ...string) {
		t.Helper()
		text := f.Read(`document.querySelector("main").innerText`)
		for _, one := range words {
			if !strings.Contains(text, one) {
				t.Errorf("%s does not say %q: %s", f.Read(`location.pathname`), one, text)
			}
		}
		if wide := f.Read(`document.documentElement.scrollWidth > document.documentElement.clientWidth`); wide != "false" {
			t.Errorf("%s is wider than the screen", f.Read(`location.pathname`))
		}
	}
	f.Go(server.URL + "/nuova")
	f.Press("Enter") // in the first field, nothing filled
	f.Until(`document.querySelector("#errori")`)
	says("Ci sono 3 dati da correggere")
	f.Go(server.URL + "/nuova")
	f.Type(cf)
	f.Press("Tab")
	f.Type("2026/004711")
	f.Press("Tab", "Tab", "r", "Enter")
	f.Until(`document.querySelector("#scarica")`)
	says("Emessa", cf)
	if got := f.Read(`fetch(document.querySelector("#scarica").href).then(r => r.blob()).then(b => b.slice(0, 5).text())`); got != "%PDF-" {
		t.Errorf("the document begins %q", got)
	}
	f.Go(server.URL + "/richieste")
	says("Righe 1–1", "2026/004711", cf)
	f.Read(`document.querySelector("table a[href^='/visure/']").focus()`)
	f.Press("Enter")
	f.Until(`location.pathname.startsWith("/visure/") && document.querySelector("h1")`)
	says("Storia")
	f.Go(server.URL + "/richieste?pratica=" + url.QueryEscape("altra"))
	says("Nessuna richiesta con questi filtri")
	for _, line := range f.Console() {
		t.Error(line)
	}
}
