package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"many people are asked about by one file, and their documents are one": askedByAFile,
		"of a list with errors each is told and nobody is asked about":         wrongList,
		"a workbook is a list like any other":                                  askedByAWorkbook,
	})
}

// admitsMany has the act of the world's Ente admit requests about many people.
func (w *world) admitsMany(tetto int) {
	w.t.Helper()
	act, err := commands.Fact(w.t.Context(), w.handler, domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream())
	if err != nil {
		w.t.Fatal(err)
	}
	enter(w, domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}).Stream(), commands.GrantMassive{Atto: act.Last().Numero, Tetto: tetto, BaseGiuridica: "art. 50 D.Lgs. 82/2005"})
}

// sends has somebody put a file, and returns the answer.
func (w *world) sends(who, path, kind string, file []byte) (*http.Response, []byte) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodPut, w.url+path, bytes.NewReader(file))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.people[who].token)
	r.Header.Set("Content-Type", kind)
	resp, err := aside.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp, answer
}

// fileOf is the address of a request about many by a file.
func (w *world) fileOf(id, more string) string {
	return fmt.Sprintf("/api/v1/massive/%s/file?comune=%s&tipo=residenza&finalita=ISEE&numero_pratica=2026/004711%s", id, w.comune, more)
}

// ends waits until all rows of a request have been asked for and every visura has ended.
func (w *world) ends(who, id string) (d projections.MassivaDettaglio) {
	w.t.Helper()
	moved, stop := w.runner.Moves(projections.Elenco{}.Name())
	defer stop()
	for {
		resp, body := w.say(who, http.MethodGet, "/api/v1/massive/"+id, nil)
		d = projections.MassivaDettaglio{}
		if err := json.Unmarshal(body, &d); err != nil || resp.StatusCode != http.StatusOK {
			w.t.Fatalf("%s: %s", resp.Status, body)
		}
		ended := 0
		for status, n := range d.Visure {
			if status.Final() {
				ended += n
			}
		}
		if d.Stato == domain.StatoCompleted && ended == d.Righe {
			return d
		}
		select {
		case <-moved:
		case <-w.t.Context().Done():
			w.t.Fatal(w.t.Context().Err())
		}
	}
}

func askedByAFile(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.newID()
	asked := []string{w.subject(), w.subject(), w.subject()}
	file := []byte("\ufeffcodice_fiscale;cognome\r\n" + strings.Join(asked, ";\r\n") + ";\r\n;\r\n")
	if resp, body := w.sends("operator", w.fileOf(id, "&preview=false"), "text/csv", file); resp.StatusCode != http.StatusForbidden || !strings.Contains(string(body), `"field":"massiva"`) {
		t.Fatalf("not admitted: %s: %s", resp.Status, body)
	}
	w.admitsMany(3)
	resp, body := w.sends("operator", w.fileOf(id, ""), "text/csv", file)
	var shown api.AskedAboutMany
	if err := json.Unmarshal(body, &shown); err != nil || resp.StatusCode != http.StatusOK || !shown.Preview || shown.Righe != 3 || len(shown.Errori) != 0 {
		t.Fatalf("the preview: %s: %s", resp.Status, body)
	}
	if resp, _ := w.say("operator", http.MethodGet, "/api/v1/massive/"+id, nil); resp.StatusCode != http.StatusNotFound {
		t.Fatalf("after the preview: %s", resp.Status)
	}
	for range 2 { // the answer was lost
		if resp, body = w.sends("operator", w.fileOf(id, "&preview=false"), "text/csv", file); resp.StatusCode != http.StatusAccepted {
			t.Fatalf("%s: %s", resp.Status, body)
		}
		w.settled(t)
	}
	if resp, _ := w.say("colleague", http.MethodGet, "/api/v1/massive/"+id, nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("a colleague reads it: %s", resp.Status)
	}
	d := w.ends("operator", id)
	if d.Visure[domain.Issued] != 3 {
		t.Fatalf("it comes to %v", d.Visure)
	}
	w.documentsOf(t, id, asked)
	w.forgotten(t, domain.MassivaID(id))
}

// documentsOf looks at the documents of a request about many, handed out as one file.
func (w *world) documentsOf(t *testing.T, id string, asked []string) {
	t.Helper()
	resp, body := w.say("operator", http.MethodGet, "/api/v1/massive/"+id+"/documents", nil)
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%s: %.200s", resp.Status, body)
	}
	if name := resp.Header.Get("Content-Disposition"); name != `attachment; filename="massiva-`+id+`.zip"` {
		t.Error(name)
	}
	archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if files[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	lines := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(files["indice.csv"], []byte("\ufeff"))))
	lines.Comma = ';'
	index, err := lines.ReadAll()
	if err != nil || len(index) != 1+len(asked) || len(files) != 1+len(asked) {
		t.Fatalf("%v: %v", err, index)
	}
	for i, row := range index[1:] {
		visura := domain.MassivaID(id).Visura(i + 1)
		if row[0] != fmt.Sprint(i+1) || row[2] != asked[i] || row[3] != "issued" || row[7] != string(visura) || !bytes.HasPrefix(files[row[5]], []byte("%PDF-")) {
			t.Errorf("row %d is %q", i+1, row)
		}
		if n := count(w.history(string(visura)), domain.VisuraDownloaded{}.EventType()); n != 1 {
			t.Errorf("row %d was downloaded %d times", i+1, n)
		}
	}
	if resp, body := w.say("top", http.MethodGet, "/api/v1/massive/"+id+"/documents", nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a TOP obtains them: %s: %.200s", resp.Status, body)
	}
}

