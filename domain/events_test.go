package domain_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

// golden is one value of every wire name ever stored, as today's types hold it.
// A name stays here for ever, and so does its file.
var golden = map[string]domain.Event{
	"visura.requested.v1": domain.VisuraRequested{
		Comune: "039002", Ente: enteID, Convenzione: convenzioneID, Profile: profileID,
		Tipo: domain.Residenza, Ambito: domain.Nazionale, Conferma: domain.SilenzioAssenso,
		Purpose: domain.Purpose{
			Finalita: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali",
			BaseGiuridica: "art. 1, comma 179, L. 296/2006", NumeroPratica: "PG-2026/0441",
		},
		Soggetto:     domain.Soggetto{CodiceFiscale: "RSSMRA85T10A562S"},
		SubjectToken: "k1:5a9d0c",
	},
	"visura.confirmation-awaited.v1": domain.ConfirmationAwaited{Due: &scade},
	"visura.approved.v1":             domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: scade},
	"visura.rejected.v1":             domain.VisuraRejected{Motivo: "pratica_non_riscontrata", Testo: "Il protocollo indicato è di altro ufficio."},
	"visura.withdrawn.v1":            domain.VisuraWithdrawn{Testo: "Chiesta per errore."},
	"visura.query-started.v1":        domain.QueryStarted{Attempt: 1, IDOperazioneComune: "0MIC5Q2800A1B2C3D4E5F6G7H", Numero: numero},
	"visura.query-deferred.v1":       domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, Code: "999", RetryAt: scade},
	"visura.issued.v1": domain.VisuraIssued{
		Numero: numero, SHA256: strings.Repeat("0a1b2c3d", 8), Size: 28411, Pages: 1,
		IDOperazioneANPR: "3000000000101", IDOperazioneComune: "0MIC5Q2800A1B2C3D4E5F6G7H",
		IssuedAt: mattina, Template: "visura-v1", Warnings: []string{"decorrenza_mancante"}, SubjectToken: "k1:5a9d0c",
	},
	"visura.not-issuable.v1": domain.VisuraNotIssuable{
		Reason: domain.ReasonSeveralSubjects, Warnings: []string{"EN131"}, ANPR: "3000000000102", Detail: "Piu' soggetti trovati", SubjectToken: "k1:5a9d0c",
	},
	"visura.failed.v1":     domain.VisuraFailed{Code: domain.FailedTooLong},
	"visura.downloaded.v1": domain.VisuraDownloaded{SHA256: strings.Repeat("0a1b2c3d", 8)},
	"visura.erased.v1":     domain.VisuraErased{Basis: "conservazione-scaduta"},
	"utente.registered.v1": domain.UtenteRegistered{
		Codice: utenteID.Codice(), CodiceFiscale: "MRTMTT91D08F205J", Cognome: "MORETTI", Nome: "MATTEO", Email: "m.moretti@ente.example",
	},
	"utente.role-given.v1":       domain.RoleGiven{Role: domain.RoleStandard, Ente: enteID, Comune: "039002"},
	"utente.profile-assigned.v1": domain.ProfileAssigned{Ente: enteID, Comune: "039002", Convenzione: convenzioneID, Profile: profileID},
	"ente.registered.v1":         domain.EnteRegistered{Denominazione: "Azienda Casa della Romagna", CodiceFiscale: "00080700396", CodiceIPA: "acr_ra"},
	"convenzione.signed.v1": domain.ConvenzioneSigned{
		Ente: enteID, Comune: "039002", Estremi: "Rep. 118 del 12/01/2026",
		Dal: domain.Date{Year: 2026, Month: 1, Day: 12}, Al: domain.Date{Year: 2028, Month: 12, Day: 31},
		Finalita: []domain.Finalita{{
			Codice: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali", BaseGiuridica: "art. 1, comma 179, L. 296/2006",
		}},
		Tipi: []domain.Tipo{domain.Residenza, domain.StatoFamiglia}, Conferme: []domain.Conferma{domain.Manuale, domain.SilenzioAssenso},
	},
	"profile.defined.v1": domain.ProfileDefined{
		Comune: "039002", Nome: "Tributi", Tipi: []domain.Tipo{domain.Residenza}, Conferma: domain.SilenzioAssenso,
	},
	"comune.registered.v1": domain.ComuneRegistered{
		ISTAT: "039002", Nome: "Bagnacavallo", Provincia: "RA", PEC: "anagrafe@comune.example",
		Ufficio: "Ufficio Anagrafe", OreSilenzio: 24, SantoPatrono: "09-29",
	},
	"comune.connected.v1": domain.ComuneConnected{
		Version: 2, TipoInvio: "TEST", Keystore: "039002-1f0c9a7e5b3d4c2a8e6f0d1b2c3a4e5f", KeystorePostazione: "039002-2a1d8b6f4c3e4d5b9f7a1e2c3d4b5f60",
		Operatore: "MRTMTT91D08F205J", Supplente: "PRTGLI75P58A547F", Storico: domain.Storico6001,
		Machine:    domain.Certificate{Subject: "039002-CO-9998", Serial: "6f1c22", SHA256: strings.Repeat("0a1b2c3d", 8), NotAfter: scade},
		Postazione: domain.Certificate{Subject: "039002-PC-0001", Serial: "6f1c23", SHA256: strings.Repeat("4e5f6a7b", 8), NotAfter: scade},
	},
	"comune.connection-tested.v1": domain.ConnectionTested{
		Version: 2, Outcome: domain.HeaderRefused, Class: domain.FailureConfiguration, Code: "XXXX",
		IDOperazioneComune: "T1f0c9a7e5b3d4c2a8e6f0d1b2c3a4", IDOperazioneANPR: "3000000000103",
	},
	"comune.operator-stood-in.v1":            domain.OperatorStoodIn{Version: 2},
	"comune.certificate-expiry-announced.v1": domain.CertificateExpiryAnnounced{Version: 2, Days: 30, NotAfter: scade},
	"accesso.recorded.v1": domain.AccessRecorded{
		Action: "request-visura", Object: string(visuraID.Stream()), Outcome: "forbidden", Field: "tipo",
		Asked: domain.Asked{Tipo: domain.Morte, Ambito: domain.Nazionale, Comune: "039002"},
		Shown: []string{string(visuraID)}, Count: 12, Span: domain.Span{From: mattina, To: scade},
	},
}

// personal is what the store seals, by wire name. A field that holds personal
// data of anyone and is not here is a leak for ever.
var personal = map[string][]string{
	"visura.requested.v1":    {"soggetto"},
	"visura.rejected.v1":     {"testo"},
	"visura.withdrawn.v1":    {"testo"},
	"visura.not-issuable.v1": {"detail"},
	"utente.registered.v1":   {"codice_fiscale", "cognome", "nome", "email"},
	"comune.connected.v1":    {"operatore", "supplente"},
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
			if diff := cmp.Diff(want, got); diff != "" {
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
