package commands_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// crowd is a town where mario may ask about many people.
type crowd struct {
	*world
	t     *testing.T
	quote commands.Quote // nil: none is in force
	idle  bool           // nobody makes documents
}

func newCrowd(t *testing.T) *crowd {
	w := newTown().nationally()
	w.enterAs(string(conv.Stream()), luisa, admitting)
	w.answer = aboutThem
	return &crowd{world: w, t: t}
}

// aboutThem is the answer about whoever was asked about.
func aboutThem(_ int, q commands.Query) (scheda.Scheda, error) {
	s := resident()
	g := &s.Persone[0].Generalita
	if g.CodiceFiscale = q.Soggetto.CodiceFiscale; g.CodiceFiscale == "" {
		g.Cognome, g.Nome, g.Sesso, g.Nascita = q.Soggetto.Cognome, q.Soggetto.Nome, q.Soggetto.Sesso, q.Soggetto.DataNascita
	}
	return s, nil
}

func (c *crowd) newHandler() *commands.Handler {
	h := c.handler()
	h.Quote = c.quote
	return h
}

// asks has mario ask.
func (c *crowd) asks(cmd commands.RequestMassiva) {
	c.t.Helper()
	if _, err := commands.Handle(c.t.Context(), c.newHandler(), massiva.Stream(), domain.Meta{By: mario}, cmd); err != nil {
		c.t.Fatal(err)
	}
}

// server is a freshly started server: whenever it waits for visure they are carried on.
func (c *crowd) server() *commands.Massive {
	h := c.newHandler()
	return &commands.Massive{Handler: h, DestroyKey: c.destroy, Moves: func() (<-chan struct{}, func()) {
		moved := make(chan struct{})
		close(moved)
		for riga := 1; riga <= 5 && !c.idle; riga++ {
			if id := massiva.Visura(riga); len(c.stream(string(id.Stream()))) > 0 {
				err := c.process().Advance(context.Background(), string(id), domain.Meta{})
				for errors.Is(err, errCrash) {
					err = c.process().Advance(context.Background(), string(id), domain.Meta{})
				}
			}
		}
		return moved, func() {}
	}}
}

func (c *crowd) destroy(_ context.Context, stream string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.effect(func() { c.destroyed[stream]++ })
}

// carriesOn advances until nothing is left to do now, like the bus and the timer together.
func (c *crowd) carriesOn() error {
	for range 12 {
		before := len(c.stream(string(massiva.Stream())))
		if err := c.server().Advance(c.t.Context(), string(massiva), domain.Meta{}); err != nil {
			return err
		}
		if len(c.stream(string(massiva.Stream()))) == before {
			return nil
		}
	}
	return errors.New("no end")
}

// tells is what the request has come to.
func (c *crowd) tells() (events []domain.Event) {
	for _, r := range c.stream(string(massiva.Stream()))[1:] {
		events = append(events, r.Event)
	}
	return events
}

