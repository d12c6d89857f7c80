package edge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
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
		IsUnknown: func(error) bool { return false },
		Commands:  &commands.Handler{Store: store, Now: time.Now, NewID: uuid.NewString},
		Stopping:  context.Background(), Log: slog.New(slog.DiscardHandler),
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
	e.trace(ctx)
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

// about has somebody refused about something, by an address.
func (e *Edge) about(by domain.Actor, action, object, address string) {
	ctx := With(context.Background(), &Exchange{Caller: Caller{Actor: by}, Action: action, Object: object, Address: netip.MustParseAddr(address)})
	e.Refuse(ctx, no)
	e.trace(ctx)
}

// tried has somebody who is not known refused at an account.
func (e *Edge) tried(at domain.UtenteID, address string) {
	ctx := With(context.Background(), &Exchange{Action: "sign-in", Address: netip.MustParseAddr(address)})
	e.Refuse(ctx, &commands.Refusal{Utente: at})
	e.trace(ctx)
	e.later.Wait()
}

const here = "192.0.2.1"

func TestOfAlikeRefusalsTheFirstIsEnteredAndTheNumberOfTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		start := time.Now().UTC()
		for range 25 { // one a second
			e.about(mario, "read-visura", "visura-1", here)
			time.Sleep(time.Second)
		}
		e.about(luisa, "read-visura", "visura-1", here)
		first := domain.AccessRecorded{Action: "read-visura", Object: "visura-1", Outcome: "forbidden", Address: here, Purpose: "richiesta"}
		if diff := cmp.Diff([]domain.AccessRecorded{first}, journal(t, store, mario)); diff != "" {
			t.Errorf("meanwhile: %s", diff)
		}
		time.Sleep(alikeFor)
		synctest.Wait()
		sum := first
		sum.Count, sum.Span = 24, domain.Span{From: start.Add(time.Second), To: start.Add(24 * time.Second)}
		if diff := cmp.Diff([]domain.AccessRecorded{first, sum}, journal(t, store, mario)); diff != "" {
			t.Errorf("afterwards: %s", diff)
		}
		e.about(mario, "read-visura", "visura-1", here) // which begins a span of its own
		time.Sleep(2 * alikeFor)
		synctest.Wait()
		if diff := cmp.Diff([]domain.AccessRecorded{first, sum, first}, journal(t, store, mario)); diff != "" {
			t.Errorf("later: %s", diff)
		}
		if n := len(journal(t, store, luisa)); n != 1 {
			t.Errorf("of somebody else %d entries", n)
		}
	})
}

func TestNothingIsHiddenBehindWhatIsRefusedOften(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		for i := range 10 * mostTold {
			e.about(mario, "read-visura", fmt.Sprintf("visura-%d", i), here)
		}
		e.about(mario, "download-visura", "visura-7", here)
		all := journal(t, store, mario)
		if last := all[len(all)-1]; last.Action != "download-visura" || last.Object != "visura-7" {
			t.Errorf("the last entry is %+v", last)
		}
		e.Close()
		count := 0
		all = journal(t, store, mario)
		for _, entry := range all {
			count += max(entry.Count, 1)
		}
		// Beyond the most there is one more, the number of the others, and the other action.
		if count != 10*mostTold+1 || len(all) != mostTold+3 {
			t.Errorf("%d refusals in %d entries", count, len(all))
		}
	})
}

func TestRefusalsOfManySortsAreBoundedTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		for sort := range 2 * manySorts {
			for i := range mostTold {
				e.about(mario, fmt.Sprintf("action-%d", sort), fmt.Sprintf("visura-%d", i), here)
			}
		}
		e.Close()
		told, count := 0, 0
		for _, entry := range journal(t, store, mario) {
			if count += max(entry.Count, 1); entry.Object != "" && entry.Count == 0 {
				told++
			}
		}
		// Of each sort beyond, the first is entered.
		if want := manySorts*mostTold + manySorts; count != 2*manySorts*mostTold || told != want {
			t.Errorf("%d refusals, %d told from each other, want %d", count, told, want)
		}
	})
}

// A guesser with many networks fills no journal but their own.
func TestWhoIsNotKnownDoesNotFillAnothersJournal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		victim := domain.Actor{Utente: mario.Utente}
		for i := range 5000 {
			e.tried(victim.Utente, fmt.Sprintf("198.18.%d.%d", i/250, i%250))
			e.tried("", fmt.Sprintf("198.18.%d.%d", i/250, i%250))
		}
		e.Close()
		for who, most := range map[domain.Actor]int{victim: mostProvoked + 2, {}: mostTold + 2} {
			count, all := 0, journal(t, store, who)
			for _, entry := range all {
				if count += max(entry.Count, 1); entry.Outcome != NotAccepted {
					t.Errorf("entered %+v", entry)
				}
			}
			if count != 5000 || len(all) != most {
				t.Errorf("%d refusals in %d entries of %q", count, len(all), who.Utente)
			}
		}
	})
}

func TestTheMemoryOfRefusalsIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		e.Commands.Store = uncounted{store}
		for i := range 2 * mostOpen {
			e.tried(domain.UtenteID(fmt.Sprintf("00000000-0000-4000-8000-%012d", i)), here)
		}
		if n := len(e.refusals.open); n > mostOpen+1 {
			t.Errorf("%d are remembered", n)
		}
		e.Close()
		sums := journal(t, store, domain.Actor{})
		if len(sums) != 1 || sums[0].Count != mostOpen-1 || sums[0].Action != "sign-in" || sums[0].Outcome != NotAccepted {
			t.Errorf("nobody's journal has %+v", sums)
		}
	})
}

// uncounted keeps numbers of refusals alone.
type uncounted struct{ *storetest.Memory }

func (s uncounted) Append(ctx context.Context, stream string, at int64, events []domain.Event, m domain.Meta) (domain.Position, error) {
	if e, ok := events[0].(domain.AccessRecorded); ok && e.Count == 0 {
		return domain.Position{}, nil
	}
	return s.Memory.Append(ctx, stream, at, events, m)
}

func TestRefusalsNotYetEnteredAreEnteredAtTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e, store := desk(t)
		for range 3 {
			e.about(mario, "read-visura", "visura-1", here)
		}
		e.about(luisa, "read-visura", "visura-1", here)
		e.Close()
		now := time.Now().UTC()
		one := domain.AccessRecorded{Action: "read-visura", Object: "visura-1", Outcome: "forbidden", Address: here, Purpose: "richiesta"}
		two := one
		two.Count, two.Span = 2, domain.Span{From: now, To: now}
		time.Sleep(2 * alikeFor) // and not a second time when the span is over
		synctest.Wait()
		if diff := cmp.Diff([]domain.AccessRecorded{one, two}, journal(t, store, mario)); diff != "" {
			t.Error(diff)
		}
		if n := len(journal(t, store, luisa)); n != 1 {
			t.Errorf("of somebody else %d entries", n)
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
		for range 4 {
			e.refused(mario, no)
		}
		e.Close()
		if n := strings.Count(log.String(), "refusal not journalled"); n != 2 || !strings.Contains(log.String(), "count=3") {
			t.Errorf("the log tells of %d: %s", n, &log)
		}
	})
}
