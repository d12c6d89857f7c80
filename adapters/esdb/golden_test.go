package esdb

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	es "github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

var update = flag.Bool("update", false, "write the golden files")

const (
	visura      = domain.VisuraID("3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b")
	utente      = domain.UtenteID("6a0e5a52-6a3c-4c27-8a44-0b1f6f3d7e11")
	ente        = domain.EnteID("0c9b7f6e-1d2a-8b3c-8d4e-5f6a7b8c9d0e")
	convenzione = domain.ConvenzioneID("9d1f3a2b-4c5d-4e6f-8a7b-9c0d1e2f3a4b")
	profile     = domain.ProfileID("b2c3d4e5-f6a7-4b8c-9d0e-1f2a3b4c5d6e")
	comune      = domain.CodiceISTAT("039002")
	numero      = domain.CIUV("EPPC-R04J-ZV0G-2BEM1")
	token       = "k1:5a9d0c4be2f7416c9b0d3e8a7c6f5d2e"
)

var (
	now = time.Date(2026, 11, 23, 9, 30, 0, 123456789, time.UTC)
	due = time.Date(2026, 11, 27, 11, 0, 0, 0, time.UTC)
)

// golden is one event of every type ever stored. A type stays here for ever,
// and so does its file.
var golden = []domain.Event{
	domain.VisuraRequested{
		Comune: comune, Ente: ente, Convenzione: convenzione, Profile: profile,
		Tipo: domain.Residenza, Ambito: domain.Nazionale, Conferma: domain.SilenzioAssenso,
		Purpose: domain.Purpose{
			Finalita: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali",
			BaseGiuridica: "art. 1, comma 179, L. 296/2006", NumeroPratica: "PG-2026/0441",
		},
		Soggetto:     domain.Soggetto{CodiceFiscale: "RSSMRA85T10A562S"},
		SubjectToken: token,
	},
	domain.ConfirmationAwaited{Due: &due},
	domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: due},
	domain.VisuraRejected{Motivo: "pratica_non_riscontrata", Testo: "Il protocollo indicato è di altro ufficio."},
	domain.VisuraWithdrawn{Testo: "Chiesta per errore."},
	domain.QueryStarted{Attempt: 1, IDOperazioneComune: "0MIC5Q2800A1B2C3D4E5F6G7H", Numero: numero},
	domain.QueryDeferred{Attempt: 1, Class: domain.FailureRetry, Code: "999", RetryAt: due},
	domain.VisuraIssued{
		Numero: numero, SHA256: strings.Repeat("0a1b2c3d", 8), Size: 28411, Pages: 1,
		IDOperazioneANPR: "3000000000101", IDOperazioneComune: "0MIC5Q2800A1B2C3D4E5F6G7H",
		IssuedAt: now, Template: "visura-v1", Warnings: []string{"decorrenza_mancante"}, SubjectToken: token,
	},
	domain.VisuraNotIssuable{
		Reason: domain.ReasonDeceased, Warnings: []string{"EN131"}, ANPR: "3000000000102",
		Detail: "Soggetto deceduto il 03/02/2024", SubjectToken: token,
	},
	domain.VisuraFailed{Code: domain.FailedTooLong},
	domain.VisuraDownloaded{SHA256: strings.Repeat("0a1b2c3d", 8)},
	domain.VisuraErased{Basis: "conservazione-scaduta"},
	domain.UtenteRegistered{
		Codice: utente.Codice(), CodiceFiscale: "MRTMTT91D08F205J", Cognome: "MORETTI", Nome: "MATTEO", Email: "m.moretti@ente.example",
	},
	domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: comune},
	domain.ProfileAssigned{Ente: ente, Comune: comune, Convenzione: convenzione, Profile: profile},
	domain.EnteRegistered{Denominazione: "Azienda Casa della Romagna", CodiceFiscale: "00080700396", CodiceIPA: "acr_ra"},
	domain.ConvenzioneSigned{
		Ente: ente, Comune: comune, Estremi: "Rep. 118 del 12/01/2026",
		Dal: domain.Date{Year: 2026, Month: 1, Day: 12}, Al: domain.Date{Year: 2028, Month: 12, Day: 31},
		Finalita: []domain.Finalita{{
			Codice: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali", BaseGiuridica: "art. 1, comma 179, L. 296/2006",
		}},
		Tipi: []domain.Tipo{domain.Residenza, domain.StatoFamiglia}, Conferme: []domain.Conferma{domain.Manuale, domain.SilenzioAssenso},
	},
	domain.ProfileDefined{Comune: comune, Nome: "Tributi", Tipi: []domain.Tipo{domain.Residenza}, Conferma: domain.SilenzioAssenso},
	domain.ComuneRegistered{
		ISTAT: comune, Nome: "Bagnacavallo", Provincia: "RA", PEC: "anagrafe@comune.example",
		Ufficio: "Ufficio Anagrafe", OreSilenzio: 24, SantoPatrono: "09-29",
	},
	domain.ComuneConnected{
		Version: 2, TipoInvio: "TEST", Keystore: "039002-1f0c9a7e5b3d4c2a8e6f0d1b2c3a4e5f", KeystorePostazione: "039002-2a1d8b6f4c3e4d5b9f7a1e2c3d4b5f60",
		Operatore: "MRTMTT91D08F205J", Supplente: "PRTGLI75P58A547F", Storico: domain.Storico6001,
		Machine:    domain.Certificate{Subject: "039002-CO-9998", Serial: "6f1c22", SHA256: strings.Repeat("0a1b2c3d", 8), NotAfter: now},
		Postazione: domain.Certificate{Subject: "039002-PC-0001", Serial: "6f1c23", SHA256: strings.Repeat("4e5f6a7b", 8), NotAfter: now},
	},
	domain.ConnectionTested{
		Version: 2, Outcome: domain.HeaderRefused, Class: domain.FailureConfiguration, Code: "XXXX",
		IDOperazioneComune: "T1f0c9a7e5b3d4c2a8e6f0d1b2c3a4", IDOperazioneANPR: "3000000000103",
	},
	domain.OperatorStoodIn{Version: 2},
	domain.CertificateExpiryAnnounced{Version: 2, Days: 30, NotAfter: now},
	domain.AccessRecorded{
		Action: "request-visura", Object: string(visura.Stream()), Outcome: "forbidden", Field: "tipo",
		Asked: domain.Asked{Tipo: domain.Morte, Ambito: domain.Nazionale, Comune: comune},
		Count: 12, Span: domain.Span{From: now.Add(-time.Minute), To: now},
	},
}

// streamOf is the stream an event of the type stands in.
func streamOf(eventType string) string {
	category, _, _ := strings.Cut(eventType, ".")
	return map[string]string{
		"visura": string(visura.Stream()), "utente": string(utente.Stream()), "ente": string(ente.Stream()),
		"convenzione": string(convenzione.Stream()), "profile": string(profile.Stream()), "comune": string(comune.Stream()),
		"accesso": string(domain.AccessStream(utente, now)),
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
		string(utente.Stream()): 4, string(ente.Stream()): 0, string(convenzione.Stream()): 1,
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
			if diff := cmp.Diff(e, r.Event) + cmp.Diff(goldenMeta, r.Meta); diff != "" {
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