func (c *crowd) want(what string, want ...domain.Event) {
	c.t.Helper()
	if diff := cmp.Diff(want, c.tells()); diff != "" {
		c.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// statuses are how the visure of the rows stand.
func (c *crowd) statuses(rows int) (all []domain.Status) {
	for riga := range rows {
		v := domain.Fold(domain.Visura{}, c.stream(string(massiva.Visura(riga+1).Stream())))
		all = append(all, v.Status)
	}
	return all
}

func (c *crowd) stand(what string, want ...domain.Status) {
	c.t.Helper()
	if diff := cmp.Diff(want, c.statuses(len(want))); diff != "" {
		c.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestEachPersonOfAListIsAVisuraOfTheirOwn(t *testing.T) {
	c := newCrowd(t)
	c.asks(many)
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	c.want("the request", askedTo(3), destroyed)
	c.stand("its visure", domain.Issued, domain.Issued, domain.Issued)
	if c.destroyed[string(massiva.Stream())] == 0 {
		t.Error("the key of the people is not destroyed")
	}
	for riga := 1; riga <= 3; riga++ {
		first := c.stream(string(massiva.Visura(riga).Stream()))[0]
		r, ok := first.Event.(domain.VisuraRequested)
		if !ok || r.Massiva == nil || *r.Massiva != (domain.RigaMassiva{Massiva: massiva, Riga: riga}) || first.Meta.By.Utente != mario.Utente ||
			r.Soggetto != manyRequested.Soggetti[riga-1] {
			t.Errorf("row %d is %+v by %+v", riga, first.Event, first.Meta.By)
		}
	}
}

// Wherever the crash comes the next start goes on, and each person is asked about once.
func TestACrashAnywhereAsksAboutEachPersonOnce(t *testing.T) {
	for _, landed := range []bool{false, true} {
		for crash := 1; crash <= 22; crash++ {
			c := newCrowd(t)
			c.asks(many)
			c.effects, c.crashAt, c.landed = 0, crash, landed
			for range 3 {
				if err := c.carriesOn(); err != nil && !errors.Is(err, errCrash) {
					t.Fatalf("crash at %d: %v", crash, err)
				}
			}
			c.stand("its visure", domain.Issued, domain.Issued, domain.Issued)
			if got := c.tells(); got[len(got)-1] != domain.Event(destroyed) || len(c.stream(string(massiva.Visura(4).Stream()))) > 0 {
				t.Errorf("crash at %d: %v", crash, got)
			}
			for riga := 1; riga <= 3; riga++ {
				requests := 0
				for _, r := range c.stream(string(massiva.Visura(riga).Stream())) {
					if _, ok := r.Event.(domain.VisuraRequested); ok {
						requests++
					}
				}
				if requests != 1 {
					t.Errorf("crash at %d: row %d is asked for %d times", crash, riga, requests)
				}
			}
		}
	}
}

// scant is a ledger that lets so many through.
type scant struct{ left int }

func (s *scant) Count(_ context.Context, _ domain.VisuraID, _ time.Time, voci []domain.Voce) ([]commands.Conto, error) {
	conti := make([]commands.Conto, len(voci))
	if s.left == 0 {
		conti[0].Esaurita = true
	} else {
		s.left--
	}
	return conti, nil
}

func TestAUsedUpQuotaDelaysTheRest(t *testing.T) {
	c := newCrowd(t)
	c.quote = &scant{left: 2}
	c.enter(string(conv.Stream()), changed(act, func(a *domain.ConvenzioneDrafted) { a.Massimo.Quote = []domain.Quota{perUser} }), domain.ConvenzioneActivated{Numero: 2})
	c.enterAs(string(conv.Stream()), luisa, domain.MassiveGranted{Atto: 2, Tetto: 5, BaseGiuridica: "x"})
	c.asks(many)
	postponed := (*commands.PostponedError)(nil)
	if err := c.carriesOn(); !errors.As(err, &postponed) {
		t.Fatalf("it goes on: %v", err)
	}
	_, midnight := perUser.Window(now)
	delayed := domain.MassivaDelayed{Quota: perUser.Nome(), Until: midnight}
	c.want("the request", askedTo(2), delayed)
	if !postponed.At.Equal(midnight) {
		t.Errorf("postponed to %s", postponed.At)
	}
	c.stand("its visure", domain.Issued, domain.Issued, domain.Absent)
	c.clock, c.quote = midnight, &scant{left: 2}
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	c.want("the day after", askedTo(2), delayed, askedTo(3), destroyed)
}

func TestWhatNoLongerAllowsItStopsIt(t *testing.T) {
	c := newCrowd(t)
	c.asks(many)
	c.enterAs(string(conv.Stream()), luisa, domain.MassiveEnded{Atto: 1, Motivo: "conclusa"})
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	stopped, ok := c.tells()[0].(domain.MassivaStopped)
	if !ok || stopped.Item != "massiva" || stopped.Testo == "" || len(c.tells()) != 1 {
		t.Fatalf("it tells %v", c.tells())
	}
	resume := func() error {
		_, err := commands.Handle(t.Context(), c.newHandler(), massiva.Stream(), domain.Meta{By: mario}, commands.ResumeMassiva{})
		return err
	}
	if err := resume(); domain.CodeOf(err) != domain.Forbidden {
		t.Errorf("it is had go on: %v", err)
	}
	c.enterAs(string(conv.Stream()), luisa, admitting)
	if err := errors.Join(resume(), c.carriesOn()); err != nil {
		t.Fatal(err)
	}
	c.want("admitted again", stopped, goingOn, askedTo(3), destroyed)
}

func TestAListThatNobodyHasGoOnIsForgotten(t *testing.T) {
	c := newCrowd(t)
	c.asks(many)
	c.enterAs(string(conv.Stream()), luisa, domain.ConvenzioneSuspended{Motivo: "verifiche"})
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	c.clock = now.AddDate(0, 0, domain.GiorniFermata)
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	if got := c.tells(); len(got) != 3 || got[1] != domain.Event(takenBack) || got[2] != domain.Event(destroyed) {
		t.Errorf("it tells %v", got)
	}
}

// While the registry does not answer few rows are asked for, so that nobody waits behind
// the others when it does again.
func TestFewRowsAreUnderWayWhenNothingEnds(t *testing.T) {
	c := newCrowd(t)
	c.answer = func(int, commands.Query) (scheda.Scheda, error) {
		return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureRetry, Codes: []string{"EN999"}}
	}
	c.asks(peopleOf(append(trio, commands.SoggettoRichiesto{Cognome: "NERI", Nome: "UGO", Sesso: "M", DataNascita: "1950-03-04"},
		commands.SoggettoRichiesto{Cognome: "GIALLI", Nome: "EVA", Sesso: "F", DataNascita: "1951-03-04"})...))
	postponed := (*commands.PostponedError)(nil)
	for range 3 {
		if err := c.server().Advance(t.Context(), string(massiva), domain.Meta{}); !errors.As(err, &postponed) {
			t.Fatalf("it goes on: %v, %v", err, c.tells())
		}
	}
	c.want("the request", askedTo(4))
	c.answer = aboutThem
	c.clock = now.Add(time.Hour)
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	c.want("once it answers", askedTo(4), askedTo(5), destroyed)
}

func TestWhoIsElsewhereAwaitsAnOfficerEach(t *testing.T) {
	c := newCrowd(t)
	c.nonresident()
	c.asks(manyBut(func(cmd *commands.RequestMassiva) { cmd.Ambito = "nazionale" }))
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	c.stand("its visure", domain.Awaiting, domain.Awaiting, domain.Awaiting)
	c.want("the request", askedTo(3), destroyed)
}

func TestAListThatIsWithdrawnMeanwhileAsksNobodyElse(t *testing.T) {
	c := newCrowd(t)
	c.asks(many)
	server := c.server()
	moves := server.Moves
	server.Moves = func() (<-chan struct{}, func()) {
		if len(c.tells()) == 0 && len(c.stream(string(massiva.Visura(1).Stream()))) > 0 {
			c.enter(string(massiva.Stream()), takenBack)
		}
		return moves()
	}
	if err := server.Advance(t.Context(), string(massiva), domain.Meta{}); err != nil {
		t.Fatal(err)
	}
	c.want("what was asked for", takenBack, askedTo(1))
	c.stand("its visure", domain.Issued, domain.Absent, domain.Absent)
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	c.want("and then", takenBack, askedTo(1), destroyed)
}

func TestOutsideTheHoursTheRestWaitsForThem(t *testing.T) {
	c := newCrowd(t)
	c.asks(many)
	c.enter(string(conv.Stream()), changed(act, func(a *domain.ConvenzioneDrafted) {
		a.Massimo.Orario = domain.Orario{{Giorni: []int{2}, Dalle: "08:00", Alle: "12:00"}}
	}), domain.ConvenzioneActivated{Numero: 2})
	c.enterAs(string(conv.Stream()), luisa, domain.MassiveGranted{Atto: 2, Tetto: 5, BaseGiuridica: "x"})
	if err := c.server().Advance(t.Context(), string(massiva), domain.Meta{}); err != nil {
		t.Fatal(err)
	}
	tuesday := time.Date(2026, 11, 24, 7, 0, 0, 0, time.UTC)
	c.want("on a Monday", domain.MassivaDelayed{Until: tuesday})
	c.clock = tuesday
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	c.stand("on Tuesday", domain.Issued, domain.Issued, domain.Issued)
}

// Who knows the id of a row may have asked for something else under it: that is told, and
// the person of the row is not taken to have been asked about.
func TestARowWhoseIDIsAnothersStopsTheList(t *testing.T) {
	c := newCrowd(t)
	c.asks(many)
	other := requested
	other.SubjectToken = "token of another"
	c.enterAs(string(massiva.Visura(2).Stream()), mario, other)
	if err := c.carriesOn(); err != nil {
		t.Fatal(err)
	}
	if got := c.tells(); len(got) != 2 || got[0] != domain.Event(askedTo(1)) || got[1].(domain.MassivaStopped).Item != "id" {
		t.Errorf("it tells %v", got)
	}
}

func TestAListGoesOnAsItsRequesterActsNow(t *testing.T) {
	at := mario
	at.Postazione = "00000000-0000-4000-8000-0000000000d1"
	s := domain.Massiva{}.Evolve(manyRequested, domain.Meta{By: mario}).Evolve(halted, domain.Meta{By: domain.Sistema}).Evolve(goingOn, domain.Meta{By: at})
	if s.Requester != at {
		t.Errorf("as %+v", s.Requester)
	}
}

func TestAListIsKeptNoLongerThanNinetyDays(t *testing.T) {
	s := domain.Massiva{}.Evolve(manyRequested, domain.Meta{At: now}).Evolve(quota, domain.Meta{At: now})
	end := now.AddDate(0, 0, domain.GiorniMassiva)
	if s.Next(end.Add(-time.Second)) != domain.MassivaAsks || s.Next(end) != domain.MassivaAbandons {
		t.Errorf("%s, then %s", s.Next(end.Add(-time.Second)), s.Next(end))
	}
}
