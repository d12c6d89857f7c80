package web_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// obtain sends a request as a person and returns the answer, which must have a status.
func (w *world) obtain(who, method, path, accept, body string, status int) (http.Header, []byte) {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+w.people[who].token)
	r.Header.Set("Accept", accept)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	resp, err := aside.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		w.t.Fatalf("%s %s: %d %v\n%s", method, path, resp.StatusCode, err, text)
	}
	return resp.Header, text
}

// head is a position at which everything was written.
func (w *world) head() string {
	w.t.Helper()
	head, err := w.store.Head(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return head.String()
}

func listsAsTables(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	admin, operator := w.people["admin"], w.people["operator"]
	enter(w, operator.Utente.Stream(), commands.AppointUtente{Ente: w.ente, Comune: w.comune, Mansione: "=HYPERLINK(\"http://x\";\"y\")"})
	header, text := w.obtain("admin", http.MethodGet, "/api/v1/utenti?limit=1&at_least="+w.head(), "text/csv;q=0.9, */*", "", http.StatusOK)
	if got := header.Get("Content-Type"); got != "text/csv; charset=utf-8" {
		t.Errorf("a table is %s", got)
	}
	rows := tableRows(t, text)
	if len(rows) != 4 || rows[0][8] != "Mansione" { // two operators and the ADMIN, below the titles
		t.Fatalf("the table is %q", rows)
	}
	mansioni := []string{rows[1][8], rows[2][8], rows[3][8]}
	slices.Sort(mansioni)
	if want := []string{"", "", "'=HYPERLINK(\"http://x\";\"y\")"}; !slices.Equal(mansioni, want) {
		t.Errorf("the cells are %q, want %q", mansioni, want)
	}
	entered := w.journal("admin")
	last := entered[len(entered)-1]
	if last.Action != "list-utenti" || len(last.Shown) != 3 || !slices.Contains(last.Shown, string(operator.Utente)) || !slices.Contains(last.Shown, string(admin.Utente)) {
		t.Errorf("the journal ends with %+v", last)
	}

	enter(w, domain.PostazioneID(uuid.NewString()).Stream(), commands.ProposePostazione{Ente: w.ente, Comune: w.comune, Nome: "Sportello 3"})
	enter(w, domain.ApplicativoID(uuid.NewString()).Stream(), commands.RegisterApplicativo{
		Ente: w.ente, Comuni: []domain.CodiceISTAT{w.comune}, Nome: "Gestionale", Owner: operator.Utente, Scopes: domain.Scopes(), Reti: callsFrom,
	})
	enter(w, domain.RicertificazioneID(uuid.NewString()).Stream(), commands.OpenRicertificazione{
		Ente: w.ente, Comune: w.comune, Entro: domain.ItalianDay(time.Now().AddDate(0, 1, 0)),
	})
	asked, ask := uuid.NewString(), w.ask(domain.Comunale)
	if resp, body := w.say("operator", http.MethodPut, visura(asked), ask); resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune})
	for path, want := range map[string]string{
		"/api/v1/convenzioni":                                 "Convenzione rep. n. 1",
		"/api/v1/convenzioni/" + string(act) + "/rights":      "residenza",
		"/api/v1/accessi?azione=list-utenti&esito=ok&limit=1": "list-utenti",
		"/api/v1/attivita?genere=richieste&rifiutati=false":   "Richiesta di visura: Residenza",
		"/api/v1/enti":             "convenzionato",
		"/api/v1/profili":          "Sportello",
		"/api/v1/postazioni":       "Sportello 3",
		"/api/v1/applicativi":      "Gestionale",
		"/api/v1/ricertificazioni": "Comune " + string(w.comune),
		"/api/v1/visure":           "2026/004711",
	} {
		_, text := w.obtain("admin", http.MethodGet, path+separator(path)+"at_least="+w.head(), "text/csv", "", http.StatusOK)
		rows := tableRows(t, text)
		if !slices.ContainsFunc(rows[1:], func(row []string) bool { return strings.Contains(strings.Join(row, "|"), want) }) {
			t.Errorf("the table of %s is %q, want %s", path, rows, want)
		}
	}
}

