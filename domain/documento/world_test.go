package documento_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

var update = flag.Bool("update", false, "write the golden documents")

var mattina = time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)

const (
	visuraID = domain.VisuraID("3f2b0c5e-8f59-4f0a-9a64-6f7f0d1f2a3b")
	utenteID = domain.UtenteID("6a0e5a52-6a3c-4c27-8a44-0b1f6f3d7e11")
	enteID   = domain.EnteID("0c9b7f6e-1d2a-4b3c-8d4e-5f6a7b8c9d0e")
)

// The parties around every request of the tests.
var (
	richiesta = domain.VisuraRequested{
		Comune: "039002", Ente: enteID, Conferma: domain.Immediata,
		Purpose: domain.Purpose{
			Finalita: "accertamenti-tributari", Descrizione: "Accertamenti in materia di tributi locali",
			BaseGiuridica: "art. 1, comma 179, L. 296/2006", NumeroPratica: "PG-2026/0441",
		},
	}
	comune = domain.Comune{Registered: true, ComuneRegistered: domain.ComuneRegistered{
		ISTAT: "039002", Nome: "Bagnacavallo", Provincia: "RA", Ufficio: "Ufficio Anagrafe",
	}}
	ente = domain.Ente{Registered: true, EnteRegistered: domain.EnteRegistered{
		Denominazione: "Azienda Casa della Romagna", CodiceIPA: "acr_ra",
	}}
	accordo = domain.Atto{Numero: 1, ConvenzioneDrafted: domain.ConvenzioneDrafted{
		Ente: enteID, Comune: "039002", Tipo: domain.AttoConvenzione, Estremi: "Rep. 118 del 12/01/2026",
	}}
	operatore = domain.Utente{Registered: true, UtenteRegistered: domain.UtenteRegistered{
		Codice: "U0042", CodiceFiscale: "MRTMTT91D08F205J", Cognome: "MORETTI", Nome: "MATTEO",
	}}
)

// indented is a document as its golden file holds it.
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

// compare holds got against a golden file, or writes the file when asked to.
func compare(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (write it with -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s has changed (-want +got):\n%s", path, diff)
	}
}
