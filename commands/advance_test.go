package commands_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

func TestAnApprovedRequestBecomesOneDocument(t *testing.T) {
	w := newTown()
	w.record(requested, immediate)
	if err := advance(t, w.process()); err != nil {
		t.Fatal(err)
	}
	if count[domain.VisuraIssued](w) != 1 || len(w.calls) != 1 || len(w.kept) != 1 {
		t.Fatalf("%d issued, %d calls, %d kept: %v", count[domain.VisuraIssued](w), len(w.calls), len(w.kept), w.history())
	}
	intent := slices.IndexFunc(w.history(), func(e domain.Event) bool { _, ok := e.(domain.QueryStarted); return ok })
	if got := w.history()[intent].(domain.QueryStarted).IDOperazioneComune; got != w.calls[0] {
		t.Errorf("asked under %s, recorded %s", w.calls[0], got)
	}
	if err := advance(t, w.process()); err != nil || len(w.calls) != 1 {
		t.Errorf("advanced again: %v, %d calls", err, len(w.calls))
	}
}

// Wherever the crash comes, and whether or not the effect took place, the next
// start ends with one document, and the registry was asked under one id.
func TestACrashAnywhereLeavesOneDocument(t *testing.T) {
	for _, landed := range []bool{false, true} {
		for crash := 1; crash <= 4; crash++ {
			t.Run(fmt.Sprintf("effect %d, landed %v", crash, landed), func(t *testing.T) {
				w := newTown()
				w.record(requested, immediate)
				w.crashAt, w.landed = crash, landed
				if err := advance(t, w.process()); !errors.Is(err, errCrash) {
					t.Fatalf("no crash: %v", err)
				}
				w.clock = w.clock.Add(time.Minute)
				if err := advance(t, w.process()); err != nil {
					t.Fatal(err)
				}
				kept := w.kept[visura]
				if got := w.history()[len(w.history())-1]; !equal(got, kept.Event) {
					t.Errorf("announced %v, kept %v", got, kept.Event)
				}
				if n := count[domain.VisuraIssued](w); n != 1 {
					t.Errorf("%d documents", n)
				}
				if n := len(slices.Compact(slices.Clone(w.calls))); n != 1 {
					t.Errorf("asked under %d ids: %v", n, w.calls)
				}
			})
		}
	}
}

func equal(a domain.Event, b domain.VisuraIssued) bool {
	issued, ok := a.(domain.VisuraIssued)
	return ok && issued.SHA256 == b.SHA256 && issued.IssuedAt.Equal(b.IssuedAt) && issued.Numero == b.Numero
}

func TestWhatTheRegistryAnswersDecidesWhatFollows(t *testing.T) {
	fails := func(class domain.FailureClass, codes ...string) func(int, commands.Query) (scheda.Scheda, error) {
		return func(int, commands.Query) (scheda.Scheda, error) {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: class, Codes: codes, Text: "ROSSI MARIO", IDOperazioneANPR: "7"}
		}
	}
	for name, c := range map[string]struct {
		answer func(int, commands.Query) (scheda.Scheda, error)
		last   domain.Event
	}{
		"a final refusal closes the request": {fails(domain.FailureFinal, "EN122"),
			domain.VisuraNotIssuable{Reason: domain.ReasonNotFound, Ambito: domain.Comunale, Warnings: []string{"EN122"}, ANPR: "7", Detail: "ROSSI MARIO"}},
		"and says whose data do not fit, where the codes do not": {
			func(int, commands.Query) (scheda.Scheda, error) {
				return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureFinal, Codes: []string{"EN069"}, Reason: domain.ReasonRegistryData}
			}, domain.VisuraNotIssuable{Reason: domain.ReasonRegistryData, Ambito: domain.Comunale, Warnings: []string{"EN069"}}},
		"a flag on the card refuses, and is told to who helps": {
			func(int, commands.Query) (scheda.Scheda, error) {
				s := resident()
				s.Persone[0].Anomalie = []scheda.Anomalia{{Codice: "EN469"}, {Codice: "EN469"}}
				return s, nil
			}, domain.VisuraNotIssuable{Reason: domain.ReasonDoubleEntry, Ambito: domain.Comunale, Warnings: []string{"EN469"}, ANPR: resident().IDOperazioneANPR, SubjectToken: tokenOf(domain.Soggetto{CodiceFiscale: rossi})}},
		"a passing refusal has it asked later": {fails(domain.FailureRetry, "999"),
			domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, Code: "999", RetryAt: now.Add(5 * time.Second)}},
		"a fault of the set-up has it asked much later": {fails(domain.FailureConfiguration, "EHR26"),
			domain.QueryDeferred{Attempt: 1, Class: domain.FailureConfiguration, Code: "EHR26", RetryAt: now.Add(15 * time.Minute)}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown()
			w.record(requested, immediate)
			w.answer = c.answer
			err := advance(t, w.process())
			var postponed *commands.PostponedError
			if _, waits := c.last.(domain.QueryDeferred); waits != errors.As(err, &postponed) {
				t.Errorf("advance: %v", err)
			}
			if got := fmt.Sprintf("%#v", w.history()[len(w.history())-1]); got != fmt.Sprintf("%#v", c.last) {
				t.Errorf("got  %s\nwant %#v", got, c.last)
			}
		})
	}
}

