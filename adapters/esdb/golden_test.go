package esdb

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/visure-anagrafiche/visure/domain"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	utente  = domain.UtenteID("6a0e5a52-6a3c-4c27-8a44-0b1f6f3d7e11")
	ente    = domain.EnteID("0c9b7f6e-1d2a-8b3c-8d4e-5f6a7b8c9d0e")
	profile = domain.ProfileID("b2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d6e")
	comune  = domain.CodiceISTAT("039002")
)

var now = time.Date(2026, 11, 23, 9, 30, 0, 123456789, time.UTC)

// golden is one event of every type ever stored, as the domain froze it.
var golden = frozen()

func frozen() map[string]domain.Event {
	events := map[string]domain.Event{}
	for _, name := range domain.EventTypes() {
		data, err := os.ReadFile(filepath.Join("..", "..", "domain", "testdata", "events", name+".json"))
		if err != nil {
			panic(err)
		}
		if events[name], err = domain.Decode(name, data); err != nil {
			panic(err)
		}
	}
	return events
}

// requestedGolden has both compartments.
var requestedGolden = golden[domain.VisuraRequested{}.EventType()]

// streamOf is the stream an event of the type stands in.
func streamOf(eventType string) string {
	category, _, _ := strings.Cut(eventType, ".")
	const id = "3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b"
	return map[string]string{
		"visura": "visura-" + id, "ente": "ente-" + id, "convenzione": "convenzione-" + id, "profile": "profile-" + id,
		"postazione": "postazione-" + id, "applicativo": "applicativo-" + id, "caso": "caso-" + id,
		"utente": string(utente.Stream()), "comune": string(comune.Stream()), "accesso": string(domain.AccessStream(utente, now)),
		"installazione": string(domain.InstallazioneStream),
	}[category]
}

var goldenMeta = domain.Meta{
	At: now,
	By: domain.Actor{
		Utente: utente, Role: domain.RoleStandard, Ente: ente, Comune: comune, Postazione: "p1", Session: "s1",
		Via: "5e6f7a8b-9c0d-4e1f-8a2b-3c4d5e6f7a8b",
	},
	CommandID:   "44444444-4444-4444-8444-444444444444",
	Correlation: "55555555-5555-4555-8555-555555555555",
	Causation:   "66666666-6666-4666-8666-666666666666",
	Trace:       "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
	Facts: map[string]int64{
		string(utente.Stream()): 4, string(ente.Stream()): 0, string(domain.ConvenzioneIDOf(domain.Pair{Ente: ente, Comune: comune}).Stream()): 1,
		string(profile.Stream()): 2, string(comune.Stream()): -1,
	},
}

// The stored form is read by whoever reads history in ten years: from version
// 1.0 on these files never change.
func TestTheStoredFormOfEveryTypeIsFrozen(t *testing.T) {
	types := domain.EventTypes()
	for _, e := range golden {
		t.Run(e.EventType(), func(t *testing.T) {
			stream := streamOf(e.EventType())
			stored, err := fixed().encode(stream, []domain.Event{e}, goldenMeta, underTheKey)
			if err != nil {
				t.Fatal(err)
			}
			got := storedForm(t, stream, stored[0])
			path := goldenFile(e.EventType())
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
				t.Error(diff)
			}
			r, err := decodeOne(fixed(), fromForm(t, want))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(e, r.Event, cmpopts.EquateComparable(netip.Prefix{})) + cmp.Diff(goldenMeta, r.Meta); diff != "" {
				t.Errorf("it does not read back: %s", diff)
			}
		})
	}
	for _, name := range types {
		if _, err := os.Stat(goldenFile(name)); err != nil {
			t.Errorf("%s has no golden file: %v", name, err)
		}
	}
	files, err := filepath.Glob(goldenFile("*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if name := strings.TrimSuffix(filepath.Base(path), ".json"); !slices.Contains(types, name) {
			t.Errorf("%s was stored once and can no longer be read", name)
		}
	}
}

func TestEveryTypeIsDescribed(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "eventi.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range domain.EventTypes() {
		if !bytes.Contains(text, []byte("| `"+name+"` |")) {
			t.Errorf("docs/eventi.md has no row for %s", name)
		}
	}
}

func goldenFile(eventType string) string { return filepath.Join("testdata", eventType+".json") }

// form is a stored event as a golden file shows it.
type form struct {
	Stream   string          `json:"stream"`
	ID       string          `json:"id"`
	Type     string          `json:"type"`
	Data     json.RawMessage `json:"data"`
	Metadata json.RawMessage `json:"metadata"`
}

func storedForm(t *testing.T, stream string, e es.EventData) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(form{stream, e.EventID.String(), e.EventType, e.Data, e.Metadata}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func fromForm(t *testing.T, file []byte) *es.RecordedEvent {
	t.Helper()
	var f form
	if err := json.Unmarshal(file, &f); err != nil {
		t.Fatal(err)
	}
	var data bytes.Buffer // the store keeps the bytes; the file shows them indented
	if err := json.Compact(&data, f.Data); err != nil {
		t.Fatal(err)
	}
	e := &es.RecordedEvent{StreamID: f.Stream, EventType: f.Type, Data: data.Bytes(), UserMetadata: f.Metadata}
	if err := e.EventID.UnmarshalText([]byte(f.ID)); err != nil {
		t.Fatal(err)
	}
	return e
}
