package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an operator's list has their own, by page and filter":      ownRequests,
		"an operator's list is a table and a workbook, as filtered": exportedRequests,
		"a person is searched for with no address that names them":  searchedPerson,
		"the search finds a number, a person, a practice":           searches,
	})
}

// asksFor has a person ask for visure, one after the other, and returns their ids.
func (w *world) asksFor(t *testing.T, name string, n int) (ids []string) {
	t.Helper()
	for range n {
		id := w.newID()
		if resp, body := w.prefer(name, id, w.ask(domain.Comunale)); resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", resp.Status, body)
		}
		ids = append(ids, id)
	}
	return ids
}

func ownRequests(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	b.open(http.StatusOK, "/richieste").says("Non hai ancora chiesto visure")
	w.asksFor(t, "colleague", 1)
	ids := w.asksFor(t, "operator", 27)
	page := b.open(http.StatusOK, "/richieste").says("Righe 1–25, dalla più recente", "Da scaricare 27")
	if got := strings.Count(page.text, `href="/visure/`); got != 50 {
		t.Errorf("%d links, want 25 to visure and 25 to documents", got)
	}
	older := page.follow(http.StatusOK, "Precedenti").says("Righe 26–27")
	if !strings.Contains(older.text, ids[0]) || strings.Contains(older.text, ids[2]) {
		t.Error("the second page has not the first two")
	}
	older.follow(http.StatusOK, "Più recenti").says("Righe 1–25").silent(`rel="prev"`)
	b.get(http.StatusOK, "/visure/"+ids[26]+"/documento")
	page.follow(http.StatusOK, "Da scaricare")
	b.open(http.StatusOK, "/richieste?stato=rejected").says("Nessuna richiesta con questi filtri", "Rifiutata")
	b.open(http.StatusOK, "/richieste?dal=31/12/1999&al=1.1.20").says("Dal 31/12/1999", "Nessuna richiesta")
	b.open(http.StatusOK, "/richieste?stato=boh&dal=ieri").says("Un filtro non è stato riconosciuto ed è stato tolto", "Righe 1–25")
	b.open(http.StatusUnprocessableEntity, "/richieste?dopo=x")
}

func exportedRequests(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.asksFor(t, "colleague", 1)
	ids := w.asksFor(t, "operator", 27)
	b := w.acting(t, "operator")
	b.get(http.StatusOK, "/visure/"+ids[26]+"/documento")
	page := b.open(http.StatusOK, "/richieste")
	resp, file := b.read(b.Get(b.url + page.link("Esporta l’elenco in CSV")))
	if lines := strings.Count(file, "\r\n"); lines != 28 || resp.Header.Get("Content-Disposition") != `attachment; filename="richieste.csv"` {
		t.Errorf("%d lines, %v", lines, resp.Header)
	}
	second := page.follow(http.StatusOK, "Precedenti")
	page = second.follow(http.StatusOK, "Da scaricare")
	resp, file = b.read(b.Get(b.url + page.link("Esporta l’elenco in XLSX")))
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Elenco")
	if err != nil || len(rows) != 27 || resp.Header.Get("Content-Disposition") != `attachment; filename="richieste.xlsx"` {
		t.Errorf("%d rows, %v, %v", len(rows), err, resp.Header)
	}
	b.get(http.StatusNotFound, "/richieste/esporta?formato=ods")
	var shown []int
	for _, e := range w.journal("operator") {
		if e.Action == "list-visure" && len(e.Shown) > 25 {
			shown = append(shown, len(e.Shown))
		}
	}
	if diff := cmp.Diff([]int{27, 26}, shown, cmpopts.SortSlices(func(a, b int) bool { return a > b })); diff != "" {
		t.Errorf("what was exported is in the journal: %s", diff)
	}
}

func searchedPerson(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	ids := w.asksFor(t, "operator", 2)
	cf := w.soggetto(t, ids[0])
	b := w.acting(t, "operator")
	page := b.open(http.StatusOK, "/richieste").form("/richieste/persona").with("codice_fiscale", cf).send(http.StatusOK)
	page.says(cf)
	if strings.Contains(page.at.String(), cf) || strings.Contains(page.title(), cf) || !strings.Contains(page.text, ids[0]) || strings.Contains(page.text, ids[1]) {
		t.Errorf("searched: %s", page.at)
	}
	w.acting(t, "colleague").open(http.StatusOK, page.at.RequestURI()).says("Un filtro non è stato riconosciuto").silent(cf)
	page.follow(http.StatusOK, "Togli tutti").says("Righe 1–2")
	b.open(http.StatusOK, "/richieste").form("/richieste/persona").with("codice_fiscale", "XXX").send(http.StatusUnprocessableEntity)
}

// soggetto is the codice fiscale a visura was asked about.
func (w *world) soggetto(t *testing.T, id string) string {
	t.Helper()
	page := w.acting(t, "operator").open(http.StatusOK, "/nuova?stessa-persona="+id)
	return page.form("/nuova").values.Get("codice_fiscale")
}

func searches(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.asksFor(t, "operator", 1)[0]
	cf := w.soggetto(t, id)
	b := w.acting(t, "operator")
	visura := b.open(http.StatusOK, "/visure/"+id)
	numero := attribute(visura.element("button", "class", "btn btn-text btn-sm js-only"), "data-copy")
	find := func(status int, text string) *document {
		return b.open(http.StatusOK, "/richieste").form("/trova").with("q", text).send(status)
	}
	if page := find(http.StatusOK, numero); page.at.Path != "/visure/"+id {
		t.Errorf("a number leads to %s", page.at)
	}
	if page := find(http.StatusOK, cf).says(cf); page.at.Path != "/richieste" || strings.Contains(page.at.String(), cf) {
		t.Errorf("a codice fiscale leads to %s", page.at)
	}
	if page := find(http.StatusOK, "2026/1"); page.at.Query().Get("pratica") != "2026/1" {
		t.Errorf("a practice leads to %s", page.at)
	}
	stranger := w.acting(t, "stranger")
	if page := stranger.open(http.StatusOK, "/richieste").form("/trova").with("q", numero).send(http.StatusOK); page.at.Path != "/richieste" {
		t.Errorf("another's number leads to %s", page.at)
	}
}
