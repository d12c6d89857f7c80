package web_test

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"who tries names is blocked for the day, and somebody else lifts it": blockedForTheDay,
	})
	maps.Copy(sights, map[string]sight{
		"utente bloccato": {who: "top", path: "/utenti/{blocked}"},
		"nuova bloccata":  {who: "blocked", path: "/nuova"},
		"utenti bloccati": {who: "top", path: "/utenti?stato=bloccati"},
	})
}

// blockedForTheDay: the tenth request that finds nobody blocks who made them: they neither
// ask nor obtain, are told until when and whom to turn to, and somebody else ends it.
func blockedForTheDay(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	obtained := uuid.NewString()
	w.prefer("operator", obtained, w.ask(domain.Comunale))
	var last string
	for range domain.AllarmeEsito.Limit() {
		ask := w.ask(domain.Comunale)
		ask.Soggetto.CodiceFiscale = w.nonresident()
		last = uuid.NewString()
		if _, text := w.prefer("operator", last, ask); !strings.Contains(string(text), `"reason":"soggetto_non_trovato"`) {
			t.Fatalf("somebody was found: %s", text)
		}
	}
	at := w.blockOf("operator")
	if want := domain.BlockEnd(w.now()); !at.Equal(want) {
		t.Errorf("blocked until %s, want %s", at, want)
	}
	resp, text := w.say("operator", http.MethodPut, visura(uuid.NewString()), w.ask(domain.Comunale))
	if resp.StatusCode != http.StatusForbidden || !strings.Contains(string(text), "bloccata fino al "+domain.ItalianMoment(at)) || !strings.Contains(string(text), helpdesk) {
		t.Errorf("asks: %s %s", resp.Status, text)
	}
	if resp, text := w.say("operator", http.MethodGet, visura(obtained)+"/document", nil); resp.StatusCode != http.StatusForbidden || !strings.Contains(string(text), "bloccata") {
		t.Errorf("obtains: %s %.200s", resp.Status, text)
	}
	if resp, text := w.say("operator", http.MethodGet, visura(obtained), nil); resp.StatusCode != http.StatusOK {
		t.Errorf("reads: %s %s", resp.Status, text)
	}
	if resp, text := w.prefer("colleague", uuid.NewString(), w.ask(domain.Comunale)); resp.StatusCode != http.StatusOK {
		t.Errorf("a colleague asks: %s %s", resp.Status, text)
	}
	w.settled(t)
	own := w.acting(t, "operator")
	for _, path := range []string{"/nuova", "/richieste", visura(obtained)[len("/api/v1"):], "/profilo/registro", "/guida"} {
		own.open(http.StatusOK, path).says("La tua utenza è bloccata fino al "+domain.ItalianMoment(at), "Per troppe richieste su persone non trovate", "Prima di allora può sbloccarti chi amministra gli utenti dell’Ente", helpdesk)
	}
	own.open(http.StatusOK, "/nuova").silent("Richiedi la visura", "Ora non puoi chiedere visure")
	w.acting(t, "colleague").open(http.StatusOK, "/nuova").silent("La tua utenza è bloccata")
	b, path := w.acting(t, "admin"), w.pathOf("operator")
	b.open(http.StatusOK, "/utenti?stato=bloccati").says("Bloccato per oggi", w.people["operator"].Utente.Codice()).silent(w.people["colleague"].Utente.Codice())
	page := b.open(http.StatusOK, path).says("Bloccato per oggi", "Bloccato fino al", "per troppe richieste su persone non trovate", "il limite è 10", "Utenza bloccata fino al")
	page.form(path + "/sblocco").send(http.StatusUnprocessableEntity).says("Lo sblocco vuole un motivo")
	page = page.form(path+"/sblocco").with("motivo", "Elenco verificato").send(http.StatusOK).says("L’utente è sbloccato", "Attivo", "Utenza sbloccata", "«Elenco verificato»")
	page.silent("Bloccato fino al")
	b.open(http.StatusOK, "/utenti?stato=bloccati").says("Nessun utente con questi filtri")
	if resp, text := w.prefer("operator", uuid.NewString(), w.ask(domain.Comunale)); resp.StatusCode != http.StatusOK {
		t.Errorf("asks once it is lifted: %s %s", resp.Status, text)
	}
	own.open(http.StatusOK, "/richieste").silent("La tua utenza è bloccata")
	again := commands.BlockUtente{Ente: w.ente, Comune: w.comune, Allarme: domain.AllarmeEsito, Count: 11, At: w.now()}
	enter(w, w.people["operator"].Utente.Stream(), again)
	if resp, text := w.prefer("operator", uuid.NewString(), w.ask(domain.Comunale)); resp.StatusCode != http.StatusOK {
		t.Errorf("asks, blocked a second time: %s %s", resp.Status, text)
	}
}

// blockOf waits until somebody of the world is blocked, and returns when that ends.
func (w *world) blockOf(name string) time.Time {
	w.t.Helper()
	stream := w.people[name].Utente.Stream()
	changed, stop := w.runner.Watch(string(stream))
	defer stop()
	within := time.After(20 * time.Second)
	for {
		u, err := commands.Fact(w.t.Context(), w.handler, stream)
		if err != nil {
			w.t.Fatal(err)
		}
		if b, ok := u.Blocked(domain.Pair{Ente: w.ente, Comune: w.comune}, w.now()); ok {
			return b.Until
		}
		select {
		case <-changed:
		case <-within:
			w.t.Fatal("is not blocked")
		}
	}
}
