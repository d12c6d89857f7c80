package commands_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// confirmation is one request that may go beyond the Comune, two servers that carry it on,
// and everybody who may have a part in it, by a clock that goes as the test says.
type confirmation struct {
	*world
	judge    judge
	servers  [2]*commands.Emission
	registry string // what it does when it is asked, see registries
	read     int    // events the judge has seen
	ended    domain.Event
	wrong    string // what the registry was asked that it should not have been
}

// Instants near what a calendar may get wrong: nights on which the clocks change, Easter,
// the end of a year, a leap day.
var beginnings = []time.Time{
	now, time.Date(2026, 3, 27, 11, 0, 0, 0, time.UTC), time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC), time.Date(2026, 4, 2, 9, 0, 0, 0, time.UTC),
	time.Date(2026, 10, 2, 8, 0, 0, 0, time.UTC), time.Date(2026, 10, 24, 19, 0, 0, 0, time.UTC), time.Date(2026, 12, 23, 9, 0, 0, 0, time.UTC),
	time.Date(2027, 12, 30, 12, 0, 0, 0, time.UTC), time.Date(2028, 2, 28, 12, 0, 0, 0, time.UTC),
}

var (
	everyDay = []int{1, 2, 3, 4, 5, 6, 7}
	offices  = []domain.CalendarioSet{
		{OreSilenzio: 6, Aperture: someWeek, SantoPatrono: "11-24", Chiusure: []domain.Chiusura{{Dal: data("2026-12-24"), Al: data("2027-01-02")}}},
		{OreSilenzio: 12, GiorniAttesa: 3, Aperture: []domain.Fascia{{Giorni: everyDay, Dalle: "00:00", Alle: "06:00"}, {Giorni: everyDay, Dalle: "22:00", Alle: "24:00"}}},
		{OreSilenzio: 1, GiorniAttesa: 1, Aperture: []domain.Fascia{{Giorni: []int{6, 7}, Dalle: "09:15", Alle: "10:45"}}, SantoPatrono: "02-29"},
		{OreSilenzio: 30, Aperture: []domain.Fascia{{Giorni: everyDay, Dalle: "00:00", Alle: "24:00"}}, Chiusure: []domain.Chiusura{{Dal: data("2026-03-29"), Al: data("2026-03-29")}}},
		{OreSilenzio: 6}, // never
	}
	registries = []string{"answers", "later", "set up wrongly", "no word"}
)

// asked is a request at a random time, confirmed in a mode, about somebody of anywhere.
func asked(t *rapid.T, conferma domain.Conferma) *confirmation {
	c := &confirmation{world: newTown().nationally().headed(), registry: "answers"}
	c.judge.home = rapid.SampledFrom([]domain.CodiceISTAT{altro, altro, altro, comune, ""}).Draw(t, "lives at")
	if c.judge.modo.Conferma = conferma; conferma == domain.SilenzioAssenso {
		c.judge.modo.Ore = rapid.SampledFrom([]int{0, 1, 2, 7, 30}).Draw(t, "hours")
	}
	start := rapid.SampledFrom(beginnings).Draw(t, "beginning")
	c.clock = start.Add(time.Duration(rapid.IntRange(0, 60*60*60).Draw(t, "seconds"))*time.Second + rapid.SampledFrom([]time.Duration{0, 1, 999999999}).Draw(t, "ns"))
	c.judge.calendars = []domain.CalendarioSet{{OreSilenzio: ancona.OreSilenzio, Aperture: []domain.Fascia{{Giorni: workdays, Dalle: "08:00", Alle: "14:00"}}}}
	if rapid.Bool().Draw(t, "another calendar") {
		c.opens(rapid.SampledFrom(offices).Draw(t, "office"))
	}
	c.answer = c.answers
	c.servers = [2]*commands.Emission{c.process(), c.process()}

	c.enter(string(mario.Utente.Stream()), domain.InstructionsAccepted{Comune: comune})
	c.enter(string(carla.Utente.Stream()), entry, domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune})
	c.enter(string(conv.Stream()), changed(act, func(a *domain.ConvenzioneDrafted) {
		a.Massimo.Nazionale, a.Al = domain.Modo{Conferma: domain.Immediata}, data("2029-12-31")
	}), domain.ConvenzioneActivated{Numero: 2})
	c.enter(string(prof.Stream()), changed(desk, func(p *domain.ProfileDefined) {
		p.Tipi = domain.Concessi([]domain.Tipo{domain.Residenza}, c.judge.modo)
	}))
	if _, err := c.send(c.servers[0].Handler, mario, again); err != nil {
		t.Fatal(err)
	}
	return c
}

var again = func() commands.RequestVisura {
	cmd := ask
	cmd.Ambito = string(domain.Nazionale)
	return cmd
}()

