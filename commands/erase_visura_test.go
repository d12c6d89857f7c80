package commands_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// erasure is one over the world, freshly started.
func (w *world) erasure() commands.Erasure {
	return commands.Erasure{
		Handler: w.handler(),
		DestroyKey: func(_ context.Context, stream string) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.effect(func() { w.destroyed[stream]++ })
		},
		DeleteDocument: func(_ context.Context, id domain.VisuraID) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.effect(func() { delete(w.kept, id) })
		},
	}
}

func erase(t *testing.T, w *world) (commands.Outcome, error) {
	t.Helper()
	return w.erasure().Erase(t.Context(), visura, domain.Meta{By: domain.Sistema}, commands.EraseVisura{Basis: "scarto"})
}

// archived is a world with one visura that was issued.
func archived() *world {
	w := newWorld()
	w.record(requested, immediate, started, issued)
	w.kept[visura] = commands.Issue{Event: issued}
	return w
}

// readable says what of the visura's subject could still be read.
func (w *world) readable() bool { return w.destroyed[string(visura.Stream())] == 0 || len(w.kept) > 0 }

func TestAnErasureDestroysThenRecords(t *testing.T) {
	w := archived()
	outcome, err := erase(t, w)
	if err != nil || !outcome.Wrote || w.readable() {
		t.Fatalf("%+v, %v; readable %v", outcome, err, w.readable())
	}
	history := w.stream(string(visura.Stream()))
	if last := history[len(history)-1]; last.Event != erased || last.Position != outcome.Position || last.Meta.By != domain.Sistema {
		t.Errorf("recorded %+v at %s", last, outcome.Position)
	}
}

// Wherever the crash comes, and whether or not the effect took place: nothing is
// called erased that can be read, and the next call finishes.
func TestAnErasureThatCrashedIsFinishedByTheNext(t *testing.T) {
	for _, landed := range []bool{false, true} {
		for crash := 1; crash <= 3; crash++ {
			t.Run(fmt.Sprintf("effect %d, landed %v", crash, landed), func(t *testing.T) {
				w := archived()
				w.crashAt, w.landed = crash, landed
				if _, err := erase(t, w); !errors.Is(err, errCrash) {
					t.Fatalf("no crash: %v", err)
				}
				if count[domain.VisuraErased](w) > 0 && w.readable() {
					t.Error("what the history calls erased can be read")
				}
				recorded := count[domain.VisuraErased](w) == 1
				outcome, err := erase(t, w)
				if err != nil || w.readable() || count[domain.VisuraErased](w) != 1 {
					t.Errorf("%v; readable %v, history %v", err, w.readable(), w.history())
				}
				if outcome.Wrote == recorded {
					t.Errorf("the second call wrote: %v; the first had: %v", outcome.Wrote, recorded)
				}
			})
		}
	}
}

func TestAnErasureRepeatedRecordsNothing(t *testing.T) {
	w := archived()
	first, err := erase(t, w)
	if err != nil {
		t.Fatal(err)
	}
	second, err := erase(t, w)
	if err != nil || second.Wrote || second.Position != first.Position || count[domain.VisuraErased](w) != 1 {
		t.Errorf("first %+v, second %+v, %v; history %v", first, second, err, w.history())
	}
}

// A key restored from an old backup is destroyed by repeating the erasure.
func TestAnErasureRepeatedDestroysAgain(t *testing.T) {
	w := archived()
	erase(t, w)
	w.kept[visura], w.destroyed[string(visura.Stream())] = commands.Issue{Event: issued}, 0
	if _, err := erase(t, w); err != nil || w.readable() {
		t.Errorf("%v; readable %v", err, w.readable())
	}
}

func TestWhatIsNotErasedIsNotDestroyed(t *testing.T) {
	erase := commands.EraseVisura{Basis: "scarto"}
	for name, c := range map[string]struct {
		history []domain.Event
		by      domain.Actor
		fails   domain.Code
	}{
		"a request that awaits confirmation": {events(national, awaited), domain.Sistema, domain.Conflict},
		"a request in progress":              {events(requested, immediate, started), domain.Sistema, domain.Conflict},
		"a request nobody made":              {nil, domain.Sistema, domain.NotFound},
		"an ended one, by its Comune's TOP":  {events(requested, immediate, started, issued), luisa, domain.Forbidden},
		"an ended one, by its requester":     {events(requested, immediate, started, issued), mario, domain.Forbidden},
		"by who claims to be the system":     {events(requested, immediate, started, issued), domain.Actor{Utente: mario.Utente, Role: domain.RoleSistema}, domain.Forbidden},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			if len(c.history) > 0 {
				w.record(c.history...)
			}
			_, err := w.erasure().Erase(t.Context(), visura, domain.Meta{By: c.by}, erase)
			if domain.CodeOf(err) != c.fails || w.effects != 0 || len(w.history()) != len(c.history) {
				t.Errorf("%v after %d effects; history %v", err, w.effects, w.history())
			}
		})
	}
}

// Every end of a request can be erased, also those that never had a document.
func TestEveryEndedRequestIsErased(t *testing.T) {
	for name, history := range map[string][]domain.Event{
		"issued":       events(requested, immediate, started, issued),
		"not issuable": events(requested, immediate, started, closed),
		"failed":       events(requested, immediate, domain.VisuraFailed{Code: domain.FailedTooLong}),
		"rejected":     events(national, awaited, rejected),
		"withdrawn":    events(national, awaited, withdrawn),
	} {
		w := newWorld()
		w.record(history...)
		outcome, err := erase(t, w)
		if err != nil || !outcome.Wrote || w.readable() {
			t.Errorf("%s: %+v, %v", name, outcome, err)
		}
		v, err := commands.Load(t.Context(), w.handler(), visura.Stream())
		if err != nil || !v.Erased || !v.Request.Soggetto.Erased() || v.Request.SubjectToken != "" {
			t.Errorf("%s: %+v, %v", name, v, err)
		}
	}
}
