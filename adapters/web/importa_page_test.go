package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a file of persons is looked at on a page, then imported":      importsOnPages,
		"a file of persons that has errors is told row by row":         importRefusedOnPages,
		"what an import would do is seen without the second factor":    importWantsTheSecondFactor,
		"a file is attached to an act on a page, and downloaded again": attachesOnPages,
	})
	maps.Copy(sights, map[string]sight{
		"importa": {who: "admin", path: "/utenti/importa"},
	})
}

// people is a file of some who are new, each an operator of the world's Ente.
func (w *world) peopleFile(n int) []byte {
	file := "codice_fiscale;cognome;nome;ente;comune;ruolo\n"
	for range n {
		file += fmt.Sprintf("%s;Neri;Ugo;%s;%s;standard\n", w.newcomer(), w.ente, w.comune)
	}
	return []byte(file)
}

func importsOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "admin")
	file := w.peopleFile(3)
	page := b.open(http.StatusOK, "/utenti").follow(http.StatusOK, "Importa da un file")
	page = page.form("/utenti/importa").choose("file", "persone.csv", file).send(http.StatusOK)
	page.says("Il file non ha errori. Persone: 3.", "ruolo: 3")
	w.settled(t)
	b.open(http.StatusOK, "/utenti").silent("NERI UGO")
	page = page.form("/utenti/importa").send(http.StatusOK)
	page.says("Il file è importato: righe 3.", "NERI UGO")
	if page.at.Path != "/utenti" || strings.Count(page.text, "NERI UGO") != 3 {
		t.Errorf("after it: %s, %d of three", page.at, strings.Count(page.text, "NERI UGO"))
	}
	again := b.open(http.StatusOK, "/utenti/importa").form("/utenti/importa").choose("file", "persone.csv", file).send(http.StatusOK)
	again.says("Ciò che chiede c’è già: non cambierà nulla.")
	again.form("/utenti/importa").send(http.StatusOK).says("Il file è importato")
}

func importRefusedOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "admin")
	send := func(status int, file string) *document {
		return b.open(http.StatusOK, "/utenti/importa").form("/utenti/importa").choose("file", "persone.csv", []byte(file)).send(status)
	}
	good := string(w.peopleFile(1))
	page := send(http.StatusUnprocessableEntity, good+fmt.Sprintf("XXX;Neri;Ugo;%s;%s;standard\n", w.ente, w.comune)).says("Righe da correggere", "codice_fiscale", "Nulla è stato scritto")
	page.silent(`name="visto"`)
	send(http.StatusUnprocessableEntity, "cognome;nome\n").says("manca la colonna codice_fiscale")
	send(http.StatusUnprocessableEntity, "codice_fiscale;cognome;nome;ente;comune;ruolo\n").says("Il file non ha righe")
	send(http.StatusUnprocessableEntity, "").says("Scegli il file da importare")
	send(http.StatusUnprocessableEntity, "\xff\xfe;\x00").says("caratteri che non sono di un testo")
	w.settled(t)
	b.open(http.StatusOK, "/utenti").silent("NERI UGO")
}

func importWantsTheSecondFactor(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.actingSince(t, "admin", w.server(nil).Handler(), 11*time.Minute)
	page := b.open(http.StatusOK, "/utenti/importa").form("/utenti/importa").choose("file", "persone.csv", w.peopleFile(1)).send(http.StatusOK)
	page.says("Codice a 6 cifre").form("/utenti/importa").send(http.StatusUnprocessableEntity).says("Persone: 1", "Codice a 6 cifre")
	w.settled(t)
	b.open(http.StatusOK, "/utenti").silent("NERI UGO")
}

func attachesOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	act := "/convenzioni/" + string(domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}))
	b := w.acting(t, "top")
	signed := []byte("%PDF-1.4\nfirmato\n%%EOF\n")
	page := b.open(http.StatusOK, act+"/allegati").form(act+"/allegati").choose("file", `C:\atti\Atto "2026".pdf`, signed).send(http.StatusOK)
	page.says("Il file è allegato all’atto.")
	resp, file := b.read(b.Get(b.url + page.link(`Atto "2026".pdf`)))
	if resp.StatusCode != http.StatusOK || file != string(signed) {
		t.Errorf("%s: %q", resp.Status, file)
	}
	b.open(http.StatusOK, act+"/allegati").form(act+"/allegati").choose("file", "vuoto.pdf", nil).send(http.StatusUnprocessableEntity).says("Scegli il file")
}
