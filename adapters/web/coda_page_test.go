package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// queued is a Comune in whose queue only one test has anything.
const queued = modelledAtOnce

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"an officer confirms and refuses what awaits them on a page":                 decidesOnAPage,
		"an officer asks who has asked, and the term waits":                          asksAndIsAnswered,
		"an officer takes charge of a request and passes it on":                      passesOn,
		"what is no longer allowed ends when it is confirmed":                        endsWhatIsNoLongerAllowed,
		"of two officers one decides, and the other reads how":                       decidesSecond,
		"who has asked for a visura reads it in the queue and does not decide on it": decidesNothing,
		"the queue is by deadline, then by age":                                      queueInOrder,
		"an officer works the queue by keys alone":                                   queueByKeys,
		"an officer reads what was asked before about the same person":               whatWentBefore,
	})
	maps.Copy(sights, map[string]sight{
		"coda":                             {who: "top", path: "/coda"},
		"coda con una richiesta":           {who: "top", path: "/coda/{awaiting}"},
		"coda con una decisa":              {who: "top", path: "/coda/{rejected}"},
		"coda con una domanda":             {who: "top", path: "/coda/{asked}"},
		"coda con una domanda da scrivere": {who: "top", path: "/coda/{awaiting}", form: "/coda/{awaiting}/domanda"},
		"coda aperta":                      {who: "top", path: "/coda/{awaiting}", press: everything},
		"coda con un rifiuto da motivare":  {who: "top", path: "/coda/{awaiting}", form: "/coda/{awaiting}/rifiuto", with: []string{"motivo", ""}},
	})
}

// awaits has somebody of the world ask for a visura beyond the Comune, which awaits an
// officer, and returns its id.
func (w *world) awaits(t *testing.T, who string) string {
	t.Helper()
	id := uuid.NewString()
	if resp, body := w.prefer(who, id, w.ask(domain.Nazionale)); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	return id
}

// withdrawn has the profile withdrawn by which a visura was asked for.
func (w *world) withdrawn(id domain.VisuraID) {
	w.t.Helper()
	v, err := commands.Fact(w.t.Context(), w.handler, id.Stream())
	if err != nil {
		w.t.Fatal(err)
	}
	enter(w, v.Requester.Utente.Stream(), commands.WithdrawAssignment{Ente: v.Request.Ente, Comune: v.Request.Comune, Profile: v.Request.Profile})
}

// officer enters another officer of the world's Comune, by a name.
func (w *world) officer(name string) {
	w.t.Helper()
	w.person(name, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: w.comune})
}

func decidesOnAPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	w.officer("officer")
	first, second := w.awaits(t, "operator"), w.awaits(t, "operator")
	b := w.acting(t, "officer")
	page := b.open(http.StatusOK, "/coda/"+first).says("Coda di conferma", "2026/004711", "Prestazioni agevolate", "Senza decisione la richiesta scade il", "Convenzione rep. n. 1", "Conferma", "Rifiuta")
	page = page.form("/coda/" + first + "/conferma").send(http.StatusOK).says("La richiesta è confermata")
	if page.at.Path != "/coda" {
		t.Errorf("after a decision the officer is at %s", page.at.Path)
	}
	if n := count(w.history(first), domain.VisuraApproved{}.EventType()); n != 1 {
		t.Errorf("it was approved %d times", n)
	}
	b.open(http.StatusOK, "/coda/"+first).says("Già decisa", "confermata da "+w.people["officer"].Utente.Codice()).silent("Rifiuta la richiesta")

	f := b.open(http.StatusOK, "/coda/"+second).form("/coda/" + second + "/rifiuto")
	f.send(http.StatusUnprocessableEntity).says("Scegli il motivo del rifiuto")
	f.with("motivo", domain.MotivoAltro).send(http.StatusUnprocessableEntity).says("la motivazione è obbligatoria")
	f.with("motivo", domain.MotivoAltro, "testo", "La pratica è di un altro ufficio.").send(http.StatusOK).says("La richiesta è rifiutata")
	w.acting(t, "operator").open(http.StatusOK, "/visure/"+second).says("Rifiutata", "La pratica è di un altro ufficio.")
	for _, who := range []string{"operator", "admin", "auditor"} {
		w.acting(t, who).open(http.StatusNotFound, "/coda")
	}
	w.acting(t, "foreign-top").open(http.StatusNotFound, "/coda/"+second)
}

// endsWhatIsNoLongerAllowed: what is confirmed once its requester's profile was withdrawn
// ends, and officer and requester read why.
func endsWhatIsNoLongerAllowed(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id := w.awaits(t, "operator")
	page := w.acting(t, "top").open(http.StatusOK, "/coda/"+id)
	w.withdrawn(domain.VisuraID(id))
	page.form("/coda/"+id+"/conferma").send(http.StatusOK).says("La richiesta è decaduta e non è confermata", "Il profilo con cui la visura è stata chiesta non vale più")
	w.acting(t, "top").open(http.StatusOK, "/coda/"+id).says("Già decisa", "decaduta da")
	w.acting(t, "operator").open(http.StatusOK, "/visure/"+id).says("Decaduta", "Il profilo con cui la visura è stata chiesta non vale più")
	if n := count(w.history(id), domain.VisuraApproved{}.EventType()); n != 0 {
		t.Error("it was approved")
	}
}

