package web_test

import (
	"bytes"
	"fmt"
	"image/png"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// modelled is a Comune whose documents one test heads otherwise.
const modelled domain.CodiceISTAT = "022161"

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"what documents bear is changed on pages, and stands on those made from then on": modelOnPages,
		"of two who change what documents bear at once, one is told":                     modelsAtOnce,
	})
	maps.Copy(sights, map[string]sight{
		"modelli": {who: "top", path: "/modelli"}, "modelli del revisore": {who: "auditor", path: "/modelli"},
	})
}

// emblem is a picture with transparent parts, of so many points a side: 192 or 512. The
// larger one is brought in by one Comune alone.
func emblem(t testing.TB, side int) []byte {
	t.Helper()
	picture, err := os.ReadFile(fmt.Sprintf("pages/assets/icona-%d.png", side))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

// printed is the text of a PDF.
func printed(t *testing.T, file []byte) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), "file.pdf")
	if err := os.WriteFile(at, file, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", "-layout", at, "-").Output()
	if err != nil {
		t.Fatalf("%v: %.200s", err, file)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// document is what the operator of a world obtains for a request.
func (w *world) document(t *testing.T) (id string, file []byte) {
	t.Helper()
	id = w.asksFor(t, "operator", 1)[0]
	return id, []byte(w.acting(t, "operator").get(http.StatusOK, "/visure/"+id+"/documento"))
}

func modelOnPages(t *testing.T, o *office) {
	w := o.world(t, modelled, "")
	b := w.acting(t, "top")
	page := b.open(http.StatusOK, "/modelli").says("Nessun modello pubblicato", "Ufficio Anagrafe", "Quello dell’installazione", "Sempre in fondo ai documenti", "art. 2712 c.c.", "Esente da imposta di bollo")
	first, before := w.document(t)
	if text := printed(t, before); !strings.Contains(text, "Ufficio Anagrafe") || strings.Contains(text, "Corso Rosmini") {
		t.Errorf("without a model: %s", text)
	}
	if text := printed(t, []byte(b.get(http.StatusOK, "/modelli/0/anteprima"))); !strings.Contains(text, "DOCUMENTO DI PROVA") || !strings.Contains(text, "ESEMPIO") {
		t.Errorf("the document of version 0: %s", text)
	}

	f := page.form("/modelli/confronto").with("intestazione", "Servizi Demografici\n\n  Corso   Rosmini 1  \nNicolo\u0300", "piede", "Orario 9–13.")
	f.with("intestazione", "Ufficio 王").send(http.StatusUnprocessableEntity).says("Alla riga 1 il carattere «王» (U+738B) non si può stampare")
	f.with("intestazione", "Servizi Demografici\n\n  Corso   Rosmini 1  \nNicolo\u0300", "piede", "Il presente certificato non può essere prodotto").send(http.StatusUnprocessableEntity).says("Una visura non è un certificato")
	f.with("piede", "Orario 9–13.").choose("immagine", "stemma.gif", []byte("GIF89a")).send(http.StatusUnprocessableEntity).says("PNG o JPEG")
	f.choose("immagine", "stemma.png", emblem(t, 512)).with("descrizione", " ")
	page = f.send(http.StatusUnprocessableEntity).says("Lo stemma va descritto")
	compared := page.form("/modelli/confronto").with("descrizione", "Stemma di Rovereto").send(http.StatusOK)
	compared.says("Che cosa cambia", "Dopo: versione 1", "Servizi Demografici", "Corso Rosmini 1", "Nicolò", "Orario 9–13.", "non è ancora cambiato nulla")
	preview := compared.form("/modelli/anteprima")
	resp, file := b.read(b.PostForm(preview.action.String(), preview.values))
	text := printed(t, []byte(file))
	for _, want := range []string{"DOCUMENTO DI PROVA – SENZA VALORE", "Servizi Demografici Corso Rosmini 1 Nicolò", "Orario 9–13.", "art. 2712 c.c.", "ESEMPIO"} {
		if !strings.Contains(text, want) {
			t.Errorf("the preview lacks %q: %s", want, text)
		}
	}
	if resp.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(resp.Header.Get("Content-Disposition"), "inline") || resp.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", resp.Header)
	}
	b.open(http.StatusOK, "/modelli").says("Nessun modello pubblicato")

	publish := compared.form("/modelli")
	page = publish.send(http.StatusOK).says("Il modello è pubblicato", "Versione 1, in vigore dal", "Corso Rosmini 1", "Modello documento pubblicato, versione 1", "Stemma caricato, 384 × 384 punti")
	publish.send(http.StatusOK).silent("versione 2") // the same once more is none
	picture := attribute(page.element("img", "alt", "Stemma di Rovereto"), "src")
	shown, err := png.Decode(strings.NewReader(b.get(http.StatusOK, picture)))
	if err != nil || shown.Bounds().Dx() != 384 {
		t.Errorf("the stemma: %v", err)
	}

	b.open(http.StatusOK, "/modelli").form("/modelli/confronto").send(http.StatusOK).says("Non cambia nulla").silent("Dopo: versione 2")

	second, after := w.document(t)
	if text := printed(t, after); !strings.Contains(text, "Servizi Demografici Corso Rosmini 1 Nicolò") || !strings.Contains(text, "Orario 9–13.") || !strings.Contains(text, "art. 2712 c.c.") {
		t.Errorf("with the model: %s", text)
	}
	operator := w.acting(t, "operator")
	operator.open(http.StatusOK, "/visure/"+second).says("modello documento versione 1")
	operator.open(http.StatusOK, "/visure/"+first).silent("modello documento")

	b.open(http.StatusOK, "/modelli").form("/modelli/confronto").with("intestazione", "", "stemma", "", "piede", "").send(http.StatusOK).says("Ora: versione 1", "Dopo: versione 2").
		form("/modelli").send(http.StatusOK).says("Versione 2, in vigore dal", "Versioni precedenti")
	if text := printed(t, []byte(b.get(http.StatusOK, "/modelli/1/anteprima"))); !strings.Contains(text, "Corso Rosmini 1") || !strings.Contains(text, "DOCUMENTO DI PROVA") {
		t.Errorf("the document of version 1: %s", text)
	}
	b.open(http.StatusNotFound, "/modelli/3/anteprima")
	for id, was := range map[string][]byte{first: before, second: after} {
		if again := operator.get(http.StatusOK, "/visure/"+id+"/documento"); !bytes.Equal([]byte(again), was) {
			t.Errorf("the document of %s has changed", id)
		}
	}

	plain := w.actingSince(t, "top", w.server(nil).Handler(), 11*time.Minute)
	without := plain.open(http.StatusOK, "/modelli").form("/modelli/confronto").with("piede", "Altro.").send(http.StatusOK).form("/modelli")
	without.send(http.StatusUnprocessableEntity).says("codice a sei cifre", "Altro.")
	auditor := w.acting(t, "auditor")
	auditor.open(http.StatusOK, "/modelli").says("Versione 2", "Versioni precedenti").silent("Prepara un’altra versione")
	auditor.get(http.StatusOK, "/modelli/1/anteprima")
	auditor.get(http.StatusOK, picture)
	for _, other := range []string{"operator", "admin"} {
		w.acting(t, other).open(http.StatusNotFound, "/modelli")
	}
	elsewhere := w.acting(t, "foreign-top")
	elsewhere.open(http.StatusOK, "/modelli").silent("Rosmini")
	elsewhere.open(http.StatusNotFound, picture)
}

// modelsAtOnce publishes at once what was prepared, in two tabs, from the same version.
func modelsAtOnce(t *testing.T, o *office) {
	w := o.world(t, modelledAtOnce, "")
	b := w.acting(t, "top")
	var forms []*filling
	for _, text := range []string{"Uno.", "Due."} {
		forms = append(forms, b.open(http.StatusOK, "/modelli").form("/modelli/confronto").with("piede", text).send(http.StatusOK).form("/modelli"))
	}
	var wg sync.WaitGroup
	statuses := make([]int, 2)
	for i, f := range forms {
		wg.Go(func() {
			resp, err := f.PostForm(f.action.String(), f.values)
			if err == nil {
				resp.Body.Close()
				statuses[i] = resp.StatusCode
			}
		})
	}
	wg.Wait()
	if statuses[0]+statuses[1] != http.StatusOK+http.StatusConflict {
		t.Fatalf("answered %v", statuses)
	}
	lost := forms[0]
	if statuses[1] == http.StatusConflict {
		lost = forms[1]
	}
	page := lost.send(http.StatusConflict).says("Nel frattempo è stata pubblicata la versione 1", "Ora: versione 1", "Dopo: versione 2", "Uno.", "Due.")
	page.form("/modelli").send(http.StatusOK).says("Versione 2, in vigore dal")
	comune, err := commands.Fact(t.Context(), w.handler, modelledAtOnce.Stream())
	if err != nil || comune.Modelli.InForce.Versione != 2 {
		t.Errorf("%+v, %v", comune.Modelli, err)
	}
}

// modelledAtOnce is a Comune whose model two publish.
const modelledAtOnce domain.CodiceISTAT = "007003"

// headed has the documents of a Comune bear a model of every part.
func (w *world) headed() {
	w.t.Helper()
	drawn, err := pdf.Stemma(emblem(w.t, 192))
	if err != nil {
		w.t.Fatal(err)
	}
	enter(w, w.comune.Stream(), commands.KeepStemma{PNG: drawn})
	for i, model := range []commands.PublishModello{
		{Piede: []string{"Orario al pubblico: dal lunedì al venerdì, 9–13."}},
		{
			Intestazione: []string{"Servizi Demografici – Ufficio Anagrafe", "Piazza della Libertà 12"}, Stemma: commands.SHA256(drawn), Descrizione: "Stemma del Comune",
			Piede: []string{"Orario al pubblico: dal lunedì al venerdì, 9–13."},
		},
	} {
		comune, err := commands.Fact(w.t.Context(), w.handler, w.comune.Stream())
		if err != nil {
			w.t.Fatal(err)
		}
		if comune.Modelli.InForce.Versione == i {
			model.Precedente = i
			enter(w, w.comune.Stream(), model)
		}
	}
}
