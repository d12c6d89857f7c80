package web_test

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"who did what, when and from where is one list":            whoDidWhat,
		"who administers reads on a page who did what, and has it": readsWhoDidWhat,
	})
	maps.Copy(sights, map[string]sight{
		"attivita":             {who: "top", path: "/attivita?genere=decisioni"},
		"attivita dell’ADMIN":  {who: "admin", path: "/attivita?genere=documenti&esito=riusciti"},
		"attivita con errore":  {who: "top", path: "/attivita?genere=decisioni&dal=ieri&esito=boh"},
		"attivita senza esito": {who: "admin", path: "/attivita?genere=impostazioni&al=1/1/2020"},
	})
}

// acts are those that somebody is told of an Ente, as words: oldest first.
func (w *world) acts(who, query string, ente domain.EnteID) (all []string) {
	w.t.Helper()
	var page projections.PaginaDi[projections.RigaAttivita]
	v := w.visitor()
	v.token = w.people[who].token
	v.want(http.StatusOK, http.MethodGet, "/api/v1/attivita?limit=200&at_least="+w.head()+query, nil, &page)
	for _, r := range page.Items {
		if r.Ente != ente && r.Utente != w.people["operator"].Utente {
			continue // of others at the Comune
		}
		if r.Action == "list-attivita" {
			continue // who asked before
		}
		if r.At.Before(w.now().Add(-time.Hour)) || r.Titolo == "" || r.Titolo == r.Action {
			w.t.Errorf("the act is %+v", r)
		}
		by := ""
		for name, one := range w.people {
			if one.Utente == r.Utente {
				by = name
			}
		}
		from := cmp.Or(r.PostazioneNome, r.Address)
		all = append(all, strings.Join([]string{by, r.Action, r.Outcome, from}, " "))
	}
	slices.Reverse(all)
	return all
}

// whoDidWhat tells a short history, and who is told of it.
func whoDidWhat(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	w.person("officer", domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: w.comune})
	seat, cookie := w.enrolled()
	issued := w.asksFor(t, "operator", 1)[0]
	w.settled(t)
	top, v, id := w.elevated("top"), w.visitor(), uuid.NewString()
	w.account("operator")
	v.comeIn("operator")
	v.as("operator")
	v.want(http.StatusAccepted, http.MethodPut, visura(id), w.ask(domain.Nazionale), nil, cookie...)
	refused := w.ask(domain.Comunale)
	refused.Tipo = string(domain.Morte)
	v.refused("forbidden", http.MethodPut, visura(uuid.NewString()), refused, cookie...)
	v.traced(w.people["operator"].Utente, "request-visura forbidden")
	top.want(http.StatusAccepted, http.MethodPost, visura(id)+"/approval", nil, nil)
	if resp, text := v.send(http.MethodGet, visura(issued)+"/document", nil, cookie...); resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", resp.Status, text)
	}
	v.want(http.StatusOK, http.MethodGet, "/api/v1/visure", nil, nil)
	top.want(http.StatusAccepted, http.MethodPost, "/api/v1/utenti/"+string(w.people["colleague"].Utente)+"/collections", commands.GiveCollection{Ente: w.ente, Comune: w.comune}, nil)
	free := []string{"operator sign-in ok " + v.address, "operator choose-capacity ok " + v.address} // of no pair
	want := []string{
		"operator accept-instructions ok ", "colleague accept-instructions ok ", "admin accept-instructions ok ", "operator request-visura ok ",
		free[0], free[1], "operator request-visura ok Sportello 1", "operator request-visura forbidden Sportello 1", "top approve-visura ok ",
		"operator download-visura ok Sportello 1", "operator list-visure ok " + v.address, "top give-collection ok ",
	}
	for who, told := range map[string][]string{"top": want, "admin": want, "foreign-admin": nil, "foreign-top": nil} {
		if diff := gocmp.Diff(told, w.acts(who, "", w.ente)); diff != "" {
			t.Errorf("%s is told\n%s", who, diff)
		}
	}
	for query, told := range map[string][]string{
		"&genere=richieste": {want[3], want[6], want[7]}, "&genere=decisioni": {want[8]}, "&genere=documenti": {want[9]}, "&genere=letture": {want[10]},
		"&genere=accessi": free, "&genere=concessioni": {want[11]}, "&genere=impostazioni": want[:3], "&genere=rifiuti": {want[7]},
		"&codice=" + w.people["top"].Utente.Codice(): {want[8], want[11]}, "&ente=" + string(w.ente) + "&azione=request-visura&rifiutati=false": {want[3], want[6]},
		"&postazione=" + string(seat): {want[6], want[7], want[9]}, "&al=2020-01-01": nil, "&esito=forbidden": {want[7]},
	} {
		if diff := gocmp.Diff(told, w.acts("top", query, w.ente)); diff != "" {
			t.Errorf("by %s a TOP is told\n%s", query, diff)
		}
	}
	for _, who := range []string{"operator", "auditor", "officer"} {
		v.token = w.people[who].token
		v.refused("forbidden", http.MethodGet, "/api/v1/attivita", nil)
	}
}

