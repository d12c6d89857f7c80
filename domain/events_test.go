package domain_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/visure-anagrafiche/visure/domain"
)

var update = flag.Bool("update", false, "write the golden files of documents and drawings (never those of events)")

var (
	mattina = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	scade   = time.Date(2026, 11, 27, 11, 0, 0, 0, time.UTC)
)

const (
	visuraID      = domain.VisuraID("3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b")
	utenteID      = domain.UtenteID("6a0e5a52-6a3c-4c27-8a44-0b1f6f3d7e11")
	enteID        = domain.EnteID("0c9b7f6e-1d2a-4b3c-8d4e-5f6a7b8c9d0e")
	convenzioneID = domain.ConvenzioneID("9d1f3a2b-4c5d-4e6f-8a7b-9c0d1e2f3a4b")
	numero        = domain.CIUV("EPPC-R04J-ZV0G-2BEM1")
	profileID     = domain.ProfileID("b2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d6e")
)

// personal is what the store seals, by wire name. A field that holds personal
// data of anyone and is not here is a leak for ever.
var personal = map[string][]string{
	"visura.requested.v1":              {"soggetto"},
	"visura.rejected.v1":               {"testo"},
	"visura.withdrawn.v1":              {"testo"},
	"visura.confirmation-suspended.v1": {"domanda"},
	"visura.confirmation-resumed.v1":   {"risposta"},
	"visura.not-issuable.v1":           {"detail"},
	"visura.downloaded.v1":             {"motivo"},
	"utente.registered.v1":             {"codice_fiscale", "cognome", "nome", "email"},
	"utente.role-taken.v1":             {"motivo"},
	"utente.suspended.v1":              {"motivo"},
	"utente.reinstated.v1":             {"motivo"},
	"utente.unblocked.v1":              {"motivo"},
	"visura.revoked.v1":                {"testo"},

	"utente.profile-assigned.v1":  {"motivo"},
	"utente.profile-withdrawn.v1": {"motivo"},
	"utente.nazionale-granted.v1": {"motivo"},
	"utente.nazionale-revoked.v1": {"motivo"},
	"utente.grant-proposed.v1":    {"motivo"},
	"utente.grant-rejected.v1":    {"motivo"},

	"comune.connected.v1": {"operatore", "supplente"},

	"massiva.requested.v1": {"soggetti"},

	"caso.closed.v1": {"testo"},
}

// tokens are the keyed hashes of persons, by wire name: sealed apart from the
// data, since read models may open them.
var tokens = map[string][]string{
	"visura.requested.v1":    {"subject_token"},
	"visura.issued.v1":       {"subject_token"},
	"visura.not-issuable.v1": {"subject_token"},
}

func TestEveryEventIsFrozen(t *testing.T) {
	t.Parallel()
	for _, name := range domain.EventTypes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, ok := golden[name]
			if !ok {
				t.Fatalf("no golden value for %s", name)
			}
			path := filepath.Join("testdata", "events", name+".json")
			stored, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; the file of a new event holds:\n%s", err, indented(t, want))
			}
			got, err := domain.Decode(name, stored)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, networks); diff != "" {
				t.Errorf("%s no longer reads as it did (-want +got):\n%s", path, diff)
			}
			if again := indented(t, got); !bytes.Equal(again, stored) && got.EventType() == name {
				t.Errorf("%s is written anew as\n%s", path, again)
			}
		})
	}
}

func TestGoldenFilesAreAllRead(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "events", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden events: %v", err)
	}
	known := domain.EventTypes()
	for _, f := range files {
		if name := strings.TrimSuffix(filepath.Base(f), ".json"); !slices.Contains(known, name) {
			t.Errorf("%s was stored once and can no longer be decoded", name)
		}
	}
}

func TestPersonalDataIsTagged(t *testing.T) {
	t.Parallel()
	for name, e := range golden {
		if diff := cmp.Diff(personal[name], sealed(reflect.TypeOf(e), "person")); diff != "" {
			t.Errorf("%s seals other fields (-want +got):\n%s", name, diff)
		}
		if diff := cmp.Diff(tokens[name], sealed(reflect.TypeOf(e), "token")); diff != "" {
			t.Errorf("%s seals other tokens (-want +got):\n%s", name, diff)
		}
	}
}

// sealed lists the JSON names of an event's fields that are sealed in a
// compartment.
func sealed(event reflect.Type, compartment string) (names []string) {
	for f := range event.Fields() {
		if f.Tag.Get("sealed") == compartment {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			names = append(names, name)
		}
	}
	return names
}

func TestAnErasedEventStillDecodes(t *testing.T) {
	t.Parallel()
	for name, e := range golden {
		fields := append(sealed(reflect.TypeOf(e), "person"), sealed(reflect.TypeOf(e), "token")...)
		var stored map[string]json.RawMessage
		if err := json.Unmarshal(indented(t, golden[name]), &stored); err != nil {
			t.Fatal(err)
		}
		for _, f := range fields {
			delete(stored, f)
		}
		e, err := domain.Decode(name, indented(t, stored))
		if err != nil {
			t.Errorf("%s without its personal data: %v", name, err)
			continue
		}
		domain.Visura{}.Evolve(e, domain.Meta{})
		domain.Utente{}.Evolve(e, domain.Meta{})
		domain.Comune{}.Evolve(e, domain.Meta{})
		domain.Ente{}.Evolve(e, domain.Meta{})
		domain.Convenzione{}.Evolve(e, domain.Meta{})
		domain.Profile{}.Evolve(e, domain.Meta{})
		domain.Postazione{}.Evolve(e, domain.Meta{})
		domain.Applicativo{}.Evolve(e, domain.Meta{})
		domain.Caso{}.Evolve(e, domain.Meta{})
	}
}

func TestDecodeNeverSkips(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{
		"visura.requested.v0": `{}`,
		"":                    `{}`,
		"visura.issued.v1":    `{"size":"large"}`,
		"visura.failed.v1":    `not JSON`,
	} {
		if e, err := domain.Decode(name, []byte(data)); err == nil {
			t.Errorf("Decode(%q, %s) = %#v, want an error", name, data, e)
		}
	}
}

// networks has them compared as values.
var networks = cmpopts.EquateComparable(netip.Prefix{})

// indented is an event as its golden file holds it.
func indented(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
