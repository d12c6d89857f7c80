package web_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"pages are well formed and kept by nobody":     wellFormed,
		"the first load of a page is light":            lightLoad,
		"the pages can be installed as an application": installable,
	})
}

// What a page may weigh, compressed: with all that it loads the first time, and alone.
const (
	heaviestLoad = 100_000
	heaviestPage = 12_000
)

// wellFormed looks at the HTML of every sight, as it is sent.
func wellFormed(t *testing.T, o *office) {
	g, documents := gallery(t, o), map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(sights)) {
		s := sights[name]
		if s.press != "" {
			continue // as sent it is the one that nothing is pressed of
		}
		page := g.opened(t, s)
		documents[name] = page.text
		if cache := page.header.Get("Cache-Control"); cache != "no-store" {
			t.Errorf("%s may be kept: %q", name, cache)
		}
		if !strings.Contains(page.text, `<link rel="manifest" href="/assets/app.webmanifest?v=`) || !strings.Contains(page.text, `<link rel="icon" href="/assets/`) {
			t.Errorf("%s has no manifest or no icon", name)
		}
	}
	for _, fault := range eyes.Markup(t, documents) {
		t.Error(fault)
	}
}

// weighed is whether a sight is light. It is asked where nobody else enters bodies and
// people meanwhile: lists and what is chosen from weigh as much as those who are there.
func (g *shown) weighed(t *testing.T, name string, s sight) {
	t.Helper()
	if s.form != "" || s.of != nil {
		return
	}
	if packed := g.packed(t, s); len(packed) > heaviestPage {
		t.Errorf("%s weighs %d bytes, want %d at most", name, len(packed), heaviestPage)
	}
}

// packed is a sight as it is sent to whom compressed ones are welcome.
func (g *shown) packed(t *testing.T, s sight) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+g.fill(s.path), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "gzip")
	r.Header.Set("X-Forwarded-For", "10.89.0.1")
	for _, c := range g.cookies(s.who) {
		r.AddCookie(c)
	}
	resp, err := aside.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func lightLoad(t *testing.T, o *office) {
	g, b := gallery(t, o), eyes.Open(t)
	for _, name := range []string{"accedi", "nuova", "richieste", "visura", "verifica riuscita", "guida"} {
		s, sum := sights[name], 0
		made := b.Visit(t, o.url+g.fill(s.path), g.cookies(s.who)...).Requests()
		for _, r := range made {
			sum += r.Bytes
			if !strings.HasPrefix(r.URL, o.url+"/") {
				t.Errorf("%s asks %s", name, r.URL)
			}
		}
		if sum > heaviestLoad || len(made) < 5 {
			t.Errorf("%s loads %d bytes in %d requests, want %d at most", name, sum, len(made), heaviestLoad)
		}
		t.Logf("%s: %d bytes", name, sum)
	}
}

// installable: what a browser wants of an application, and nothing that would let one
// keep what a page answered.
func installable(t *testing.T, o *office) {
	b := newBrowser(t, o.server(nil).Handler())
	page := b.open(http.StatusOK, "/accedi")
	resp, text := b.read(b.Get(b.url + attribute(page.element("link", "rel", "manifest"), "href")))
	var manifest struct {
		Name, Display string
		StartURL      string `json:"start_url"`
		Icons         []struct{ Src, Sizes, Type, Purpose string }
	}
	if err := json.Unmarshal([]byte(text), &manifest); err != nil || resp.Header.Get("Content-Type") != "application/manifest+json" {
		t.Fatalf("the manifest is %s: %v", resp.Header.Get("Content-Type"), err)
	}
	if manifest.Name == "" || manifest.Display != "standalone" || manifest.StartURL != "/" || len(manifest.Icons) < 3 {
		t.Errorf("the manifest says %+v", manifest)
	}
	for _, icon := range manifest.Icons {
		if resp, _ := b.read(b.Get(b.url + "/assets/" + icon.Src)); resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != icon.Type {
			t.Errorf("%s is answered %s %s", icon.Src, resp.Status, resp.Header.Get("Content-Type"))
		}
	}
	if resp, _ := b.read(b.Get(b.url + "/favicon.ico")); resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "image/png" {
		t.Errorf("the favicon is answered %s %s", resp.Status, resp.Header.Get("Content-Type"))
	}
	for _, script := range regexp.MustCompile(`<script src="([^"]+)"`).FindAllStringSubmatch(page.text, -1) {
		if _, code := b.read(b.Get(b.url + script[1])); strings.Contains(code, "serviceWorker") {
			t.Errorf("%s has a service worker", script[1])
		}
	}
}
