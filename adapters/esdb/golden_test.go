package esdb

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

var update = flag.Bool("update", false, "write the golden files")

// oneKey answers every name with the same key.
type oneKey []byte

func (k oneKey) Key(context.Context, string) ([]byte, error)    { return k, nil }
func (k oneKey) Create(context.Context, string) ([]byte, error) { return k, nil }

// fixed is a codec whose output depends on nothing but its input.
func fixed() codec {
	return codec{keys: oneKey(bytes.Repeat([]byte{7}, 32)), nonces: zeros{}}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// The stored form is read by whoever reads history in ten years: these files
// never change.
func TestStoredFormIsFrozen(t *testing.T) {
	const stream = "visura-11111111-1111-4111-8111-111111111111"
	meta := domain.Meta{
		At: time.Date(2026, 3, 2, 9, 30, 0, 123456789, time.UTC),
		By: domain.Actor{
			Utente: "22222222-2222-4222-8222-222222222222", Role: domain.RoleStandard,
			Ente: "33333333-3333-4333-8333-333333333333", Comune: "058091", Postazione: "p1", Session: "s1",
		},
		CommandID:   "44444444-4444-4444-8444-444444444444",
		Correlation: "55555555-5555-4555-8555-555555555555",
		Causation:   "66666666-6666-4666-8666-666666666666",
		Trace:       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	}
	events := []domain.Event{
		domain.VisuraRejected{Motivo: "dati_insufficienti", Testo: "Rossi è residente altrove"},
		domain.VisuraApproved{Effective: time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)},
	}
	stored, err := fixed().encode(context.Background(), stream, events, meta)
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"sealed", "open"} {
		got := storedForm(t, stored[i])
		path := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		r, err := fixed().decode(context.Background(), recorded(stream, fromForm(t, want)))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(events[i], r.Event) + cmp.Diff(meta, r.Meta); diff != "" {
			t.Errorf("%s does not read back: %s", name, diff)
		}
	}
}

// form is a stored event as a golden file shows it.
type form struct {
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Data     json.RawMessage `json:"data"`
	Metadata json.RawMessage `json:"metadata"`
}

func storedForm(t *testing.T, e es.EventData) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(form{e.EventID.String(), e.EventType, e.Data, e.Metadata}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fromForm(t *testing.T, golden []byte) es.EventData {
	t.Helper()
	var f form
	if err := json.Unmarshal(golden, &f); err != nil {
		t.Fatal(err)
	}
	e := es.EventData{EventType: f.Type, Data: f.Data, Metadata: f.Metadata}
	if err := e.EventID.UnmarshalText([]byte(f.ID)); err != nil {
		t.Fatal(err)
	}
	return e
}

func recorded(stream string, e es.EventData) *es.RecordedEvent {
	return &es.RecordedEvent{StreamID: stream, EventID: e.EventID, EventType: e.EventType, Data: e.Data, UserMetadata: e.Metadata}
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
		if t.Field(i).Tag.Get("personal") != "" || deepTag(t.Field(i).Type, seen) {
			return true
		}
	}
	return false
}

type oddEvent struct {
	Open   string `json:"open,omitempty"`
	hidden int    //nolint:unused
	Where  string `json:"where" personal:"true"`
	When   int    `json:"when,omitempty" personal:"true"`
	Last   []int  `json:"last"`
}

func (oddEvent) EventType() string { return "odd.v1" }

func TestTheStoredFormIsTheEventsOwnLessThePersonalFields(t *testing.T) {
	for _, c := range []struct {
		event domain.Event
		want  string
	}{
		{oddEvent{Open: "o", Last: []int{1}}, `{"open":"o","last":[1]}`},
		{&oddEvent{Open: "o"}, `{"open":"o","last":null}`},
		{oddEvent{Where: "Rome"}, `{"last":null,"sealed":"AQAAAAAAAAAAAAAAA`},
	} {
		data, err := fixed().encodeEvent(context.Background(), "s", "i", c.event)
		if err != nil || !bytes.HasPrefix(data, []byte(c.want)) {
			t.Errorf("%+v is stored as %s, %v; want %s", c.event, data, err, c.want)
		}
	}
}

type badEvent struct {
	secret string `personal:"true"` //nolint:unused
}

func (badEvent) EventType() string { return "bad.v1" }

func TestAnEventThatWouldLosePersonalDataIsRefused(t *testing.T) {
	if _, err := fixed().encodeEvent(context.Background(), "s", "i", badEvent{}); err == nil {
		t.Error("no error")
	}
}

func TestAnyTextComesBackAsItWasSealed(t *testing.T) {
	c := newCodec(oneKey(bytes.Repeat([]byte{7}, 32)))
	rapid.Check(t, func(t *rapid.T) {
		want := domain.VisuraRejected{Motivo: rapid.String().Draw(t, "open"), Testo: rapid.String().Draw(t, "sealed")}
		stored, err := c.encode(context.Background(), "visura-a", []domain.Event{want}, domain.Meta{CommandID: "c"})
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.decode(context.Background(), recorded("visura-a", stored[0]))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Event); diff != "" {
			t.Fatal(diff)
		}
		if len(want.Testo) > 12 && !bytes.Contains([]byte(want.Motivo), []byte(want.Testo)) && bytes.Contains(stored[0].Data, []byte(want.Testo)) {
			t.Fatalf("%q stands open in %s", want.Testo, stored[0].Data)
		}
	})
}

// The server tracks what consumers have in hand by the event's id alone, so no
// two events of the database may share one.
func TestNoTwoEventsShareAnID(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type place struct {
			command, stream string
			index           int
		}
		draw := rapid.Custom(func(t *rapid.T) place {
			return place{rapid.StringMatching(`[0-9a-f]{0,3}`).Draw(t, "command"), rapid.StringMatching(`[a-z]{1,2}-[0-9]{0,2}`).Draw(t, "stream"),
				rapid.IntRange(0, 20).Draw(t, "index")}
		})
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		same := eventID(a.command, a.stream, a.index) == eventID(b.command, b.stream, b.index)
		if same != (a == b) {
			t.Fatalf("%+v and %+v have the same id: %v", a, b, same)
		}
	})
}

func FuzzUnseal(f *testing.F) {
	key, at := bytes.Repeat([]byte{7}, 32), place("s", "t", "i")
	good, err := seal(key, zeros{}, at, []byte(`{"a":1}`))
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
