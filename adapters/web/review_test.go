package web_test

import (
	"maps"
	"net/http"
	"path"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a review is opened on a page, an ADMIN confirms one and leaves one, who is left is suspended": reviewedOnPages,
	})
}

func reviewedOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.settled(t)
	top, admin, today := w.acting(t, "top"), w.acting(t, "admin"), domain.ItalianDay(o.now())
	f := top.open(http.StatusOK, "/ricertificazione").follow(http.StatusOK, "Apri una ricertificazione").form("/ricertificazione")
	f.send(http.StatusUnprocessableEntity).says("Scegli l’Ente", "La data si scrive gg/mm/aaaa")
	f.with("ente", string(w.ente), "entro", today.Plus(5).Italian()).send(http.StatusUnprocessableEntity).says("fra almeno 10 giorni")
	page := f.with("entro", today.Plus(30).Italian()).send(http.StatusOK).says("La ricertificazione è aperta", "L’elenco di chi è da confermare è in preparazione")
	f.send(http.StatusOK) // which opens no other
	at, last := page.at.Path, "entro il "+today.Plus(30).Italian()
	w.carriedOn(t, path.Base(at), time.Now)

	admin.open(http.StatusOK, "/ricertificazione").says("Aperta", last).silent("Apri una ricertificazione")
	page = admin.open(http.StatusOK, at).says(last, "confermati 0, mancano 3", "nessuno conferma sé stesso", "Chi non serve più non si conferma")
	f = page.form(at + "/conferme")
	f.send(http.StatusUnprocessableEntity).says("Scegli chi confermi")
	f.values["utente"] = []string{string(w.people["operator"].Utente)}
	page = f.send(http.StatusOK).says("Confermato 1 utente", "confermati 1, mancano 2")
	f = page.form(at + "/conferme")
	f.values["utente"] = []string{string(w.people["admin"].Utente)}
	f.send(http.StatusForbidden).says("confermati 1, mancano 2")
	f = top.open(http.StatusOK, at).form(at + "/conferme")
	f.values["utente"] = []string{string(w.people["admin"].Utente)}
	f.send(http.StatusOK).says("confermati 2, mancano 1")
	for _, other := range []string{"foreign-top", "foreign-admin", "operator", "auditor"} {
		w.acting(t, other).open(http.StatusNotFound, at)
	}

	w.carriedOn(t, path.Base(at), func() time.Time { return domain.ConfirmationEnd(today.Plus(30)) })
	admin.open(http.StatusOK, "/ricertificazione").says("Conclusa", last)
	admin.open(http.StatusOK, at).says("Non confermati, sospesi", w.people["colleague"].Utente.Codice(), "Confermati").silent("Conferma chi è scelto")
	admin.open(http.StatusOK, w.pathOf("colleague")).says("Sospeso", "Riabilita")
	admin.open(http.StatusOK, w.pathOf("operator")).says("Attivo").silent("Riabilita")
}

// carriedOn has a review take all the steps it waits for at a time, and waits until pages
// know.
func (w *world) carriedOn(t *testing.T, review string, now func() time.Time) {
	t.Helper()
	process := commands.Recertification{Notices: commands.Notices{
		Handler: &commands.Handler{Store: w.store, Secrets: w.keys, Now: now, NewID: uuid.NewString},
		Roster:  projections.NewRosterQueries(w.pool), Post: w.access().Post,
	}}
	for range 2 {
		if err := process.Advance(t.Context(), review, domain.Meta{}); err != nil {
			t.Fatal(err)
		}
	}
	w.settled(t)
}
