package web_test

import (
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// timetabled is a Comune whose calendar one test sets.
const timetabled domain.CodiceISTAT = "037006"

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a TOP sets when the office is open, and sees before what changes": calendarOnPages,
	})
	maps.Copy(sights, map[string]sight{
		"calendario": {who: "top", path: "/regole/calendario"},
		"calendario con errori": {who: "top", path: "/regole/calendario", form: "/regole/calendario/confronto", with: []string{
			"ore_silenzio", "dodici", "santo_patrono", "30/02", "chiusura_dal[]", "24/12/2026", "chiusura_al[]", "domani", "chiusura_motivo[]", "Chiusura di fine anno",
		}},
		"calendario a confronto": {who: "top", path: "/regole/calendario", form: "/regole/calendario/confronto", with: []string{
			"ore_silenzio", "6", "santo_patrono", "29/9", "chiusura_dal[]", "24/12/2026", "chiusura_al[]", "02/01/2027", "chiusura_motivo[]", "Chiusura di fine anno",
		}},
	})
}

func calendarOnPages(t *testing.T, o *office) {
	w := o.world(t, timetabled, "")
	b := w.acting(t, "top")
	b.open(http.StatusOK, "/regole").says("Calendario dell’ufficio e silenzio-assenso", "dopo 12 ore d’ufficio", "lun, mar, mer, gio, ven dalle 08:00 alle 14:00")
	page := b.open(http.StatusOK, "/regole/calendario").says("Nessun calendario indicato", "Prepara un’altra versione")
	page.form("/regole/calendario/confronto").send(http.StatusOK).says("Non cambia nulla")

	f := page.form("/regole/calendario/confronto")
	for _, wrong := range []struct{ field, typed, says string }{
		{"ore_silenzio", "dodici", "un numero da 1 a 1000"}, {"ore_silenzio", "1001", "sono da 1 a 1000"}, {"santo_patrono", "30/02", "si scrive gg/mm"},
	} {
		page.form("/regole/calendario/confronto").with(wrong.field, wrong.typed).send(http.StatusUnprocessableEntity).says("C’è un dato da correggere", wrong.says)
	}
	more := f.values
	more["dalle[]"], more["alle[]"] = []string{"08:30", "14:00"}, []string{"12:30", "13:00"}
	more["giorni0[]"], more["giorni1[]"] = []string{"1", "2", "3", "4", "5"}, []string{"2", "4"}
	f.send(http.StatusUnprocessableEntity).says("L'apertura 2 chiude alle 13:00, prima di aprire alle 14:00")
	more["dalle[]"], more["alle[]"] = []string{"08:30", "12:00"}, []string{"12:30", "17:30"}
	f.send(http.StatusUnprocessableEntity).says("Di martedì le aperture 08:30–12:30 e 12:00–17:30 si sovrappongono")
	more["dalle[]"] = []string{"08:30", "15:00"}
	more["chiusura_dal[]"], more["chiusura_al[]"], more["chiusura_motivo[]"] = []string{"24/12/2098"}, []string{"01/12/2098"}, []string{"Chiusura di fine anno"}
	f.send(http.StatusUnprocessableEntity).says("La chiusura 1 finisce il 01/12/2098, prima di cominciare il 24/12/2098")
	more["chiusura_al[]"] = []string{"domani"}
	f.send(http.StatusUnprocessableEntity).says("L’ultimo giorno della chiusura 1 si scrive gg/mm/aaaa")
	more["chiusura_al[]"] = []string{"02/01/2099"}
	more.Set("altre", "si")
	rows := f.with("santo_patrono", "29/9", "ore_silenzio", "6").send(http.StatusOK)
	if got := rows.silent("da correggere").form("/regole/calendario/confronto").values["chiusura_dal[]"]; len(got) != 4 || got[0] != "24/12/2098" {
		t.Errorf("asked for more rows, the form has %q", got)
	}
	more.Del("altre")
	compared := f.send(http.StatusOK).says("Che cosa cambia", "non è ancora cambiato nulla", "dopo 6 ore d’ufficio", "mar, gio dalle 15:00 alle 17:30", "29/09",
		"dal 24/12/2098 al 02/01/2099: Chiusura di fine anno", "Nessuna richiesta attende conferma", "martedì 23/12/2098 alle 10:00")
	b.open(http.StatusOK, "/regole/calendario").says("Nessun calendario indicato")
	back := compared.form("/regole/calendario")
	back.values.Set("torna", "si")
	if got := back.send(http.StatusOK).form("/regole/calendario/confronto").values; got.Get("chiusura_dal[]") != "24/12/2098" || got.Get("ore_silenzio") != "6" {
		t.Errorf("the form comes back as %q", got)
	}
	set := compared.form("/regole/calendario")
	page = set.send(http.StatusOK).says("Il calendario è registrato", "Versione 1, in vigore dal", "Calendario dell'ufficio indicato, versione 1")
	set.send(http.StatusOK).silent("versione 2") // the same once more is none
	comune, err := commands.Fact(t.Context(), w.handler, timetabled.Stream())
	want := domain.CalendarioSet{Versione: 1, OreSilenzio: 6, SantoPatrono: "09-29", Aperture: []domain.Fascia{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:30", Alle: "12:30"}, {Giorni: []int{2, 4}, Dalle: "15:00", Alle: "17:30"}},
		Chiusure: []domain.Chiusura{{Dal: domain.Date{Year: 2098, Month: 12, Day: 24}, Al: domain.Date{Year: 2099, Month: 1, Day: 2}, Motivo: "Chiusura di fine anno"}}}
	if err != nil || !comune.Calendario().Same(want) || comune.Calendario().Versione != 1 {
		t.Fatalf("%+v, %v", comune.Calendario(), err)
	}

	// Two prepare a version at once: the second is told, and sees what it would change now.
	first := page.form("/regole/calendario/confronto").with("ore_silenzio", "8").send(http.StatusOK).form("/regole/calendario")
	second := page.form("/regole/calendario/confronto").with("ore_silenzio", "9").send(http.StatusOK).form("/regole/calendario")
	first.send(http.StatusOK).says("Versione 2, in vigore dal", "Versioni precedenti")
	second.send(http.StatusConflict).says("Nel frattempo è stata indicata la versione 2", "Dalla versione 2 alla 3", "dopo 8 ore d’ufficio", "dopo 9 ore d’ufficio").
		form("/regole/calendario").send(http.StatusOK).says("Versione 3, in vigore dal")

	never := b.open(http.StatusOK, "/regole/calendario").form("/regole/calendario/confronto")
	never.values.Del("dalle[]")
	never.values.Del("alle[]")
	never.send(http.StatusOK).says("il silenzio non vale mai assenso")

	plain := w.actingSince(t, "top", w.server(nil).Handler(), 11*time.Minute)
	without := plain.open(http.StatusOK, "/regole/calendario").form("/regole/calendario/confronto").with("ore_silenzio", "20").send(http.StatusOK).form("/regole/calendario")
	without.send(http.StatusUnprocessableEntity).says("codice a sei cifre", "dopo 20 ore d’ufficio")
	for _, other := range []string{"operator", "admin", "auditor"} {
		w.acting(t, other).open(http.StatusNotFound, "/regole/calendario")
	}
}
