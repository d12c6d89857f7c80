package esdb_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// official returns the official client, to see what is really stored.
func (s *server) official() *es.Client {
	s.t.Helper()
	config, err := es.ParseConnectionString(s.url())
	if err != nil {
		s.t.Fatal(err)
	}
	config.Logger = es.NoopLogging()
	c, err := es.NewClient(config)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close() })
	return c
}

// stored returns the events of a stream as they are kept.
func (s *server) stored(stream string) []*es.RecordedEvent {
	s.t.Helper()
	reader, err := s.official().ReadStream(withDeadline(s.t, soon), stream, es.ReadStreamOptions{From: es.Start{}}, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	defer reader.Close()
	var events []*es.RecordedEvent
	for {
		e, err := reader.Recv()
		if err != nil {
			return events
		}
		events = append(events, e.Event)
	}
}

// await waits until a stream has n events.
func (s *server) await(stream string, n int) {
	s.t.Helper()
	sub, err := s.official().SubscribeToStream(withDeadline(s.t, soon), stream, es.SubscribeToStreamOptions{From: es.Start{}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer sub.Close()
	for got := 0; got < n; {
		switch said := sub.Recv(); {
		case said.EventAppeared != nil:
			got++
		case said.SubscriptionDropped != nil:
			s.t.Fatalf("%s has %d events, want %d: %v", stream, got, n, said.SubscriptionDropped.Error)
		}
	}
}

func TestPersonalDataIsStoredSealedOnly(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested, domain.VisuraRejected{Motivo: "m1", Testo: "il signor Rossi abita altrove"})
	key := keyName(t, store, stream)
	for _, e := range server.stored(stream) {
		for _, secret := range []string{string(mario.CodiceFiscale), "Rossi", "Mario", "altrove"} {
			if bytes.Contains(e.Data, []byte(secret)) || bytes.Contains(e.UserMetadata, []byte(secret)) {
				t.Errorf("%s is stored with %q in it", e.EventType, secret)
			}
		}
		if !bytes.Contains(e.Data, []byte(`"sealed":{"key":"`+key+`"`)) {
			t.Errorf("%s is stored unsealed: %s", e.EventType, e.Data)
		}
	}
	if got := history(t, store, stream)[1].Event.(domain.VisuraRejected); got.Testo != "il signor Rossi abita altrove" {
		t.Errorf("it comes back as %v", got)
	}
}

func TestAKeyIsMadeOnlyForWhatNeedsOne(t *testing.T) {
	t.Parallel()
	keys := newRing()
	store := esdb.NewStore(startServer(t).connect(), keys)
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), approved, domain.VisuraRejected{Motivo: "m1"})
	if keys.drawn() != 0 {
		t.Error("a key was made for events without personal data")
	}
	mustAppend(t, store, stream, 1, metaNow(), domain.VisuraRejected{Motivo: "m1", Testo: "no"})
	mustAppend(t, store, stream, 2, metaNow(), requested)
	if n := keys.drawn(); n != 1 {
		t.Errorf("%d keys were made for one stream", n)
	}
}

func TestAfterErasureEverythingStillReadsAndThePersonIsGone(t *testing.T) {
	t.Parallel()
	keys := newRing()
	store := esdb.NewStore(startServer(t).connect(), keys)
	id := newVisura()
	stream := string(id.Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested, approved)
	keys.destroy(keyName(t, store, stream))
	got := history(t, store, stream)
	want := requested
	want.Soggetto, want.SubjectToken = domain.Soggetto{}, ""
	if diff := cmp.Diff(want, got[0].Event); diff != "" {
		t.Error(diff)
	}
	if v := domain.Fold(domain.Visura{}, got); v.Status != domain.InProgress || !v.Request.Soggetto.Erased() {
		t.Errorf("it folds to %v, %v", v.Status, v.Request.Soggetto)
	}
	if _, err := store.Append(withDeadline(t, soon), stream, 1, []domain.Event{requested}, metaNow()); !errors.Is(err, commands.ErrErased) {
		t.Errorf("sealing under a destroyed key: %v", err)
	}
	if _, err := store.Append(withDeadline(t, soon), stream, commands.NoStream, []domain.Event{requested}, metaNow()); !errors.Is(err, commands.ErrStale) {
		t.Errorf("as if it were not there: %v", err)
	}
}

