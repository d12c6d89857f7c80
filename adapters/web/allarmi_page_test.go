package web_test

import (
	"maps"
	"net/http"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func init() {
	maps.Copy(inTheOffice, map[string]func(*testing.T, *office){
		"a case is taken in charge and closed on its page":    caseOnItsPage,
		"of who administers the Ente the Comune has the case": caseOfAnAdmin,
	})
	maps.Copy(sights, map[string]sight{
		"allarmi":               {who: "top", path: "/allarmi"},
		"allarmi dell’ADMIN":    {who: "admin", path: "/allarmi"},
		"allarmi chiusi":        {who: "top", path: "/allarmi?vista=chiusi"},
		"allarmi senza casi":    {who: "admin", path: "/allarmi?vista=miei"},
		"caso da prendere":      {who: "admin", path: "/allarmi/{caso}"},
		"caso in carico":        {who: "top", path: "/allarmi/{caso_in_carico}"},
		"caso senza esito":      {who: "top", path: "/allarmi/{caso_in_carico}", form: "/allarmi/{caso_in_carico}/esito"},
		"caso chiuso":           {who: "top", path: "/allarmi/{caso_chiuso}"},
		"caso riservato":        {who: "admin", path: "/allarmi/{caso_riservato}"},
		"visura con un allarme": {who: "operator", path: "/visure/{corrected}"},
	})
}

// raises opens a case about requests, which somebody made, by a rule.
func (w *world) raises(rule domain.RegolaAllarme, who string, change func(*domain.CasoOpened), visure ...domain.VisuraID) domain.CasoID {
	w.t.Helper()
	id, by, now := domain.CasoID(uuid.NewString()), w.people[who].Utente, w.now().UTC()
	fact := domain.CasoOpened{Regola: rule, Comune: w.comune, Ente: w.ente, Utente: by, Conto: len(visure), Pratiche: 1, Dal: now, Al: now, Entro: now.AddDate(0, 0, domain.GiorniPresaInCarico)}
	for _, v := range visure {
		fact.Visure = append(fact.Visure, domain.VisuraDiCaso{Visura: v, Utente: by})
	}
	change(&fact)
	enter(w, id.Stream(), commands.RaiseCaso{Fatto: fact})
	return id
}

func asItIs(*domain.CasoOpened) {}

// does has somebody carry out a command.
func does[S commands.State[S]](w *world, who string, stream domain.Stream[S], cmd commands.Command[S]) {
	w.t.Helper()
	if _, err := commands.Handle(w.t.Context(), w.handler, stream, domain.Meta{By: w.people[who].Actor}, cmd); err != nil {
		w.t.Fatal(err)
	}
}

// alarms are cases in every state.
func (g *shown) alarms(visure ...string) {
	rules, ids := domain.RegoleIniziali(), make([]domain.VisuraID, len(visure))
	for i, v := range visure {
		ids[i] = domain.VisuraID(v)
	}
	g.things["caso"] = string(g.raises(rules[1], "operator", asItIs, ids...))
	inHand := g.raises(rules[2], "operator", func(e *domain.CasoOpened) { e.Utente = "" }, ids...)
	closed := g.raises(rules[0], "operator", func(e *domain.CasoOpened) { e.Giorno = domain.ItalianDay(e.Dal) }, ids[0])
	g.things["caso_in_carico"], g.things["caso_chiuso"] = string(inHand), string(closed)
	g.things["caso_riservato"] = string(g.raises(rules[1], "operator", func(e *domain.CasoOpened) { e.Riservato = true }, ids...))
	does(g.world, "top", inHand.Stream(), commands.TakeCaso{})
	does(g.world, "top", closed.Stream(), commands.TakeCaso{})
	does(g.world, "top", closed.Stream(), commands.CloseCaso{Esito: domain.EsitoGiustificata, Testo: "L’ufficio era aperto per un’urgenza."})
}

func caseOnItsPage(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	b := w.acting(t, "admin")
	b.open(http.StatusOK, "/allarmi").says("Nessun caso in questa vista")
	caso := w.raises(domain.RegoleIniziali()[1], "operator", asItIs, domain.VisuraID(uuid.NewString()), domain.VisuraID(uuid.NewString()))
	w.settled(t)
	at := "/allarmi/" + string(caso)
	page := b.open(http.StatusOK, "/allarmi").says("Da prendere in carico", "2 richieste: almeno 3 richieste").follow(http.StatusOK, "Stessa persona chiesta più volte")
	page.says("ALR-SOGGETTO-UTENTE, regola iniziale", w.people["operator"].Utente.Codice()).silent("Registra l’esito")
	page = page.form(at+"/carico").send(http.StatusOK).says("Il caso è in carico a te", "Registra l’esito e chiudi il caso").silent("Prendi in carico")
	page = page.form(at+"/esito").send(http.StatusUnprocessableEntity).says("Scegli l’esito", "Scrivi la motivazione")
	page.form(at+"/esito").with("esito", "giustificata", "testo", "La pratica esiste.").send(http.StatusOK).says("Il caso è chiuso", "Chiuso: giustificata", "«La pratica esiste.»").silent("Registra l’esito e chiudi")
	b.open(http.StatusOK, "/allarmi?vista=chiusi").says("Chiuso: giustificata")
}

func caseOfAnAdmin(t *testing.T, o *office) {
	w := o.world(t, comuni[0], "")
	own := w.raises(domain.RegoleIniziali()[1], "admin", func(e *domain.CasoOpened) { e.Riservato = true }, domain.VisuraID(uuid.NewString()))
	w.settled(t)
	b := w.acting(t, "admin")
	b.open(http.StatusOK, "/allarmi/"+string(own)).says("riguarda anche tue richieste").silent("Prendi in carico")
	b = w.acting(t, "top")
	b.open(http.StatusOK, "/allarmi/"+string(own)).form("/allarmi/" + string(own) + "/carico").send(http.StatusOK).says("Il caso è in carico a te")
}
