package web_test

import (
	"net/http"
	"net/netip"
	"path"
	"slices"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// shown is what a gallery has for people to look at.
type shown struct {
	*world
	t        *testing.T
	sessions map[string]string // secrets, by person
	site     site              // of who runs no script
	things   map[string]string
}

// gallery is a world with everything that the sights are about.
func gallery(t *testing.T, o *office) *shown {
	t.Helper()
	w := o.world(t, comuni[0], "")
	national := o.world(t, comuni[0], domain.SilenzioAssenso)
	w.people["national"], w.people["former"] = national.people["operator"], national.people["colleague"]
	g := &shown{w, t, map[string]string{}, overTLS(t, o.server(nil).Handler()), map[string]string{}}
	g.things["operator"], g.things["place"], g.things["ente"] = w.people["operator"].Utente.Codice(), w.placeQuery(), string(w.ente)
	g.things["atto"] = string(domain.ConvenzioneIDOf(domain.Pair{Ente: w.ente, Comune: w.comune}))
	enter(w, w.comune.Stream(), commands.PublishAvviso{Testo: "Lunedì l’ufficio è chiuso.", Al: domain.ItalianMidnight(domain.ItalianDay(o.now()).Plus(30)), Ruoli: []domain.Role{domain.RoleTop, domain.RoleAdmin}})
	w.headed()
	g.accounts(t)
	g.visure(t)
	g.registers(t)
	g.quotas(t)
	g.askingAboutMany()
	g.alarms(g.things["corrected"], g.things["unissuable"])
	national.operator("blocked")
	w.people["blocked"], g.things["blocked"] = national.people["blocked"], national.people["blocked"].Utente.Codice()
	enter(w, w.people["blocked"].Utente.Stream(), commands.BlockUtente{Ente: national.ente, Comune: w.comune, Allarme: domain.AllarmeEsito, Count: 10, At: w.now()})
	w.officer("officer")
	w.settled(t)
	return g
}

// visure are one in every state.
func (g *shown) visure(t *testing.T) {
	t.Helper()
	issued := g.asksFor(t, "operator", 3)
	g.things["visura"], g.things["revoked"] = issued[2], issued[0]
	g.things["revocata"] = g.revoked(t, issued[0])
	g.things["corrected"] = issued[1]
	g.corrected(t, issued[1])
	visura := g.opened(t, sight{who: "operator", path: "/visure/{visura}"})
	g.things["numero"] = attribute(visura.element("button", "class", "btn btn-text btn-sm js-only"), "data-copy")
	ask := func(name, who string, request commands.RequestVisura, status int) domain.VisuraID {
		t.Helper()
		id := g.newID()
		g.things[name] = id
		if resp, body := g.prefer(who, id, request); resp.StatusCode != status {
			t.Fatalf("%s: %s: %s", name, resp.Status, body)
		}
		return domain.VisuraID(id)
	}
	ask("awaiting", "national", g.ask(domain.Nazionale), http.StatusOK)
	rejected := ask("rejected", "national", g.ask(domain.Nazionale), http.StatusOK)
	refusal := commands.RejectVisura{Motivo: domain.MotivoAltro, Testo: "La pratica è di un altro ufficio."}
	if _, err := commands.Handle(t.Context(), g.handler, rejected.Stream(), domain.Meta{By: g.people["top"].Actor}, refusal); err != nil {
		t.Fatal(err)
	}
	asked := ask("asked", "national", g.ask(domain.Nazionale), http.StatusOK)
	question := commands.SuspendConfirmation{Domanda: "Qual è il legame della persona con la pratica?"}
	if _, err := commands.Handle(t.Context(), g.handler, asked.Stream(), domain.Meta{By: g.people["top"].Actor}, question); err != nil {
		t.Fatal(err)
	}
	taken := commands.AssignConfirmation{Utente: g.people["top"].Utente}
	if _, err := commands.Handle(t.Context(), g.handler, asked.Stream(), domain.Meta{By: g.people["top"].Actor}, taken); err != nil {
		t.Fatal(err)
	}
	withdrawn := ask("withdrawn", "national", g.ask(domain.Nazionale), http.StatusOK)
	if _, err := commands.Handle(t.Context(), g.handler, withdrawn.Stream(), domain.Meta{By: g.people["national"].Actor}, commands.WithdrawVisura{Testo: "Non serve più."}); err != nil {
		t.Fatal(err)
	}
	unknown := g.ask(domain.Comunale)
	unknown.Soggetto.CodiceFiscale = "RSSMRA80A01H501U"
	ask("unissuable", "operator", unknown, http.StatusOK)
	ask("wider", "national", unknown, http.StatusOK)
	lapsed := ask("lapsed", "former", g.ask(domain.Nazionale), http.StatusOK)
	g.withdrawn(lapsed)
	if _, err := commands.Handle(t.Context(), g.handler, lapsed.Stream(), domain.Meta{By: g.people["top"].Actor}, commands.ApproveVisura{}); err != nil {
		t.Fatal(err)
	}
	ask("erased", "operator", g.ask(domain.Comunale), http.StatusOK)
	g.erase(domain.VisuraID(g.things["erased"]))
	waiting := g.ask(domain.Comunale)
	g.things["person"] = waiting.Soggetto.CodiceFiscale
	if err := g.registry.Script(simulator.Rule{Kind: simulator.Error, Code: "999", Comune: string(g.comune), CodiceFiscale: waiting.Soggetto.CodiceFiscale}); err != nil {
		t.Fatal(err)
	}
	g.things["running"] = g.newID()
	if resp, body := g.say("operator", http.MethodPut, "/api/v1/visure/"+g.things["running"], waiting); resp.StatusCode != http.StatusAccepted {
		t.Fatalf("%s: %s", resp.Status, body)
	}
	for end := time.Now().Add(20 * time.Second); count(g.history(g.things["running"]), domain.QueryDeferred{}.EventType()) == 0; {
		if time.Now().After(end) {
			t.Fatalf("what cannot be asked now is not asked later: %v", g.history(g.things["running"]))
		}
	}
}

// registers are what TOP and ADMIN have beside people: a profile, workstations, an act
// in force with a draft, another that is a draft, a review half done.
func (g *shown) registers(t *testing.T) {
	t.Helper()
	g.things["profile"] = string(g.profileOf(t, "operator"))
	for _, name := range []string{"proposed", "postazione"} {
		id := domain.PostazioneID(g.newID())
		g.things[name] = string(id)
		enter(g.world, id.Stream(), commands.ProposePostazione{Ente: g.ente, Comune: g.comune, Nome: "Sportello " + name, Reti: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	}
	place := domain.PostazioneID(g.things["postazione"])
	enter(g.world, place.Stream(), commands.ApprovePostazione{Comune: g.comune})
	link, err := g.enrolment().Link(t.Context(), domain.Meta{By: g.people["admin"].Actor}, netip.MustParseAddr("127.0.0.1"), place)
	if err != nil {
		t.Fatal(err)
	}
	g.things["link"] = path.Base(link)
	draft := g.draft(g.body(), g.comune)
	draft.Estremi = "Convenzione rep. n. 2"
	next := domain.ConvenzioneIDOf(domain.Pair{Ente: draft.Ente, Comune: g.comune})
	g.things["draft"] = string(next)
	code := g.newCode()
	fresh, err := domain.BodyID(code)
	if err == nil { // who registers an Ente may amend it
		_, err = commands.Handle(t.Context(), g.handler, fresh.Stream(), domain.Meta{By: g.people["top"].Actor}, commands.RegisterEnte{Denominazione: "ASP di prova", CodiceFiscale: code})
	}
	if err != nil {
		t.Fatal(err)
	}
	g.things["fresh"] = string(fresh)
	enter(g.world, next.Stream(), draft)
	review := domain.RicertificazioneID(g.newID())
	g.things["review"] = string(review)
	enter(g.world, review.Stream(), commands.OpenRicertificazione{Ente: g.ente, Comune: g.comune, Entro: domain.ItalianDay(g.now()).Plus(30)})
	listed := []domain.UtenteID{g.people["operator"].Utente, g.people["colleague"].Utente, g.people["admin"].Utente}
	slices.Sort(listed)
	enter(g.world, review.Stream(), commands.ListConfirmable{Utenti: listed, Atto: 1, Finalita: []string{"ISEE"}})
	if _, err := commands.Handle(t.Context(), g.handler, review.Stream(), domain.Meta{By: g.people["admin"].Actor}, commands.ConfirmUtente{Utente: g.people["colleague"].Utente}); err != nil {
		t.Fatal(err)
	}
	g.inhibited()
}

// inhibited makes an act with a purpose that nobody confirmed.
func (g *shown) inhibited() {
	draft := g.draft(g.body(), g.comune)
	draft.Estremi = "Convenzione rep. n. 3"
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: draft.Ente, Comune: g.comune})
	g.things["inhibited"] = string(act)
	enter(g.world, act.Stream(), draft)
	enter(g.world, act.Stream(), commands.ActivateConvenzione{})
	enter(g.world, act.Stream(), commands.InhibitPurposes{Ricertificazione: domain.RicertificazioneID(g.newID()), Atto: 1, Finalita: []string{"ISEE"}})
}

// accounts are those of who signs in: an ADMIN whose second factor was used too long ago,
// an operator who has signed in elsewhere since, one who is invited.
func (g *shown) accounts(t *testing.T) {
	t.Helper()
	g.person("deputy", domain.RoleGiven{Role: domain.RoleAdmin, Ente: g.ente, Comune: g.comune})
	g.elevated("deputy")
	g.things["deputy"] = g.people["deputy"].Utente.Codice()
	g.sessions["replaced"] = g.session("stranger", 0)
	g.session("stranger", 0)
	g.account("operator")
	g.account("colleague")
	secret, err := g.office.accounts.Invite(t.Context(), g.people["colleague"].Utente)
	if err != nil {
		t.Fatal(err)
	}
	g.things["invitation"], g.things["password"], g.things["newcomer"] = secret, aPassword, string(g.newcomer())
	g.things["file"] = string(g.peopleFile(2))
	g.things["wrong"] = g.things["file"] + "XXX;Neri;Ugo;" + string(g.ente) + ";" + string(g.comune) + ";standard\n"
}

// cookies are those of somebody's session.
func (g *shown) cookies(who string) []*http.Cookie {
	if who == "" {
		return nil
	}
	if g.sessions[who] == "" {
		ago := map[string]time.Duration{"deputy": edge.StepUp + time.Minute}[who]
		g.sessions[who] = g.session(who, ago)
	}
	return []*http.Cookie{{Name: sessionCookie, Value: g.sessions[who], Path: "/", Secure: true, HttpOnly: true}}
}

func (g *shown) fill(text string) string {
	return hole.ReplaceAllStringFunc(text, func(name string) string {
		thing, ok := g.things[name[1:len(name)-1]]
		if !ok {
			g.t.Fatalf("nobody knows what %s is", name)
		}
		return thing
	})
}
