package web_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/auth/authtest"
	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/pages"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"who has one role begins in it, who has several chooses":         roleChosen,
		"who comes in at a browser is not offered what others asked for": sharedBrowser,
		"a forgotten password is set anew by mail, and tells nothing":    passwordForgotten,
		"a profile says what one may, and what that comes from":          ownProfile,
		"a person reads what is recorded of them, and nobody else's":     ownJournal,
		"a password is changed on the profile":                           passwordChanged,
		"nobody behind one address keeps a person from their browser":    ownBrowser,
		"a passkey is made, used and taken away on pages":                passkeyOnPages,
		"the identity is confirmed on a page that leads back":            identityConfirmed,
		"a demonstration signs in by one click, and nothing else does":   demoUsers,
		"the forms of a session's end prolong it, and end it":            sessionDialog,
	})
	maps.Copy(sights, map[string]sight{
		"aiuto":           {path: "/accedi/aiuto"},
		"recupero":        {path: "/accedi/recupero"},
		"identita":        {who: "operator", path: "/identita"},
		"profilo":         {who: "operator", path: "/profilo"},
		"profilo TOP":     {who: "top", path: "/profilo"},
		"sicurezza":       {who: "operator", path: "/profilo/sicurezza"},
		"registro":        {who: "operator", path: "/profilo/registro"},
		"secondo fattore": {who: "operator", path: "/profilo/secondo-fattore"},
	})
}