// asksAndIsAnswered: an officer's question stops the clock, its answer starts it again, and
// everybody reads both.
func asksAndIsAnswered(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.SilenzioAssenso)
	w.officer("officer")
	id := w.awaits(t, "operator")
	b := w.acting(t, "officer")
	page := b.open(http.StatusOK, "/coda/"+id).says("Senza decisione il silenzio vale assenso")
	page.form("/coda/" + id + "/domanda").send(http.StatusUnprocessableEntity).says("Scrivere che cosa si chiede")
	page.form("/coda/"+id+"/domanda").with("domanda", "Qual è il legame con la pratica?").send(http.StatusOK).says("il termine è sospeso fino alla risposta")
	b.open(http.StatusOK, "/coda/"+id).says("il termine è sospeso", "Qual è il legame con la pratica?", "in attesa di risposta").silent("Senza decisione il silenzio vale assenso")
	operator := w.acting(t, "operator")
	operator.open(http.StatusOK, "/richieste").says("Chiarimenti richiesti")
	asked := operator.open(http.StatusOK, "/visure/"+id).says("Chiarimenti richiesti", "L’Anagrafe chiede", "Qual è il legame con la pratica?")
	w.acting(t, "admin").open(http.StatusOK, "/visure/"+id).silent("La tua risposta")
	asked.form("/visure/" + id + "/risposta").send(http.StatusUnprocessableEntity).says("Scrivere la risposta")
	asked.form("/visure/"+id+"/risposta").with("risposta", "È il coniuge.").send(http.StatusOK).says("La risposta è inviata", "È il coniuge.").silent("La tua risposta")
	w.settled(t)
	b.open(http.StatusOK, "/coda/"+id).says("Senza decisione il silenzio vale assenso").form("/coda/" + id + "/conferma").send(http.StatusOK).says("La richiesta è confermata")
}

// passesOn: who takes charge of a request is shown to all officers, and may pass it on.
func passesOn(t *testing.T, o *office) {
	w := o.world(t, comuni[1], domain.Manuale)
	w.officer("officer")
	id := w.awaits(t, "operator")
	b, codes := w.acting(t, "officer"), map[string]string{"officer": w.people["officer"].Utente.Codice(), "top": w.people["top"].Utente.Codice()}
	page := b.open(http.StatusOK, "/coda/"+id).says("Se ne occupa", "Io ("+codes["officer"]+")", codes["top"])
	page.form("/coda/" + id + "/incarico").send(http.StatusUnprocessableEntity).says("Scegli chi se ne occupa")
	page.form("/coda/"+id+"/incarico").with("utente", string(w.people["officer"].Utente)).send(http.StatusOK).says("in carico a te")
	page = w.acting(t, "top").open(http.StatusOK, "/coda/"+id).says("In carico a " + codes["officer"])
	page.form("/coda/"+id+"/incarico").with("utente", string(w.people["top"].Utente)).send(http.StatusOK).says("in carico a te")
	w.settled(t)
	b.open(http.StatusOK, "/coda/"+id).says("In carico a " + codes["top"]).form("/coda/" + id + "/conferma").send(http.StatusOK).says("La richiesta è confermata")
}

func decidesSecond(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	w.officer("officer")
	id := w.awaits(t, "operator")
	late := w.acting(t, "officer").open(http.StatusOK, "/coda/"+id)
	w.acting(t, "top").open(http.StatusOK, "/coda/"+id).form("/coda/" + id + "/conferma").send(http.StatusOK)
	for _, form := range []string{"/conferma", "/rifiuto"} {
		page := late.form("/coda/"+id+form).with("motivo", "tipo_eccedente").send(http.StatusConflict)
		page.says("Intanto la richiesta è cambiata", "Già decisa", "confermata da "+w.people["top"].Utente.Codice())
	}
	for event, want := range map[string]int{domain.VisuraApproved{}.EventType(): 1, domain.VisuraRejected{}.EventType(): 0} {
		if n := count(w.history(id), event); n != want {
			t.Errorf("%s is written %d times, want %d", event, n, want)
		}
	}
}

func decidesNothing(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	id := w.awaits(t, "operator")
	role := domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: w.comune}
	w.give(w.people["operator"].Utente, role)
	w.people["both"] = w.signIn(capacity(w.people["operator"].Utente, role))
	b := w.acting(t, "both")
	b.open(http.StatusOK, "/coda/"+id).says("Non puoi decidere su una tua richiesta").silent("Rifiuta la richiesta")
	other := w.awaits(t, "colleague")
	f := b.open(http.StatusOK, "/coda/"+other).form("/coda/" + other + "/conferma")
	f.action.Path = "/coda/" + id + "/conferma"
	f.with("revision", "").send(http.StatusForbidden).says("non può deciderne la conferma")
	if n := count(w.history(id), domain.VisuraApproved{}.EventType()); n != 0 {
		t.Error("who asked for it has confirmed it")
	}
}

