package main

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

// newcomer is a person at a browser, who only clicks and types.
type newcomer struct {
	http.Client
	t *testing.T
}

func (n *newcomer) page(resp *http.Response, err error) string {
	n.t.Helper()
	if err != nil {
		n.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		n.t.Fatalf("%s: %s, %v: %s", resp.Request.URL.Path, resp.Status, err, text)
	}
	return string(text)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// send sends the form of a page whose markup begins with words, with what is typed.
func (n *newcomer) send(base, page, begins string, typed ...string) string {
	n.t.Helper()
	_, form, found := strings.Cut(page, begins)
	form, _, closed := strings.Cut(form, "</form>")
	action := regexp.MustCompile(`action="([^"]+)"`).FindStringSubmatch(begins + form)
	if !found || !closed || action == nil {
		n.t.Fatalf("no form begins with %s: %s", begins, page)
	}
	values := url.Values{}
	for _, f := range hiddenField.FindAllStringSubmatch(form, -1) {
		values.Add(f[1], html.UnescapeString(f[2]))
	}
	for i := 0; i < len(typed); i += 2 {
		values.Set(typed[i], typed[i+1])
	}
	r, err := http.NewRequestWithContext(n.t.Context(), http.MethodPost, base+action[1], strings.NewReader(values.Encode()))
	if err != nil {
		n.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return n.page(n.Do(r))
}

// A newcomer to the demo clicks on a user of its sign-in page, types a codice fiscale
// and a practice, and has a visura before them.
func TestOneClickAndAVisuraIsOnTheScreen(t *testing.T) {
	t.Parallel()
	c := Config{Stores: Stores{Data: newData(t), LogLevel: slog.LevelWarn}, Listen: "127.0.0.1:0", Workers: 4, Sweep: defaultSweep, Drain: defaultDrain}
	d, err := startDemo(t.Context(), c, demoOptions{People: 2000, Seed: 1}, t.Logf)
	defer d.close()
	if err != nil {
		t.Fatal(err)
	}
	jar, _ := cookiejar.New(nil) // without options there is no error
	n := &newcomer{http.Client{Jar: jar}, t}
	page := n.page(n.Get(d.stack.url + "/accedi"))
	if offered := strings.Count(page, `action="/accedi/dimostrazione"`); offered != len(demoPeople) {
		t.Errorf("%d users are offered: %s", offered, page)
	}
	page = n.send(d.stack.url, page, `<form method="post" action="/accedi/dimostrazione"`) // the first is the operator
	page = n.send(d.stack.url, page, `<form class="v-form v-ask"`,
		"modo", "cf", "codice_fiscale", d.fitting(domain.Residenza).CodiceFiscale, "numero_pratica", "2026/004711", "finalita", "ISEE", "tipo", "residenza", "ambito", "comunale", "attendi", "8")
	if !strings.Contains(page, "Emessa") || !strings.Contains(page, "Scarica PDF") {
		t.Errorf("what is on the screen: %s", page)
	}
}

// TestServeIsNoDemonstration: nothing that can be set makes one of it.
func TestServeIsNoDemonstration(t *testing.T) {
	bare(t)
	c, err := parse(t, "serve")
	if err != nil {
		t.Fatal(err)
	}
	if c.Serve.Demo {
		t.Error("serve is a demonstration")
	}
	if _, err := parse(t, "serve", "--demo"); err == nil {
		t.Error("serve takes --demo")
	}
}
