package esdb

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
)

// keyring holds one key by its name, or held it once.
type keyring struct {
	name      string
	destroyed bool
}

// theName is that of theKey, under which everything is sealed here.
const theName = "d6c0f4a2-7b1e-4c39-9d58-2e0a91b7f364"

var theKey = bytes.Repeat([]byte{7}, 32)

func (k keyring) Key(context.Context, string) ([]byte, error) {
	return nil, errors.New("not asked for")
}
func (k keyring) Draw(context.Context) (string, []byte, error) {
	return "", nil, errors.New("not asked for")
}
func (k keyring) Lookup(_ context.Context, names []string) (map[string][]byte, error) {
	for _, name := range names {
		if name != k.name {
			return nil, errors.New("no such key")
		}
	}
	if k.destroyed {
		return nil, nil
	}
	return map[string][]byte{k.name: theKey}, nil
}

// stored returns an event as the server hands it out, in the stream of its type.
func storedAs(t testing.TB, e domain.Event) *es.RecordedEvent {
	t.Helper()
	stream := streamOf(e.EventType())
	all, err := fixed().encode(stream, []domain.Event{e}, goldenMeta, underTheKey)
	if err != nil {
		t.Fatal(err)
	}
	return recorded(stream, all[0])
}

// reader opens the compartments of what is sealed here.
func reader(opens ...string) codec { return newCodec(keyring{name: theName}, opens...) }

// wantUnreadable checks that an event is refused for a reason.
func wantUnreadable(t testing.TB, c codec, e *es.RecordedEvent, why string) {
	t.Helper()
	r, err := decodeOne(c, e)
	var refused *unreadableError
	if !errors.As(err, &refused) || !strings.Contains(refused.cause, why) {
		t.Errorf("%s is read as %+v, %v; want it refused: %s", e.Data, r.Event, err, why)
	}
}