// answers is the registry, as it is now, about who lives where they do.
func (c *confirmation) answers(_ int, q commands.Query) (scheda.Scheda, error) {
	v := domain.Visura{}
	for _, e := range c.history() {
		v = v.Evolve(e, domain.Meta{})
	}
	if v.Query == nil || v.Query.IDOperazioneComune != q.IDOperazione || v.Query.Ambito != q.Ambito || q.Ambito == domain.Nazionale && v.Approval == "" {
		c.wrong = fmt.Sprintf("asked %s under %s, recorded %+v, approved %q", q.Ambito, q.IDOperazione, v.Query, v.Approval)
	}
	switch c.registry {
	case "later":
		return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureRetry, Codes: []string{"999"}}
	case "set up wrongly":
		return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureConfiguration, Codes: []string{"EHR26"}}
	case "no word":
		return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureUnknown, Err: errors.New("timeout")}
	}
	if c.judge.home == "" || c.judge.home != comune && q.Ambito == domain.Comunale {
		return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureFinal, Codes: []string{"EN122"}}
	}
	return livingAt(c.judge.home), nil
}

// opens has the Comune set another calendar.
func (c *confirmation) opens(office domain.CalendarioSet) {
	office.Versione = len(c.judge.calendars)
	c.judge.calendars = append(c.judge.calendars, office)
	c.enterAs(string(comune.Stream()), luisa, office)
}

func (c *confirmation) send(h *commands.Handler, by domain.Actor, cmd commands.Command[domain.Visura]) (commands.Outcome, error) {
	return commands.Handle(context.Background(), h, visura.Stream(), domain.Meta{By: by}, cmd)
}

// advance has a server end the term if it is over, and go on with the request.
func (c *confirmation) advance(p *commands.Emission) error {
	if err := c.notice(p); err != nil {
		return err
	}
	return p.Advance(context.Background(), string(visura), domain.Meta{})
}

// notice has a server end the term if it is over, and no more.
func (c *confirmation) notice(p *commands.Emission) error {
	silence := commands.Silenzio{Handler: p.Handler}
	return silence.Advance(context.Background(), string(visura), domain.Meta{})
}

// look has the judge read what is new, and returns it.
func (c *confirmation) look(t *rapid.T) (fresh []domain.Event) {
	stream := c.stream(string(visura.Stream()))
	for _, r := range stream[c.read:] {
		fresh = append(fresh, r.Event)
		if err := c.judge.read(r); err != nil {
			t.Fatalf("%s: %v\n%s", r.Event.EventType(), err, told(stream))
		}
	}
	c.read, c.judge.over = len(stream), c.ended != nil
	if c.wrong != "" || len(c.kept) > 1 {
		t.Fatalf("%s; %d documents\n%s", c.wrong, len(c.kept), told(stream))
	}
	if issued, ok := stream[len(stream)-1].Event.(domain.VisuraIssued); ok && !equal(issued, c.kept[visura].Event) {
		t.Fatalf("issued %+v, kept %+v", issued, c.kept[visura].Event)
	}
	return fresh
}

func told(stream []domain.Recorded) (s string) {
	for _, r := range stream {
		s += fmt.Sprintf("%s  %s by %s  %+v\n", r.Meta.At.Format(time.RFC3339Nano), r.Event.EventType(), r.Meta.By.Role, r.Event)
	}
	return s
}

// decided holds what a command wrote against what it must, by the judge's account of where
// the request stood.
func (c *confirmation) decided(t *rapid.T, what string, err error, want ...domain.Event) {
	got := c.look(t)
	if len(got) != len(want) {
		t.Fatalf("%s wrote %v, want %v: %v\n%s", what, got, want, err, told(c.stream(string(visura.Stream()))))
	}
	for i := range want {
		if reflect.TypeOf(got[i]) != reflect.TypeOf(want[i]) {
			t.Fatalf("%s wrote %T, want %T: %v", what, got[i], want[i], err)
		}
	}
	if len(want) > 0 && err != nil {
		t.Fatalf("%s: %v, and wrote %v", what, err, got)
	}
}

