package eyes_test

import (
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func TestKeysAreCounted(t *testing.T) {
	form := `<form action="/altra"><label>Cognome <input name="cognome"></label> <label>Nome <input name="nome"></label> <button>Invia</button></form>`
	tab := eyes.Open(t).Visit(t, serve(t, answers{"/": {body: form}, "/altra": {status: http.StatusTeapot}}))
	tab.Press("Tab")
	tab.Type("Rossi")
	tab.Press("Tab")
	tab.Type("Maria Pia")
	tab.Press("Shift+Tab", "End")
	tab.Type("ni")
	tab.Follow("Tab", "Tab", "Enter")
	if got := eyes.Read[string](tab, `location.search`); got != "?cognome=Rossini&nome=Maria+Pia" {
		t.Errorf("sent: %s", got)
	}
	if tab.Status() != http.StatusTeapot || tab.Keys() != 23 {
		t.Errorf("the page is answered %d, %d keys were pressed", tab.Status(), tab.Keys())
	}
}

func TestAShortcutIsPressed(t *testing.T) {
	tab := eyes.Open(t).Visit(t, serve(t, answers{"/page.js": {body: `onkeydown = e => setTimeout(() => document.title = e.ctrlKey + e.key, 100)`}}))
	tab.Press("Control+k")
	tab.Until(`document.title === "truek"`)
}

func TestWithoutScriptThePageIsWhatTheServerSent(t *testing.T) {
	url := serve(t, answers{"/": {body: `<p id="js">senza</p><label>Dal <input></label><input id="nome">`}, "/page.js": {body: `document.title = ""; js.textContent = "con"; onkeydown = () => console.log("letto")`}})
	tab := eyes.Open(t).Tab(t).WithoutScript()
	tab.Go(url)
	if got := eyes.Read[string](tab, `js.textContent`); got != "senza" {
		t.Errorf("the page says %s", got)
	}
	for range 2 {
		if got := tab.Faults(); len(got) != 1 || !strings.HasPrefix(got[0], "<input#nome>") {
			t.Errorf("faults: %q", got)
		}
	}
}

func TestWhatIsKeptIsToldToo(t *testing.T) {
	url := serve(t, answers{"/": {body: `<a href="/visura.zip">Scarica</a>`}, "/visura.zip": {body: "PK"}})
	tab := eyes.Open(t).Visit(t, url)
	tab.Press("Tab", "Enter")
	if r := tab.Answered("/visura.zip"); r.Status != http.StatusOK || !r.Document {
		t.Errorf("%+v", r)
	}
	if got := eyes.Read[string](tab, `location.pathname`); got != "/" {
		t.Errorf("the tab is at %s", got)
	}
}

func TestRequestsAreToldWithWhatTheyWeigh(t *testing.T) {
	url := serve(t, answers{"/": {body: `<p>Testo</p>`}, "/page.js": {body: strings.Repeat("//\n", 4000) + `fetch("/no.txt").then(r => r.text())`}, "/no.txt": {status: http.StatusConflict}})
	from := httptest.NewServer(http.RedirectHandler(url+"/", http.StatusSeeOther))
	t.Cleanup(from.Close)
	tab := eyes.Open(t).Visit(t, from.URL)
	found := map[string]eyes.Request{}
	for _, r := range tab.Requests() {
		found[strings.TrimPrefix(strings.Replace(r.URL, from.URL, "FROM", 1), url)] = r
	}
	if r := found["FROM/"]; !r.Document || r.Status != http.StatusSeeOther || r.Bytes == 0 {
		t.Errorf("the redirection: %+v", r)
	}
	if r := found["/"]; !r.Document || r.Status != http.StatusOK || r.Bytes < 500 || r.Bytes > 1500 {
		t.Errorf("the page: %+v", r)
	}
	if r := found["/page.js"]; r.Document || r.Bytes < 12_000 || r.Bytes > 12_500 {
		t.Errorf("the script: %+v", r)
	}
	if r := found["/no.txt"]; r.Status != http.StatusConflict {
		t.Errorf("what the script asks for: %+v", r)
	}
	if delete(found, "/icon.svg"); len(found) != 5 {
		t.Errorf("requests: %v", found)
	}
}

func TestEachTabHasItsOwnCookies(t *testing.T) {
	came := make(chan string, 9)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			came <- r.Header.Get("Cookie")
			w.Header().Set("Set-Cookie", "__Host-b=2; Secure; HttpOnly; Path=/; SameSite=Lax")
		}
	}))
	t.Cleanup(server.Close)
	b := eyes.Open(t)
	tab := b.Visit(t, server.URL, &http.Cookie{Name: "__Host-a", Value: "1", Path: "/", Secure: true, HttpOnly: true})
	tab.Go(server.URL)
	b.Visit(t, server.URL)
	for _, want := range []string{"__Host-a=1", "__Host-a=1; __Host-b=2", ""} {
		if got := <-came; got != want {
			t.Errorf("cookies: %q, want %q", got, want)
		}
	}
}

func TestServersOfTestsAreTrustedOverTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	tab := eyes.Open(t).Visit(t, server.URL)
	if got := eyes.Read[bool](tab, `isSecureContext`); !got || tab.Status() != http.StatusNotFound {
		t.Errorf("secure %v, answered %d", got, tab.Status())
	}
}

func TestAPictureIsOfTheWholePage(t *testing.T) {
	tab := eyes.Open(t).Visit(t, serve(t, answers{"/page.css": {body: `h1 { height: 2000px }`}})).At(320)
	path := filepath.Join(t.TempDir(), "pictures", "prova.png")
	tab.Picture(path)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	picture, err := png.DecodeConfig(file)
	if err != nil || picture.Width != 320 || picture.Height < 2000 {
		t.Errorf("%d × %d, %v", picture.Width, picture.Height, err)
	}
}
