package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an officer decides on several requests at once":     decidesOnSeveral,
		"several decisions at once are told one by one":      toldOneByOne,
		"the queue is read by deadline, by software as well": queueRead,
	})
	maps.Copy(sights, map[string]sight{
		"coda con scelte da confermare": {who: "top", path: "/coda", form: "/coda/scelte", with: []string{"scelta[]", "{awaiting}", "decisione", "conferma"}},
		"coda con scelte da rifiutare":  {who: "top", path: "/coda", form: "/coda/scelte", with: []string{"scelta[]", "{awaiting}", "decisione", "rifiuto"}},
		"decisioni non riuscite": {who: "top", path: "/coda", form: "/coda/scelte", with: []string{"scelta[]", "{awaiting}", "decisione", "conferma"},
			then: &sight{form: "/coda/scelte/decisione", with: []string{"scelta[]", "{rejected}:0"}}},
		"coda senza scelte su cui decidere": {who: "top", path: "/coda", form: "/coda/scelte", with: []string{"decisione", "conferma"}},
	})
}

// choosing is the form of the queue with some requests chosen, and what is decided.
func choosing(page *document, decisione string, ids ...string) *filling {
	f := page.form("/coda/scelte")
	f.values["scelta[]"] = ids
	f.values.Set("decisione", decisione)
	return f
}

func decidesOnSeveral(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	w.officer("officer")
	var ids []string
	for range 5 {
		ids = append(ids, w.awaits(t, "operator"))
	}
	w.settled(t)
	b := w.acting(t, "officer")
	queue := b.open(http.StatusOK, "/coda")
	choosing(queue, "conferma").send(http.StatusUnprocessableEntity).says("Scegli le richieste su cui decidere")
	shown := choosing(queue, "conferma", ids[:2]...).send(http.StatusOK).says("Conferma 2 richieste", "2026/004711", "non si annulla")
	if n := count(w.history(ids[0]), domain.VisuraApproved{}.EventType()); n != 0 {
		t.Error("what was only shown is done")
	}
	shown.form("/coda/scelte/decisione").send(http.StatusOK).says("Sono confermate 2 richieste")

	shown = choosing(b.open(http.StatusOK, "/coda"), "rifiuto", ids[2:]...).send(http.StatusOK).says("Rifiuta 3 richieste", "Motivo del rifiuto, per tutte")
	f := shown.form("/coda/scelte/decisione")
	f.send(http.StatusUnprocessableEntity).says("Scegli il motivo del rifiuto")
	f.with("motivo", domain.MotivoAltro).send(http.StatusUnprocessableEntity).says("la motivazione è obbligatoria")
	w.acting(t, "top").open(http.StatusOK, "/coda/"+ids[3]).form("/coda/" + ids[3] + "/conferma").send(http.StatusOK)
	f.with("motivo", "tipo_eccedente").send(http.StatusConflict).says("Sono rifiutate 2 richieste", "Già confermata da "+w.people["top"].Utente.Codice())
	want := map[string]int{domain.VisuraApproved{}.EventType(): 0, domain.VisuraRejected{}.EventType(): 0}
	for i, id := range ids {
		for event := range want {
			n, decided := count(w.history(id), event), 0
			if approved := i < 2 || i == 3; approved == (event == domain.VisuraApproved{}.EventType()) {
				decided = 1
			}
			if n != decided {
				t.Errorf("request %d has %d times %s, want %d", i, n, event, decided)
			}
		}
	}
	w.settled(t)
	choosing(queue, "conferma", ids...).send(http.StatusOK).says("Nessuna richiesta da decidere")
}

// toldOneByOne: what hinders one decision hinders no other, and the same sent again
// answers the same and writes nothing.
func toldOneByOne(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	w.officer("officer")
	role := domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: w.comune}
	w.give(w.people["colleague"].Utente, role)
	w.people["both"] = w.signIn(capacity(w.people["colleague"].Utente, role))
	free, own, asked, taken := w.awaits(t, "operator"), w.awaits(t, "colleague"), w.awaits(t, "operator"), w.awaits(t, "operator")
	revision := func(id string) int { return len(w.history(id)) - 1 }
	seen := map[string]int{free: revision(free), own: revision(own), asked: revision(asked), taken: revision(taken)}
	if resp, body := w.say("officer", http.MethodPost, visura(asked)+"/question", map[string]any{"domanda": "Perché?"}); resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	if resp, body := w.say("officer", http.MethodPost, visura(taken)+"/rejection", map[string]any{"motivo": "tipo_eccedente"}); resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	nothing := uuid.NewString()
	var chosen []map[string]any
	for _, id := range []string{own, asked, taken, nothing, free} {
		chosen = append(chosen, map[string]any{"id": id, "revision": seen[id]})
	}
	for again := range 2 {
		resp, body := w.say("both", http.MethodPost, "/api/v1/visure/decisions", map[string]any{"decisione": "conferma", "visure": chosen})
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", resp.Status, body)
		}
		var told struct {
			Items []struct{ ID, Esito, Status, DecisaDa, Messaggio string }
		}
		if err := json.Unmarshal([]byte(strings.ReplaceAll(string(body), "decisa_da", "DecisaDa")), &told); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, one := range told.Items {
			got[one.ID] = one.Esito + " " + one.DecisaDa
		}
		want := map[string]string{
			own: "refused ", asked: "changed ", nothing: "not_found ",
			taken: "already_decided " + w.people["officer"].Utente.Codice(), free: "done " + w.people["both"].Utente.Codice(),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("sent %d times before: %s", again, diff)
		}
	}
	for id, want := range map[string]int{free: 1, own: 0, asked: 0, taken: 0} {
		if n := count(w.history(id), domain.VisuraApproved{}.EventType()); n != want {
			t.Errorf("%s is confirmed %d times, want %d", id, n, want)
		}
	}
	for _, body := range []map[string]any{
		{"decisione": "rifiuto", "visure": chosen}, {"decisione": "boh", "visure": chosen}, {"decisione": "conferma", "visure": chosen[:0]},
	} {
		if resp, text := w.say("both", http.MethodPost, "/api/v1/visure/decisions", body); resp.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%v: %s: %s", body["decisione"], resp.Status, text)
		}
	}
}

func queueRead(t *testing.T, o *office) {
	w := o.world(t, comuni[1], domain.Manuale)
	manual := w.awaits(t, "operator")
	silent := o.world(t, comuni[1], domain.SilenzioAssenso).awaits(t, "operator")
	w.settled(t)
	var got []string
	for path, pages := "/api/v1/coda?limit=1", 0; path != "" && pages < 50; pages++ {
		resp, body := w.say("top", http.MethodGet, path, nil)
		var page struct {
			Items []struct{ ID, Conferma string }
			Next  string
		}
		if err := json.Unmarshal(body, &page); err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s: %v", resp.Status, body, err)
		}
		for _, row := range page.Items {
			if row.ID == manual || row.ID == silent {
				got = append(got, row.ID)
			}
		}
		if path = ""; page.Next != "" {
			path = "/api/v1/coda?limit=1&cursor=" + page.Next
		}
	}
	if diff := cmp.Diff([]string{silent, manual}, got); diff != "" {
		t.Errorf("the queue: %s", diff)
	}
	if resp, _ := w.say("operator", http.MethodGet, "/api/v1/coda", nil); resp.StatusCode != http.StatusForbidden {
		t.Errorf("an operator reads the queue: %s", resp.Status)
	}
}
