package commands_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// rival is a store in which somebody else writes first, n times.
type rival struct {
	*world
	n int
}

func (r *rival) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if r.n > 0 {
		r.n--
		r.world.record(domain.VisuraDownloaded{SHA256: "abc"})
	}
	return r.world.Append(ctx, stream, expected, events, m)
}

func TestACommandIsDecidedAgainWhenSomebodyWasFaster(t *testing.T) {
	w := newWorld()
	w.record(requested, immediate, started)
	h := w.handlerOver(&rival{w, 4})
	_, err := commands.Handle(t.Context(), h, visura.Stream(), domain.Meta{By: domain.Sistema}, commands.IssueVisura(issued))
	if err != nil || count[domain.VisuraIssued](w) != 1 {
		t.Errorf("%v; history %v", err, w.history())
	}
}

func TestACommandIsNotDecidedForEver(t *testing.T) {
	w := newWorld()
	w.record(requested, immediate, started)
	h := w.handlerOver(&rival{w, 5})
	_, err := commands.Handle(t.Context(), h, visura.Stream(), domain.Meta{By: domain.Sistema}, commands.IssueVisura(issued))
	if !errors.Is(err, commands.ErrStale) || domain.CodeOf(err) != domain.Unavailable {
		t.Errorf("after five tries: %v", err)
	}
}

// The stream takes a moment between reading and writing, in which all others
// read it too.
type slow struct{ *world }

func (s slow) Append(ctx context.Context, stream string, expected int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	runtime.Gosched()
	return s.world.Append(ctx, stream, expected, events, m)
}

func TestACrowdAtOneStreamLosesNobody(t *testing.T) {
	const crowd = 200
	w := newWorld()
	w.record(requested, immediate, started, issued)
	h := w.handlerOver(slow{w})
	errs := make(chan error, crowd)
	for range crowd {
		go func() {
			_, err := commands.Handle(t.Context(), h, visura.Stream(), domain.Meta{By: domain.Sistema}, commands.RecordDownload{})
			errs <- err
		}()
	}
	for range crowd {
		if err := <-errs; err != nil {
			t.Fatal(err)
		}
	}
	if n := count[domain.VisuraDownloaded](w); n != crowd {
		t.Errorf("%d of %d recorded", n, crowd)
	}
}

func TestARememberedStateIsReadForward(t *testing.T) {
	w := newWorld()
	w.record(requested)
	h := w.handler()
	for _, want := range []struct {
		event  domain.Event
		status domain.Status
	}{{immediate, domain.InProgress}, {issued, domain.Issued}} {
		w.record(want.event)
		v, err := commands.Load(t.Context(), h, visura.Stream())
		if err != nil || v.Status != want.status {
			t.Errorf("after %s: %q, %v", want.event.EventType(), v.Status, err)
		}
	}
}

func TestAnErasedSubjectIsForgottenByTheCacheToo(t *testing.T) {
	w := newWorld()
	w.record(requested, immediate, started, issued)
	h := w.handler()
	commands.Load(t.Context(), h, visura.Stream())
	w.record(erased)
	v, err := commands.Load(t.Context(), h, visura.Stream())
	if err != nil || !v.Request.Soggetto.Erased() {
		t.Errorf("subject %+v, %v", v.Request.Soggetto, err)
	}
}

func TestAnAccessIsEnteredInTheMonthsJournal(t *testing.T) {
	w := newWorld()
	h := w.handler()
	read := domain.AccessRecorded{Action: "read-visura", Object: string(visura.Stream()), Outcome: "ok"}
	for range 2 {
		if err := commands.RecordAccess(t.Context(), h, domain.Meta{By: mario}, read); err != nil {
			t.Fatal(err)
		}
	}
	journal := w.stream("accesso-" + string(mario.Utente) + "-2026-11")
	if len(journal) != 2 || !cmp.Equal(journal[1].Event, domain.Event(read)) || journal[1].Meta.By != mario {
		t.Errorf("journal %v", journal)
	}
}
