package esdb

import (
	"bytes"
	"context"
	"reflect"
	"testing"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

// oneKey answers every name with the same key.
type oneKey []byte

func (k oneKey) Key(context.Context, string) ([]byte, error)  { return k, nil }
func (k oneKey) Draw(context.Context) (string, []byte, error) { return theName, k, nil }
func (k oneKey) Lookup(_ context.Context, names []string) (map[string][]byte, error) {
	keys := map[string][]byte{}
	for _, name := range names {
		keys[name] = k
	}
	return keys, nil
}

// fixed is a codec whose output depends on nothing but its input.
func fixed() codec {
	return codec{keys: oneKey(theKey), nonces: new(counter), opens: compartments}
}

// underTheKey is what fixed seals under.
func underTheKey() (name string, key []byte, err error) { return theName, theKey, nil }

// unnamed gives every event the same id.
func unnamed(string) uuid.UUID { return uuid.UUID{} }

// decodeOne reads one stored event.
func decodeOne(c codec, e *es.RecordedEvent) (domain.Recorded, error) {
	all, err := c.decode(context.Background(), []*es.RecordedEvent{e})
	if err != nil {
		return domain.Recorded{}, err
	}
	return all[0], nil
}

// counter yields 1, 2, 3, … in the last byte of each nonce.
type counter byte

func (c *counter) Read(p []byte) (int, error) {
	*c++
	clear(p)
	p[len(p)-1] = byte(*c)
	return len(p), nil
}

// Every event of the domain can be stored: its personal fields stand where the
// codec finds them, and nowhere deeper.
func TestEveryEventCanBeSplit(t *testing.T) {
	for _, name := range domain.EventTypes() {
		e, err := domain.Decode(name, []byte(`{}`))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		typ := reflect.TypeOf(e)
		if _, err := planOf(typ); err != nil {
			t.Error(err)
		}
		for i := range typ.NumField() {
			if f := typ.Field(i); deepTag(f.Type, map[reflect.Type]bool{}) {
				t.Errorf("%s: %s has personal data below the top level, where it would be stored open", name, f.Name)
			}
			if tag := typ.Field(i).Tag.Get("json"); tag == sealedField || tag == sealedField+",omitempty" {
				t.Errorf("%s: the name %q is the codec's", name, sealedField)
			}
		}
	}
}

func deepTag(t reflect.Type, seen map[reflect.Type]bool) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return deepTag(t.Elem(), seen)
	case reflect.Struct:
	default:
		return false
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	for i := range t.NumField() {
		if t.Field(i).Tag.Get("sealed") != "" || deepTag(t.Field(i).Type, seen) {
			return true
		}
	}
	return false
}

type oddEvent struct {
	Open string `json:"open,omitempty"`
	//lint:ignore U1000 it is there to be left out
	hidden int
	Where  string `json:"where,omitempty" sealed:"person"`
	When   int    `json:"when,omitempty" sealed:"person"`
	Last   []int  `json:"last"`
}

func (oddEvent) EventType() string { return "odd.v1" }

func TestTheOpenHalfIsTheEventsOwnFormLessTheSealedFields(t *testing.T) {
	for _, c := range []struct {
		event domain.Event
		want  string
	}{
		{oddEvent{Open: "o", Last: []int{1}}, `{"open":"o","last":[1]}`},
		{&oddEvent{Open: "o"}, `{"open":"o","last":null}`},
		{oddEvent{Where: "Rome"}, `{"last":null,"sealed":{"key":"` + theName + `","person":"AQAAAAAAAAAAAAAA`},
	} {
		_, data, err := fixed().encodeEvent("s", unnamed, c.event, underTheKey)
		if err != nil || !bytes.HasPrefix(data, []byte(c.want)) {
			t.Errorf("%+v is stored as %s, %v; want %s", c.event, data, err, c.want)
		}
	}
}

type badEvent struct {
	//lint:ignore U1000 it is there to be refused
	secret string `sealed:"person"`
}

func (badEvent) EventType() string { return "bad.v1" }

func TestAnEventThatWouldLosePersonalDataIsRefused(t *testing.T) {
	if _, _, err := fixed().encodeEvent("s", unnamed, badEvent{}, underTheKey); err == nil {
		t.Error("no error")
	}
}

// The server tracks what consumers have in hand by the event's id alone, so no
// two events of the database may share one.
func TestNoTwoEventsShareAnID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type place struct {
			command, stream string
			index           int
			key             string
		}
		draw := rapid.Custom(func(t *rapid.T) place {
			return place{rapid.StringMatching(`[0-9a-f]{0,3}`).Draw(t, "command"), rapid.StringMatching(`[a-z]{1,2}-[0-9]{0,2}`).Draw(t, "stream"),
				rapid.IntRange(0, 20).Draw(t, "index"), rapid.StringMatching(`[0-9a-f]{0,2}`).Draw(t, "key")}
		})
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		same := eventID(a.command, a.stream, a.index, a.key) == eventID(b.command, b.stream, b.index, b.key)
		if same != (a == b) {
			t.Fatalf("%+v and %+v have the same id: %v", a, b, same)
		}
	})
}

func FuzzUnseal(f *testing.F) {
	key, at := theKey, place{"s", "t", "i", []byte(`{}`)}.bound(compartmentPerson)
	aead, err := newAEAD(key)
	if err != nil {
		f.Fatal(err)
	}
	good, err := seal(aead, new(counter), at, []byte(`{"a":1}`))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add("")
	f.Add("AQ==")
	f.Fuzz(func(t *testing.T, sealed string) {
		plain, err := unseal(key, at, sealed)
		if err == nil && string(plain) != `{"a":1}` {
			t.Errorf("%q opens to %q", sealed, plain)
		}
	})
}

// recorded is a stored event as the server hands it out.
func recorded(stream string, e es.EventData) *es.RecordedEvent {
	return &es.RecordedEvent{StreamID: stream, EventID: e.EventID, EventType: e.EventType, Data: e.Data, UserMetadata: e.Metadata}
}