// whoseDataWereRead: what a request names, or what it is about, is of a Comune, whose
// entry the read is, though the ADMIN who reads acts for several.
func whoseDataWereRead(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	admin, operator := w.people["admin"], w.people["operator"]
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune})
	file := []byte("%PDF-1.4 atto")
	annex := commands.AnnexOf("atto.pdf", file)
	if err := w.annexes.Put(t.Context(), act, domain.AnnexAttached(annex), file); err != nil {
		t.Fatal(err)
	}
	enter(w, act.Stream(), annex)
	seat, app, review := domain.PostazioneID(uuid.NewString()), domain.ApplicativoID(uuid.NewString()), domain.RicertificazioneID(uuid.NewString())
	profile := domain.ProfileID(uuid.NewString())
	enter(w, profile.Stream(), commands.DefineProfile{Comune: w.comune, Nome: "Banco", Tipi: domain.Concessi([]domain.Tipo{domain.Residenza}, domain.Modo{})})
	enter(w, seat.Stream(), commands.ProposePostazione{Ente: w.ente, Comune: w.comune, Nome: "Sportello 4"})
	enter(w, app.Stream(), commands.RegisterApplicativo{Ente: w.ente, Comuni: []domain.CodiceISTAT{w.comune}, Nome: "Gestionale", Owner: operator.Utente, Scopes: domain.Scopes(), Reti: callsFrom})
	enter(w, review.Stream(), commands.OpenRicertificazione{Ente: w.ente, Comune: w.comune, Entro: domain.ItalianDay(time.Now().AddDate(0, 1, 0))})
	enter(w, operator.Utente.Stream(), commands.AppointUtente{Ente: w.ente, Comune: w.comune, Mansione: "istruttore"})
	pair, named := "?ente="+string(w.ente)+"&comune="+string(w.comune), "?comune="+string(w.comune)
	head := w.head()
	for _, path := range []string{
		"/api/v1/utenti" + pair, "/api/v1/convenzioni" + pair, "/api/v1/postazioni" + pair, "/api/v1/applicativi" + pair,
		"/api/v1/ricertificazioni" + pair, "/api/v1/visure" + pair, "/api/v1/profili" + named, "/api/v1/accessi" + named,
		"/api/v1/utenti/" + string(operator.Utente), "/api/v1/utenti/" + string(operator.Utente) + "/rights" + pair,
		"/api/v1/utenti/" + string(operator.Utente) + "/appointments/" + string(w.comune) + "/letter?ente=" + string(w.ente),
		"/api/v1/enti/" + string(w.ente), "/api/v1/convenzioni/" + string(act), "/api/v1/convenzioni/" + string(act) + "/rights",
		"/api/v1/convenzioni/" + string(act) + "/annexes/" + annex.ID, "/api/v1/profili/" + string(profile), "/api/v1/postazioni/" + string(seat),
		"/api/v1/applicativi/" + string(app), "/api/v1/ricertificazioni/" + string(review), "/api/v1/comuni/" + string(w.comune),
	} {
		if !strings.Contains(path, "/letter") && !strings.Contains(path, "/annexes/") {
			path += separator(path) + "at_least=" + head
		}
		w.obtain("admin", http.MethodGet, path, "*/*", "", http.StatusOK)
		entered := w.journal("admin")
		if last := entered[len(entered)-1]; last.Asked.Comune != w.comune || last.Outcome != "ok" {
			t.Errorf("%s is entered as %+v, want it of Comune %s", path, last, w.comune)
		}
	}
	w.obtain("admin", http.MethodGet, "/api/v1/utenti", "*/*", "", http.StatusOK)
	entered := w.journal("admin")
	if last := entered[len(entered)-1]; last.Asked.Comune != "" {
		t.Errorf("a list that names no Comune is entered as %+v", last)
	}
	enter(w, admin.Utente.Stream(), commands.SuspendUtente{Ente: w.ente, Comune: w.comune, Motivo: "Verifica"})
	w.obtain("admin", http.MethodGet, "/api/v1/utenti"+pair, "*/*", "", http.StatusForbidden)
	entered = w.journal("admin")
	if last := entered[len(entered)-1]; last.Asked.Comune != w.comune || last.Outcome == "ok" {
		t.Errorf("a refused list is entered as %+v", last)
	}
}

