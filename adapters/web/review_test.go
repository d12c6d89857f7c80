package web_test

import (
	"context"
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
		"a purpose nobody confirms on the page cannot be named until the TOP readmits it":              inhibitedOnPages,
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

func inhibitedOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	other := w.draft(w.ente, w.comune)
	second := other.Finalita[0]
	second.Codice, second.Descrizione = "TARI", "Tassa sui rifiuti"
	other.Finalita = append(other.Finalita, second)
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune})
	enter(w, act.Stream(), other)
	enter(w, act.Stream(), commands.ActivateConvenzione{})
	review, last := domain.RicertificazioneID(uuid.NewString()), domain.ItalianDay(o.now()).Plus(30)
	enter(w, review.Stream(), commands.OpenRicertificazione{Ente: w.ente, Comune: w.comune, Entro: last})
	w.carriedOn(t, string(review), time.Now)
	top, admin, operator := w.acting(t, "top"), w.acting(t, "admin"), w.acting(t, "operator")
	at := "/ricertificazione/" + string(review)
	ask := func() *filling {
		return operator.open(http.StatusOK, "/nuova").form("/nuova").with("codice_fiscale", w.subject(), "numero_pratica", "7/2026", "tipo", "residenza", "finalita", "ISEE")
	}
	ask().send(http.StatusOK)
	w.settled(t)

	f := admin.open(http.StatusOK, at).says("Finalità da confermare", "ISEE – Prestazioni agevolate", "1 richiesta nell’ultimo anno", "nessuna richiesta nell’ultimo anno", "finalità confermate 0, mancano 2", "utenti attivi all’apertura 3").form(at + "/finalita")
	f.send(http.StatusUnprocessableEntity).says("Scegli le finalità ancora attuali")
	f.values["finalita"] = []string{"TARI"}
	f.send(http.StatusOK).says("Confermata 1 finalità", "finalità confermate 1, mancano 1")
	f = top.open(http.StatusOK, at).form(at + "/conferme")
	f.values["utente"] = []string{string(w.people["operator"].Utente), string(w.people["admin"].Utente), string(w.people["colleague"].Utente)}
	f.send(http.StatusOK)
	asking := ask() // on a page that was shown before
	w.carriedOn(t, string(review), func() time.Time { return domain.ConfirmationEnd(last) })

	asking.send(http.StatusForbidden).says("La finalità ISEE è inibita", "A chi rivolgersi")
	operator.open(http.StatusOK, "/nuova").says("Inibite, perché nessuno le ha confermate alla ricertificazione: ISEE", "Tassa sui rifiuti").silent("Prestazioni agevolate")
	admin.open(http.StatusOK, at).says("Finalità non confermate, inibite").silent("Conferma le finalità scelte")
	admin.open(http.StatusOK, "/convenzione").says("Finalità inibite").silent("Riammetti una finalità")
	on := "/convenzioni/" + string(act)
	f = top.open(http.StatusOK, on).says("Finalità inibite, non confermate alla ricertificazione: ISEE").follow(http.StatusOK, "Riammetti una finalità").form(on + "/riammissione")
	f.send(http.StatusUnprocessableEntity).says("Va indicato perché la finalità è ancora attuale")
	f.with("motivo", "Il servizio prosegue").send(http.StatusOK).says("La finalità è riammessa", "Finalità riammessa: ISEE, Il servizio prosegue").silent("nessuna richiesta può indicarle")
	ask().send(http.StatusOK)
}

// carriedOn has a review take all the steps it waits for at a time, and waits until pages
// know.
func (w *world) carriedOn(t *testing.T, review string, now func() time.Time) {
	t.Helper()
	process := commands.Recertification{Notices: commands.Notices{
		Handler: &commands.Handler{Store: w.store, Secrets: w.keys, Now: now, NewID: uuid.NewString},
		Roster:  projections.NewRosterQueries(w.pool), Post: w.access().Post,
	}, Known: func(context.Context) error { w.settled(t); return nil }}
	for range 2 {
		if err := process.Advance(t.Context(), review, domain.Meta{}); err != nil {
			t.Fatal(err)
		}
	}
	w.settled(t)
}
