package esdb_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/esdb"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var rejected = domain.VisuraRejected{Motivo: "m1", Testo: "il signor Rossi abita altrove"}

// keysOf returns the names of the keys that the events of a stream are sealed
// under, each once.
func (s *server) keysOf(stream string) (names []string) {
	s.t.Helper()
	for _, e := range s.stored(stream) {
		var half struct {
			Sealed struct{ Key string } `json:"sealed"`
		}
		if err := json.Unmarshal(e.Data, &half); err != nil {
			s.t.Fatal(err)
		}
		if name := half.Sealed.Key; name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func TestAStreamIsSealedUnderOneKey(t *testing.T) {
	t.Parallel()
	server, keys := startServer(t), newRing()
	client := server.connect()
	store := esdb.NewStore(client, keys)
	stream := string(newVisura().Stream())
	mustAppend(t, store, stream, commands.NoStream, metaNow(), requested)
	mustAppend(t, store, stream, 0, metaNow(), approved, rejected)
	// After a restart the name is read.
	mustAppend(t, esdb.NewStore(client, keys), stream, 2, metaNow(), rejected)
	if n, used := keys.drawn(), server.keysOf(stream); n != 1 || len(used) != 1 || used[0] != keyName(t, store, stream) {
		t.Errorf("%d keys were drawn, %v used", n, used)
	}
}

func TestTheNameOfAKeyIsKnownForAsLongAsTheStreamIs(t *testing.T) {
	t.Parallel()
	client, keys := startServer(t).connect(), newRing()
	store := esdb.NewStore(client, keys)
	stream := string(newVisura().Stream())
	for _, when := range []string{"no stream", "nothing sealed"} {
		if name := keyName(t, store, stream); name != "" {
			t.Errorf("%s: a key named %s", when, name)
		}
		if key, err := store.Key(withDeadline(t, soon), stream); err == nil || errors.Is(err, commands.ErrErased) {
			t.Errorf("%s: a key of %d bytes, %v", when, len(key), err)
		}
		if when == "no stream" {
			mustAppend(t, store, stream, commands.NoStream, metaNow(), approved)
		}
	}
	mustAppend(t, store, stream, 0, metaNow(), requested)
	name := keyName(t, store, stream)
	keys.destroy(name)
	for when, store := range map[string]*esdb.Store{"at once": store, "after a restart": esdb.NewStore(client, keys)} {
		if again := keyName(t, store, stream); again != name || name == "" {
			t.Errorf("%s an erased stream's key is named %q, not %q", when, again, name)
		}
		if _, err := store.Key(withDeadline(t, soon), stream); !errors.Is(err, commands.ErrErased) {
			t.Errorf("%s: %v", when, err)
		}
	}
}

// One append is refused, of another nobody knows what became of it: the keys they
// were given go to no other stream.
func TestAKeyThatWasDrawnIsDrawnForOneStreamOnly(t *testing.T) {
	t.Parallel()
	server, keys := startServer(t), newRing()
	store := esdb.NewStore(server.connect(), keys)
	taken, lost, next := string(newVisura().Stream()), string(newVisura().Stream()), string(newVisura().Stream())
	mustAppend(t, esdb.NewStore(server.connect(), keys), taken, commands.NoStream, metaNow(), requested)
	if _, err := store.Append(withDeadline(t, soon), taken, commands.NoStream, []domain.Event{requested}, metaNow()); !errors.Is(err, commands.ErrStale) {
		t.Fatal(err)
	}
	server.stop()
	if _, err := store.Append(withDeadline(t, soon/40), lost, commands.NoStream, []domain.Event{requested}, metaNow()); err == nil {
		t.Fatal("it was written nowhere")
	}
	server.start()
	if n := keys.drawn(); n != 3 {
		t.Fatalf("%d keys were drawn for three appends", n)
	}
	mustAppend(t, store, next, commands.NoStream, metaNow(), requested)
	if n := keys.drawn(); n != 4 || keyName(t, store, next) == keyName(t, store, taken) {
		t.Errorf("%d keys were drawn for four streams", n)
	}
	if used := server.keysOf(taken); len(used) != 1 || used[0] != keyName(t, store, taken) {
		t.Errorf("%s is sealed under %v, taken for %s", taken, used, keyName(t, store, taken))
	}
}

// Whoever repeats a command whose outcome they do not know, here or at another
// instance, is never led to believe in a key that the stream is not sealed under:
// it would be the wrong one that is destroyed.
func TestARepeatedAppendLeavesAStreamItsKey(t *testing.T) {
	t.Parallel()
	server, keys := startServer(t), newRing()
	client := server.connect()
	first, other := esdb.NewStore(client, keys), esdb.NewStore(client, keys)
	stream, m := string(newVisura().Stream()), metaNow()
	at := mustAppend(t, first, stream, commands.NoStream, m, requested, approved)
	if again := mustAppend(t, first, stream, commands.NoStream, m, requested, approved); again != at {
		t.Errorf("repeated here it stands at %s instead of %s", again, at)
	}
	if _, err := other.Append(withDeadline(t, soon), stream, commands.NoStream, []domain.Event{requested, approved}, m); !errors.Is(err, commands.ErrStale) {
		t.Errorf("repeated there: %v", err)
	}
	used := server.keysOf(stream)
	for where, store := range map[string]*esdb.Store{"here": first, "there": other} {
		if name := keyName(t, store, stream); len(used) != 1 || name != used[0] {
			t.Errorf("sealed under %v, taken %s for %s", used, where, name)
		}
	}
	mustAppend(t, other, stream, 1, metaNow(), rejected)
	if used := server.keysOf(stream); len(used) != 1 {
		t.Errorf("then sealed under %v", used)
	}
}