// moves are what may happen at any time, each with what must follow from it.
func (c *confirmation) moves() map[string]func(*rapid.T) {
	return map[string]func(*rapid.T){
		"it is asked again": func(t *rapid.T) {
			_, err := c.send(c.server(t).Handler, mario, again)
			c.decided(t, "asking again", err)
		},
		"an officer decides": func(t *rapid.T) {
			if rapid.Bool().Draw(t, "hesitates") {
				t.Skip()
			}
			rapid.SampledFrom([]func(*rapid.T){c.approves, c.refuses}).Draw(t, "how")(t)
		},
		"an officer asks":         c.asks,
		"the requester answers":   c.replies,
		"the requester withdraws": c.withdraws,
		"a server sweeps":         c.sweeps,
		"a server dies":           c.dies,
		"two at once":             c.race,
		"the clock goes on": func(t *rapid.T) {
			unit := rapid.SampledFrom([]time.Duration{time.Second, time.Minute, time.Hour, 24 * time.Hour}).Draw(t, "unit")
			c.clock = c.clock.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "many")) * unit)
		},
		"the term comes":       c.falls,
		"the registry changes": func(t *rapid.T) { c.registry = rapid.SampledFrom(registries).Draw(t, "registry") },
		"the calendar changes": func(t *rapid.T) { c.opens(rapid.SampledFrom(offices).Draw(t, "office")) },
		"what allowed it ends": c.ends,
		"":                     func(t *rapid.T) { c.look(t) },
	}
}

func (c *confirmation) server(t *rapid.T) *commands.Emission {
	return c.servers[rapid.IntRange(0, 1).Draw(t, "server")]
}

func (c *confirmation) approves(t *rapid.T) {
	var want []domain.Event
	switch at := c.now(); {
	case c.judge.late(at) && !c.judge.silent(at): // it has expired
	case c.judge.waiting && c.judge.over:
		want = events(domain.VisuraLapsed{})
	case c.judge.inTime(at), c.judge.silent(at):
		want = events(domain.VisuraApproved{})
	}
	_, err := c.send(c.server(t).Handler, officers.Draw(t, "officer"), commands.ApproveVisura{})
	c.decided(t, "approving", err, want...)
}

func (c *confirmation) refuses(t *rapid.T) {
	var want []domain.Event
	late := c.judge.late(c.now())
	if c.judge.inTime(c.now()) {
		want = events(domain.VisuraRejected{})
	}
	_, err := c.send(c.server(t).Handler, officers.Draw(t, "officer"), refusal)
	c.decided(t, "refusing", err, want...)
	if late && err == nil {
		t.Fatal("a refusal that came too late was taken")
	}
}

func (c *confirmation) asks(t *rapid.T) {
	var want []domain.Event
	if c.judge.inTime(c.now()) && !c.judge.suspended {
		want = events(domain.ConfirmationSuspended{})
	}
	_, err := c.send(c.server(t).Handler, officers.Draw(t, "officer"), asksWhy)
	c.decided(t, "asking the requester", err, want...)
}

func (c *confirmation) replies(t *rapid.T) {
	var want []domain.Event
	if c.judge.inTime(c.now()) && c.judge.suspended && !c.stranger() {
		want = events(domain.ConfirmationResumed{})
	}
	_, err := c.send(c.server(t).Handler, mario, reply)
	c.decided(t, "answering", err, want...)
}

// stranger says whether the requester is nobody any more.
func (c *confirmation) stranger() bool { _, role := c.ended.(domain.RoleTaken); return role }

func (c *confirmation) withdraws(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "hesitates") > 0 {
		t.Skip()
	}
	var want []domain.Event
	if !c.judge.finished && !c.stranger() {
		want = events(domain.VisuraWithdrawn{})
	}
	_, err := c.send(c.server(t).Handler, mario, commands.WithdrawVisura{})
	c.decided(t, "withdrawing", err, want...)
}

// sweeps has a server go on with the request, as an event or the timer has it do.
func (c *confirmation) sweeps(t *rapid.T) {
	waited, late := c.judge.waiting, c.judge.late(c.now())
	err := rapid.SampledFrom([]func(*commands.Emission) error{c.advance, c.notice}).Draw(t, "how far")(c.server(t))
	if fresh := c.look(t); waited && late == (len(fresh) == 0) {
		t.Fatalf("late %v, and wrote %v: %v", late, fresh, err)
	}
}

// dies has a server die at something; what it remembers is lost, or outlives it in vain.
func (c *confirmation) dies(t *rapid.T) {
	which := rapid.IntRange(0, 1).Draw(t, "server")
	c.crashAt, c.landed = c.effects+rapid.IntRange(1, 5).Draw(t, "effect"), rapid.Bool().Draw(t, "landed")
	switch rapid.SampledFrom([]string{"sweeping", "sweeping", "approving", "refusing"}).Draw(t, "while") {
	case "approving":
		c.send(c.servers[which].Handler, luisa, commands.ApproveVisura{})
	case "refusing":
		c.send(c.servers[which].Handler, carla, refusal)
	default:
		c.advance(c.servers[which])
	}
	c.crashAt = 0
	c.look(t)
	if rapid.Bool().Draw(t, "is started anew") {
		c.servers[which] = c.process()
	}
}