// forgotten looks for the people of a request that is done.
func (w *world) forgotten(t *testing.T, id domain.MassivaID) {
	t.Helper()
	moved, stop := w.runner.Moves(projections.Massive{}.Name())
	defer stop()
	for types := w.massivaHistory(id); types[len(types)-1] != (domain.PeopleDestroyed{}).EventType(); types = w.massivaHistory(id) {
		<-moved
	}
	w.store.Load(t.Context(), string(id.Stream()), commands.NoStream, func(r domain.Recorded) {
		if e, ok := r.Event.(domain.MassivaRequested); ok && len(e.Soggetti) > 0 {
			t.Error("the people can still be read")
		}
	})
}

func (w *world) massivaHistory(id domain.MassivaID) (types []string) {
	w.t.Helper()
	if _, err := w.store.Load(w.t.Context(), string(id.Stream()), commands.NoStream, func(r domain.Recorded) { types = append(types, r.Event.EventType()) }); err != nil {
		w.t.Fatal(err)
	}
	return types
}

func wrongList(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.admitsMany(10)
	id, right := w.newID(), w.subject()
	file := []byte("codice_fiscale;cognome;nome;sesso;data_nascita\n" + right + ";;;;\nRSSMRA80A01H501X;;;;\n;ROSSI;;;\n" + right + ";;;;\n;ROSSI;UGO;M;31/02/1950\n")
	resp, body := w.sends("operator", w.fileOf(id, ""), "text/csv", file)
	var shown api.AskedAboutMany
	if err := json.Unmarshal(body, &shown); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	var told []string
	for _, e := range shown.Errori {
		told = append(told, fmt.Sprint(e.Riga, " ", e.Field))
	}
	if diff := cmp.Diff([]string{"3 soggetto.codice_fiscale", "4 soggetto", "5 soggetto", "6 soggetto.data_nascita"}, told); diff != "" {
		t.Error(diff)
	}
	resp, body = w.sends("operator", w.fileOf(id, "&preview=false"), "text/csv", file)
	var problem edge.Problem
	if err := json.Unmarshal(body, &problem); err != nil || resp.StatusCode != http.StatusUnprocessableEntity || len(problem.Errors) != 4 || problem.Errors[0].Field != "riga 3, soggetto.codice_fiscale" {
		t.Errorf("%s: %s", resp.Status, body)
	}
	if types := w.massivaHistory(domain.MassivaID(id)); len(types) > 0 {
		t.Errorf("it was asked all the same: %v", types)
	}
	people := commands.RequestMassiva{Comune: string(w.comune), Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetti: []commands.SoggettoRichiesto{{CodiceFiscale: right}, {CodiceFiscale: right}}}
	resp, body = w.say("operator", http.MethodPut, "/api/v1/massive/"+id+"?preview=false", people)
	if resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), `"soggetti[1].soggetto"`) || strings.Contains(string(body), right) {
		t.Errorf("%s: %s", resp.Status, body)
	}
	for what, file := range map[string]string{"no columns": "\n", "an unknown column": "codice_fiscale;parenti\n", "a broken line": "codice_fiscale;cognome\n" + right + "\n", "quotes": "codice_fiscale\n\"" + right + "\n", "a broken workbook": "PK\x03\x04"} {
		if resp, body := w.sends("operator", w.fileOf(id, ""), "text/csv", []byte(file)); resp.StatusCode != http.StatusUnprocessableEntity || strings.Contains(string(body), right) {
			t.Errorf("%s: %s: %s", what, resp.Status, body)
		}
	}
}

func askedByAWorkbook(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.admitsMany(10)
	person := w.subjects[w.comune][int(w.asked.Add(1))%len(w.subjects[w.comune])]
	book := excelize.NewFile()
	defer book.Close()
	sheet := book.GetSheetName(0)
	for at, value := range map[string]any{"A1": "Codice_Fiscale", "B1": "cognome", "C1": "data_nascita", "A2": person.CodiceFiscale, "A4": w.subject(), "C5": 21947} {
		if err := book.SetCellValue(sheet, at, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	resp, body := w.sends("operator", w.fileOf(w.newID(), ""), xlsx, file.Bytes())
	var shown api.AskedAboutMany
	if err := json.Unmarshal(body, &shown); err != nil || resp.StatusCode != http.StatusOK || shown.Righe != 3 || len(shown.Errori) != 1 || shown.Errori[0].Riga != 5 {
		t.Errorf("%s: %s", resp.Status, body)
	}
	if err := book.SetCellValue(sheet, "C5", 1960); err != nil {
		t.Fatal(err)
	}
	if file, err = book.WriteToBuffer(); err != nil {
		t.Fatal(err)
	}
	if resp, body := w.sends("operator", w.fileOf(w.newID(), ""), xlsx, file.Bytes()); resp.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(string(body), "riga 5") {
		t.Errorf("%s: %s", resp.Status, body)
	}
}
