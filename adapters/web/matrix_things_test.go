package web_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// hole is where a text has a name to be filled in.
var hole = regexp.MustCompile(`\{(\w+)\}`)

// fill puts what is named into a text, for a caller.
func (p *place) fill(text string, c caller) string {
	return hole.ReplaceAllStringFunc(text, func(name string) string { return p.thing(name[1:len(name)-1], c) })
}

// thing is what a name stands for. What a caller acted on is made afresh for the next.
func (p *place) thing(name string, c caller) string {
	switch name {
	case "new", "id":
		return uuid.NewString()
	case "modulo": // of forms, made of the session
		sum := sha256.Sum256([]byte("modulo/" + c.bearer))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	case "self":
		if c.person != "" {
			return string(c.person)
		}
		if c.actor.Utente == "" {
			return p.thing("requester", c)
		}
		return string(c.actor.Utente)
	}
	if fixed, ok := p.fixed[name]; ok {
		return fixed
	}
	if _, ok := p.made[name]; !ok {
		p.made[name] = p.make(name, c)
	}
	return p.made[name]
}

func (p *place) make(name string, c caller) string {
	p.t.Helper()
	own := domain.Pair{Ente: p.ente, Comune: p.comune}
	switch name {
	case "utente", "admin":
		id, role, by := p.enterPerson(p.admin), domain.RoleStandard, p.admin
		if name == "admin" {
			role, by = domain.RoleAdmin, p.top
		}
		as(p, by, id.Stream(), commands.GiveRole{Role: role, Ente: own.Ente, Comune: own.Comune})
		return string(id)
	case "holder", "protected":
		id, by := domain.UtenteID(p.make("utente", c)), p.admin
		if name == "protected" {
			by = p.top
		}
		as(p, by, id.Stream(), commands.AssignProfile{Ente: own.Ente, Comune: own.Comune, Profile: p.act.profile})
		return string(id)
	case "appointed":
		id := domain.UtenteID(p.make("utente", c))
		as(p, p.admin, id.Stream(), commands.AppointUtente{Ente: own.Ente, Comune: own.Comune, Mansione: "Sportello"})
		return string(id)
	case "recorded":
		id := domain.UtenteID(p.make("utente", c))
		as(p, p.top, id.Stream(), commands.AppointUtente{Comune: own.Comune, Mansione: "Responsabile dell'Anagrafe"})
		return string(id)
	case "person", "holding": // by the code that pages have in their addresses
		id := domain.UtenteID(p.thing(map[string]string{"person": "utente", "holding": "holder"}[name], c))
		p.caughtUp()
		return id.Codice()
	case "proposal":
		stream := domain.UtenteID(p.thing("utente", c)).Stream()
		enter(p.world, stream, commands.ProposeReset{Ente: own.Ente, Comune: own.Comune, Motivo: "Telefono smarrito"})
		person, err := commands.Fact(p.t.Context(), p.handler, stream)
		if err != nil {
			p.t.Fatal(err)
		}
		return person.Proposals[0].ID
	case "top":
		return string(p.holding(domain.RoleGiven{Role: domain.RoleTop, Comune: p.comune}).Utente)
	case "codice_fiscale":
		return string(p.newcomer())
	case "codice_ente":
		return fmt.Sprintf("%011d", p.entered.Add(1))
	case "strange":
		return string(p.enteOf(p.callers[12].actor))
	case "massiva":
		return p.stopped(p.callers[3].actor)
	case "caso":
		return string(p.alarmed(p.callers[3].actor.Utente))
	case "numero": // of the act
		p.admitsMany(10)
		act, err := commands.Fact(p.t.Context(), p.handler, domain.ConvenzioneIDOf(own).Stream())
		if err != nil {
			p.t.Fatal(err)
		}
		return strconv.Itoa(act.Last().Numero)
	case "awaiting":
		id := domain.VisuraID(uuid.NewString())
		as(p, p.callers[3].actor, id.Stream(), p.ask(domain.Nazionale))
		as(p, domain.Sistema, id.Stream(), commands.LookBeyond{Attempt: 1}) // unless the process was faster
		p.caughtUp()
		return string(id)
	}
	return p.enrol(name)
}

// stopped makes a request about many people that waits for its requester.
func (p *place) stopped(by domain.Actor) string {
	p.t.Helper()
	p.admitsMany(10)
	id := domain.MassivaID(uuid.NewString())
	asked, err := commands.Rehearse(p.t.Context(), p.handler, id.Stream(), domain.Meta{By: by})
	if err != nil {
		p.t.Fatal(err)
	}
	events, err := asked.Try(p.t.Context(), commands.RequestMassiva{
		Comune: string(p.comune), Tipo: string(domain.Residenza), Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetti: []commands.SoggettoRichiesto{{CodiceFiscale: p.subject()}},
	})
	if err == nil {
		m := domain.Meta{At: p.now(), By: by, CommandID: uuid.NewString()}
		_, err = p.store.Append(p.t.Context(), string(id.Stream()), commands.NoStream, append(events, domain.MassivaStopped{Item: "orario", Testo: "non a quest'ora"}), m)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	p.caughtUp()
	return string(id)
}

// review opens a review that is the same for all rows, and of a person to confirm.
func (p *place) review() {
	p.t.Helper()
	p.fixed["review"], p.fixed["confirmed"] = uuid.NewString(), p.make("utente", p.callers[0])
	stream := domain.RicertificazioneID(p.fixed["review"]).Stream()
	as(p, p.top, stream, commands.OpenRicertificazione{Ente: p.ente, Comune: p.comune, Entro: domain.ItalianDay(time.Now().AddDate(0, 1, 0))})
	listed := commands.ListConfirmable{Utenti: []domain.UtenteID{domain.UtenteID(p.fixed["confirmed"])}, Atto: 1, Finalita: []string{"ISEE"}}
	done, err := commands.Handle(p.t.Context(), p.handler, stream, domain.Meta{By: domain.Sistema}, listed)
	if err != nil {
		p.t.Fatal(err)
	}
	path := "/api/v1/ricertificazioni?at_least=" + done.Position.String()
	if resp, body := p.exchange(http.MethodGet, path, "", p.callers[0]); resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %s", resp.Status, body)
	}
}

