package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/pages"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	inTheOffice["a page whose question is not held, as many of the person's are, asks again later"] = crowdedPages
}

func crowdedPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id := w.awaits(t, "operator")
	b := w.acting(t, "operator")
	page := b.open(http.StatusOK, "/visure/"+id)
	part := page.element("div", "id", "visura")
	if trigger := attribute(part, "hx-trigger"); trigger != "load" {
		t.Fatalf("the page asks at %q", trigger)
	}
	const later = `hx-trigger="load delay:3s"`
	state := attribute(part, "hx-get")
	var held sync.WaitGroup
	for range pages.MostPolls {
		held.Go(func() {
			text := later
			for strings.Contains(text, later) { // one that asks for a moment, below, is in its place
				_, text = b.read(b.Get(b.url + state))
			}
			if !strings.Contains(text, "Ritirata") || strings.Contains(text, "hx-trigger") {
				t.Errorf("what was held is answered %s", text)
			}
		})
	}
	moment := strings.Replace(state, "attendi=20", "attendi=1", 1)
	for !strings.Contains(b.get(http.StatusOK, moment), later) { // until all are held
		if t.Failed() {
			break
		}
	}
	page.form("/visure/" + id + "/ritiro").send(http.StatusOK).says("La richiesta è ritirata")
	held.Wait()
}
