package esdb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine"
)

// visure are the categories these feeds are made of.
var visure = []string{domain.VisuraCategory}

// follow runs Follow and hands out what it delivers.
func follow(t testing.TB, f *esdb.Feed, after domain.Position) (deliveries <-chan engine.Delivery, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	out, end := make(chan engine.Delivery), make(chan error, 1)
	var running sync.WaitGroup
	running.Go(func() {
		defer close(out)
		end <- f.Follow(ctx, visure, after, func(d engine.Delivery) error {
			select {
			case out <- d:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	t.Cleanup(func() {
		cancel()
		running.Wait()
	})
	return out, end
}

// next waits for one delivery that fits.
func next(t testing.TB, from <-chan engine.Delivery, fits func(engine.Delivery) bool) engine.Delivery {
	t.Helper()
	late := time.After(soon)
	for {
		select {
		case d, ok := <-from:
			if !ok {
				t.Fatal("the feed has ended")
			}
			if fits(d) {
				return d
			}
		case <-late:
			t.Fatal("nothing came")
		}
	}
}

func isEvent(d engine.Delivery) bool    { return d.Event != nil }
func isCaughtUp(d engine.Delivery) bool { return d.CaughtUp }

func TestTheFeedGoesFromHistoryToLiveAndSaysSo(t *testing.T) {
	t.Parallel()
	client, keys := startServer(t).connect(), newRing()
	store := esdb.NewStore(client, keys)
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested, approved)
	feed, _ := follow(t, esdb.NewFeed(client, keys, log()), domain.Position{})
	got := []domain.Recorded{*next(t, feed, isEvent).Event, *next(t, feed, isEvent).Event}
	next(t, feed, isCaughtUp)
	pos := mustAppend(t, store, stream, 1, metaNow(), domain.VisuraDownloaded{})
	mustAppend(t, store, "utente-x", commands.NoStream, metaNow(), domain.VisuraDownloaded{}) // not in the feed
	live := next(t, feed, isEvent)
	if live.Position != pos || live.Event.Position != pos {
		t.Errorf("delivered at %s, appended at %s", live.Position, pos)
	}
	want := history(t, store, stream)
	want[0].Event = tokenOnly
	if diff := cmp.Diff(want, append(got, *live.Event)); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyFeedIsCaughtUp(t *testing.T) {
	t.Parallel()
	feed, _ := follow(t, esdb.NewFeed(startServer(t).connect(), newRing(), log()), domain.Position{})
	next(t, feed, isCaughtUp)
}

func TestCheckpointsLetReadingStartPastWhatIsNoneOfItsBusiness(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	store := esdb.NewStore(client, newRing())
	mustAppend(t, store, "visura-a", commands.NoStream, metaNow(), approved)
	noise := make([]domain.Event, 400)
	for i := range noise {
		noise[i] = domain.VisuraDownloaded{}
	}
	for range 8 {
		mustAppend(t, store, "utente-x", commands.AnyRevision, metaNow(), noise...)
	}
	mustAppend(t, store, "visura-b", commands.NoStream, metaNow(), approved)
	feed, _ := follow(t, esdb.NewFeed(client, newRing(), log()), domain.Position{})
	first := next(t, feed, isEvent)
	var marks []domain.Position
	second := next(t, feed, func(d engine.Delivery) bool {
		if d.Event == nil && !d.CaughtUp {
			marks = append(marks, d.Position)
		}
		return d.Event != nil
	})
	if len(marks) == 0 {
		t.Fatal("no checkpoint in 3,200 events of others")
	}
	before := first.Position
	for _, m := range marks {
		if m.Compare(before) <= 0 || m.Compare(second.Position) >= 0 {
			t.Errorf("checkpoint %s after %s, before the event at %s", m, before, second.Position)
		}
		before = m
		again, _ := follow(t, esdb.NewFeed(client, newRing(), log()), m)
		if got := next(t, again, isEvent); got.Position != second.Position {
			t.Errorf("from checkpoint %s the next event is %s, want %s", m, got.Position, second.Position)
		}
	}
}

func TestNothingIsLostOrDoubledWhateverBreaks(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
	feed, _ := follow(t, esdb.NewFeed(server.connect(), newRing(), log()), domain.Position{})
	const writers, each = 4, 150
	var writing sync.WaitGroup
	for w := range writers {
		writing.Go(func() {
			for i := range each {
				meta, event := metaNow(), domain.VisuraDownloaded{SHA256: fmt.Sprint(i)}
				for {
					_, err := store.Append(withDeadline(t, soon), fmt.Sprintf("visura-%d", w), int64(i)-1, []domain.Event{event}, meta)
					if err == nil {
						break
					}
					if domain.CodeOf(err) != domain.Unavailable {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	seen, last := map[string]uint64{}, domain.Position{}
	for n := range writers * each {
		switch n {
		case 100, 300:
			server.node.DropSubscriptions()
		case 200, 400:
			server.stop()
			server.start()
		}
		d := next(t, feed, isEvent)
		if d.Event.Revision != seen[d.Event.Stream] {
			t.Fatalf("%s goes from %d to %d", d.Event.Stream, seen[d.Event.Stream], d.Event.Revision)
		}
		if d.Position.Compare(last) <= 0 {
			t.Fatalf("position %s after %s", d.Position, last)
		}
		seen[d.Event.Stream]++
		last = d.Position
	}
	writing.Wait()
}

func TestAnEventNobodyCanReadEndsTheFeedAfterAllBeforeIt(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(es.EventData) es.EventData{
		"of unknown type": func(e es.EventData) es.EventData {
			e.EventType = "visura.dreamt.v1"
			return e
		},
		"whose open half was changed": func(e es.EventData) es.EventData {
			e.Data = bytes.Replace(e.Data, []byte("F1"), []byte("F2"), 1)
			return e
		},
		"that has no sealed half": func(e es.EventData) es.EventData {
			e.Data = append(bytes.Clone(e.Data[:bytes.Index(e.Data, []byte(`,"sealed":`))]), '}')
			return e
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server, keys := startServer(t), newRing()
			client := server.connect()
			store := esdb.NewStore(client, keys)
			mustAppend(t, store, "utente-template", commands.NoStream, metaNow(), requested)
			template := server.stored("utente-template")[0]
			const before = 40
			for i := range before {
				mustAppend(t, store, fmt.Sprintf("visura-%d", i), commands.NoStream, metaNow(), requested)
			}
			spoilt := spoil(es.EventData{EventID: template.EventID, EventType: template.EventType, ContentType: es.ContentTypeJson,
				Data: template.Data, Metadata: template.UserMetadata})
			if _, err := server.official().AppendToStream(withDeadline(t, soon), "visura-spoilt", es.AppendToStreamOptions{}, spoilt); err != nil {
				t.Fatal(err)
			}
			mustAppend(t, store, "visura-after", commands.NoStream, metaNow(), requested)
			var got []string
			err := esdb.NewFeed(client, keys, log()).Follow(withDeadline(t, soon), visure, domain.Position{}, func(d engine.Delivery) error {
				if d.Event != nil {
					got = append(got, d.Event.Stream)
				}
				return nil
			})
			if !errors.Is(err, engine.ErrUnreadable) {
				t.Error(err)
			}
			if len(got) != before || got[before-1] != fmt.Sprintf("visura-%d", before-1) {
				t.Errorf("%d delivered: %v", len(got), got)
			}
		})
	}
}

func TestKeysAreFetchedOnceABatch(t *testing.T) {
	t.Parallel()
	server, keys := startServer(t), newRing()
	client := server.connect()
	store := esdb.NewStore(client, keys)
	mustAppend(t, store, "visura-first", commands.NoStream, metaNow(), approved)
	const sealed = 2000
	for n := range sealed / 100 {
		events := make([]domain.Event, 100)
		for i := range events {
			events[i] = requested
		}
		mustAppend(t, store, fmt.Sprintf("visura-%d", n), commands.NoStream, metaNow(), events...)
	}
	created, got := keys.lookups, 0
	enough := errors.New("enough")
	err := esdb.NewFeed(client, keys, log()).Follow(withDeadline(t, soon), visure, domain.Position{}, func(d engine.Delivery) error {
		switch {
		case d.Event == nil:
			return nil
		case got == 0: // nothing sealed yet: let events come
			server.waitForAll(sealed)
		case !reflect.DeepEqual(d.Event.Event, domain.Event(tokenOnly)):
			t.Errorf("%+v", d.Event.Event)
		}
		if got++; got == sealed+1 {
			return enough
		}
		return nil
	})
	if err != enough { //nolint:errorlint // as it is
		t.Fatal(err)
	}
	if n := keys.lookups - created; n == 0 || n > sealed/20 {
		t.Errorf("%d queries of keys for %d sealed events", n, sealed)
	}
}

func TestTheFeedShowsAnErasedPersonAsNobody(t *testing.T) {
	t.Parallel()
	client, keys := startServer(t).connect(), newRing()
	stream := string(newVisura().Stream())
	store := esdb.NewStore(client, keys)
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested)
	keys.destroy(keyName(t, store, stream))
	feed, _ := follow(t, esdb.NewFeed(client, keys, log()), domain.Position{})
	if got := next(t, feed, isEvent).Event.Event.(domain.VisuraRequested); !got.Soggetto.Erased() || got.SubjectToken != "" {
		t.Errorf("%+v", got)
	}
}

func TestTheFollowersErrorIsReturnedAsItIs(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	mustAppend(t, esdb.NewStore(client, newRing()), "visura-a", commands.NoStream, metaNow(), approved)
	for _, want := range []error{errors.New("no more"), context.DeadlineExceeded} {
		err := esdb.NewFeed(client, newRing(), log()).Follow(withDeadline(t, soon), visure, domain.Position{},
			func(engine.Delivery) error { return want })
		if err != want { //nolint:errorlint // as it is
			t.Errorf("%v instead of %v", err, want)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	err := esdb.NewFeed(client, newRing(), log()).Follow(ctx, visure, domain.Position{}, func(engine.Delivery) error {
		cancel()
		return nil
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func BenchmarkFeed(b *testing.B) {
	client, keys := startServer(b).connect(), newRing()
	store := esdb.NewStore(client, keys)
	batch := []domain.Event{requested}
	for range 99 {
		batch = append(batch, domain.QueryStarted{Attempt: 1, IDOperazioneComune: "X"})
	}
	for range 100 {
		mustAppend(b, store, string(newVisura().Stream()), commands.NoStream, metaNow(), batch...)
	}
	for b.Loop() {
		n := 0
		_ = esdb.NewFeed(client, keys, log()).Follow(context.Background(), visure, domain.Position{}, func(d engine.Delivery) error {
			if d.Event != nil {
				n++
			}
			if n == 10_000 {
				return errors.New("enough")
			}
			return nil
		})
	}
	b.ReportMetric(float64(10_000*b.N)/b.Elapsed().Seconds(), "events/s")
}

// waitForAll reads on a connection of its own until so many events have come:
// by then they have been sent to whoever else listens.
func (s *server) waitForAll(n int) {
	s.t.Helper()
	sub, err := s.official().SubscribeToAll(withDeadline(s.t, soon), es.SubscribeToAllOptions{From: es.Start{}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer sub.Close()
	for n > 0 {
		switch said := sub.Recv(); {
		case said.SubscriptionDropped != nil:
			s.t.Fatal(said.SubscriptionDropped.Error)
		case said.EventAppeared != nil:
			n--
		}
	}
}
