package web_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"who administers has their own people listed, by filter and as a table":  listsPeople,
		"a user is searched for with no address that names them":                 searchedUser,
		"a person is entered, appointed, granted a profile and invited on pages": entersAPerson,
		"entering a person who is known reveals nothing":                         entersTheKnown,
		"a person is suspended, absent and let back on their page":               comesAndGoes,
		"a role is given and taken on the page, and the proposals decided":       givesAndTakes,
		"a TOP lets people ask beyond the Comune on their page":                  grantsNational,
		"what somebody else did meanwhile is said before it is done again":       meanwhile,
		"a profile that two persons assign is proposed with its reason":          proposesAProfile,
		"a person of others is nowhere":                                          personsOfOthers,
	})
	maps.Copy(sights, map[string]sight{
		"utenti":                 {who: "admin", path: "/utenti"},
		"utenti del TOP":         {who: "top", path: "/utenti?stato=attivi"},
		"utente nuovo":           {who: "top", path: "/utenti/nuovo"},
		"utente":                 {who: "admin", path: "/utenti/{operator}"},
		"utente del TOP":         {who: "top", path: "/utenti/{operator}"},
		"utente profilo":         {who: "admin", path: "/utenti/{operator}/profilo?{place}"},
		"utente profilo del TOP": {who: "top", path: "/utenti/{operator}/profilo?{place}"},
	})
}

// pathOf is the page of somebody of the world.
func (w *world) pathOf(name string) string { return "/utenti/" + w.people[name].Utente.Codice() }

// placeQuery names the world's pair in an address.
func (w *world) placeQuery() string { return "comune=" + string(w.comune) + "&ente=" + string(w.ente) }

// newcomer is the codice fiscale of somebody nobody knows yet.
func (w *world) newcomer() domain.CodiceFiscale {
	return domain.CodiceFiscale(w.users[int(w.entered.Add(1))%len(w.users)].CodiceFiscale)
}

// profileOf is the profile that somebody of the world holds.
func (w *world) profileOf(t *testing.T, name string) domain.ProfileID {
	t.Helper()
	person, err := commands.Fact(t.Context(), w.handler, w.people[name].Utente.Stream())
	if err != nil {
		t.Fatal(err)
	}
	return person.Assignments[0].Profile
}

// settled waits until pages know of all that was written.
func (w *world) settled(t *testing.T) { t.Helper(); (&place{world: w}).caughtUp() }

func listsPeople(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.settled(t)
	b := w.acting(t, "admin")
	code := func(name string) string { return w.people[name].Utente.Codice() }
	page := b.open(http.StatusOK, "/").says("Utenti", "BIANCHI MARIO", code("operator"), code("admin"), "Sportello", "Attivo")
	if page.at.Path != "/utenti" {
		t.Errorf("an ADMIN begins at %s", page.at)
	}
	page.silent(code("stranger"), code("top"))
	b.open(http.StatusOK, "/utenti?ruolo=admin").says(code("admin"), "Ruolo").silent(code("operator"))
	b.open(http.StatusOK, "/utenti?stato=sospesi").says("Nessun utente con questi filtri")
	b.open(http.StatusOK, "/utenti?non_usati_dal=1/1/2020&ruolo=boh").says("Un filtro non è stato riconosciuto ed è stato tolto")
	b.open(http.StatusUnprocessableEntity, "/utenti?dopo=x")
	resp, file := b.read(b.Get(b.url + page.link("Esporta l’elenco in CSV")))
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") || !strings.Contains(file, code("operator")) || strings.Contains(file, code("stranger")) {
		t.Errorf("the table: %v %s", resp.Header, file)
	}
	var listed int
	for _, e := range w.journal("admin") {
		if e.Action == "list-utenti" && len(e.Shown) == 3 {
			listed++
		}
	}
	if listed < 2 {
		t.Errorf("the list and its table are not in the journal: %+v", w.journal("admin"))
	}
	w.acting(t, "top").open(http.StatusOK, "/utenti").says("Ultimo uso")
	w.acting(t, "operator").open(http.StatusNotFound, "/utenti")
}

