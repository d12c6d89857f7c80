package edge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/commands/storetest"
	"github.com/visure-anagrafiche/visure/domain"
)

var (
	mario = domain.Actor{Utente: "00000000-0000-4000-8000-000000000001", Role: domain.RoleStandard, Ente: "00000000-0000-4000-8000-00000000000e", Session: "s1"}
	luisa = domain.Actor{Utente: "00000000-0000-4000-8000-000000000002", Role: domain.RoleTop, Comune: "042002"}
)

// desk is an edge over a store in memory. Its clock is the test's.
func desk(t *testing.T) (*Edge, *storetest.Memory) {
	t.Helper()
	store := &storetest.Memory{}
	e := &Edge{
		Commands: &commands.Handler{Store: store, Now: time.Now, NewID: uuid.NewString},
		Stopping: context.Background(), Log: slog.New(slog.DiscardHandler),
	}
	return e, store
}

// journal returns what is in somebody's journal of this month.
func journal(t *testing.T, store *storetest.Memory, of domain.Actor) (all []domain.AccessRecorded) {
	t.Helper()
	_, err := store.Load(context.Background(), string(domain.AccessStream(of.Utente, time.Now())), commands.NoStream, func(r domain.Recorded) {
		if r.Meta.By != of {
			t.Errorf("an entry of %v", r.Meta.By)
		}
		all = append(all, r.Event.(domain.AccessRecorded))
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// refused has somebody refused, and their journal told.
func (e *Edge) refused(by domain.Actor, err error) {
	ctx := With(context.Background(), &Exchange{Caller: Caller{Actor: by}, Action: "request-visura", Object: "visura-1", Asked: domain.Asked{Tipo: domain.Residenza, Comune: "042002"}})
	e.Refuse(ctx, err)
	e.JournalRefusal(ctx)
}

func TestAListIsJournalledWithEveryIDItShowed(t *testing.T) {
	t.Parallel()
	for shown, entries := range map[int][]int{1: {1}, domain.MaxShown: {10_000}, domain.MaxShown + 1: {10_000, 1}, 25_001: {10_000, 10_000, 5_001}} {
		e, store := desk(t)
		ids := make([]string, shown)
		for i := range ids {
			ids[i] = fmt.Sprint(i)
		}
		if err := e.JournalRead(With(t.Context(), &Exchange{Caller: Caller{Actor: mario}, Action: "list-visure"}), ids...); err != nil {
			t.Fatal(err)
		}
		var got []int
		var all []string
		for _, entry := range journal(t, store, mario) {
			got, all = append(got, len(entry.Shown)), append(all, entry.Shown...)
			entry.Shown = nil
			if diff := cmp.Diff(domain.AccessRecorded{Action: "list-visure", Outcome: "ok", Purpose: "richiesta"}, entry); diff != "" {
				t.Error(diff)
			}
		}
		if diff := cmp.Diff(entries, got); diff != "" {
			t.Errorf("%d ids in entries of %v", shown, got)
		}
		if diff := cmp.Diff(ids, all); diff != "" {
			t.Errorf("of %d ids others were entered", shown)
		}
	}
}

func TestAReadThatShowedNothingIsOneEntry(t *testing.T) {
	t.Parallel()
	e, store := desk(t)
	if err := e.JournalRead(With(t.Context(), &Exchange{Caller: Caller{Actor: mario}, Action: "read-visura", Object: "visura-1"})); err != nil {
		t.Fatal(err)
	}
	want := []domain.AccessRecorded{{Action: "read-visura", Object: "visura-1", Outcome: "ok", Purpose: "richiesta"}}
	if diff := cmp.Diff(want, journal(t, store, mario)); diff != "" {
		t.Error(diff)
	}
}

func TestARefusalIsEnteredWithWhatWasAskedAndNoWordOfTheCaller(t *testing.T) {
	t.Parallel()
	asked := domain.Asked{Tipo: domain.Residenza, Comune: "042002"}
	for name, c := range map[string]struct {
		err  error
		want []domain.AccessRecorded
	}{
		"a rule's":         {domain.FieldErrorf(domain.Forbidden, "tipo", "no"), []domain.AccessRecorded{{Action: "request-visura", Object: "visura-1", Outcome: "forbidden", Field: "tipo", Asked: asked, Purpose: "richiesta"}}},
		"of the whole":     {domain.Errorf(domain.NotFound, "no"), []domain.AccessRecorded{{Action: "request-visura", Object: "visura-1", Outcome: "not_found", Asked: asked, Purpose: "richiesta"}}},
		"a made-up item's": {NewProblem(string(domain.Invalid), "no", Offender{Field: "RSSMRA80A01H501U", Message: "no", Foreign: true}), []domain.AccessRecorded{{Action: "request-visura", Object: "visura-1", Outcome: "invalid", Asked: asked, Purpose: "richiesta"}}},
		"a fault is none":  {errors.New("boom"), nil},
		"an outage either": {domain.Errorf(domain.Unavailable, "no"), nil},
	} {
		e, store := desk(t)
		e.refused(mario, c.err)
		if diff := cmp.Diff(c.want, journal(t, store, mario)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

var no = domain.Errorf(domain.Forbidden, "no")

func TestAfterTenRefusalsInAMinuteTheOthersAreEnteredTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		start := time.Now().UTC()
		for range 25 { // one a second
			e.refused(mario, no)
			time.Sleep(time.Second)
		}
		e.refused(luisa, no)
		if n, others := len(journal(t, store, mario)), len(journal(t, store, luisa)); n != 10 || others != 1 {
			t.Errorf("within the minute %d entries, and %d of somebody else", n, others)
		}
		time.Sleep(time.Minute - 25*time.Second)
		synctest.Wait()
		all := journal(t, store, mario)
		want := domain.AccessRecorded{Action: "many-refusals", Outcome: "refused", Count: 15, Span: domain.Span{From: start.Add(10 * time.Second), To: start.Add(24 * time.Second)}}
		if len(all) != 11 {
			t.Fatalf("after the minute %d entries", len(all))
		}
		if diff := cmp.Diff(want, all[10]); diff != "" {
			t.Error(diff)
		}
		e.refused(mario, no) // a minute of its own
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if all := journal(t, store, mario); len(all) != 12 || all[11].Count != 0 {
			t.Errorf("another refusal: %d entries, the last %+v", len(all), all[len(all)-1])
		}
		if n := len(journal(t, store, luisa)); n != 1 {
			t.Errorf("of somebody else %d entries", n)
		}
	})
}

// One who calls in two capacities is one person all the same.
func TestACapacityMoreIsNoFurtherTen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		for range 15 {
			e.refused(luisa, no)
		}
		officer := luisa
		officer.Role = domain.RoleAnagrafe
		for range 15 {
			e.refused(officer, no)
		}
		e.Close()
		count, entries := 0, 0
		if _, err := store.Load(t.Context(), string(domain.AccessStream(luisa.Utente, time.Now())), commands.NoStream, func(r domain.Recorded) {
			count, entries = count+max(r.Event.(domain.AccessRecorded).Count, 1), entries+1
		}); err != nil || count != 30 || entries != 11 {
			t.Errorf("%d refusals in %d entries, %v", count, entries, err)
		}
	})
}

