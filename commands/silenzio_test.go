package commands_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// term is when silence approves in the tests below.
var term = now.Add(time.Hour)

// waiting is a town where somebody waits for silence.
func waiting(after ...domain.Event) *world {
	w := newTown().nationally().headed()
	m := domain.Meta{At: now, By: mario, CommandID: w.newID(), Correlation: "asked"}
	if _, err := w.Memory.Append(context.Background(), string(visura.Stream()), commands.NoStream, []domain.Event{silent, sought, absent, domain.ConfirmationAwaited{Due: &term}}, m); err != nil {
		panic(err)
	}
	if len(after) > 0 {
		w.record(after...)
	}
	return w
}

// silenzio is a freshly started server that notices ends of terms.
func (w *world) silenzio() *commands.Silenzio { return &commands.Silenzio{Handler: w.handler()} }

func TestSilenceIsOnlyRecordedAndTheApprovalWakesTheEmission(t *testing.T) {
	w := waiting()
	before := len(w.history())
	for name, p := range map[string]commands.Process{"silence": w.silenzio(), "the emission": w.process()} {
		if err := advance(t, p); err != nil || len(w.history()) != before {
			t.Fatalf("%s before the term: %v, %v", name, err, w.history())
		}
	}
	w.clock = term
	if err := advance(t, w.process()); err != nil || len(w.history()) != before {
		t.Fatalf("the emission at the term: %v, %v", err, w.history())
	}
	if err := advance(t, w.silenzio()); err != nil {
		t.Fatal(err)
	}
	approved, ok := w.history()[before].(domain.VisuraApproved)
	if !ok || approved.Conferma != domain.SilenzioAssenso || len(w.history()) != before+1 || len(w.calls) != 0 {
		t.Fatalf("history %v, %d calls", w.history(), len(w.calls))
	}
	if err := advance(t, w.silenzio()); err != nil || len(w.history()) != before+1 {
		t.Errorf("again: %v, %v", err, w.history())
	}
	if err := advance(t, w.process()); err != nil || count[domain.VisuraIssued](w) != 1 {
		t.Errorf("the emission afterwards: %v, %v", err, w.history())
	}
}

// However late it is noticed, the term is what counts; when it was noticed is recorded
// beside it, and what was asked for and what follows stay tied.
func TestAnOutageOfHoursMovesNoTerm(t *testing.T) {
	w := waiting()
	w.clock = term.Add(9 * time.Hour)
	if err := advance(t, w.silenzio()); err != nil {
		t.Fatal(err)
	}
	stored := w.stream(string(visura.Stream()))
	last := stored[len(stored)-1]
	approved, _ := last.Event.(domain.VisuraApproved)
	if !approved.Effective.Equal(term) || !last.Meta.At.Equal(term.Add(9*time.Hour)) || last.Meta.By != domain.Sistema {
		t.Errorf("approved %+v, recorded at %v by %v", approved, last.Meta.At, last.Meta.By)
	}
	if last.Meta.Correlation != "asked" {
		t.Errorf("tied to %q", last.Meta.Correlation)
	}
}

func TestADecisionInTimeThatIsNoticedLateWins(t *testing.T) {
	for name, decided := range map[string]domain.Event{"rejected": rejected, "approved": byOfficer, "withdrawn": domain.VisuraWithdrawn{}, "suspended": domain.ConfirmationSuspended{}} {
		w := waiting(decided)
		before := len(w.history())
		w.clock = term.Add(time.Hour)
		if err := advance(t, w.silenzio()); err != nil || len(w.history()) != before {
			t.Errorf("%s: %v, %v", name, err, w.history())
		}
	}
}

// Wherever the crash comes, and whether or not it was recorded, the next who notices
// leaves one approval.
func TestACrashAsATermEndsLeavesOneApproval(t *testing.T) {
	for _, landed := range []bool{false, true} {
		w := waiting()
		w.clock, w.crashAt, w.landed = term, 1, landed
		if err := advance(t, w.silenzio()); !errors.Is(err, errCrash) {
			t.Fatalf("no crash: %v", err)
		}
		w.clock = w.clock.Add(time.Minute)
		if err := advance(t, w.silenzio()); err != nil {
			t.Fatal(err)
		}
		if n := count[domain.VisuraApproved](w); n != 1 {
			t.Errorf("landed %v: %d approvals", landed, n)
		}
	}
}

// Two servers notice while an officer refuses: one of the three ends the wait.
func TestOfAllWhoEndATermAtOnceOneDoes(t *testing.T) {
	for range 50 {
		w := waiting()
		w.clock = term.Add(-time.Second)
		refusing := w.handler()
		first, second := w.silenzio(), w.silenzio()
		done := make(chan error, 3)
		go func() {
			_, err := commands.Handle(context.Background(), refusing, visura.Stream(), domain.Meta{By: luisa}, commands.Command[domain.Visura](commands.RejectVisura{Motivo: "altro", Testo: "non risulta"}))
			if domain.CodeOf(err) == domain.Conflict {
				err = nil
			}
			done <- err
		}()
		w.mu.Lock()
		w.clock = term
		w.mu.Unlock()
		for _, p := range []commands.Process{first, second} {
			go func() { done <- p.Advance(context.Background(), string(visura), domain.Meta{}) }()
		}
		if err := errors.Join(<-done, <-done, <-done); err != nil {
			t.Fatal(err)
		}
		if n := count[domain.VisuraApproved](w) + count[domain.VisuraRejected](w); n != 1 {
			t.Fatalf("history %v", w.history())
		}
	}
}

func TestSilenceRefusesWhatIsNoVisura(t *testing.T) {
	if err := newWorld().silenzio().Advance(t.Context(), "../etc", domain.Meta{}); domain.CodeOf(err) != domain.Invalid {
		t.Errorf("advance: %v", err)
	}
}

// Many terms end together: their documents leave room for a request that is issued at
// once, and are postponed, not lost.
func TestWhatSilenceApprovedLeavesRoomForOthers(t *testing.T) {
	const other = domain.VisuraID("00000000-0000-4000-8000-0000000000aa")
	w := waiting(bySilence)
	w.enter(string(other.Stream()), silent, sought, absent, domain.ConfirmationAwaited{Due: &term}, bySilence)
	asked, answer := make(chan struct{}, 2), make(chan struct{})
	p := w.process()
	p.Followers, p.Anagrafe = func() int { return 1 }, slowRegistry{w, asked, answer}
	first := make(chan error, 1)
	go func() { first <- p.Advance(t.Context(), string(visura), domain.Meta{}) }()
	<-asked
	var postponed *commands.PostponedError
	if err := p.Advance(t.Context(), string(other), domain.Meta{}); !errors.As(err, &postponed) || !postponed.At.After(w.now()) {
		t.Errorf("a second that silence approved: %v", err)
	}
	const desk = domain.VisuraID("00000000-0000-4000-8000-0000000000bb")
	w.enter(string(desk.Stream()), requested, immediate)
	second := make(chan error, 1)
	go func() { second <- p.Advance(t.Context(), string(desk), domain.Meta{}) }()
	<-asked
	close(answer)
	if err := errors.Join(<-first, <-second); err != nil {
		t.Fatal(err)
	}
	if err := p.Advance(t.Context(), string(other), domain.Meta{}); err != nil || len(w.kept) != 3 {
		t.Errorf("afterwards: %v, %d documents", err, len(w.kept))
	}
}
