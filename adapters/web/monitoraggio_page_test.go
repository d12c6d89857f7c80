package web_test

import (
	"encoding/csv"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"who administers sees what others asked for, and nobody else's": monitorsTheirs,
		"the list of a Comune shows what the API does, by any filter":   monitorsAsTheAPI,
		"who monitors searches for a person, and that is entered":       monitorsAPerson,
		"what is monitored is exported as it is filtered":               exportsMonitored,
	})
	maps.Copy(sights, map[string]sight{
		"monitoraggio":             {who: "top", path: "/monitoraggio?ente={ente}"},
		"monitoraggio dell’ADMIN":  {who: "admin", path: "/monitoraggio"},
		"monitoraggio filtrato":    {who: "top", path: "/monitoraggio?ente={ente}&stato=issued&ambito=comunale&conferma=immediata&operatore={operator}&dal=1/1/2020&al=ieri"},
		"monitoraggio con persona": {who: "admin", path: "/monitoraggio", form: "/monitoraggio/persona", with: []string{"codice_fiscale", "{person}"}},
		"monitoraggio senza esito": {who: "admin", path: "/monitoraggio?pratica=altra&numero=XXXX"},
	})
}

// rowsOf are the visure to which a page leads, in its order.
func rowsOf(page *document) (ids []string) {
	for _, found := range leadsTo.FindAllStringSubmatch(page.text, -1) {
		ids = append(ids, found[1])
	}
	return ids
}

var leadsTo = regexp.MustCompile(`<td class="a-vi"><a href="/visure/([0-9a-f-]{36})"`)

func monitorsTheirs(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	own, theirs := slices.Concat(w.asksFor(t, "operator", 2), w.asksFor(t, "colleague", 1)), w.asksFor(t, "stranger", 1)
	slices.Reverse(own)
	at := "/monitoraggio?ente=" + string(w.ente)
	for who, want := range map[string][]string{"admin": own, "foreign-admin": theirs} {
		page := w.acting(t, who).open(http.StatusOK, "/monitoraggio").says("Monitoraggio", "Ente e operatore")
		if diff := cmp.Diff(want, rowsOf(page)); diff != "" {
			t.Errorf("%s sees %s", who, diff)
		}
		if ente := w.acting(t, who); ente.open(http.StatusNotFound, at) == nil {
			t.Error("an ADMIN chooses an Ente")
		}
	}
	page := w.acting(t, "top").open(http.StatusOK, at).says("Da scaricare 3", w.people["operator"].Utente.Codice(), w.people["colleague"].Utente.Codice())
	if diff := cmp.Diff(own, rowsOf(page)); diff != "" {
		t.Errorf("the TOP sees %s", diff)
	}
	page.follow(http.StatusOK, "Residenza").says("Visura emessa", "Richiesta di visura")
	w.acting(t, "foreign-top").open(http.StatusNotFound, at)
	for _, who := range []string{"operator", "auditor"} {
		w.acting(t, who).open(http.StatusNotFound, "/monitoraggio")
	}
}

func monitorsAsTheAPI(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	ids := slices.Concat(w.asksFor(t, "operator", 3), w.asksFor(t, "colleague", 2))
	waiting := w.newID()
	if resp, body := w.prefer("operator", waiting, w.ask(domain.Nazionale)); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	(&shown{world: w}).corrected(t, ids[0])
	w.settled(t)
	var first struct{ Numero string }
	if _, body := w.say("operator", http.MethodGet, visura(ids[1]), nil); json.Unmarshal(body, &struct {
		Document any `json:"document"`
	}{&first}) != nil || first.Numero == "" {
		t.Fatalf("no number: %s", body)
	}
	b, ente := w.acting(t, "top"), "ente="+string(w.ente)
	for page, api := range map[string]string{
		"":                       "",
		"&stato=issued":          "&status=issued",
		"&vista=attesa":          "&status=awaiting_confirmation&status=in_progress",
		"&vista=senza-documento": "&status=rejected&status=failed",
		"&vista=nazionali":       "&ambito=nazionale",
		"&ambito=comunale":       "&ambito=comunale",
		"&conferma=manuale":      "&conferma=manuale",
		"&conferma=immediata":    "&conferma=immediata",
		"&tipo=residenza":        "&tipo=residenza",
		"&tipo=nascita":          "&tipo=nascita",
		"&pratica=2026/004712":   "&numero_pratica=2026/004712",
		"&operatore=" + w.people["colleague"].Utente.Codice():                              "&operatore=" + w.people["colleague"].Utente.Codice(),
		"&operatore=" + strings.ToLower(w.people["operator"].Utente.Codice()):              "&requester=" + string(w.people["operator"].Utente),
		"&operatore=U-00000-00000":                                                         "&operatore=U-00000-00000",
		"&numero=" + first.Numero:                                                          "&numero=" + first.Numero,
		"&dal=1/1/2020&al=31/12/2020":                                                      "&dal=2020-01-01&al=2020-12-31",
		"&ambito=comunale&stato=issued&operatore=" + w.people["colleague"].Utente.Codice(): "&ambito=comunale&status=issued&requester=" + string(w.people["colleague"].Utente),
	} {
		var shown struct{ Items []struct{ ID string } }
		if resp, body := w.say("top", http.MethodGet, "/api/v1/visure?"+ente+api, nil); json.Unmarshal(body, &shown) != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", api, body)
		}
		var want []string
		for _, row := range shown.Items {
			want = append(want, row.ID)
		}
		if diff := cmp.Diff(want, rowsOf(b.open(http.StatusOK, "/monitoraggio?"+ente+page).silent("Un filtro non è stato riconosciuto"))); diff != "" {
			t.Errorf("%s: %s", page, diff)
		}
	}
	b.open(http.StatusOK, "/monitoraggio?"+ente).says("In attesa 1", "Da scaricare 5")
	for _, odd := range []string{"&stato=boh", "&ambito=boh", "&conferma=boh", "&operatore=Rossi", "&numero=1", "&dal=ieri", "&vista=boh", "&persona=x"} {
		b.open(http.StatusOK, "/monitoraggio?"+ente+odd).says("Un filtro non è stato riconosciuto", "Righe 1–6")
	}
	for _, none := range []string{"ente=boh", "ente=" + w.newID()} {
		b.open(http.StatusNotFound, "/monitoraggio?"+none)
	}
	b.open(http.StatusUnprocessableEntity, "/monitoraggio?dopo=x")
	page := b.open(http.StatusOK, "/monitoraggio").form("/monitoraggio").with("ente", string(w.ente), "conferma", "manuale").send(http.StatusOK)
	if diff := cmp.Diff([]string{waiting}, rowsOf(page.says("Ente Ente", "Conferma: Conferma dell’Anagrafe"))); diff != "" {
		t.Errorf("by the form: %s", diff)
	}
}

