package eyes_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func TestFirefoxTypesHasCookiesAndHearsItsConsole(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/favicon.ico" {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		c, _ := r.Cookie("__Host-prova")
		fmt.Fprintf(w, `<!doctype html><html lang="it"><title>Prova</title><p>%v %s</p><form action="/poi"><input name="q" autofocus><button>Vai</button></form><script>console.warn("attento")</script></html>`, c, r.FormValue("q"))
	}))
	t.Cleanup(server.Close)
	f := eyes.OpenFirefox(t)
	f.Have(server.URL, &http.Cookie{Name: "__Host-prova", Value: "mela", Path: "/", Secure: true, HttpOnly: true})
	f.Go(server.URL)
	f.Type("abc")
	f.Press("Enter")
	f.Until(`location.pathname === "/poi" && document.querySelector("p")`)
	if got, want := f.Read(`document.querySelector("p").textContent`), "__Host-prova=mela abc"; got != want {
		t.Errorf("the page has %q, want %q", got, want)
	}
	if got := f.Console(); len(got) != 2 || got[0] != "the console has a line (warn): attento" {
		t.Errorf("the console: %q", got)
	}
}