func TestRefusalsNotYetEnteredAreEnteredAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		for range 12 {
			e.refused(mario, no)
		}
		for range 3 {
			e.refused(luisa, no)
		}
		e.Close()
		all := journal(t, store, mario)
		now := time.Now().UTC()
		want := domain.AccessRecorded{Action: "many-refusals", Outcome: "refused", Count: 2, Span: domain.Span{From: now, To: now}}
		if len(all) != 11 {
			t.Fatalf("%d entries", len(all))
		}
		if diff := cmp.Diff(want, all[10]); diff != "" {
			t.Error(diff)
		}
		time.Sleep(2 * time.Minute) // and not a second time when the minute is over
		synctest.Wait()
		if n, others := len(journal(t, store, mario)), len(journal(t, store, luisa)); n != 11 || others != 3 {
			t.Errorf("later %d entries, and %d of somebody else", n, others)
		}
	})
}

// deaf is a store that takes nothing.
type deaf struct{ *storetest.Memory }

func (deaf) Append(context.Context, string, int64, []domain.Event, domain.Meta) (domain.Position, error) {
	return domain.Position{}, errors.New("no room")
}

func TestWhatCannotBeJournalled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		var log bytes.Buffer
		e.Log, e.Commands.Store = slog.New(slog.NewTextHandler(&log, nil)), deaf{store}
		if err := e.JournalRead(With(t.Context(), &Exchange{Caller: Caller{Actor: mario}, Action: "read-visura"})); err == nil {
			t.Error("a read that leaves no trace is let through")
		}
		for range 13 {
			e.refused(mario, no)
		}
		e.Close()
		if n := strings.Count(log.String(), "refusal not journalled"); n != 11 || !strings.Contains(log.String(), "count=3") {
			t.Errorf("the log tells of %d: %s", n, &log)
		}
	})
}