func queueInOrder(t *testing.T, o *office) {
	w := o.world(t, queued, domain.SilenzioAssenso)
	top := w.acting(t, "top")
	top.open(http.StatusOK, "/coda").says("Niente in attesa", "Nessuna richiesta in attesa")
	silent := []string{w.awaits(t, "operator"), w.awaits(t, "operator")}
	manual := o.world(t, queued, domain.Manuale)
	waits := []string{manual.awaits(t, "operator"), manual.awaits(t, "operator")}
	page := top.open(http.StatusOK, "/coda").says("4 richieste nazionali in attesa", "silenzio-assenso", "conferma manuale", "Senza decisione il silenzio vale assenso")
	at := -1
	for _, id := range append(silent, waits...) {
		next := strings.Index(page.text, `id="c-`+id)
		if next < at {
			t.Errorf("%s stands before one whose turn is earlier", id)
		}
		at = next
	}
	if !strings.Contains(page.text, `action="/coda/`+silent[0]+`/conferma"`) {
		t.Error("the first is not the one that is shown")
	}
}

func whatWentBefore(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	ask := w.ask(domain.Nazionale)
	var ids []string
	for _, who := range []string{"operator", "colleague", "colleague"} {
		ids = append(ids, uuid.NewString())
		if resp, body := w.prefer(who, ids[len(ids)-1], ask); resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %s", resp.Status, body)
		}
	}
	if _, err := commands.Handle(t.Context(), w.handler, domain.VisuraID(ids[1]).Stream(), domain.Meta{By: w.people["top"].Actor}, commands.RejectVisura{Motivo: "tipo_eccedente"}); err != nil {
		t.Fatal(err)
	}
	w.settled(t)
	page := w.acting(t, "top").open(http.StatusOK, "/coda/"+ids[2])
	page.says(w.people["colleague"].Utente.Codice()+": un’altra richiesta nazionale negli ultimi 30 giorni, una rifiutata", "Stessa persona già chiesta il", "da "+w.people["operator"].Utente.Codice()+" con la pratica 2026/004711")
	page.follow(http.StatusOK, "vedi")
}

// queueByKeys has an officer decide in a browser without once touching the mouse: every
// third request is refused.
func queueByKeys(t *testing.T, o *office) {
	w := o.world(t, modelled, domain.SilenzioAssenso)
	const all = 20
	several := []string{w.awaits(t, "operator"), w.awaits(t, "operator")}
	var ids []string
	for range all {
		ids = append(ids, w.awaits(t, "operator"))
	}
	g := &shown{world: w, t: t, sessions: map[string]string{}}
	tab := eyes.Open(t).Visit(t, o.url+"/coda", g.cookies("top")...)
	tab.Press("s")
	tab.Until(`document.activeElement.id === "domanda"`)
	tab.Press("Tab")
	severalByKeys(tab, several)
	for i, id := range several {
		if n := count(w.history(id), domain.VisuraApproved{}.EventType()); n != 1 {
			t.Errorf("of two chosen, %d is confirmed %d times", i+1, n)
		}
	}
	for i := range ids {
		if i%3 == 2 {
			tab.Press("r")
			tab.Follow("ArrowDown", "Tab", "Tab", "Enter")
		} else {
			tab.Press("c")
			tab.Follow("Enter")
		}
		if said, path := eyes.Read[string](tab, `document.querySelector(".v-note.ok")?.innerText ?? ""`), eyes.Read[string](tab, `location.pathname`); path != "/coda" || !strings.HasPrefix(said, "La richiesta è ") {
			t.Fatalf("after %d decisions %s says %q", i+1, path, said)
		}
	}
	if text := eyes.Read[string](tab, `document.querySelector("main").innerText`); !strings.Contains(text, "Nessuna richiesta in attesa") {
		t.Errorf("after all decisions the queue says %s", text)
	}
	for i, id := range ids {
		event := domain.VisuraApproved{}.EventType()
		if i%3 == 2 {
			event = domain.VisuraRejected{}.EventType()
		}
		if n := count(w.history(id), event); n != 1 {
			t.Errorf("request %d has %d times %s", i+1, n, event)
		}
	}
	t.Logf("%d decisions, and one on %d, %d keys", all, len(several), tab.Keys())
}

// severalByKeys chooses some requests, with another opened meanwhile, and confirms them.
func severalByKeys(tab *eyes.Tab, ids []string) {
	for i, id := range ids {
		tabTo(tab, fmt.Sprintf(`document.activeElement.value === %q`, id))
		tab.Press("Space")
		if i == 0 {
			tab.Press("j")
			tab.Until(`location.pathname !== "/coda" && location.search.includes("scelta") && document.activeElement !== document.body`)
		}
	}
	tabTo(tab, `document.activeElement.value === "conferma"`)
	tab.Follow("Enter")
	tabTo(tab, `document.activeElement.innerText === "Conferma 2 richieste"`)
	tab.Follow("Enter")
}

// tabTo presses the tabulator until something holds of what has the focus.
func tabTo(tab *eyes.Tab, holds string) {
	for range 100 {
		if eyes.Read[bool](tab, holds) {
			return
		}
		tab.Press("Tab")
	}
}