// The Ente asks, and where it has no name the Comune: never the subject.
func TestTheRegistryIsToldWhichBodyAsks(t *testing.T) {
	for name, want := range map[string]string{"": "Comune di Lugo", "Azienda Casa della Romagna": "Azienda Casa della Romagna"} {
		w := newTown()
		w.enter(string(comune.Stream()), domain.ComuneRegistered{ISTAT: comune, Nome: "Lugo"})
		w.enter(string(ente.Stream()), domain.EnteRegistered{Denominazione: name})
		w.record(requested, immediate)
		var got string
		w.answer = func(_ int, q commands.Query) (scheda.Scheda, error) { got = q.Richiedente; return resident(), nil }
		if err := advance(t, w.process()); err != nil || got != want {
			t.Errorf("an Ente called %q: %q asks, %v", name, got, err)
		}
	}
}

func TestAnUnknownOutcomeIsAskedAgainUnderTheSameID(t *testing.T) {
	w := newTown()
	w.record(requested, immediate)
	w.answer = func(call int, _ commands.Query) (scheda.Scheda, error) {
		if call < 3 {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureUnknown, Err: errors.New("timeout")}
		}
		return resident(), nil
	}
	p := w.process()
	for range 2 {
		if err := advance(t, p); err == nil {
			t.Fatal("an unknown outcome went by in silence")
		}
	}
	if err := advance(t, p); err != nil {
		t.Fatal(err)
	}
	if n := len(slices.Compact(slices.Clone(w.calls))); n != 1 || len(w.calls) != 3 {
		t.Errorf("asked under %d ids in %d calls", n, len(w.calls))
	}
}

func TestAnOpenBreakerPostpones(t *testing.T) {
	w := newTown()
	w.record(requested, immediate)
	w.answer = func(int, commands.Query) (scheda.Scheda, error) {
		return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureUnknown, RetryAfter: time.Minute}
	}
	var postponed *commands.PostponedError
	if err := advance(t, w.process()); !errors.As(err, &postponed) || !postponed.At.Equal(now.Add(time.Minute)) {
		t.Errorf("advance: %v", err)
	}
}

func TestADeferredAttemptWaitsAndThenHasANewID(t *testing.T) {
	w := newTown()
	w.record(requested, immediate)
	w.answer = func(call int, _ commands.Query) (scheda.Scheda, error) {
		if call == 1 {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureRetry, Codes: []string{"999"}}
		}
		return resident(), nil
	}
	p := w.process()
	advance(t, p)
	advance(t, p)
	if len(w.calls) != 1 {
		t.Fatalf("did not wait: %d calls", len(w.calls))
	}
	w.clock = now.Add(6 * time.Second)
	if err := advance(t, p); err != nil {
		t.Fatal(err)
	}
	if len(w.calls) != 2 || w.calls[0] == w.calls[1] || count[domain.VisuraIssued](w) != 1 {
		t.Errorf("calls %v, %d issued", w.calls, count[domain.VisuraIssued](w))
	}
}

