package web_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a Comune's contacts, title, choices, instructions and TOPs are decided on a page": regoleOnPages,
	})
	maps.Copy(sights, map[string]sight{"regole": {who: "top", path: "/regole"}})
}

// decided is a Comune about which one test decides.
const decided domain.CodiceISTAT = "063049"

func regoleOnPages(t *testing.T, o *office) {
	w := o.world(t, decided, "")
	other := w.people["colleague"].Utente
	enter(w, other.Stream(), commands.AppointUtente{Comune: w.comune, Mansione: "Vicario"})
	top := w.acting(t, "top")
	page := top.open(http.StatusOK, "/regole").says("Regole e recapiti", "Recapiti", "Titolo per le visure nazionali", "TOP del Comune", w.people["top"].Utente.Codice())

	f := page.form("/regole/recapiti")
	f.with("pec", "non è un indirizzo").send(http.StatusUnprocessableEntity).says("C’è un dato da correggere")
	page = f.with("referente", "Ufficio Anagrafe", "pec", "anagrafe@pec.example", "dpo", "dpo@comune.example", "assistenza", "URP, tel. 0544 1").send(http.StatusOK)
	page.says("I recapiti sono registrati", "URP, tel. 0544 1", "anagrafe@pec.example")

	f = page.form("/regole/nazionale")
	f.with("testo", "", "data", "ieri").send(http.StatusUnprocessableEntity).says("si scrive gg/mm/aaaa")
	page = f.with("testo", "Controlli ex art. 71", "atto", "D.G.C. n. 7", "data", "12/1/2026").send(http.StatusOK).says("Il titolo per le visure nazionali è registrato", "Controlli ex art. 71", "12/01/2026")
	page = page.form("/regole/nazionale/revoca").with("motivo", "Prova").send(http.StatusOK).says("non sono più ammesse").silent("Controlli ex art. 71, D.G.C.")

	page.form("/regole/scelte").with("quota-comune-giorno", "tante").send(http.StatusUnprocessableEntity).says("Il limite è un numero")
	page = page.form("/regole/scelte").with("scarico", "si", "nazionale", "si", "quota-comune-giorno", "1500").send(http.StatusOK).says("Le scelte sono registrate", "Richieste al giorno di tutti gli Enti insieme: 1.500")
	page.form("/regole/scelte").with("nazionale", "").send(http.StatusForbidden).says("chi amministra l'installazione")

	f = page.says("richieste fra le 22:00 e le 06:00", "almeno 5 richieste dello stesso Ente", "regola iniziale").form("/regole/allarmi")
	f.with("dalle", "22").send(http.StatusUnprocessableEntity).says("vuole due ore HH:MM diverse")
	page = f.with("dalle", "21:30", "festivi", "si").send(http.StatusOK).says("La regola è registrata", "richieste fra le 21:30 e le 06:00, nei giorni festivi", "versione 1")
	page = page.form("/regole/allarmi").with("attiva", "", "ente", string(w.ente)).send(http.StatusOK).says("spenta (versione 2)", "Togli una regola propria di un Ente")
	page = page.form("/regole/allarmi/revoca").send(http.StatusOK).says("Per l’Ente vale ora la regola del Comune").silent("spenta (versione 2)", "Togli una regola propria di un Ente")

	f = page.form("/regole/istruzioni")
	page = f.with("testo", "Si tratta con riserbo.").send(http.StatusOK).says("Le istruzioni sono pubblicate")
	top.open(http.StatusOK, "/istruzioni").says("Si tratta con riserbo.")

	f = page.form("/regole/top")
	f.with("utente", "U-AAAAA-AAAAA").send(http.StatusUnprocessableEntity).says("Nessun utente ha questo codice")
	page = f.with("utente", other.Codice()).send(http.StatusOK).says("La persona è TOP del Comune", other.Codice())
	page.form("/regole/top/revoca").with("utente", string(other)).send(http.StatusOK).says("non è più TOP")
	if c, err := commands.Fact(t.Context(), w.handler, w.comune.Stream()); err != nil || c.Top(other) || !c.Regole.ScaricoAmministratori || c.Istruzioni.Testo != "Si tratta con riserbo." || c.Nazionale.Testo != "" {
		t.Errorf("the Comune is %+v, %v", c, err)
	}
	w.acting(t, "operator").open(http.StatusNotFound, "/regole")
}
