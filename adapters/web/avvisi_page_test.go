package web_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a notice is published on a page, read on all pages by those it is for, and withdrawn": avvisoOnPages,
	})
	maps.Copy(sights, map[string]sight{"avvisi": {who: "top", path: "/avvisi"}})
}

func avvisoOnPages(t *testing.T, o *office) {
	const text = "Sabato <b>mattina</b> ANPR è ferma."
	w := o.world(t, comuni[1], "")
	top := w.acting(t, "top")
	f := top.open(http.StatusOK, "/avvisi").says("Nessun avviso in vigore").form("/avvisi")
	f.send(http.StatusUnprocessableEntity).says("si scrive gg/mm/aaaa")
	f.with("testo", text, "al", "01/01/2020").send(http.StatusUnprocessableEntity).says("finisce dopo l'inizio")
	f.with("al", domain.ItalianDay(time.Now()).Plus(1).Italian(), "al_ora", "25")
	f.send(http.StatusUnprocessableEntity).says("L’ora si scrive hh:mm")
	f.with("al_ora", "13.30", "ente", string(w.ente))
	f.values["ruoli"] = []string{string(domain.RoleStandard), string(domain.RoleAdmin)}
	page := f.send(http.StatusOK).says("L’avviso è pubblicato", "In vigore", text, "Amministratore dell’Ente, Operatore presso", "alle 13:30", "Avviso n. 1 pubblicato")
	page.silent("Avviso del Comune di")
	f.send(http.StatusOK).silent("Avviso n. 2 pubblicato")

	operator, admin := w.acting(t, "operator"), w.acting(t, "admin")
	for _, path := range []string{"/nuova", "/richieste", "/profilo", "/guida", "/verifica"} {
		operator.open(http.StatusOK, path).says("Avviso del Comune di", text)
	}
	operator.open(http.StatusNotFound, "/avvisi").says(text)
	admin.open(http.StatusOK, "/utenti").says(text)
	for _, other := range []string{"auditor", "foreign-admin", "foreign-top"} {
		w.acting(t, other).open(http.StatusOK, "/profilo").silent("ANPR è ferma")
	}
	coming := page.form("/avvisi").with("testo", "Si chiude.", "dal", domain.ItalianDay(time.Now()).Plus(1).Italian(), "al", domain.ItalianDay(time.Now()).Plus(1).Italian()).send(http.StatusOK)
	coming.says("In arrivo", "alle 00:00").silent("Avviso del Comune di")
	newBrowser(t, w.server(nil).Handler()).open(http.StatusOK, "/verifica").silent("ANPR è ferma")

	w.acting(t, "foreign-top").open(http.StatusOK, "/avvisi").silent("ANPR è ferma")
	operator.open(http.StatusOK, "/nuova").says(text)
	page.form("/avvisi/1/ritiro").send(http.StatusOK).says("L’avviso è ritirato", "Avviso n. 1 ritirato")
	operator.open(http.StatusOK, "/nuova").silent("ANPR è ferma")
}
