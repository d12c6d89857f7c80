package web_test

import (
	"maps"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// reconnected is a Comune whose way to ANPR one test replaces.
const reconnected domain.CodiceISTAT = "072004"

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a way to ANPR is tried and replaced on a page, the former in force until a test call goes well": connectionOnAPage,
	})
	maps.Copy(sights, map[string]sight{"collegamento": {who: "top", path: "/anpr"}})
}

func connectionOnAPage(t *testing.T, o *office) {
	w := o.world(t, reconnected, "")
	b := w.acting(t, "top")
	page := b.open(http.StatusOK, "/anpr").says("Versione 1", "In vigore", "Nessuna chiamata di prova", people.Operator(string(reconnected)))
	page.form("/anpr/prova").send(http.StatusOK).says("La chiamata di prova è fatta", "Riuscita", "ANPR ha accettato i certificati")

	machine, err := os.ReadFile(o.kit.Machine(string(reconnected)))
	if err != nil {
		t.Fatal(err)
	}
	f := b.open(http.StatusOK, "/anpr").form("/anpr")
	f.send(http.StatusConflict).says("è già quello in vigore")
	f.with("operatore", "boh", "password_machine", o.kit.Password).send(http.StatusUnprocessableEntity).says("Scegli il file", "codice fiscale").silent(o.kit.Password)
	f.with("operatore", "", "password_machine", "altra").choose("pkcs12_machine", "comune.p12", machine).send(http.StatusUnprocessableEntity).says("La password non apre il file").silent("altra")
	f.with("password_machine", o.kit.Password, "operatore", "VRDLCU78C14A547O")
	page = f.send(http.StatusConflict).says("La chiamata di prova non è riuscita", "Resta in vigore il collegamento precedente", "Versione 1", "non entrata in vigore")
	page.silent(o.kit.Password)
	page = page.form("/anpr").with("password_machine", o.kit.Password, "operatore", "").choose("pkcs12_machine", "comune.p12", machine).send(http.StatusOK)
	page.says("Il nuovo collegamento è in vigore", "Versione 2", "Versioni precedenti", string(reconnected)+"-CO-9999", "Valido ancora").silent(o.kit.Password)
	f.send(http.StatusPreconditionFailed).says("cambiato da quando è stato letto")

	now := o.now()
	for says, circuit := range map[string]commands.Circuit{
		"Nessuna chiamata dall’avvio": {},
		"ANPR non risponde":           {OpenUntil: now.Add(time.Minute), Failed: now, Answered: now.Add(-time.Hour)},
		"Senza risposta":              {Failed: now, Answered: now.Add(-time.Hour)},
		"5000000009999":               {Failed: now.Add(-time.Hour), Answered: now, Operation: "5000000009999"},
	} {
		h := w.server(func(s *web.Server) {
			s.Pages.Circuit = func(domain.CodiceISTAT, string) commands.Circuit { return circuit }
		}).Handler()
		w.actingSince(t, "top", h, 0).open(http.StatusOK, "/anpr").says(says)
	}

	plain := w.actingSince(t, "top", w.server(nil).Handler(), 11*time.Minute)
	plain.open(http.StatusOK, "/anpr").form("/anpr").with("password_machine", o.kit.Password).choose("pkcs12_machine", "comune.p12", machine).send(http.StatusUnprocessableEntity).says("codice a sei cifre")
	for _, other := range []string{"operator", "admin", "auditor"} {
		w.acting(t, other).open(http.StatusNotFound, "/anpr")
	}
	w.acting(t, "foreign-top").open(http.StatusOK, "/anpr").silent(people.Operator(string(reconnected)))
}