// tablesOfVisure: what an auditor is not shown on a page is in no table either, and
// whose visure were in it is in the journal.
func tablesOfVisure(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id, ask := uuid.NewString(), w.ask(domain.Nazionale)
	if resp, body := w.say("operator", http.MethodPut, visura(id), ask); resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	person := ask.Soggetto.CodiceFiscale
	for who, shown := range map[string]bool{"admin": true, "auditor": false} {
		_, text := w.obtain(who, http.MethodGet, "/api/v1/visure?ente="+string(w.ente)+"&at_least="+w.head(), "text/csv", "", http.StatusOK)
		if len(tableRows(t, text)) != 2 || strings.Contains(string(text), person) != shown {
			t.Errorf("to %s, who is shown the person %v:\n%s", who, shown, text)
		}
		entered := w.journal(who)
		if last := entered[len(entered)-1]; last.Action != "list-visure" || !slices.Equal(last.Shown, []string{id}) {
			t.Errorf("the journal of %s ends with %+v", who, last)
		}
	}
}

func separator(path string) string {
	if strings.Contains(path, "?") {
		return "&"
	}
	return "?"
}

// tableRows reads a table as a spreadsheet would.
func tableRows(t *testing.T, text []byte) [][]string {
	t.Helper()
	plain, marked := bytes.CutPrefix(text, []byte("\uFEFF"))
	r := csv.NewReader(bytes.NewReader(plain))
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil || !marked {
		t.Fatalf("no table: marked %v, %v\n%s", marked, err, text)
	}
	return rows
}

// effetti are as much of an answer about a change as the test looks at.
type effetti struct {
	Items []struct {
		ID         domain.UtenteID
		Variazioni []struct {
			Tipo  domain.Tipo
			Voce  string
			Perde bool
		}
	}
}

func changesShownBefore(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	profile, operator := domain.ProfileID(uuid.NewString()), w.people["operator"].Utente
	enter(w, profile.Stream(), commands.DefineProfile{Comune: w.comune, Nome: "Casa", Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza}}})
	w.person("solo", domain.RoleGiven{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune})
	w.assign("solo", grant{ente: w.ente, profile: profile})
	alone := w.people["solo"].Utente

	preview := func(path, body string) (e effetti) {
		t.Helper()
		_, text := w.obtain("top", http.MethodPost, path+"?at_least="+w.head(), "application/json", body, http.StatusOK)
		if err := json.Unmarshal(text, &e); err != nil {
			t.Fatal(err)
		}
		return e
	}
	loses := func(e effetti, id domain.UtenteID, tipo domain.Tipo) bool {
		for _, item := range e.Items {
			for _, v := range item.Variazioni {
				if item.ID == id && v.Tipo == tipo && v.Voce == "tipo" && v.Perde {
					return true
				}
			}
		}
		return false
	}
	at := "/api/v1/profili/" + string(profile)
	e := preview(at+"/preview", `{"comune":"`+string(w.comune)+`","nome":"Casa","tipi":[{"tipo":"nascita"}]}`)
	if len(e.Items) != 1 || len(e.Items[0].Variazioni) != 2 || !loses(e, alone, domain.Residenza) {
		t.Errorf("another type for the profile changes %+v", e)
	}
	if e := preview(at+"/withdrawal/preview", ""); len(e.Items) != 1 || !loses(e, alone, domain.Residenza) {
		t.Errorf("without the profile changes %+v", e)
	}
	entered := w.journal("top")
	if last := entered[len(entered)-1]; last.Action != "preview-withdraw-profile" || !slices.Equal(last.Shown, []string{string(alone)}) {
		t.Errorf("the journal ends with %+v", last)
	}
	draft := `{"ente":"` + string(w.ente) + `","comune":"` + string(w.comune) + `","estremi":"Rep. 2","dal":"2026-01-01","al":"2099-12-31",` +
		`"finalita":[{"codice":"ISEE","descrizione":"Prestazioni","base_giuridica":"art. 71","valutazione":"n. 1"}],"massimo":{"tipi":["nascita"]}}`
	e = preview("/api/v1/convenzioni/preview", draft)
	if !loses(e, alone, domain.Residenza) || !loses(e, operator, domain.Residenza) {
		t.Errorf("an act without the type changes %+v", e)
	}
	if got, err := commands.Fact(t.Context(), w.handler, profile.Stream()); err != nil || got.Withdrawn || got.Tipi[0].Tipo != domain.Residenza {
		t.Errorf("what was only shown has happened: %+v, %v", got, err)
	}
	w.obtain("foreign-top", http.MethodPost, "/api/v1/convenzioni/preview", "application/json", draft, http.StatusNotFound)
}

