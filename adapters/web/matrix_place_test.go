package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// apart are Comuni in which the matrix tries what would disturb others. The registry
// knows the first of them.
var apart = []domain.CodiceISTAT{"036023", "048017"}

// place is a Comune with an Ente, whose things the rows of the matrix are about, and
// one caller of each class.
type place struct {
	*world
	elsewhere domain.CodiceISTAT
	act       grant
	admin     domain.Actor
	top       domain.Actor
	callers   [len(classes)]caller
	plain     []caller // people in each role, without a second factor
	fixed     map[string]string
	made      map[string]string // what is made for a row, until it was acted on
	addresses int
}

func newPlace(t *testing.T, o *office) *place {
	t.Helper()
	w := &world{office: o, t: t, comune: apart[0], people: map[string]login{}}
	p := &place{world: w, elsewhere: apart[1], made: map[string]string{}}
	w.enterComune(w.comune)
	w.enterComune(p.elsewhere)
	enter(w, w.comune.Stream(), commands.SetRules{ScaricoAmministratori: true})
	p.top = p.holding(domain.RoleGiven{Role: domain.RoleTop, Comune: w.comune})
	w.ente = p.enteOf(p.top)
	p.admin = p.holding(domain.RoleGiven{Role: domain.RoleAdmin, Ente: w.ente, Comune: w.comune})
	p.act = w.agreement(w.ente, year(0), domain.Manuale)
	p.assemble()
	p.fix()
	return p
}

// holding enters a person in a role.
func (p *place) holding(role domain.RoleGiven) domain.Actor {
	p.t.Helper()
	id := p.enterPerson(domain.Sistema)
	p.give(id, role)
	return capacity(id, role)
}

// enterPerson enters somebody nobody knows yet.
func (p *place) enterPerson(by domain.Actor) domain.UtenteID {
	p.t.Helper()
	cf := p.unknown()
	id := p.keys.UtenteID(cf)
	as(p, by, id.Stream(), commands.RegisterUtente{CodiceFiscale: cf, Cognome: "Bianchi", Nome: "Mario"})
	if err := p.accounts.Open(p.t.Context(), id, ""); err != nil {
		p.t.Fatal(err)
	}
	return id
}

func (p *place) unknown() domain.CodiceFiscale {
	return domain.CodiceFiscale(p.users[int(p.entered.Add(1))%len(p.users)].CodiceFiscale)
}

// as carries out a command as somebody.
func as[S commands.State[S]](p *place, by domain.Actor, stream domain.Stream[S], cmd commands.Command[S]) {
	p.t.Helper()
	if _, err := commands.Handle(p.t.Context(), p.handler, stream, domain.Meta{By: by}, cmd); err != nil {
		p.t.Fatalf("%T: %v", cmd, err)
	}
}

// enteOf is an Ente that a TOP entered.
func (p *place) enteOf(by domain.Actor) domain.EnteID {
	p.t.Helper()
	codice := fmt.Sprintf("%011d", p.entered.Add(1))
	id, err := domain.EnteIDOf(codice, "")
	if err != nil {
		p.t.Fatal(err)
	}
	as(p, by, id.Stream(), commands.RegisterEnte{Denominazione: "Ente di prova", CodiceFiscale: codice})
	return id
}

// allow lets somebody ask for visure.
func (p *place) allow(by domain.Actor) {
	stream := by.Utente.Stream()
	enter(p.world, stream, commands.AssignProfile{Ente: p.ente, Comune: p.comune, Profile: p.act.profile})
	enter(p.world, stream, commands.GrantNazionale{Ente: p.ente, Comune: p.comune, Profile: p.act.profile, Motivo: "Serve"})
	as(p, by, stream, commands.AcceptInstructions{Comune: p.comune})
}

// draft is the act of the place, or one like it.
func (p *place) draft(ente domain.EnteID, comune domain.CodiceISTAT) commands.DraftConvenzione {
	p.t.Helper()
	act, err := commands.Fact(p.t.Context(), p.handler, domain.ConvenzioneIDOf(domain.Pair{Ente: p.ente, Comune: p.comune}).Stream())
	if err != nil {
		p.t.Fatal(err)
	}
	d := act.Last().ConvenzioneDrafted
	return commands.DraftConvenzione{Ente: ente, Comune: comune, Estremi: d.Estremi, Dal: d.Dal, Al: d.Al, Finalita: d.Finalita, Massimo: d.Massimo, Contatti: d.Contatti}
}

// fix names what is the same for all rows.
func (p *place) fix() {
	p.t.Helper()
	draft, err := json.Marshal(p.draft(p.ente, p.comune))
	if err != nil {
		p.t.Fatal(err)
	}
	today := domain.ItalianDay(time.Now()).Time()
	p.fixed = map[string]string{
		"ente": string(p.ente), "comune": string(p.comune), "profile": string(p.act.profile), "draft": string(draft), "subject": p.subject(),
		"atto":      string(domain.ConvenzioneIDOf(domain.Pair{Ente: p.ente, Comune: p.comune})),
		"requester": string(p.callers[3].actor.Utente), "file": "swagger-ui.css",
		"today": today.Format(time.DateOnly), "nextmonth": today.AddDate(0, 1, 0).Format(time.DateOnly), "secret": "nessuno", "link": "nessuno",
		"tomorrow": today.AddDate(0, 0, 1).Format(time.DateOnly),
	}
	p.fixed["visura"] = uuid.NewString()
	p.people["requester"] = login{p.callers[3].actor, p.callers[3].bearer}
	resp, body := p.prefer("requester", p.fixed["visura"], p.ask(domain.Comunale))
	var answer api.Requested
	if err := json.Unmarshal(body, &answer); err != nil || answer.Visura == nil || answer.Visura.Document == nil {
		p.t.Fatalf("%s, %v: %s", resp.Status, err, body)
	}
	p.fixed["codice"], p.fixed["at"] = string(answer.Visura.Document.Numero), answer.Visura.Position
	resp, text := p.exchange(http.MethodPost, "/api/v1/convenzioni/"+p.fixed["atto"]+"/annexes", "%PDF-1.4 signed", p.callers[0])
	var attached api.Accepted
	if err := json.Unmarshal([]byte(text), &attached); err != nil || resp.StatusCode != http.StatusAccepted {
		p.t.Fatalf("%s, %v: %s", resp.Status, err, text)
	}
	p.fixed["annex"] = attached.ID
	p.review()
	if resp, body := p.exchange(http.MethodGet, "/api/v1/visure?at_least="+p.fixed["at"], "", p.callers[3]); resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s", resp.Status, body)
	}
}