func searchedUser(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	cf := w.newcomer()
	id := w.keys.UtenteID(cf)
	enter(w, id.Stream(), commands.RegisterUtente{CodiceFiscale: cf, Cognome: "Zuccherini", Nome: "Ada"})
	enter(w, id.Stream(), commands.GiveRole{Role: domain.RoleStandard, Ente: w.ente, Comune: w.comune})
	w.settled(t)
	b := w.acting(t, "admin")
	page := b.open(http.StatusOK, "/utenti").form("/utenti/cognome").with("cognome", "zucch").send(http.StatusOK)
	page.says("ZUCCHERINI ADA", "Cognome zucch", "Righe 1–1").silent("BIANCHI")
	if strings.Contains(strings.ToLower(page.at.String()+page.title()), "zucch") {
		t.Errorf("the address names them: %s", page.at)
	}
	w.acting(t, "foreign-admin").open(http.StatusOK, page.at.RequestURI()).says("Un filtro non è stato riconosciuto").silent("zucch", "ZUCCH")
	page.follow(http.StatusOK, "Togli tutti").says("BIANCHI")
	w.acting(t, "foreign-admin").open(http.StatusOK, "/utenti").form("/utenti/cognome").with("cognome", "Zuccherini").send(http.StatusOK).says("Nessun utente").silent("ZUCCH")
}

func entersAPerson(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.settled(t)
	b, cf := w.acting(t, "admin"), w.newcomer()
	f := b.open(http.StatusOK, "/utenti/nuovo").form("/utenti/nuovo")
	f.with("codice_fiscale", "RSSMRA80A01H501X").send(http.StatusUnprocessableEntity).says("Il carattere di controllo", "Indica il cognome", "Ci sono 2 dati da correggere")
	page := f.with("codice_fiscale", string(cf), "cognome", "D’Àngelo", "nome", "Zoë", "email", "zoe@ente.example").send(http.StatusOK)
	page.says("L’utente è registrato", "D’ÀNGELO ZOË", "Operatore, senza termine", "Non è ancora nominato", "Nessun profilo")
	path := page.at.Path
	if strings.Contains(page.at.String()+page.title(), string(cf)) || !strings.HasPrefix(path, "/utenti/U-") {
		t.Errorf("%s is called %q", page.at, page.title())
	}
	page = page.form(path+"/nomina").with("mansione", "Sportello ISEE", "atto", "D.D. 12", "data", "1/2/2026").send(http.StatusOK)
	page.says("La nomina è registrata", "Sportello ISEE", "D.D. 12", "01/02/2026")
	resp, pdf := b.read(b.Get(b.url + page.link("Lettera di nomina")))
	if !strings.HasPrefix(pdf, "%PDF-") || strings.Contains(resp.Header.Get("Content-Disposition"), string(cf)) {
		t.Errorf("the letter: %v", resp.Header)
	}
	page = page.follow(http.StatusOK, "Assegna un profilo").says("Assegna un profilo a D’ÀNGELO ZOË", "tipi di visura · solo comunale", "fine della convenzione")
	f = page.form(path + "/profilo")
	f.with("al", "31/12/2099").send(http.StatusUnprocessableEntity).says("Al più il", "Scegli il profilo")
	f.with("al", page.form(path+"/profilo").values.Get("al"), "tipi", "residenza", "profile", string(w.profileOf(t, "operator")))
	f.values.Set("ricalcola", "si")
	f.send(http.StatusOK).says("Rispetto a nessun profilo", "In più: Residenza")
	f.values.Del("ricalcola")
	f.with("motivo", strings.Repeat("a", 1001)).send(http.StatusUnprocessableEntity).says("Il testo supera i 1000 caratteri")
	page = f.with("motivo", "Ordine di servizio 41").send(http.StatusOK).says("Il profilo è assegnato", "Sportello, dal", "«Ordine di servizio 41»")
	page = page.form(path+"/profilo/ritiro").with("motivo", "Altro ufficio").send(http.StatusOK).says("Il profilo è ritirato", "Nessun profilo", "Altro ufficio")
	page.form(path + "/invito").send(http.StatusOK).says("L’invito è spedito")
	page.form(path+"/invito").with("consegna", "si").send(http.StatusOK).says("Il collegamento da consegnare", "/invito/")
	b.open(http.StatusOK, path).silent("/invito/", "Il collegamento da consegnare").says("Storia")
}

// watchful is a Comune that wants a second person, in one test.
const watchful domain.CodiceISTAT = "015146"

func proposesAProfile(t *testing.T, o *office) {
	w := o.world(t, watchful, "")
	enter(w, w.comune.Stream(), commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiStoriche}})
	profile := w.profileOf(t, "colleague")
	enter(w, w.people["colleague"].Utente.Stream(), commands.WithdrawAssignment{Ente: w.ente, Comune: w.comune, Profile: profile})
	w.settled(t)
	path := w.pathOf("colleague")
	f := w.acting(t, "admin").open(http.StatusOK, path+"/profilo?"+w.placeQuery()).form(path + "/profilo")
	page := f.with("profile", string(profile), "motivo", "Ordine di servizio 41").send(http.StatusOK)
	page.says("Assegnare un profilo, dal", ": «Ordine di servizio 41»")
	page = w.acting(t, "top").open(http.StatusOK, path).form(path + "/proposte/approvazione").send(http.StatusOK)
	page.says("Proposta approvata", "«Ordine di servizio 41»").silent("Assegnare un profilo, dal")
}