// changesConfirmed: who changes what people have, names what they were shown of it.
func changesConfirmed(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	top := w.visitor()
	top.token = w.elevate(w.people["top"]).token
	preview := func(path string, body any) (e api.Effetti) {
		t.Helper()
		top.post(path+"/preview?at_least="+w.head(), body, &e)
		return e
	}
	refused := func(method, path string, body any, headers ...string) {
		t.Helper()
		var p edge.Problem
		top.want(http.StatusConflict, method, path, body, &p, headers...)
		if len(p.Errors) != 1 || p.Errors[0].Field != "Visura-Effetti" {
			t.Errorf("%s %s is refused with %+v", method, path, p)
		}
	}
	profile := domain.ProfileID(uuid.NewString())
	at := "/api/v1/profili/" + string(profile)
	other := object{"comune": w.comune, "nome": "Casa", "tipi": []object{{"tipo": "nascita"}}}
	top.want(http.StatusAccepted, http.MethodPut, at, object{"comune": w.comune, "nome": "Casa", "tipi": []object{{"tipo": "residenza"}}}, nil) // nobody holds it
	w.person("solo", domain.RoleGiven{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune})
	w.assign("solo", grant{ente: w.ente, profile: profile})
	refused(http.MethodPut, at, other)
	refused(http.MethodPut, at, other, "Visura-Effetti", "5d41402abc4b2a76b9719d911017c592")
	seen := preview(at, other)
	w.person("secondo", domain.RoleGiven{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune})
	w.assign("secondo", grant{ente: w.ente, profile: profile})
	refused(http.MethodPut, at, other, "Visura-Effetti", seen.Impronta) // there is one more to lose by it
	seen = preview(at, other)
	top.want(http.StatusPreconditionFailed, http.MethodPut, at, other, nil, "Visura-Effetti", seen.Impronta, "If-Match", `"7"`)
	top.want(http.StatusAccepted, http.MethodPut, at, other, nil, "Visura-Effetti", seen.Impronta)
	top.want(http.StatusAccepted, http.MethodPut, at, other, nil) // it is done already
	renamed := object{"comune": w.comune, "nome": "Casa e famiglia", "tipi": []object{{"tipo": "nascita"}}}
	refused(http.MethodPut, at, renamed, "Visura-Effetti", seen.Impronta)
	top.want(http.StatusAccepted, http.MethodPut, at, renamed, nil) // gives and takes nothing

	refused(http.MethodPost, at+"/withdrawal", object{})
	top.want(http.StatusAccepted, http.MethodPost, at+"/withdrawal", object{}, nil, "Visura-Effetti", preview(at+"/withdrawal", nil).Impronta)

	draft := object{
		"ente": w.ente, "comune": w.comune, "estremi": "Rep. 2", "data": "2025-12-20", "firmatari": []string{"Il Sindaco"}, "dal": "2026-01-01", "al": "2099-12-31", "massimo": object{"tipi": []string{"nascita"}},
		"contatti": object{"referente": "Ufficio", "pec": "a@pec.example", "dpo": "d@a.example", "assistenza": "Ufficio, interno 1"},
		"finalita": []object{{"codice": "ISEE", "descrizione": "Prestazioni", "base_giuridica": "art. 71", "conservazione": 12, "valutazione": "n. 1"}},
	}
	seen = preview("/api/v1/convenzioni", draft)
	top.want(http.StatusAccepted, http.MethodPost, "/api/v1/convenzioni", draft, nil) // a draft changes nothing
	activation := "/api/v1/convenzioni/" + string(domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune})) + "/activation"
	refused(http.MethodPost, activation, object{})
	if again := preview("/api/v1/convenzioni", draft); again.Impronta != seen.Impronta {
		t.Errorf("the draft that waits has other effects: %+v, and %+v before", again, seen)
	}
	top.want(http.StatusAccepted, http.MethodPost, activation, object{}, nil, "Visura-Effetti", seen.Impronta)
	foreign := w.visitor()
	foreign.token = w.elevate(w.people["foreign-top"]).token
	foreign.want(http.StatusNotFound, http.MethodPost, activation, object{}, nil) // is told of no effects
}