// enrol makes what belongs to nobody in person.
func (p *place) enrol(name string) string {
	p.t.Helper()
	id := uuid.NewString()
	switch name {
	case "proposed", "postazione":
		stream := domain.PostazioneID(id).Stream()
		as(p, p.admin, stream, commands.ProposePostazione{Ente: p.ente, Comune: p.comune, Nome: "Sportello 3"})
		if name == "postazione" {
			as(p, p.top, stream, commands.ApprovePostazione{Comune: p.comune})
			p.caughtUp() // its page shows it once the link is made
		}
	case "applicativo":
		enter(p.world, domain.ApplicativoID(id).Stream(), commands.RegisterApplicativo{
			Ente: p.ente, Comuni: []domain.CodiceISTAT{p.comune}, Nome: "Gestionale", Owner: p.callers[3].actor.Utente, Scopes: domain.Scopes(), Reti: callsFrom,
		})
	case "spare":
		as(p, p.top, domain.ProfileID(id).Stream(), commands.DefineProfile{Comune: p.comune, Nome: "Sportello", Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza}}})
	default:
		p.t.Fatalf("nobody knows what {%s} is", name)
	}
	return id
}

// restore undoes what a caller did to what all rows share.
func (p *place) restore() {
	p.t.Helper()
	clear(p.made)
	act := domain.ConvenzioneIDOf(domain.Pair{Ente: p.ente, Comune: p.comune}).Stream()
	state, err := commands.Fact(p.t.Context(), p.handler, act)
	if err != nil {
		p.t.Fatal(err)
	}
	if state.Ended || state.Suspended {
		enter(p.world, act, p.draft(p.ente, p.comune))
		enter(p.world, act, commands.ActivateConvenzione{})
		enter(p.world, act, commands.ResumeConvenzione{})
	}
	comune, err := commands.Fact(p.t.Context(), p.handler, p.comune.Stream())
	if err != nil {
		p.t.Fatal(err)
	}
	if comune.Nazionale.Testo == "" {
		p.enterComune(p.comune)
	}
}

// send sends a row as a caller, and grades the answer as a cell of the matrix.
func (p *place) send(r route, c row, as caller) (cell byte, body string) {
	p.t.Helper()
	id, query, asks := strings.Cut(c.id, "?")
	path := r.path
	if id != "" {
		path = strings.NewReplacer("{id}", id, "{codice}", id).Replace(path)
	}
	if asks {
		path += "?" + query
	}
	path, with := p.fill(path, as), p.fill(c.with, as)
	if r.method == http.MethodGet {
		if with != "" {
			p.caughtUp()
		}
		resp, body := p.exchange(r.method, path, "", as)
		if resp.StatusCode == http.StatusOK && !strings.Contains(body, with) {
			return 'o', body
		}
		return grade(resp), body
	}
	resp, body := p.exchange(r.method, path, with, as)
	if cell = grade(resp); cell == '+' {
		p.restore()
	}
	return cell, body
}

// caughtUp waits until the read models know of everything that was made.
func (p *place) caughtUp() {
	p.t.Helper()
	head, err := p.store.Head(p.t.Context())
	for _, m := range projections.All {
		if err == nil {
			err = p.runner.Await(p.t.Context(), m.Name(), head)
		}
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// location is the page an answer leads to, if to any.
func location(resp *http.Response) string {
	to, err := resp.Location()
	if err != nil {
		return ""
	}
	return to.Path
}

// grade is the cell of an answer.
func grade(resp *http.Response) byte {
	switch {
	case location(resp) == "/accedi":
		return '>'
	case resp.StatusCode < 400:
		return '+'
	}
	known := map[int]byte{
		http.StatusUnauthorized: '1', http.StatusForbidden: '3', http.StatusNotFound: '4', http.StatusConflict: 'x', http.StatusUnprocessableEntity: 'i', http.StatusUnsupportedMediaType: 'i',
	}
	if cell, ok := known[resp.StatusCode]; ok {
		return cell
	}
	return '?'
}

// staying is a client that goes where it is sent only if told.
var staying = &http.Client{Transport: aside.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// exchange sends one request, each from an address of its own, so that none comes too
// often.
func (p *place) exchange(method, path, body string, c caller) (*http.Response, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.url+path, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	p.addresses++
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("198.18.%d.%d", p.addresses>>8, p.addresses&255))
	if c.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+c.bearer)
	}
	if c.person != "" {
		r.Header.Set("Visura-Utente", string(c.person))
	}
	switch {
	case strings.HasPrefix(body, "{"):
		r.Header.Set("Content-Type", "application/json")
	case strings.HasPrefix(body, "%PDF"):
		r.Header.Set("Content-Type", "application/pdf")
		r.Header.Set("Content-Disposition", `attachment; filename="atto.pdf"`)
	case strings.HasPrefix(body, "\x89PNG"):
		r.Header.Set("Content-Type", "image/png")
	case strings.HasPrefix(body, "modulo="):
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case body != "":
		r.Header.Set("Content-Type", "text/csv")
	}
	r.Header.Set("Sec-Fetch-Site", p.site)
	resp, err := staying.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := contents(resp)
	if err != nil {
		p.t.Fatal(err)
	}
	return resp, string(answer)
}
