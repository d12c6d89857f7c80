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

	"github.com/google/uuid"

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
	resp, err := http.DefaultClient.Do(r)
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

	act := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune})
	for path, want := range map[string]string{
		"/api/v1/convenzioni":                                 "Convenzione rep. n. 1",
		"/api/v1/convenzioni/" + string(act) + "/rights":      "residenza",
		"/api/v1/accessi?azione=list-utenti&esito=ok&limit=1": "list-utenti",
	} {
		_, text := w.obtain("admin", http.MethodGet, path+separator(path)+"at_least="+w.head(), "text/csv", "", http.StatusOK)
		rows := tableRows(t, text)
		if !slices.ContainsFunc(rows[1:], func(row []string) bool { return strings.Contains(strings.Join(row, "|"), want) }) {
			t.Errorf("the table of %s is %q, want %s", path, rows, want)
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
