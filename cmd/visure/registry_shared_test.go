package main

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

var sharedCases = flag.String("shared-cases", filepath.Join("..", "..", "..", "shared", "cases", "registry"),
	"folder of answers made after public reports of Comuni, which is not part of the repository")

// sharedEndings are the right endings of the shared cases.
var sharedEndings = map[string]ending{
	"C01a-kinship-flag-on-card":      {Status: domain.NotIssuable, Reason: "famiglia_non_certificabile"},
	"C01b-kinship-flag-on-answer":    {Status: domain.NotIssuable, Reason: "famiglia_non_certificabile"},
	"C01c-kinship-refusal":           {Status: domain.NotIssuable, Reason: "famiglia_non_certificabile"},
	"C01d-kinship-refusal-6001-code": {Status: domain.NotIssuable, Reason: "famiglia_non_certificabile"},

	"C02a-undocumented-single": {Status: domain.Issued, Warnings: []string{"stato_civile_non_documentato"},
		Contains: []string{"nubile (non documentato)", "DICHIARATO DALL INTERESSATA"}},
	"C02b-undocumented-divorced-free": {Status: domain.NotIssuable, Reason: domain.ReasonUndocumented},
	"C02c-undocumented-marriage": {Status: domain.Issued, Warnings: []string{"stato_civile_non_documentato"},
		Contains: []string{"non documentato", "OUEDRAOGO"}},
	"C03a-remarried-only-ended-marriage-status": {Status: domain.NotIssuable, Reason: domain.ReasonNoProof},
	"C03b-remarried-only-ended-marriage": {Status: domain.Issued, Warnings: []string{"stato_civile_discorde"},
		Contains: []string{"Coniuge del matrimonio registrato", "GUIDARELLI", "Data della cessazione 01/05/2015", "Data della sentenza 01/03/2015"}},
	"C04-spouse-died-status-not-updated": {Status: domain.Issued, Warnings: []string{"stato_civile_non_aggiornato"},
		Contains: []string{"Stato civile registrato coniugata", "Matrimonio registrato con CAVINA ORFEO", "Decesso del coniuge 14/08/2026"}},
	"C06-spouse-surname-only": {Status: domain.Issued, Contains: []string{"Cognome OUEDRAOGO Nome non registrato"}, Lacks: []string{"senza nome"}},

	"C07-re-entered-after-cancellation":     {Status: domain.Issued, Contains: []string{"fine non nota", "Interruzione di durata non nota"}, Lacks: []string{"17/10/2021"}},
	"C07b-re-entered-two-cards":             {Status: domain.Issued, Contains: []string{"01/03/2010 14/05/2018", "Interruzione dopo la cancellazione del 14/05/2018"}, Lacks: []string{"17/10/2021"}},
	"C09-walk-meets-a-gap":                  {Status: domain.Issued, Contains: []string{"interrotta al 17/10/2021"}},
	"C10-history-of-a-dead-person":          {Status: domain.Issued, Warnings: []string{"soggetto_deceduto"}, Contains: []string{"02/02/1998 10/03/2020"}, Lacks: []string{"16/03/2020"}},
	"C11-history-of-a-dead-person-refused":  {Status: domain.NotIssuable, Reason: domain.ReasonRefusedByANPR, Asks: []string{"<tipoRichiedente>3</tipoRichiedente>", "<cognome>AZIENDA CASA DELLA ROMAGNA</cognome>"}},
	"C12-former-citizenship-998-named":      {Status: domain.Issued, Contains: []string{"JUGOSLAVIA 04/04/1965", "ITALIA 03/03/2001"}},
	"C13-birthplace-not-attributable":       {Status: domain.Issued, Warnings: []string{"stato_nascita_non_attribuito", "atto_mancante"}, Contains: []string{"SARATOV"}, Lacks: []string{"NON ATTRIBUIBILE", "()"}},
	"C15-umlaut-transliterated":             {Status: domain.Issued, Contains: []string{"MÜLLER", "JÖRG"}},
	"C17-partial-certifiability-kinship":    {Status: domain.Issued, Warnings: []string{"certificabilita_parziale"}},
	"C21-name-outside-the-alphabet":         {Status: domain.Issued, Warnings: []string{"codice_fiscale_discorde"}, Asks: []string{"<cognome>ŞTEFĂNEŢ IONESCU</cognome>"}},
	"C22-istat-code-changed":                {Status: domain.Issued, Contains: []string{"VIA DEI NOCI 7"}},
	"C23-entered-long-before-first-address": {Status: domain.Issued, Contains: []string{"dal 11/04/1963", "anteriori al 07/02/2011", "Data di iscrizione 11/04/1963"}},
	"C25-presumed-death-ruling":             {Status: domain.Issued, Warnings: []string{"morte_presunta"}, Contains: []string{"TRIBUNALE DI RAVENNA", "77/2024", "01/03/2024"}},
	"C26-another-member-not-certifiable":    {Status: domain.Issued, Warnings: []string{"componente_non_certificabile"}},
	"C27-building-name-instead-of-number":   {Status: domain.Issued, Contains: []string{"VIA DEI NOCI, RESIDENZA I TIGLI"}},
	"C27b-kilometre-in-the-letter":          {Status: domain.Issued, Contains: []string{"VIA DEI NOCI 0 KM. 2,300"}},
}

// The shared answers have the endings that are right.
func TestSharedAnswersOfTheRegistry(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(*sharedCases, "cases.json"))
	if err != nil {
		t.Skip("the folder of the shared cases is not here")
	}
	var shared []struct {
		Name, Tipo, CF, Cognome, Nome, Sesso, Nascita, Ambito string
		Walk                                                  bool
		Answers                                               []string
	}
	if err := json.Unmarshal(text, &shared); err != nil {
		t.Fatal(err)
	}
	o := newRegistryOffice(t)
	for _, s := range shared {
		want, known := sharedEndings[s.Name]
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			if !known {
				t.Fatal("nobody has said what is right")
			}
			o.play(t, registryCase{
				Tipo: domain.Tipo(s.Tipo), Ambito: domain.Ambito(s.Ambito), Walk: s.Walk, folder: *sharedCases, answers: s.Answers,
				Soggetto: commands.SoggettoRichiesto{CodiceFiscale: s.CF, Cognome: s.Cognome, Nome: s.Nome, Sesso: s.Sesso, DataNascita: s.Nascita},
			}).check(t, want)
		})
	}
}
