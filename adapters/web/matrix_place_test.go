package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/pdf"
	"github.com/visure-anagrafiche/visure/adapters/web/api"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// apart are Comuni in which the matrix tries what would disturb others. The registry
// knows the first of them.
var apart = []domain.CodiceISTAT{"036023", "048017"}

// placing is held by who has a place: all are in the same Comuni, and change their rules.
var placing sync.Mutex

// place is a Comune with an Ente, whose things the rows of the matrix are about, and
// one caller of each class.
type place struct {
	*world
	url       string // the server that is asked
	site      string // where the requests come from, Sec-Fetch-Site
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
	placing.Lock()
	t.Cleanup(placing.Unlock)
	w := &world{office: o, t: t, comune: apart[0], people: map[string]login{}}
	p := &place{world: w, url: o.url, site: "same-origin", elsewhere: apart[1], made: map[string]string{}}
	w.enterComune(w.comune)
	w.enterComune(p.elsewhere)
	enter(w, w.comune.Stream(), commands.SetRules{ScaricoAmministratori: true})
	p.top = p.holding(domain.RoleGiven{Role: domain.RoleTop, Comune: w.comune})
	w.ente = p.enteOf(p.top)
	p.act = w.agreement(w.ente, w.year(0), domain.Manuale)
	p.admin = p.holding(domain.RoleGiven{Role: domain.RoleAdmin, Ente: w.ente, Comune: w.comune})
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
	cf := p.newcomer()
	id := p.keys.UtenteID(cf)
	as(p, by, id.Stream(), commands.RegisterUtente{CodiceFiscale: cf, Cognome: "Bianchi", Nome: "Mario"})
	if err := p.accounts.Open(p.t.Context(), id, ""); err != nil {
		p.t.Fatal(err)
	}
	return id
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
	id, err := domain.BodyID(codice)
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
	as(p, by, stream, commands.AcceptInstructions{Comune: p.comune, Versione: p.instructions()})
}

// instructions is the version of the Comune's that is in force: whoever had the place
// before may have published one.
func (p *place) instructions() int { return p.here().Istruzioni.Versione }

// here is the Comune as it stands.
func (p *place) here() domain.Comune {
	p.t.Helper()
	comune, err := commands.Fact(p.t.Context(), p.handler, p.comune.Stream())
	if err != nil {
		p.t.Fatal(err)
	}
	return comune
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
		"requester": string(p.callers[3].actor.Utente), "file": "swagger-ui.css", "name": "visure.css", "pagina": "installazione", "picture": "nuova.png",
		"today": today.Format(time.DateOnly), "nextmonth": today.AddDate(0, 1, 0).Format(time.DateOnly), "secret": "nessuno", "link": "nessuno",
		"istruzioni": strconv.Itoa(p.instructions()), "tomorrow": today.AddDate(0, 0, 1).Format(time.DateOnly), "avviso": "1",
	}
	as(p, p.top, p.comune.Stream(), commands.PublishAvviso{Testo: "Sabato si chiude.", Al: time.Now().Add(time.Hour)})
	drawn, err := pdf.Stemma(emblem(p.t, 192))
	if err != nil {
		p.t.Fatal(err)
	}
	as(p, p.top, p.comune.Stream(), commands.KeepStemma{PNG: drawn})
	p.fixed["stemma"], p.fixed["versione"], p.fixed["modello"] = commands.SHA256(drawn), "0", strconv.Itoa(p.here().Modelli.InForce.Versione)
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
