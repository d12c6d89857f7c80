package web_test

import (
	"net/http"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func init() {
	inTheOffice["the explorer of the API shows its operations, and says nothing in the console"] = explores
}

// explores opens the documentation of the API, and one operation with what it takes.
func explores(t *testing.T, o *office) {
	tab := eyes.Open(t).Visit(t, o.url+"/docs")
	tab.Until(`document.querySelectorAll(".opblock").length > 100`)
	eyes.Read[bool](tab, `document.querySelector(".opblock-put .opblock-summary-control").click() === undefined`)
	tab.Until(`document.querySelector(".opblock-put .opblock-body") !== null`)
	for _, line := range tab.Console() {
		t.Error(line)
	}
	b := newBrowser(t, o.server(nil).Handler())
	for _, icon := range eyes.Read[[]string](tab, `[...document.querySelectorAll("link[rel=icon]")].map(l => new URL(l.href).pathname)`) {
		if resp, _ := b.read(b.Get(b.url + icon)); resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "image/png" {
			t.Errorf("its icon %s is answered %s %s", icon, resp.Status, resp.Header.Get("Content-Type"))
		}
	}
}