// falls has the clock reach the end of the term or of the days to wait, or where the term
// would be over had nobody asked anything, a nanosecond less or one more, and then somebody
// decide.
func (c *confirmation) falls(t *rapid.T) {
	due := c.judge.ends()
	if c.judge.suspended && rapid.Bool().Draw(t, "had nobody asked") {
		due = c.judge.stopped
	}
	at := due.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "ns")))
	if !c.judge.waiting || due.IsZero() || at.Before(c.clock) {
		t.Skip()
	}
	c.clock = at
	for range rapid.IntRange(0, 3).Draw(t, "decisions") {
		rapid.SampledFrom([]func(*rapid.T){c.approves, c.refuses, c.asks, c.replies, c.race, c.sweeps}).Draw(t, "who")(t)
	}
}

// ends has an act or the role end by which the request was admitted.
func (c *confirmation) ends(t *rapid.T) {
	if c.ended != nil || rapid.IntRange(0, 3).Draw(t, "hesitates") > 0 {
		t.Skip()
	}
	c.ended = rapid.SampledFrom(events(domain.ConvenzioneEnded{}, domain.ConvenzioneSuspended{}, domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune})).Draw(t, "what")
	stream := string(conv.Stream())
	if c.stranger() {
		stream = string(mario.Utente.Stream())
	}
	c.enterAs(stream, luisa, c.ended)
	c.look(t)
}

var (
	officers = rapid.SampledFrom([]domain.Actor{luisa, carla})
	asksWhy  = commands.SuspendConfirmation{Domanda: "Per quale pratica?"}
	reply    = commands.AnswerQuestion{Risposta: "Per quella indicata."}
	refusal  = commands.RejectVisura{Motivo: domain.MotivoAltro, Testo: "non risulta"}
)

// race has somebody decide, and before that is appended somebody else do so at another
// server, the term having come meanwhile or not.
func (c *confirmation) race(t *rapid.T) {
	acts := map[string]func(*commands.Emission) error{
		"approves": func(p *commands.Emission) error {
			_, err := c.send(p.Handler, luisa, commands.ApproveVisura{})
			return err
		},
		"refuses": func(p *commands.Emission) error { _, err := c.send(p.Handler, carla, refusal); return err },
		"withdraws": func(p *commands.Emission) error {
			_, err := c.send(p.Handler, mario, commands.WithdrawVisura{})
			return err
		},
		"asks":    func(p *commands.Emission) error { _, err := c.send(p.Handler, luisa, asksWhy); return err },
		"answers": func(p *commands.Emission) error { _, err := c.send(p.Handler, mario, reply); return err },
		"sweeps":  c.advance,
		"notices": c.notice,
	}
	who := rapid.SampledFrom([]string{"approves", "refuses", "sweeps", "notices", "withdraws", "asks", "answers"})
	first, second := acts[who.Draw(t, "first")], acts[who.Draw(t, "second")]
	meanwhile := rapid.Bool().Draw(t, "the term comes meanwhile")
	slow := c.process()
	slow.Handler = c.handlerOver(&meddler{c.world, func() {
		if meanwhile && c.judge.waiting && c.judge.ends().After(c.clock) {
			c.clock = c.judge.ends()
		}
		second(c.servers[1])
	}})
	first(slow)
	c.look(t)
}

// settles has everything that held the request up pass, and holds that it ends.
func (c *confirmation) settles(t *rapid.T) {
	c.registry = "answers"
	for range 12 {
		if c.judge.waiting && c.judge.due.After(c.clock) {
			c.clock = c.judge.due
		}
		if c.judge.waiting && c.judge.due.IsZero() && rapid.Bool().Draw(t, "nobody decides") && c.judge.expires.After(c.clock) {
			c.clock = c.judge.expires
		}
		c.advance(c.process())
		c.look(t)
		if c.judge.waiting && c.judge.due.IsZero() {
			c.approves(t)
		}
		c.clock = c.clock.Add(15 * time.Minute)
	}
	if !c.judge.finished {
		t.Fatalf("no end:\n%s", told(c.stream(string(visura.Stream()))))
	}
}

// However approvals, refusals, withdrawals, sweeps, deaths of servers and the clock mix: a
// request is never both refused and approved, never issued without the one approval that
// is due, a refusal in time wins, the term counts office time alone, and what expires was
// neither approved nor refused, and waited for its days.
func TestARequestIsConfirmedOnceOrNot(t *testing.T) {
	for _, conferma := range []domain.Conferma{domain.SilenzioAssenso, domain.Manuale, domain.Immediata} {
		t.Run(string(conferma), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				c := asked(t, conferma)
				t.Repeat(c.moves())
				c.settles(t)
			})
		})
	}
}