func TestARequestOutOfReachForAWeekIsGivenUp(t *testing.T) {
	w := newTown()
	w.record(requested, immediate, started)
	w.clock = now.Add(8 * 24 * time.Hour)
	if err := advance(t, w.process()); err != nil {
		t.Fatal(err)
	}
	if last := w.history()[len(w.history())-1]; last != (domain.VisuraFailed{Code: domain.FailedTooLong}) || len(w.calls) != 0 {
		t.Errorf("history %v", w.history())
	}
}

// A server that was down for a week after it archived a document announces it.
func TestAnArchivedDocumentIsAnnouncedHoweverLate(t *testing.T) {
	w := newTown()
	w.record(requested, immediate, started)
	w.kept[visura] = commands.Issue{Event: issued}
	w.clock = now.Add(8 * 24 * time.Hour)
	if err := advance(t, w.process()); err != nil {
		t.Fatal(err)
	}
	if count[domain.VisuraIssued](w) != 1 || len(w.calls) != 0 {
		t.Errorf("history %v", w.history())
	}
}

func TestStepsOfOneAdvanceAreCommandsOfTheirOwn(t *testing.T) {
	w := newTown()
	w.record(requested, immediate)
	if err := w.process().Advance(t.Context(), string(visura), domain.Meta{CommandID: "the caller's"}); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, r := range w.stream(string(visura.Stream()))[2:] {
		ids[r.Meta.CommandID] = true
	}
	if len(ids) != 2 || ids["the caller's"] {
		t.Errorf("intent and outcome were recorded under %v", ids)
	}
}

func TestARequestWhoseSubjectIsGoneIsGivenUp(t *testing.T) {
	w := newTown()
	w.record(with(requested, func(r *domain.VisuraRequested) { r.Soggetto = domain.Soggetto{} }), immediate)
	if err := advance(t, w.process()); err != nil {
		t.Fatal(err)
	}
	if last := w.history()[len(w.history())-1]; last != (domain.VisuraFailed{Code: domain.FailedErased}) || len(w.calls) != 0 {
		t.Errorf("history %v", w.history())
	}
}

func TestTwoAtOnceMakeOneDocument(t *testing.T) {
	for range 50 {
		w := newTown()
		w.record(requested, immediate)
		p, q := w.process(), w.process()
		done := make(chan error, 2)
		for _, p := range []*commands.Emission{p, q} {
			go func() { done <- p.Advance(t.Context(), string(visura), domain.Meta{}) }()
		}
		if err := errors.Join(<-done, <-done); err != nil {
			t.Fatal(err)
		}
		if count[domain.VisuraIssued](w) != 1 || count[domain.QueryStarted](w) != 1 {
			t.Fatalf("history %v", w.history())
		}
	}
}

// A reminder that comes while the registry is slow waits instead of asking too.
func TestOneProcessAsksOnceAtATime(t *testing.T) {
	w := newTown()
	w.record(requested, immediate)
	asked, answer := make(chan struct{}), make(chan struct{})
	slow := slowRegistry{w, asked, answer}
	p := w.process()
	p.Anagrafe = slow
	done := make(chan error, 2)
	for range 2 {
		go func() { done <- p.Advance(t.Context(), string(visura), domain.Meta{}) }()
	}
	<-asked
	close(answer)
	if err := errors.Join(<-done, <-done); err != nil {
		t.Fatal(err)
	}
	if len(w.calls) != 1 || count[domain.VisuraIssued](w) != 1 {
		t.Errorf("%d calls, %d issued", len(w.calls), count[domain.VisuraIssued](w))
	}
}

type slowRegistry struct {
	*world
	asked  chan<- struct{}
	answer <-chan struct{}
}

func (r slowRegistry) Consult(ctx context.Context, q commands.Query) (scheda.Scheda, error) {
	r.asked <- struct{}{}
	<-r.answer
	return r.world.Consult(ctx, q)
}