func TestWithoutTheRightKeyHistoryIsNotRead(t *testing.T) {
	t.Parallel()
	client := startServer(t).connect()
	stream := string(newVisura().Stream())
	store, strangers := esdb.NewStore(client, newRing()), newRing()
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested)
	strangers.keys[keyName(t, store, stream)] = make([]byte, 32)
	for name, keys := range map[string]*ring{"no key": newRing(), "another key": strangers} {
		_, err := esdb.NewStore(client, keys).Load(withDeadline(t, soon), stream, commands.NoStream, func(domain.Recorded) {
			t.Errorf("%s: the event was handed out", name)
		})
		if err == nil || strings.Contains(err.Error(), "Rossi") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A sealed value is bound to its stream, type and event: put anywhere else it
// does not open, even under the same key.
func TestMovedCiphertextIsRefused(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
	from, to := string(newVisura().Stream()), string(newVisura().Stream())
	mustAppend(t, store, from, commands.NoStream, metaNow(), requested)
	original := server.stored(from)[0]
	for name, moved := range map[string]struct {
		stream, eventType string
		id                uuid.UUID
	}{
		"to another stream": {to, original.EventType, original.EventID},
		"to another event":  {string(newVisura().Stream()), original.EventType, uuid.New()},
		"to another type":   {string(newVisura().Stream()), domain.VisuraWithdrawn{}.EventType(), original.EventID},
	} {
		_, err := server.official().AppendToStream(withDeadline(t, soon), moved.stream, es.AppendToStreamOptions{}, es.EventData{
			EventID: moved.id, EventType: moved.eventType, ContentType: es.ContentTypeJson,
			Data: original.Data, Metadata: original.UserMetadata,
		})
		if err != nil {
			t.Fatal(err)
		}
		_, err = store.Load(withDeadline(t, soon), moved.stream, commands.NoStream, func(domain.Recorded) {
			t.Errorf("%s: it opened", name)
		})
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestHistoryNobodyKnowsStopsTheReader(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
	for name, e := range map[string]es.EventData{
		"unknown type":        {EventType: "visura.dreamt.v1", Data: []byte(`{}`), Metadata: []byte(`{}`)},
		"data is no JSON":     {EventType: "visura.issued.v1", Data: []byte(`}`), Metadata: []byte(`{}`)},
		"metadata is no JSON": {EventType: "visura.issued.v1", Data: []byte(`{}`), Metadata: []byte(`x`)},
		"sealed is no half":   {EventType: "visura.requested.v1", Data: []byte(`{"sealed":1}`), Metadata: []byte(`{}`)},
	} {
		stream := string(newVisura().Stream())
		if _, err := server.official().AppendToStream(withDeadline(t, soon), stream, es.AppendToStreamOptions{}, e); err != nil {
			t.Fatal(err)
		}
		_, err := store.Load(withDeadline(t, soon), stream, commands.NoStream, func(domain.Recorded) {
			t.Errorf("%s: handed out", name)
		})
		var parked interface{ ParkReason() string }
		if !errors.As(err, &parked) || domain.CodeOf(err) != domain.Internal {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALookAtTheLogPassesWhatCannotBeRead(t *testing.T) {
	t.Parallel()
	server := startServer(t)
	store := esdb.NewStore(server.connect(), newRing())
	before, err := store.Head(withDeadline(t, soon))
	if err != nil {
		t.Fatal(err)
	}
	foreign := es.EventData{EventType: "visura.dreamt.v1", Data: []byte(`{}`), Metadata: []byte(`{}`)}
	first, second, third := newVisura().Stream(), newVisura().Stream(), newVisura().Stream()
	write := func(stream domain.Stream[domain.Visura]) {
		t.Helper()
		if _, err := store.Append(withDeadline(t, soon), string(stream), commands.NoStream, []domain.Event{domain.VisuraApproved{}}, domain.Meta{By: domain.Sistema, CommandID: string(stream)}); err != nil {
			t.Fatal(err)
		}
	}
	write(first)
	if _, err := server.official().AppendToStream(withDeadline(t, soon), string(second), es.AppendToStreamOptions{}, foreign, foreign); err != nil {
		t.Fatal(err)
	}
	write(third)
	var told []string
	_, end, err := store.Since(withDeadline(t, soon), before, 100, func(stream string, _ uint64) bool { return domain.CategoryOf(stream) == domain.VisuraCategory }, func(r domain.Recorded) {
		told = append(told, fmt.Sprint(r.Stream, r.Revision, r.Event != nil))
	})
	if err != nil || !end {
		t.Fatalf("end %v, %v", end, err)
	}
	want := []string{fmt.Sprint(first, 0, true), fmt.Sprint(second, 0, false), fmt.Sprint(second, 1, false), fmt.Sprint(third, 0, true)}
	if !slices.Equal(told, want) {
		t.Errorf("told %v, want %v", told, want)
	}
}