func planFor(t testing.TB, e domain.Event) *plan {
	t.Helper()
	p, err := planOf(reflect.TypeOf(e))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sealedTypes are the events of the golden table that have something sealed.
func sealedTypes(t testing.TB) (events []domain.Event) {
	for _, e := range golden {
		if len(planFor(t, e).sealed) > 0 {
			events = append(events, e)
		}
	}
	if len(events) < 7 {
		t.Fatalf("only %d types have sealed fields", len(events))
	}
	return events
}

// resealed returns an event with another open half, its compartments sealed
// anew beside it: only who has the key can make it.
func resealed(t testing.TB, e *es.RecordedEvent, open []byte) *es.RecordedEvent {
	t.Helper()
	s, err := parse(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	at := s.place()
	at.open = open
	half := sealedHalf{Key: s.half.Key}
	for _, name := range compartments {
		if *s.half.box(name) == "" {
			continue
		}
		plain, err := unseal(theKey, s.place().bound(name), *s.half.box(name))
		if err != nil {
			t.Fatal(err)
		}
		aead, err := newAEAD(theKey)
		if err != nil {
			t.Fatal(err)
		}
		if *half.box(name), err = seal(aead, new(counter), at.bound(name), plain); err != nil {
			t.Fatal(err)
		}
	}
	data, err := appendHalf(open, half)
	if err != nil {
		t.Fatal(err)
	}
	return with(e, data)
}

// with returns a copy of an event with other data.
func with(e *es.RecordedEvent, data []byte) *es.RecordedEvent {
	other := *e
	other.Data = data
	return &other
}

// withHalf returns a copy of an event with another sealed half.
func withHalf(t testing.TB, e *es.RecordedEvent, change func(*sealedHalf)) *es.RecordedEvent {
	t.Helper()
	s, err := parse(e, nil)
	if err != nil {
		t.Fatal(err)
	}
	change(&s.half)
	data, err := appendHalf(s.open, s.half)
	if err != nil {
		t.Fatal(err)
	}
	return with(e, data)
}

func TestPersonalDataInTheOpenHalfIsRefused(t *testing.T) {
	for _, e := range sealedTypes(t) {
		good := storedAs(t, e)
		s, err := parse(good, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range planFor(t, e).hidden {
			for _, spelt := range []string{name, strings.ToUpper(name), strings.Replace(name, "s", "ſ", 1)} {
				open, err := join([]byte(`{"`+spelt+`":null}`), s.open)
				if err != nil {
					t.Fatal(err)
				}
				for _, opens := range [][]string{nil, {compartmentToken}, compartments} {
					wantUnreadable(t, reader(opens...), resealed(t, good, open), "in the open")
				}
				if !planFor(t, e).required {
					wantUnreadable(t, reader(), with(good, open), "")
				}
			}
		}
	}
}

func TestATypeThatMustBeSealedAndIsNotIsRefused(t *testing.T) {
	required := 0
	for _, e := range sealedTypes(t) {
		good := storedAs(t, e)
		s, err := parse(good, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, opens := range [][]string{nil, {compartmentToken}, compartments} {
			c := reader(opens...)
			if planFor(t, e).required {
				required++
				wantUnreadable(t, c, with(good, s.open), "no sealed half")
				wantUnreadable(t, c, with(good, []byte(`{}`)), "no sealed half")
			} else if r, err := decodeOne(c, with(good, s.open)); err != nil || !unsealed(r) {
				t.Errorf("%s without a word of anybody: %+v, %v", e.EventType(), r, err)
			}
			for _, name := range compartments {
				wantUnreadable(t, c, withHalf(t, good, func(h *sealedHalf) {
					if box := h.box(name); *box == "" {
						*box = "AQ=="
					} else {
						*box = ""
					}
				}), "other compartments")
			}
		}
	}
	if required == 0 {
		t.Error("no type must be sealed")
	}
}

// An event that somebody changed, wherever it was, is never opened; only the
// removal of a whole half that need not be there cannot be seen.
func TestNoByteOfASealedEventCanBeChanged(t *testing.T) {
	for _, e := range sealedTypes(t) {
		good := storedAs(t, e)
		c, required := reader(compartments...), planFor(t, e).required
		if _, err := decodeOne(c, good); err != nil {
			t.Fatal(err)
		}
		try := func(data []byte) {
			t.Helper()
			r, err := decodeOne(c, with(good, data))
			if err == nil && (required || !unsealed(r)) {
				t.Fatalf("%s is read as %+v", data, r.Event)
			}
		}
		for i := range good.Data {
			for _, bit := range []byte{1, 2, 0x20, 0x80} {
				data := bytes.Clone(good.Data)
				data[i] ^= bit
				try(data)
			}
			try(append(bytes.Clone(good.Data[:i]), good.Data[i+1:]...))
			for _, more := range []string{" ", ",", "0"} {
				try(append(append(bytes.Clone(good.Data[:i]), more...), good.Data[i:]...))
			}
		}
	}
}

// unsealed says that an event has nothing sealed and its sealed fields are zero.
func unsealed(r domain.Recorded) bool {
	v := reflect.ValueOf(r.Event)
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("sealed") != "" && !v.Field(i).IsZero() {
			return false
		}
	}
	return r.Sealed.Box == ""
}

func TestACompartmentOpensInItsPlaceOnly(t *testing.T) {
	good := storedAs(t, requestedGolden)
	twin := domain.VisuraRejected{Motivo: "m", Testo: "Rossi"}
	rejected := storedAs(t, twin)
	moved := func(e *es.RecordedEvent, change func(*es.RecordedEvent)) *es.RecordedEvent {
		other := *e
		change(&other)
		return &other
	}
	for name, e := range map[string]*es.RecordedEvent{
		"person and token exchanged": withHalf(t, good, func(h *sealedHalf) { h.Person, h.Token = h.Token, h.Person }),
		"the token twice":            withHalf(t, good, func(h *sealedHalf) { h.Person = h.Token }),
		"the person twice":           withHalf(t, good, func(h *sealedHalf) { h.Token = h.Person }),
		"in another event":           moved(good, func(e *es.RecordedEvent) { e.EventID = uuid.New() }),
		"in another stream":          moved(good, func(e *es.RecordedEvent) { e.StreamID = "visura-other" }),
		"under another type":         moved(rejected, func(e *es.RecordedEvent) { e.EventType = domain.VisuraWithdrawn{}.EventType() }),
		"beside another open half": withHalf(t, storedAs(t, domain.VisuraRejected{Motivo: "n", Testo: "Rossi"}), func(h *sealedHalf) {
			s, err := parse(rejected, nil)
			if err != nil {
				t.Fatal(err)
			}
			h.Person = s.half.Person
		}),
	} {
		t.Run(name, func(t *testing.T) { wantUnreadable(t, reader(compartments...), e, errSeal.Error()) })
	}
}

func TestADestroyedKeyLeavesZeroFieldsAndEverythingElse(t *testing.T) {
	for _, e := range sealedTypes(t) {
		stored := storedAs(t, e)
		r, err := decodeOne(newCodec(keyring{theName, true}, compartments...), stored)
		if err != nil {
			t.Fatal(err)
		}
		want := reflect.New(reflect.TypeOf(e)).Elem()
		want.Set(reflect.ValueOf(e))
		for i := range want.NumField() {
			if want.Type().Field(i).Tag.Get("sealed") != "" {
				want.Field(i).SetZero()
			}
		}
		if diff := cmp.Diff(want.Interface(), r.Event); diff != "" {
			t.Error(diff)
		}
	}
}

// What is sealed is handed on as it is stored, so that rows can hold it, and
// opens to the event's fields.
func TestTheFeedOpensTheTokenAndNothingElse(t *testing.T) {
	for _, e := range sealedTypes(t) {
		stored := storedAs(t, e)
		keys := keyring{name: theName}
		r, err := decodeOne(NewFeed(nil, keys, nil).codec, stored)
		if err != nil {
			t.Fatal(err)
		}
		full, v := reflect.ValueOf(e), reflect.ValueOf(r.Event)
		person := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			switch name, _, _ := strings.Cut(f.Tag.Get("json"), ","); {
			case f.Tag.Get("sealed") != compartmentPerson:
				if diff := cmp.Diff(full.Field(i).Interface(), v.Field(i).Interface()); diff != "" {
					t.Errorf("%s: %s", e.EventType(), diff)
				}
			case !v.Field(i).IsZero():
				t.Errorf("%s: the feed opens %s", e.EventType(), f.Name)
			default:
				person[name] = full.Field(i).Interface()
			}
		}
		if len(person) == 0 {
			if !reflect.ValueOf(r.Sealed).IsZero() {
				t.Errorf("%s holds no person and seals %+v", e.EventType(), r.Sealed)
			}
			continue
		}
		opened, err := NewOpener(keys).Open(context.Background(), []domain.Sealed{r.Sealed, {}})
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(person)
		if err != nil {
			t.Fatal(err)
		}
		var a, b any
		if json.Unmarshal(want, &a) != nil || json.Unmarshal(opened[0], &b) != nil || cmp.Diff(a, b) != "" || opened[1] != nil {
			t.Errorf("%s opens to %s, want %s", e.EventType(), opened, want)
		}
	}
}

func TestWhatARowHoldsOpensUnderItsKeyOnly(t *testing.T) {
	stored := storedAs(t, requestedGolden)
	r, err := decodeOne(NewFeed(nil, keyring{name: theName}, nil).codec, stored)
	if err != nil {
		t.Fatal(err)
	}
	gone, err := NewOpener(keyring{theName, true}).Open(context.Background(), []domain.Sealed{r.Sealed})
	if err != nil || gone[0] != nil {
		t.Errorf("after erasure it opens to %s, %v", gone, err)
	}
	r.Sealed.Bound[0] ^= 1
	if open, err := NewOpener(keyring{name: theName}).Open(context.Background(), []domain.Sealed{r.Sealed}); err == nil {
		t.Errorf("bound to something else it opens to %s", open)
	}
}

// tricky draws texts, some of which look like what the codec looks for.
func tricky() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOf(rapid.SampledFrom([]string{
			`"sealed":{`, `,"sealed":`, `{"sealed":`, `"sealed"`, `\"sealed\":`, `"sealed":{"key":"` + theName + `"}`, `}`, `{`, `\`, `"`, "<", " ", "\n", "é", "\u2028",
		})).Draw(t, "parts")
		return strings.Join(parts, "")
	}))
}

