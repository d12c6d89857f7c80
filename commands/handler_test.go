package commands_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

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
	h := &commands.Handler{Store: &rival{w, 4}, Pseudonyms: w, Now: w.now, NewID: w.newID}
	_, err := commands.Handle(t.Context(), h, visura.Stream(), commands.Envelope{By: domain.Sistema}, commands.IssueVisura{Event: issued})
	if err != nil || count[domain.VisuraIssued](w) != 1 {
		t.Errorf("%v; history %v", err, w.history())
	}
}

func TestACommandIsNotDecidedForEver(t *testing.T) {
	w := newWorld()
	w.record(requested, immediate, started)
	h := &commands.Handler{Store: &rival{w, 5}, Pseudonyms: w, Now: w.now, NewID: w.newID}
	_, err := commands.Handle(t.Context(), h, visura.Stream(), commands.Envelope{By: domain.Sistema}, commands.IssueVisura{Event: issued})
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
	h := &commands.Handler{Store: slow{w}, Pseudonyms: w, Now: w.now, NewID: w.newID}
	errs := make(chan error, crowd)
	for range crowd {
		go func() {
			_, err := commands.Handle(t.Context(), h, visura.Stream(), commands.Envelope{By: domain.Sistema}, commands.RecordDownload{})
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
	h := &commands.Handler{Store: w, Pseudonyms: w, Now: w.now, NewID: w.newID}
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
	h := &commands.Handler{Store: w, Pseudonyms: w, Now: w.now, NewID: w.newID}
	commands.Load(t.Context(), h, visura.Stream())
	w.record(erased)
	v, err := commands.Load(t.Context(), h, visura.Stream())
	if err != nil || !v.Request.Soggetto.Erased() {
		t.Errorf("subject %+v, %v", v.Request.Soggetto, err)
	}
}

func TestAnAccessIsEnteredInTheMonthsJournal(t *testing.T) {
	w := newWorld()
	h := &commands.Handler{Store: w, Pseudonyms: w, Now: w.now, NewID: w.newID}
	read := domain.AccessRecorded{Action: "read-visura", Visura: visura, Outcome: "ok"}
	for range 2 {
		if err := commands.RecordAccess(t.Context(), h, commands.Envelope{By: mario}, read); err != nil {
			t.Fatal(err)
		}
	}
	journal := w.streams["accesso-"+string(mario.Utente)+"-2026-11"]
	if len(journal) != 2 || journal[1].Event != read || journal[1].Meta.By != mario {
		t.Errorf("journal %v", journal)
	}
}