func entersTheKnown(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	cf := w.newcomer()
	id := w.keys.UtenteID(cf)
	enter(w, id.Stream(), commands.RegisterUtente{CodiceFiscale: cf, Cognome: "Zuccherini", Nome: "Ada"})
	enter(w, id.Stream(), commands.GiveRole{Role: domain.RoleStandard, Ente: w.people["stranger"].Ente, Comune: w.comune})
	w.settled(t)
	b := w.acting(t, "admin")
	b.open(http.StatusNotFound, "/utenti/"+id.Codice())
	f := b.open(http.StatusOK, "/utenti/nuovo").form("/utenti/nuovo").with("codice_fiscale", string(cf), "cognome", "Rossi", "nome", "Ugo")
	f.with("al", "ieri").send(http.StatusUnprocessableEntity).silent("Zuccherini", "ZUCCHERINI")
	page := f.with("al", "").send(http.StatusOK)
	page.says("L’utente è registrato").silent("Ente " + string(w.people["stranger"].Ente))
	if again := f.send(http.StatusOK).says("L’utente è registrato"); again.at.Path != page.at.Path {
		t.Errorf("the same person is at %s and %s", page.at, again.at)
	}
}

func comesAndGoes(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.settled(t)
	b, path := w.acting(t, "admin"), w.pathOf("colleague")
	page := b.open(http.StatusOK, path)
	page.form(path+"/sospensione").send(http.StatusUnprocessableEntity).says("La sospensione vuole un motivo", "C’è un dato da correggere")
	page = page.form(path+"/sospensione").with("motivo", "Aspettativa").send(http.StatusOK).says("L’utente è sospeso", "Sospeso: «Aspettativa»")
	b.open(http.StatusOK, "/utenti?stato=sospesi").says("Righe 1–1")
	page = page.form(path+"/riattivazione").send(http.StatusOK).says("L’utente è riabilitato", "Attivo")
	page.form(path+"/assenza").with("dal", "1/8/2030").send(http.StatusUnprocessableEntity).says("L'assenza vuole il primo e l'ultimo giorno")
	page = page.form(path+"/assenza").with("dal", "1/8/2030", "al", "15/8/2030").send(http.StatusOK).says("dal 01/08/2030 al 15/08/2030")
	page = page.form(path + "/assenza/ritiro").send(http.StatusOK).says("Nessuna assenza")
	page = page.form(path + "/ritiro").send(http.StatusOK).says("può ritirare i documenti")
	page = page.form(path + "/ritiro/revoca").send(http.StatusOK).says("è tolto")
	page.form(path + "/secondo-fattore").send(http.StatusUnprocessableEntity).says("La reimpostazione vuole un motivo")
	page = page.form(path+"/secondo-fattore").with("motivo", "Telefono smarrito").send(http.StatusOK).says("La proposta è registrata", "«Telefono smarrito»")
	page.silent("Approva la proposta")
	top := w.acting(t, "top").open(http.StatusOK, path)
	top.form(path+"/proposte/rifiuto").with("motivo", "Non risulta").send(http.StatusOK).says("La proposta è respinta")
	b.open(http.StatusOK, w.pathOf("admin")).says("Sei tu").silent("Sospendi l’utente")
}

func givesAndTakes(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.settled(t)
	b, path := w.acting(t, "top"), w.pathOf("colleague")
	page := b.open(http.StatusOK, path).form(path+"/ruoli").with("role", "admin", "dal", "1/1/2030", "al", "31/1/2030").send(http.StatusOK)
	page.says("Il ruolo è attribuito", "Amministratore dell’Ente, dal 01/01/2030 al 31/01/2030")
	page.form(path+"/ruoli").with("sostituisce", "U-00000-00000").send(http.StatusUnprocessableEntity).says("Nessun utente ha questo codice")
	w.acting(t, "admin").open(http.StatusOK, path).says("li amministra il Comune").silent("Togli il ruolo")
	page.form(path+"/ruoli/revoca").with("role", "admin", "motivo", "Errore").send(http.StatusOK).says("Il ruolo è tolto", "«Errore»")
	plain := w.withoutSecond(t, "top")
	f := plain.open(http.StatusOK, path).form(path+"/ruoli").with("role", "admin")
	f.send(http.StatusUnprocessableEntity).says("Serve il codice a sei cifre dell’app")
	f.with("secondo", "000000").send(http.StatusUnprocessableEntity).says("Il codice non è valido")
}

