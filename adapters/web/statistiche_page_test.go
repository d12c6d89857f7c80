package web_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"the figures of the page, the API and the table are the same": countedAlike,
	})
	maps.Copy(sights, map[string]sight{
		"statistiche":               {who: "admin", path: "/statistiche"},
		"statistiche del TOP":       {who: "top", path: "/statistiche?per=tipo"},
		"statistiche per Ente":      {who: "top", path: "/statistiche?per=ente"},
		"statistiche per motivo":    {who: "top", path: "/statistiche?per=motivo"},
		"statistiche aperte":        {who: "top", path: "/statistiche", press: everything},
		"statistiche di un Ente":    {who: "top", path: "/statistiche?ente={ente}&per=mese"},
		"statistiche senza esito":   {who: "admin", path: "/statistiche?dal=01/01/2020&al=02/01/2020"},
		"statistiche con un errore": {who: "admin", path: "/statistiche?dal=ieri&per=boh"},
	})
}

func countedAlike(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.asksFor(t, "operator", 2)
	w.asksFor(t, "colleague", 1)
	w.settled(t)
	_, text := w.obtain("admin", http.MethodGet, "/api/v1/statistiche?per=utente&at_least="+w.head(), "application/json", "", http.StatusOK)
	var found projections.QuadroStatistico
	if err := json.Unmarshal(text, &found); err != nil {
		t.Fatal(err)
	}
	if found.Totale != (projections.Conteggio{Richieste: 3, Emesse: 3}) || len(found.Righe) != 2 || found.Righe[0].Nome != w.people["operator"].Utente.Codice() || found.Tempi[0].Documenti != 3 {
		t.Errorf("%s", text)
	}
	page := w.acting(t, "admin").open(http.StatusOK, "/statistiche?per=utente")
	table := page.words()
	_, file := w.obtain("admin", http.MethodGet, "/api/v1/statistiche?per=utente", "text/csv", "", http.StatusOK)
	for _, r := range found.Righe {
		if want := fmt.Sprintf("%s %d %d %d %d %d", r.Nome, r.Richieste, r.Emesse, r.Senza, r.Rifiutate, r.InCorso); !strings.Contains(table, want) {
			t.Errorf("the page says no %q:\n%s", want, table)
		}
		if want := fmt.Sprintf("%s;%s;%d;%d;%d;%d;%d;", r.Chiave, r.Nome, r.Richieste, r.Emesse, r.Senza, r.Rifiutate, r.InCorso); !strings.Contains(string(file), want) {
			t.Errorf("the table says no %q:\n%s", want, file)
		}
	}
	// Its TOP counts the same of it, one of another Ente nothing.
	w.acting(t, "top").open(http.StatusOK, "/statistiche?per=utente&ente="+string(w.ente)).says(found.Righe[0].Nome)
	other := o.world(t, comuni[0], "")
	other.acting(t, "admin").open(http.StatusOK, "/statistiche?ente="+string(w.ente)).says("Nessuna richiesta in questi giorni")
	w.obtain("operator", http.MethodGet, "/api/v1/statistiche", "application/json", "", http.StatusForbidden)
	w.obtain("admin", http.MethodGet, "/api/v1/statistiche?dal=2026-12-02&al=2026-12-01", "application/json", "", http.StatusUnprocessableEntity)
}
