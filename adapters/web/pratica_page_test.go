package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"who asked for a visura corrects its practice on its page": correctsOnAPage,
	})
	maps.Copy(sights, map[string]sight{
		"visura corretta":                 {who: "operator", path: "/visure/{corrected}"},
		"visura da correggere":            {who: "operator", path: "/visure/{visura}", press: everything},
		"visura da correggere con errore": {who: "operator", path: "/visure/{visura}", form: "/visure/{visura}/pratica", with: []string{"numero_pratica", "xxx"}},
	})
}

// corrected has the operator correct the number of a case.
func (g *shown) corrected(t *testing.T, id string) {
	t.Helper()
	right := commands.CorrectPractice{NumeroPratica: "2026/004712"}
	if _, err := commands.Handle(t.Context(), g.handler, domain.VisuraID(id).Stream(), domain.Meta{By: g.people["operator"].Actor}, right); err != nil {
		t.Fatal(err)
	}
}

func correctsOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.asksFor(t, "operator", 1)[0]
	path, b := "/visure/"+id, w.acting(t, "operator")
	f := b.open(http.StatusOK, path).says("Correggi il numero di pratica", "Il documento resta com’è stampato, con il numero 2026/004711").form(path + "/pratica")
	f.send(http.StatusUnprocessableEntity).says("Il numero di pratica ha da 3 a 20 caratteri")
	f.with("numero_pratica", "12345").send(http.StatusUnprocessableEntity).says("non è un riferimento reale")
	f.with("numero_pratica", " 2026/004712 ").send(http.StatusOK).says("Il numero di pratica è corretto", "2026/004712", "corretto; era 2026/004711", "Pratica stampata 2026/004711", "il documento resta com’è stampato",
		"Numero di pratica corretto: da 2026/004711 a 2026/004712")
	f.send(http.StatusOK) // the same once more
	if n := count(w.history(id), domain.PracticeCorrected{}.EventType()); n != 1 {
		t.Errorf("it was corrected %d times", n)
	}
	w.settled(t)
	for _, number := range []string{"2026/004711", "2026/004712"} {
		b.open(http.StatusOK, "/richieste?pratica="+number).says("2026/004712 era 2026/004711")
	}
	b.open(http.StatusOK, "/richieste?pratica=2026/004713").silent("2026/004712 era")
	if text := b.get(http.StatusOK, "/richieste/esporta?formato=csv"); !strings.Contains(text, "Numeri di pratica precedenti") || !strings.Contains(text, "2026/004712;2026/004711") {
		t.Errorf("the export says %s", text)
	}
	for _, who := range []string{"admin", "top", "auditor"} {
		w.acting(t, who).open(http.StatusOK, path).says("2026/004712", "era 2026/004711").silent("Correggi il numero")
	}
}
