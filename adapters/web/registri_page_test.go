package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	inTheOffice["a filter of a register that is not understood is taken away, and said"] = oddFilters
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an Ente is registered on a page, and its act drawn up, activated, suspended, resumed and ended": actOnPages,
		"a profile is changed on a page by who has seen for whom":                                        profileOnPages,
		"a workstation is proposed, authorised, linked and revoked on pages":                             workstationOnPages,
		"an ADMIN reads the act of their Ente on a page":                                                 ownActOnAPage,
	})
	maps.Copy(sights, map[string]sight{
		"enti": {who: "top", path: "/enti"}, "profili": {who: "top", path: "/profili"}, "profilo nuovo": {who: "top", path: "/profili/nuovo"},
		"ente nuovo": {who: "top", path: "/enti/nuovo"}, "convenzione": {who: "admin", path: "/convenzione"}, "postazioni": {who: "admin", path: "/postazioni"},
		"postazione nuova": {who: "admin", path: "/postazioni/nuova"}, "ricertificazione": {who: "top", path: "/ricertificazione"}, "ricertificazione nuova": {who: "top", path: "/ricertificazione/nuova"},
	})
}

func actOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "top")
	b.open(http.StatusOK, "/enti/nuovo").form("/enti").send(http.StatusUnprocessableEntity).says("Scrivi la denominazione dell’Ente", "undici cifre")
	page := b.open(http.StatusOK, "/enti/nuovo").form("/enti").with("denominazione", "ASP di prova", "codice_fiscale", w.newCode()).send(http.StatusOK)
	page.says("L’Ente è registrato", "Convenzione con ASP di prova")
	f := page.form("/convenzioni")
	f.send(http.StatusUnprocessableEntity).says("Scegli almeno una visura", "La data di inizio si scrive gg/mm/aaaa")
	bound := f.with("estremi", "Rep. 12", "data", "10/01/2026", "firmatari", "Il Sindaco", "dal", "01/01/2026", "al", "31/12/2030", "tipi", "residenza", "codice[]", "ISEE",
		"descrizione[]", "Prestazioni", "base_giuridica[]", "art. 71", "conservazione[]", "12", "valutazione[]", "Scheda 1", "referente", "Ufficio", "pec", "a@pec.example", "dpo", "d@example.org", "assistenza", "tel. 1")
	bound.with("tipi-0", "nascita").send(http.StatusUnprocessableEntity).says(`La finalità "ISEE" è per il tipo "nascita", che la convenzione non ammette`)
	bound.with("quota-utente-giorno", "0").send(http.StatusUnprocessableEntity).says("Il limite è un numero")
	page = bound.with("tipi-0", "residenza", "quota-utente-giorno", "100", "quota-ente-pratica-mese", "20").send(http.StatusOK).says("Che cosa cambia attivando la bozza", "Residenza", "solo per Residenza", "Non cambia per nessuno",
		"Richieste al giorno di ciascun utente: 100", "Persone diverse per pratica, al mese di tutto l’Ente: 20")
	path := strings.TrimSuffix(page.at.Path, "/attivazione")
	page = page.form(page.at.Path).send(http.StatusOK).says("L’atto è attivato", "Attiva", "ISEE")
	page = page.form(path + "/sospensione").send(http.StatusUnprocessableEntity).says("motivo")
	page = page.form(path+"/sospensione").with("motivo", "Verifica").send(http.StatusOK).says("Sospesa", "Verifica")
	page = page.form(path + "/ripresa").send(http.StatusOK).says("L’atto è ripreso")
	seen := b.open(http.StatusOK, path+"/bozza").form(path + "/bozza")
	b.open(http.StatusOK, path+"/bozza").form(path+"/bozza").with("al", "31/12/2031").send(http.StatusOK).says("31/12/2031")
	seen.with("al", "31/12/2032").send(http.StatusPreconditionFailed).says("cambiato da quando è stato letto")
	page.follow(http.StatusOK, "Fai cessare").form(path+"/cessazione").with("motivo", "Recesso").send(http.StatusOK).says("Cessata")
	for _, other := range []string{"foreign-top", "admin"} {
		w.acting(t, other).open(http.StatusNotFound, path)
	}
	b.open(http.StatusOK, "/enti?testo=ASP").says("ASP di prova")
}

func profileOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	person, err := w.fact("operator")
	if err != nil {
		t.Fatal(err)
	}
	b, path := w.acting(t, "top"), "/profili/"+string(person.Assignments[0].Profile)
	f := b.open(http.StatusOK, path+"/modifica").says("Modifica il profilo").form(path)
	f.values["tipi"] = []string{string(domain.Residenza)}
	page := f.send(http.StatusOK).says("Cambia per 2 utenti", "Stato di famiglia", "Applica")
	done := page.form(path).send(http.StatusOK).says("Il profilo è definito", "Residenza")
	done.follow(http.StatusOK, "Ritira").says("Cambia per 2 utenti").form(path + "/ritiro").send(http.StatusOK).says("Ritirato")
	w.acting(t, "foreign-top").open(http.StatusNotFound, path)
	w.acting(t, "admin").open(http.StatusNotFound, path)
}

func workstationOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	admin, top := w.acting(t, "admin"), w.acting(t, "top")
	admin.open(http.StatusOK, "/postazioni/nuova").form("/postazioni").with("reti", "boh").send(http.StatusUnprocessableEntity).says("Scrivi il nome della postazione", "Una rete si scrive")
	page := admin.open(http.StatusOK, "/postazioni/nuova").form("/postazioni").with("nome", "Sportello 3").send(http.StatusOK).says("La postazione è proposta", "Da autorizzare")
	path := page.at.Path
	top.open(http.StatusOK, "/postazioni").says("Sportello 3")
	top.open(http.StatusOK, path).form(path + "/autorizzazione").send(http.StatusOK).says("La postazione è autorizzata")
	admin.open(http.StatusOK, path).form(path+"/collegamento").send(http.StatusOK).says("/postazione/", "Vale una volta")
	admin.open(http.StatusOK, path).silent("/postazione/")
	top.open(http.StatusOK, path).form(path + "/revoca").send(http.StatusOK).says("Revocata")
	w.acting(t, "foreign-admin").open(http.StatusNotFound, path)
	w.acting(t, "foreign-top").open(http.StatusNotFound, path)
}

func ownActOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.acting(t, "admin").open(http.StatusOK, "/convenzione").says("Convenzione con il Comune di", "ISEE", "Attiva").silent("Sospendi", "Allega un file")
	w.acting(t, "top").open(http.StatusNotFound, "/convenzione")
	w.acting(t, "operator").open(http.StatusNotFound, "/convenzione")
}

// newCode is a codice fiscale that no Ente has.
func (w *world) newCode() string { return fmt.Sprintf("%011d", w.entered.Add(1)) }

// fact is what the streams say of a person.
func (w *world) fact(name string) (domain.Utente, error) {
	return commands.Fact(w.t.Context(), w.handler, w.people[name].Utente.Stream())
}

func oddFilters(t *testing.T, o *office) {
	b := o.world(t, comuni[0], "").acting(t, "top")
	const taken = "Un filtro non è stato riconosciuto ed è stato tolto"
	for understood, odd := range map[string]string{"/enti?tipo=ufficio": "/enti?tipo=boh", "/postazioni?vista=tutte": "/postazioni?vista=boh", "/profili?ritirati=si": "/profili?ritirati=boh"} {
		b.open(http.StatusOK, understood).silent(taken)
		b.open(http.StatusOK, odd).says(taken)
	}
	b.open(http.StatusOK, "/enti?tipo=boh").silent("Nessun Ente con questi filtri")
	b.open(http.StatusOK, "/enti?testo=Ente").says("Denominazione Ente", "Togli tutti")
}
