package esdb_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestWhatWasAppendedIsLoaded(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	stream, meta := string(newVisura().Stream()), metaNow()
	if got := history(t, store, stream); len(got) != 0 {
		t.Fatalf("a stream that does not exist has %d events", len(got))
	}
	first := mustAppend(t, store, stream, commands.NoStream, meta, requested, approved)
	second := mustAppend(t, store, stream, 1, metaNow(), domain.QueryStarted{Attempt: 1, IDOperazioneComune: "X1"})
	if second.Compare(first) <= 0 {
		t.Errorf("positions go from %s to %s", first, second)
	}
	got := history(t, store, stream)
	want := []domain.Event{requested, approved, domain.QueryStarted{Attempt: 1, IDOperazioneComune: "X1"}}
	for i, r := range got {
		if diff := cmp.Diff(want[i], r.Event); diff != "" {
			t.Errorf("event %d: %s", i, diff)
		}
		if r.Stream != stream || r.Revision != uint64(i) || r.ID == "" {
			t.Errorf("event %d is recorded as %s/%d %s", i, r.Stream, r.Revision, r.ID)
		}
	}
	if diff := cmp.Diff(meta, got[0].Meta); diff != "" {
		t.Error(diff)
	}
	if got[1].Position != first || got[2].Position != second {
		t.Errorf("positions %s %s, appended at %s %s", got[1].Position, got[2].Position, first, second)
	}
}

func TestLoadingGoesOnFromARevision(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested, approved, domain.VisuraDownloaded{})
	for _, c := range []struct{ after, last, events int64 }{
		{commands.NoStream, 2, 3}, {0, 2, 2}, {1, 2, 1}, {2, 2, 0}, {7, 7, 0},
	} {
		seen := int64(0)
		last, err := store.Load(withDeadline(t, soon), stream, c.after, func(domain.Recorded) { seen++ })
		if err != nil || last != c.last || seen != c.events {
			t.Errorf("after %d: last %d, %d events, %v; want last %d, %d events", c.after, last, seen, err, c.last, c.events)
		}
	}
}

func TestALongStreamIsLoadedWhole(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	batch := make([]domain.Event, 500)
	for i := range batch {
		batch[i] = domain.VisuraDownloaded{SHA256: fmt.Sprint(i)}
	}
	for range 9 {
		mustAppend(t, store, "accesso-x-2026-03", commands.AnyRevision, metaNow(), batch...)
	}
	for i, r := range history(t, store, "accesso-x-2026-03") {
		if r.Revision != uint64(i) || r.Event.(domain.VisuraDownloaded).SHA256 != fmt.Sprint(i%500) {
			t.Fatalf("event %d is %d %v", i, r.Revision, r.Event)
		}
	}
}

func TestAStaleAppendIsRefusedAndWritesNothing(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested)
	mustAppend(t, store, stream, 0, metaNow(), approved)
	for _, expected := range []int64{commands.NoStream, 0, 5} {
		if _, err := store.Append(withDeadline(t, soon), stream, expected, []domain.Event{approved}, metaNow()); !errors.Is(err, commands.ErrStale) {
			t.Errorf("at %d: %v", expected, err)
		}
	}
	if got := history(t, store, stream); len(got) != 2 {
		t.Errorf("%d events", len(got))
	}
}

func TestOfManyWhoAppendAtOnceOneWins(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	stream := string(newVisura().Stream())
	var won, stale atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			_, err := store.Append(withDeadline(t, soon), stream, commands.NoStream, []domain.Event{requested}, metaNow())
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, commands.ErrStale):
				stale.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || stale.Load() != 15 {
		t.Errorf("%d won, %d were stale", won.Load(), stale.Load())
	}
}

func TestARepeatedAppendWritesOnce(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	stream := string(newVisura().Stream())
	meta, events := metaNow(), []domain.Event{requested, approved}
	first := mustAppend(t, store, stream, commands.NoStream, meta, events...)
	mustAppend(t, store, stream, 1, metaNow(), domain.VisuraDownloaded{})
	if again := mustAppend(t, store, stream, commands.NoStream, meta, events...); again != first {
		t.Errorf("the repeat answers %s instead of %s", again, first)
	}
	if got := history(t, store, stream); len(got) != 3 {
		t.Errorf("%d events", len(got))
	}
}

func TestAJournalTakesEventsAtAnyRevision(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			mustAppend(t, store, "accesso-u-2026-03", commands.AnyRevision, metaNow(), domain.VisuraDownloaded{})
		})
	}
	all.Wait()
	if got := history(t, store, "accesso-u-2026-03"); len(got) != 8 {
		t.Errorf("%d events", len(got))
	}
}

func TestAppendingNothingDoesNothing(t *testing.T) {
	t.Parallel()
	store := esdb.NewStore(startServer(t).connect(), newRing())
	if _, err := store.Append(context.Background(), "visura-x", commands.NoStream, nil, metaNow()); err != nil {
		t.Error(err)
	}
	if got := history(t, store, "visura-x"); len(got) != 0 {
		t.Errorf("%d events", len(got))
	}
}

func BenchmarkLoad(b *testing.B) {
	store := esdb.NewStore(startServer(b).connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(b, store, stream, commands.NoStream, metaNow(), requested, approved, domain.QueryStarted{Attempt: 1}, domain.VisuraIssued{})
	for name, after := range map[string]int64{"whole": -1, "head": 3} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := store.Load(context.Background(), stream, after, func(domain.Recorded) {}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAppend(b *testing.B) {
	store := esdb.NewStore(startServer(b).connect(), newRing())
	b.Run("one caller", func(b *testing.B) {
		for b.Loop() {
			mustAppend(b, store, string(newVisura().Stream()), commands.NoStream, metaNow(), requested, approved)
		}
	})
	b.Run("many callers", func(b *testing.B) {
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				mustAppend(b, store, string(newVisura().Stream()), commands.NoStream, metaNow(), requested, approved)
			}
		})
	})
}