func TestTheNumberIsDrawnOnceAndStays(t *testing.T) {
	w := newTown()
	w.record(requested, immediate)
	w.answer = func(call int, _ commands.Query) (scheda.Scheda, error) {
		if call < 3 {
			return scheda.Scheda{}, &commands.AnagrafeError{Class: domain.FailureRetry, Codes: []string{"999"}}
		}
		return resident(), nil
	}
	for range 3 { // each by a server that remembers nothing
		advance(t, w.process())
		w.clock = w.clock.Add(time.Hour)
	}
	numeri := map[domain.CIUV]int{}
	for _, e := range w.history() {
		switch e := e.(type) {
		case domain.QueryStarted:
			numeri[e.Numero]++
		case domain.VisuraIssued:
			numeri[e.Numero]++
		}
	}
	if w.numeri != 1 || len(numeri) != 1 || numeri[domain.NewCIUV([10]byte{9: 1})] != 4 {
		t.Errorf("%d numbers drawn; used %v", w.numeri, numeri)
	}
}

// One person asked about in several ways is one person.
func TestTheOutcomeCarriesTheTokenOfThePersonFound(t *testing.T) {
	const old = domain.CodiceFiscale("RSSMRA85T10A562S")
	byName := domain.Soggetto{Cognome: "ROSSI", Nome: "MARIO", Sesso: "M", DataNascita: data("1980-01-01")}
	withoutCode := resident()
	withoutCode.Persone[0].IDANPR, withoutCode.Persone[0].Generalita.CodiceFiscale = "AA11111AA", ""
	rossis := tokenOf(domain.Soggetto{CodiceFiscale: rossi})
	two := resident()
	two.Persone = append(two.Persone, two.Persone[0])
	two.Persone[1].Generalita.CodiceFiscale = old
	for name, c := range map[string]struct {
		asked  domain.Soggetto
		answer scheda.Scheda
		err    error
		issued bool
		token  string
	}{
		"by the code they have":               {asked: domain.Soggetto{CodiceFiscale: rossi}, answer: resident(), issued: true, token: rossis},
		"by name":                             {asked: byName, answer: resident(), issued: true, token: rossis},
		"by an old code":                      {asked: domain.Soggetto{CodiceFiscale: old}, answer: resident(), token: rossis},
		"who has no code, by name":            {asked: byName, answer: withoutCode, issued: true, token: tokenOf(domain.Soggetto{IDANPR: "AA11111AA"})},
		"one of several":                      {asked: byName, answer: two},
		"whom the answer does not hold":       {asked: byName},
		"whom the registry refuses to search": {asked: byName, err: &commands.AnagrafeError{Class: domain.FailureFinal, Codes: []string{"EN122"}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newTown()
			w.record(with(requested, func(r *domain.VisuraRequested) { r.Soggetto, r.SubjectToken = c.asked, tokenOf(c.asked) }), immediate)
			w.answer = func(int, commands.Query) (scheda.Scheda, error) { return c.answer, c.err }
			if err := advance(t, w.process()); err != nil {
				t.Fatal(err)
			}
			token, issued := "", false
			switch e := w.history()[len(w.history())-1].(type) {
			case domain.VisuraIssued:
				token, issued = e.SubjectToken, true
			case domain.VisuraNotIssuable:
				token = e.SubjectToken
			default:
				t.Fatalf("history %v", w.history())
			}
			if token != c.token || issued != c.issued {
				t.Errorf("token %q, issued %v; want %q, %v", token, issued, c.token, c.issued)
			}
		})
	}
}

func TestTheEmissionSaysWhatWakesIt(t *testing.T) {
	p := newTown().process()
	if p.Category() != domain.CategoryOf(string(visura.Stream())) {
		t.Errorf("category %q", p.Category())
	}
	for name, last := range map[string]domain.Event{"looked for at home": sought, "approved": immediate, "approved by an officer": byOfficer, "approved by silence": bySilence} {
		next := domain.StartQuery
		if last == domain.Event(sought) {
			next = domain.QueryAndIssue
		}
		if v := history(requested, last); v.Next(now) != next || !slices.Contains(p.WakesOn(), last.EventType()) {
			t.Errorf("%s: next %s, wakes on %v", name, v.Next(now), p.WakesOn())
		}
	}
}

func TestAdvanceRefusesWhatIsNoVisura(t *testing.T) {
	if err := newWorld().process().Advance(t.Context(), "../etc", domain.Meta{}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("advance: %v", err)
	}
}