// withoutSecond is a browser of somebody whose second factor was proven too long ago.
func (w *world) withoutSecond(t *testing.T, name string) *browser {
	t.Helper()
	later := func() time.Time { return time.Now().Add(edge.StepUp + time.Minute) }
	return w.actingAt(t, name, w.server(func(s *web.Server) { s.Edge.Callers = w.identify(later) }).Handler())
}

func grantsNational(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	profile := w.profileOf(t, "colleague")
	enter(w, w.people["colleague"].Utente.Stream(), commands.RevokeNazionale{Ente: w.ente, Comune: w.comune, Profile: profile})
	w.settled(t)
	path := w.pathOf("colleague")
	w.acting(t, "admin").open(http.StatusOK, path).says("nazionale da autorizzare").silent(path + "/nazionale\"")
	b := w.acting(t, "top")
	b.open(http.StatusOK, "/utenti?da_autorizzare=si").says(w.people["colleague"].Utente.Codice(), "Nazionale da autorizzare").silent(w.people["operator"].Utente.Codice())
	page := b.open(http.StatusOK, path).says("controlli sulle dichiarazioni sostitutive (D.G.C. n. 3 del 15/01/2026)")
	page.form(path + "/nazionale").send(http.StatusUnprocessableEntity).says("L'abilitazione nazionale vuole un motivo")
	page.form(path+"/nazionale").with("motivo", "Istruttorie su non residenti").send(http.StatusOK).says("anche nazionale")
	granted, err := commands.Fact(t.Context(), w.handler, profile.Stream())
	if err != nil {
		t.Fatal(err)
	}
	looser := slices.Clone(granted.Tipi)
	i := slices.IndexFunc(looser, func(g domain.TipoConcesso) bool { return g.Tipo == domain.Residenza })
	looser[i].Nazionale.Conferma = domain.SilenzioAssenso
	enter(w, profile.Stream(), commands.DefineProfile{Comune: w.comune, Nome: granted.Nome, Tipi: looser})
	w.settled(t)
	const further = "nazionale in parte da autorizzare"
	b.open(http.StatusOK, "/utenti?da_autorizzare=si").says(w.people["colleague"].Utente.Codice(), w.people["operator"].Utente.Codice())
	page = b.open(http.StatusOK, path).says(further, "Il profilo ha in più: Residenza")
	page = page.form(path+"/nazionale").with("motivo", "Anche per silenzio").send(http.StatusOK).silent(further)
	page.form(path + "/nazionale/revoca").send(http.StatusOK).says("nazionale da autorizzare")
}

func meanwhile(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.settled(t)
	b, path := w.acting(t, "admin"), w.pathOf("colleague")
	page := b.open(http.StatusOK, path)
	f := page.form(path+"/nomina").with("mansione", "Sportello")
	second := w.acting(t, "top")
	g := second.open(http.StatusOK, path+"/profilo?"+w.placeQuery()).form(path+"/profilo").with("profile", string(w.profileOf(t, "operator")), "dalle", "")
	second.open(http.StatusOK, path).form(path+"/nomina").with("mansione", "Archivio").send(http.StatusOK)
	lost := f.send(http.StatusPreconditionFailed).says("L’utente è cambiato nel frattempo", "Ultima modifica")
	g.send(http.StatusPreconditionFailed).says("Verifica che cosa cambia ora").form(path + "/profilo").send(http.StatusOK)
	lost.form(path+"/nomina").with("mansione", "Sportello").send(http.StatusPreconditionFailed)
}

func personsOfOthers(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	w.settled(t)
	path := w.pathOf("operator")
	for _, name := range []string{"foreign-admin", "foreign-top"} {
		b := w.acting(t, name)
		b.open(http.StatusNotFound, path)
		b.open(http.StatusNotFound, path+"/profilo?"+w.placeQuery())
		b.open(http.StatusNotFound, path+"/lettera?"+w.placeQuery())
	}
	b := w.acting(t, "admin")
	b.open(http.StatusNotFound, "/utenti/U-00000-00000")
	b.open(http.StatusNotFound, "/utenti/"+uuid.NewString())
	b.open(http.StatusNotFound, path+"/profilo")
}