func TestAnyTextComesBackAsItWasSealed(t *testing.T) {
	c := reader(compartments...)
	rapid.Check(t, func(t *rapid.T) {
		want := domain.VisuraNotIssuable{
			Reason: tricky().Draw(t, "open"), Warnings: rapid.SliceOfN(tricky(), 1, 3).Draw(t, "more of it"),
			Detail: tricky().Draw(t, "person") + "§person", SubjectToken: tricky().Draw(t, "token") + "§token",
		}
		stored, err := c.encode("visura-a", []domain.Event{want}, domain.Meta{CommandID: "c"}, underTheKey)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeOne(c, recorded("visura-a", stored[0]))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Event); diff != "" {
			t.Fatal(diff)
		}
		for _, secret := range []string{"§person", "§token"} {
			if bytes.Contains(stored[0].Data, []byte(secret)) {
				t.Fatalf("%q stands open in %s", secret, stored[0].Data)
			}
		}
	})
}

func TestAnyMetadataComesBack(t *testing.T) {
	text := rapid.String()
	rapid.Check(t, func(t *rapid.T) {
		want := goldenMeta
		want.CommandID, want.By.Via = text.Draw(t, "command"), domain.ApplicativoID(text.Draw(t, "via"))
		want.Facts = rapid.MapOfN(text, rapid.Int64Min(-1), 1, 8).Draw(t, "facts")
		data, err := encodeMeta(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeMeta(data)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestMetadataOfALaterSchemaIsRefused(t *testing.T) {
	e := storedAs(t, requestedGolden)
	e.UserMetadata = bytes.Replace(e.UserMetadata, []byte(`"schema":1`), []byte(`"schema":2`), 1)
	wantUnreadable(t, reader(), e, "schema 2")
}

// FuzzStored: whatever is stored, reading it never panics, and opens a half of
// an event that was written exactly so only.
func FuzzStored(f *testing.F) {
	written := map[string]*es.RecordedEvent{}
	for _, e := range sealedTypes(f) {
		written[e.EventType()] = storedAs(f, e)
		f.Add(e.EventType(), written[e.EventType()].Data)
	}
	for _, odd := range []string{``, `{`, `null`, `[]`, `"sealed":`, `{"sealed":}`, `{"sealed":{"key":"k"}}`, `,"sealed":{}}`} {
		f.Add(domain.VisuraRejected{}.EventType(), []byte(odd))
	}
	f.Fuzz(func(t *testing.T, eventType string, data []byte) {
		original, ok := written[eventType]
		if !ok {
			original = written[requestedGolden.EventType()]
		}
		e := with(original, data)
		e.EventType = eventType
		r, err := decodeOne(reader(compartments...), e)
		if err == nil && ok && !unsealed(r) && !bytes.Equal(data, original.Data) {
			t.Errorf("%s is read as %+v", data, r.Event)
		}
	})
}