func monitorsAPerson(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	ids := w.asksFor(t, "operator", 2)
	cf, nobody := w.soggetto(t, ids[0]), w.subject()
	for who, at := range map[string]string{"admin": "", "top": "?ente=" + string(w.ente)} {
		b := w.acting(t, who)
		search := func(text string, status int) *document {
			return b.open(http.StatusOK, "/monitoraggio"+at).form("/monitoraggio/persona").with("codice_fiscale", text).send(status)
		}
		page := search(cf, http.StatusOK).says(cf, "Righe 1–1")
		if diff := cmp.Diff(ids[:1], rowsOf(page)); diff != "" || strings.Contains(page.at.String(), cf) || strings.Contains(page.title(), cf) {
			t.Errorf("%s finds at %s: %s", who, page.at, diff)
		}
		w.acting(t, "foreign-admin").open(http.StatusOK, page.at.RequestURI()).says("Un filtro non è stato riconosciuto").silent(cf)
		search(nobody, http.StatusOK).says("Nessuna richiesta con questi filtri")
		search("XXX", http.StatusUnprocessableEntity)
		var searches, shown []int
		for _, e := range w.journal(who) {
			switch {
			case e.Action == "search-person" && e.Outcome == "ok":
				searches = append(searches, len(e.Shown))
			case e.Action == "list-visure" && slices.Contains(e.Filters, "persona"):
				shown = append(shown, len(e.Shown))
			}
		}
		if len(searches) != 2 || !slices.Equal(shown, []int{1, 0}) {
			t.Errorf("%s: searched %v, shown %v", who, searches, shown)
		}
	}
	found := w.acting(t, "top").open(http.StatusOK, "/trova").form("/trova").with("q", cf).send(http.StatusOK)
	if found.at.Path != "/monitoraggio" || !slices.Contains(rowsOf(found), ids[0]) || strings.Contains(found.at.String(), cf) {
		t.Errorf("the search above every page leads to %s", found.at)
	}
}

func exportsMonitored(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	ids := slices.Concat(w.asksFor(t, "operator", 26), w.asksFor(t, "colleague", 2))
	b := w.acting(t, "top")
	code := w.people["operator"].Utente.Codice()
	page := b.open(http.StatusOK, "/monitoraggio?"+url.Values{"ente": {string(w.ente)}, "operatore": {code}}.Encode()).says("Righe 1–25").follow(http.StatusOK, "Precedenti").says("Righe 26–26")
	resp, file := b.read(b.Get(b.url + page.link("Esporta l’elenco in CSV")))
	table := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\uFEFF")))
	table.Comma = ';'
	rows, err := table.ReadAll()
	if err != nil || len(rows) != 27 || resp.Header.Get("Content-Disposition") != `attachment; filename="monitoraggio.csv"` {
		t.Fatalf("%d rows, %v, %v", len(rows), err, resp.Header)
	}
	who := slices.Index(rows[0], "Richiedente")
	for _, row := range rows[1:] {
		if row[who] != code {
			t.Errorf("a row of %s", row[who])
		}
	}
	entries := w.journal("top")
	last := entries[len(entries)-1]
	want := slices.Clone(ids[:26])
	slices.Reverse(want)
	if diff := cmp.Diff(want, last.Shown); diff != "" || last.Action != "list-visure" {
		t.Errorf("what was exported is entered: %s", diff)
	}
	if diff := cmp.Diff([]string{"ente=" + string(w.ente), "operatore=" + code}, last.Filters); diff != "" {
		t.Errorf("by what it was narrowed is entered: %s", diff)
	}
	b.get(http.StatusNotFound, "/monitoraggio/esporta?formato=ods")
	b.get(http.StatusNotFound, "/monitoraggio/esporta?ente="+w.newID())
}