// rolesKnown waits until the read models have the roles that were given.
func (w *world) rolesKnown(t *testing.T) {
	t.Helper()
	head, err := w.store.Head(t.Context())
	for _, m := range []string{projections.Utenti{}.Name(), projections.Accessi{}.Name()} {
		if err == nil {
			err = w.runner.Await(t.Context(), m, head)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) comesIn(t *testing.T, b *browser, name, password string) *document {
	t.Helper()
	w.rolesKnown(t)
	return b.open(http.StatusOK, "/accedi").form("/accedi").with("accesso", w.people[name].Utente.Codice(), "password", password).send(http.StatusOK)
}

func roleChosen(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	b := newBrowser(t, o.server(nil).Handler())
	if page := w.comesIn(t, b, "operator", aPassword); page.at.Path != "/nuova" {
		t.Errorf("with one role at %s", page.at)
	}
	b.open(http.StatusOK, "/accedi?poi=/richieste")
	w.give(w.people["operator"].Utente, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: w.comune})
	page := w.comesIn(t, b, "operator", aPassword).says("Con quale ruolo", "Operatore", "Ufficiale d’anagrafe", "Decide sulle richieste")
	f := page.form("/ruolo")
	f.values.Set("role", "top")
	f.send(http.StatusForbidden).says("non è attribuito")
	page.form("/ruolo").send(http.StatusOK)
}

// sharedBrowser: of what was asked for, a browser offers the next person nothing, whether
// the one before has left or only gone away; the Comune it keeps.
func sharedBrowser(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	w.account("colleague")
	b := newBrowser(t, o.server(nil).Handler())
	for _, leaves := range []bool{true, false} {
		page := w.comesIn(t, b, "operator", aPassword)
		f := page.form("/nuova")
		if tipo := f.values.Get("tipo"); tipo != "" {
			t.Errorf("%s is chosen by nobody", tipo)
		}
		f.with("codice_fiscale", w.subject(), "numero_pratica", "7/2026", "tipo", "cittadinanza").send(http.StatusOK)
		page = b.open(http.StatusOK, "/nuova")
		if tipo := page.form("/nuova").values.Get("tipo"); tipo != "cittadinanza" {
			t.Errorf("in the session %q is offered again", tipo)
		}
		if leaves {
			page.form("/esci").send(http.StatusOK)
			if kept := b.cookie("__Host-visure_ultima"); kept != "" {
				t.Errorf("after the sign-out %s is kept", kept)
			}
		}
		page = w.comesIn(t, b, "colleague", aPassword)
		if tipo := page.form("/nuova").values.Get("tipo"); tipo != "" || b.cookie("__Host-visure_scelte") == "" {
			t.Errorf("the colleague is offered %q, the browser keeps %q", tipo, b.cookie("__Host-visure_scelte"))
		}
	}
}

func passwordForgotten(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.people["operator"].Utente
	address := "dimentica-" + string(id) + "@ente.example"
	enter(w, id.Stream(), commands.AmendUtente{Cognome: "Bianchi", Nome: "Mario", Email: address})
	w.account("operator")
	w.account("colleague") // who has no address
	b := newBrowser(t, o.server(nil).Handler())
	v := w.visitor()
	v.address = b.address
	ask := func(login string) *document {
		t.Helper()
		return b.open(http.StatusOK, "/accedi").follow(http.StatusOK, "Non riesco").follow(http.StatusOK, "chiedere un collegamento").form("/accedi/recupero").with("accesso", login).send(http.StatusOK)
	}
	same := ask(id.Codice()).says("è in arrivo").words()
	v.traced(id, "recover-password mailed")
	letter := o.letterTo(t, address)
	_, after, found := strings.Cut(letter.Text, "https://visure.example/invito/")
	if !found {
		t.Fatalf("the letter has no link: %v", letter)
	}
	for _, login := range []string{id.Codice(), w.people["colleague"].Utente.Codice(), w.people["late"].Utente.Codice(), "U-AAAAA-AAAAA", "nessuno@ente.example"} {
		if got := ask(login).words(); got != same {
			t.Errorf("to %s the answer is %s", login, got)
		}
	}
	v.traced(id, "recover-password refused") // the first link is good still
	v.traced(w.people["colleague"].Utente, "recover-password refused")
	v.traced("", "recover-password refused")
	if letter, again := o.mailbox.Load(address); again {
		t.Errorf("another letter was sent: %v", letter)
	}
	b.open(http.StatusOK, "/accedi/recupero").form("/accedi/recupero").send(http.StatusUnprocessableEntity).says("Scrivi il codice utente")
	const other = "Otto cani sotto il ponte"
	link := "/invito/" + strings.Fields(after)[0]
	b.form(http.StatusOK, link, map[string]string{"password": other, "ripetuta": other})
	b.open(http.StatusNotFound, link)
	w.comesIn(t, b, "operator", other).silent("Accesso non riuscito")
}

func ownProfile(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	w.rolesKnown(t)
	b, id := w.acting(t, "operator"), w.people["operator"].Utente
	page := b.open(http.StatusOK, "/profilo").says("Mario Bianchi", id.Codice(), "Operatore", "in uso", "Convenzione rep. n. 1", "Sportello", "con conferma dell’Anagrafe", "Residenza", "non è una postazione autorizzata")
	page.form("/scorciatoie").send(http.StatusOK).says("non sono più attive", "Attiva le scorciatoie").form("/scorciatoie").send(http.StatusOK).says("sono attive")
	page.follow(http.StatusOK, "Accesso e sicurezza").says("password e codice a tempo", "questa")
	w.acting(t, "top").open(http.StatusOK, "/").says("Il mio profilo", "Anagrafe (TOP)").silent("Che cosa posso chiedere")
	w.acting(t, "late").open(http.StatusOK, "/profilo").says("Nessuna convenzione è in vigore", "Ora non puoi chiedere visure")
}

func ownJournal(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	id := w.asksFor(t, "operator", 1)[0]
	w.acting(t, "colleague").open(http.StatusNotFound, "/visure/"+id)
	b := w.acting(t, "operator")
	for range 27 {
		b.open(http.StatusOK, "/visure/"+id)
	}
	w.rolesKnown(t)
	page := b.open(http.StatusOK, "/profilo/registro").says("Visura consultata", "Righe 1–25", "Anche questa lettura è registrata")
	w.rolesKnown(t)
	page.follow(http.StatusOK, "Precedenti").says("Righe 26–").follow(http.StatusOK, "Più recenti").says("Righe 1–25", "Registro degli accessi consultato").silent("Più recenti")
	w.acting(t, "colleague").open(http.StatusOK, "/profilo/registro").says("Non trovato").silent("riuscita</td>")
}

func passwordChanged(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	b := newBrowser(t, o.server(nil).Handler())
	w.comesIn(t, b, "operator", aPassword)
	const other = "Otto cani sotto il ponte"
	change := func(status int, old, fresh, again string) *document {
		t.Helper()
		return b.open(http.StatusOK, "/profilo/sicurezza").form("/profilo/password").with("attuale", old, "nuova", fresh, "ripetuta", again).send(status)
	}
	change(http.StatusUnprocessableEntity, aPassword, other, "altro").says("Le due password sono diverse").silent(other)
	if page := change(http.StatusUnprocessableEntity, aPassword, "corta", "corta"); page.element("a", "href", "#nuova") == nil {
		t.Errorf("too short: %s", page.words())
	}
	change(http.StatusForbidden, "sbagliata", other, other).says("La password attuale non è giusta")
	change(http.StatusOK, aPassword, other, other).says("La password è cambiata")
	fresh := newBrowser(t, o.server(nil).Handler())
	fresh.open(http.StatusOK, "/accedi").form("/accedi").with("accesso", w.people["operator"].Utente.Codice(), "password", aPassword).send(http.StatusForbidden).says("Accesso non riuscito").silent(aPassword)
}

// ownBrowser signs in by a browser, and again by it once others at the same address have
// failed for long.
func ownBrowser(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("operator")
	w.account("colleague")
	code := w.people["operator"].Utente.Codice()
	b := newBrowser(t, o.server(nil).Handler())
	b.open(http.StatusOK, "/accedi")
	w.comesIn(t, b, "operator", aPassword)
	device := b.cookie("__Host-visure_dispositivo")
	if device == "" {
		t.Fatal("the browser is not known")
	}
	w.comesIn(t, b, "colleague", aPassword)
	if again := b.cookie("__Host-visure_dispositivo"); again != device {
		t.Errorf("by a colleague's sign-in it shows %s", again)
	}
	now := time.Now()
	accounts := o.newAccounts(t, func() time.Time { return now })
	near := newBrowser(t, o.server(func(s *web.Server) {
		access := *s.Pages.Access
		access.Accounts = accounts
		s.Pages.Access = &access
	}).Handler())
	near.address = b.address
	for range 6 {
		near.open(http.StatusOK, "/accedi").form("/accedi").with("accesso", code, "password", "non è questa qui").send(http.StatusForbidden)
	}
	near.open(http.StatusOK, "/accedi").form("/accedi").with("accesso", code, "password", aPassword).send(http.StatusForbidden)
	w.comesIn(t, b, "operator", aPassword).silent("Accesso non riuscito")
}

// begins asks for the options of a passkey with the token of a form.
func (f *filling) begins(path string) (c ceremony) {
	f.t.Helper()
	resp, text := f.read(f.PostForm(f.url+path, map[string][]string{"modulo": {f.values.Get("modulo")}}))
	if err := json.Unmarshal([]byte(text), &c); err != nil || resp.StatusCode != http.StatusOK {
		f.t.Fatalf("%s: %s: %s", path, resp.Status, text)
	}
	return c
}

// signed is the form as the script sends it.
func (f *filling) signed(path string, device *authtest.Authenticator) *filling {
	f.t.Helper()
	c := f.begins(path)
	return f.with("cerimonia", c.Cerimonia, "risposta", string(device.Sign(f.t, c.Opzioni)))
}

func passkeyOnPages(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.account("top")
	b, device := newBrowser(t, o.server(nil).Handler()), newDevice(t)
	w.comesIn(t, b, "top", aPassword).says("Il ruolo che hai lo vuole")
	f := b.open(http.StatusOK, "/profilo/sicurezza").form("/profilo/passkey").with("dispositivo", "chiave blu")
	f.send(http.StatusUnprocessableEntity).says("non è stata accettata")
	c := f.begins("/profilo/passkey/inizio")
	page := f.with("cerimonia", c.Cerimonia, "risposta", string(device.Register(t, c.Opzioni))).send(http.StatusOK).says("La passkey è registrata", "Anagrafe (TOP)")
	page.follow(http.StatusOK, "Il mio profilo").follow(http.StatusOK, "Accesso e sicurezza").says("chiave blu", "Non ne resta nessuno").form("/profilo/codici").send(http.StatusOK).says("I codici di recupero sono fatti")

	other := newBrowser(t, o.server(nil).Handler())
	signs := other.open(http.StatusOK, "/accedi").form("/accedi/passkey/conferma")
	signs.send(http.StatusForbidden).says("Accesso non riuscito")
	signs = other.open(http.StatusOK, "/accedi").form("/accedi/passkey/conferma").signed("/accedi/passkey", device)
	signs.send(http.StatusOK).says("Anagrafe (TOP)")
	b.open(http.StatusUnauthorized, "/profilo").says("da un'altra postazione")
	third := newBrowser(t, o.server(nil).Handler())
	second := w.comesIn(t, third, "top", aPassword).says("Secondo fattore")
	if second.element("input", "name", "codice") != nil {
		t.Error("who has a passkey alone is asked for a code")
	}
	second.form("/accedi/codice").with("recupero", "0000-0000-0000-0000").send(http.StatusForbidden).says("Accesso non riuscito").
		form("/accedi/passkey/conferma").signed("/accedi/passkey", device).send(http.StatusOK).
		follow(http.StatusOK, "Il mio profilo").follow(http.StatusOK, "Accesso e sicurezza").form("/profilo/passkey/rimozione").send(http.StatusOK).says("La passkey è tolta").silent("chiave blu")
}

func identityConfirmed(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	v := w.elevated("admin")
	clock := func() time.Time { return time.Now().Add(11 * time.Minute) }
	b := w.actingAt(t, "admin", o.server(func(s *web.Server) { s.Edge.Callers = o.identify(clock) }).Handler())
	page := b.open(http.StatusOK, "/profilo/sicurezza").says("Per cambiare ciò con cui accedi").silent("/profilo/codici").follow(http.StatusOK, "Conferma la tua identità")
	page.form("/identita").with("totp", "000000").send(http.StatusUnprocessableEntity).says("Il codice non è valido")
	if page = page.form("/identita").with("totp", v.code()).send(http.StatusOK); page.at.Path != "/profilo/sicurezza" {
		t.Errorf("led to %s", page.at)
	}
	page.says("Identità confermata")
	b.open(http.StatusOK, "/profilo/secondo-fattore").form("/profilo/secondo-fattore").send(http.StatusOK).says("Conferma la tua identità")
	soon := w.acting(t, "admin")
	soon.open(http.StatusOK, "/identita").says("L’hai usato da poco")
	w.account("operator")
	w.acting(t, "operator").open(http.StatusOK, "/profilo/secondo-fattore").form("/profilo/secondo-fattore").send(http.StatusOK).says("Inquadra il codice")
}

func demoUsers(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	by := w.people["operator"].Actor
	b := newBrowser(t, o.server(func(s *web.Server) { s.Pages.Demo = []pages.DemoUser{{Name: "Mario Bianchi", Actor: by}} }).Handler())
	f := b.open(http.StatusOK, "/accedi").says("Utenti della dimostrazione", "Operatore · Mario Bianchi").form("/accedi/dimostrazione")
	if page := f.send(http.StatusOK).says("Mario Bianchi"); page.at.Path != "/nuova" {
		t.Errorf("one click leads to %s", page.at)
	}
	v := w.visitor()
	v.address = b.address
	v.traced(by.Utente, "sign-in demonstration")
	b.open(http.StatusOK, "/accedi").form("/accedi/dimostrazione").with("utente", w.people["top"].Utente.Codice()).send(http.StatusNotFound)
	plain := newBrowser(t, o.server(nil).Handler())
	token := hidden(plain.open(http.StatusOK, "/accedi").silent("dimostrazione\"").text, "modulo")
	plain.send(http.StatusNotFound, "/accedi/dimostrazione", token, map[string]string{"utente": by.Utente.Codice()})
}

func sessionDialog(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "operator")
	page := b.open(http.StatusOK, "/profilo")
	if d := page.element("dialog", "id", "scade"); d == nil || attribute(d, "data-poi") != "/accedi" {
		t.Fatal("there is no dialog")
	}
	if left := page.form("/sessione").send(http.StatusOK); strings.TrimSpace(left.words()) != "900" {
		t.Errorf("the session goes on for %s", left.words())
	}
	if out := page.form("/esci").send(http.StatusOK); out.at.Path != "/accedi" || b.cookie("__Host-visure_sessione") != "" {
		t.Errorf("left to %s", out.at)
	}
}