// readsWhoDidWhat: the page says it in words, leads on, and is a file; who looks is in the
// list themselves.
func readsWhoDidWhat(t *testing.T, o *office) {
	w := o.world(t, comuni[0], domain.Manuale)
	seat, cookie := w.enrolled()
	v := w.visitor()
	v.token = w.people["operator"].token
	id := uuid.NewString()
	v.want(http.StatusAccepted, http.MethodPut, visura(id), w.ask(domain.Nazionale), nil, cookie...)
	w.settled(t)
	code := w.people["operator"].Utente.Codice()
	b := w.acting(t, "admin")
	page := b.open(http.StatusOK, "/").follow(http.StatusOK, "Attività").says("Visura chiesta", "Richiesta di visura: Residenza", code, "Sportello 1", "Istruzioni accettate", "Anche questa lettura è registrata")
	page.follow(http.StatusOK, "la visura").says("Residenza di")
	page.follow(http.StatusOK, "Sportello 1: solo ciò che è fatto di qui").says("Postazione Sportello 1", "Visura chiesta", "Righe 1–1").silent("Istruzioni accettate")
	b.open(http.StatusOK, "/attivita?operatore="+strings.ToLower(code)+"&genere=impostazioni").says("Utente "+code, "Impostazioni", "Istruzioni accettate").silent("Visura chiesta")
	b.open(http.StatusOK, "/attivita?dal=1/1/2020&al=2/1/2020&genere=boh").says("Un filtro non è stato riconosciuto ed è stato tolto", "Nessuna attività con questi filtri", "Dal 1/1/2020")
	b.open(http.StatusUnprocessableEntity, "/attivita?dopo=x")
	resp, file := b.read(b.Get(b.url + page.link("Esporta l’elenco in CSV")))
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/csv") || !strings.Contains(file, "Visura chiesta;Richiesta di visura: Residenza;ok;;"+code+";standard;") {
		t.Errorf("the table: %v %s", resp.Header, file)
	}
	if entries := w.journal("admin"); entries[len(entries)-1].Action != "list-attivita" || !slices.Contains(entries[len(entries)-1].Shown, string(w.people["operator"].Utente)) {
		t.Errorf("that it is had is not in the journal: %+v", entries)
	}
	w.settled(t)
	w.acting(t, "top").open(http.StatusOK, "/attivita?ente="+string(w.ente)+"&genere=letture").says("Elenco delle attività", w.people["admin"].Utente.Codice(), "voci mostrate")
	for _, who := range []string{"foreign-admin", "foreign-top"} {
		w.acting(t, who).open(http.StatusOK, "/attivita?postazione="+string(seat)).silent("Sportello 1", code)
	}
	w.acting(t, "operator").open(http.StatusNotFound, "/attivita")
}
