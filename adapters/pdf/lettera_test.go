package pdf_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/lettera"
)

var (
	someEnte = domain.Pair{Ente: "7a0a6f0e-3f3a-8c1e-9d55-0e6d2c1b4a77", Comune: "037053"}
	itself   = domain.Pair{Comune: "021015"}
	printing = time.Date(2026, 3, 14, 9, 42, 7, 0, time.UTC)
)

const (
	desk    = "1d9b2f64-55c0-4b1f-8a7e-90c2f6a3b811"
	inquiry = "1d9b2f64-55c0-4b1f-8a7e-90c2f6a3b812"
)

// lettere are letters as they are composed, one for each thing their layout must bear.
func lettere() map[string]lettera.Case {
	return map[string]lettera.Case{"lettera": shortLetter(), "lettera-lunga": longLetter(), "lettera-diacritici": accentedLetter()}
}

// shortLetter is the letter of somebody who holds one profile.
func shortLetter() lettera.Case {
	id := domain.UtenteID("c4ad9f10-8a61-8f2b-b1b0-6f0d0a7c9e25")
	return lettera.Case{
		ID: id, Pair: someEnte, At: printing,
		Utente: domain.Utente{
			UtenteRegistered: domain.UtenteRegistered{Codice: id.Codice(), CodiceFiscale: "RSSMRA80A01H501U", Cognome: "Rossi", Nome: "Maria"},
			Roles:            []domain.RoleHeld{{RoleGiven: domain.RoleGiven{Role: domain.RoleStandard, Ente: someEnte.Ente, Comune: someEnte.Comune}}},
			Appointments: []domain.UtenteAppointed{{
				Ente: someEnte.Ente, Comune: someEnte.Comune, Ufficio: "PREST", Mansione: "Sportello ISEE",
				Atto: "Determinazione n. 41", Data: domain.Date{Year: 2026, Month: 2, Day: 3},
			}},
			Assignments: []domain.Assignment{{ProfileGrant: domain.ProfileGrant{Ente: someEnte.Ente, Comune: someEnte.Comune, Profile: desk}}},
			Accepted:    []domain.Acceptance{{InstructionsAccepted: domain.InstructionsAccepted{Comune: someEnte.Comune}, At: printing.AddDate(0, -1, 0)}},
		},
		Parties: domain.Parties{
			Comune: domain.Comune{ComuneRegistered: domain.ComuneRegistered{ISTAT: "037053", Nome: "San Giovanni in Persiceto", Provincia: "BO", Ufficio: "Ufficio Anagrafe"}},
			Ente: domain.Ente{
				EnteRegistered: domain.EnteRegistered{Denominazione: "Azienda USL di Bologna", CodiceFiscale: "02406911202"},
				Uffici:         []domain.UfficioNamed{{Comune: someEnte.Comune, Codice: "PREST", Nome: "Ufficio Prestazioni"}},
			},
			Convenzione: domain.Convenzione{Pair: someEnte, Atti: []domain.Atto{{Numero: 1, ConvenzioneDrafted: domain.ConvenzioneDrafted{
				Ente: someEnte.Ente, Comune: someEnte.Comune, Tipo: domain.AttoConvenzione, Estremi: "Convenzione rep. n. 12 del 10/01/2026",
				Dal: domain.Date{Year: 2026, Month: 2, Day: 1}, Al: domain.Date{Year: 2028, Month: 1, Day: 31},
				Finalita: []domain.Finalita{{Codice: "ISEE", Descrizione: "Prestazioni agevolate", BaseGiuridica: "art. 71 D.P.R. 445/2000"}},
				Massimo:  domain.Massimo{Tipi: []domain.Tipo{domain.Residenza, domain.StatoFamiglia, domain.ResidenzaStorica}, Nazionale: domain.Modo{Conferma: domain.Manuale}},
			}}}},
			Profiles: []domain.NamedProfile{{ID: desk, Profile: domain.Profile{Defined: true, ProfileDefined: domain.ProfileDefined{
				Comune: someEnte.Comune, Nome: "Sportello ISEE", Tipi: domain.Concessi([]domain.Tipo{domain.Residenza, domain.StatoFamiglia}, domain.Modo{}),
			}}}},
		},
	}
}

// longLetter is the short one with long instructions, which go on over a page, a second profile
// beyond the Comune, a substitution and a suspension.
func longLetter() lettera.Case {
	c := shortLetter()
	lines := []string{"Il Comune impartisce le istruzioni che seguono."}
	for i := range 20 {
		lines = append(lines, fmt.Sprintf("%d. Le visure si chiedono solo per la pratica assegnata, si conservano nel fascicolo per il tempo necessario e non si consegnano a nessuno.", i+1))
	}
	c.Parties.Comune.Istruzioni = domain.InstructionsPublished{Versione: 3, Testo: strings.Join(lines, "\n\n")}
	c.Parties.Comune.Nazionale = domain.NazionaleEnabled{Testo: "art. 50 D.Lgs. 82/2005", Atto: "D.G.C. n. 12", Data: domain.Date{Year: 2026, Month: 1, Day: 10}}
	c.Parties.Profiles = append(c.Parties.Profiles, domain.NamedProfile{ID: inquiry, Profile: domain.Profile{Defined: true, ProfileDefined: domain.ProfileDefined{
		Comune: someEnte.Comune, Nome: "Istruttoria su residenti di altri Comuni", Postazione: domain.Autorizzata,
		Tipi:   []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.Manuale}}, {Tipo: domain.ResidenzaStorica}},
		Orario: domain.Orario{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:00", Alle: "14:00"}},
	}}})
	c.Utente.Assignments = append(c.Utente.Assignments, domain.Assignment{Nazionale: true, ProfileGrant: domain.ProfileGrant{
		Ente: someEnte.Ente, Comune: someEnte.Comune, Profile: inquiry, Al: domain.Date{Year: 2026, Month: 12, Day: 31},
	}})
	c.Utente.Roles = append(c.Utente.Roles, domain.RoleHeld{RoleGiven: domain.RoleGiven{
		Role: domain.RoleAdmin, Ente: someEnte.Ente, Comune: someEnte.Comune, Sostituisce: "c4ad9f10-8a61-8f2b-b1b0-6f0d0a7c9e26",
		Dal: domain.Date{Year: 2026, Month: 3, Day: 1}, Al: domain.Date{Year: 2026, Month: 3, Day: 31},
	}})
	c.Utente.Collects = []domain.Pair{someEnte}
	c.Utente.Suspensions = []domain.SuspensionInForce{{UtenteSuspended: domain.UtenteSuspended{Ente: someEnte.Ente, Comune: someEnte.Comune}}}
	return c
}

// accentedLetter is the letter of a TOP of a Comune with two languages.
func accentedLetter() lettera.Case {
	c := shortLetter()
	c.Pair = itself
	c.Utente.Cognome, c.Utente.Nome = "Češnovar-Žižek Groß", "Łucja Ștefania"
	c.Utente.Appointments = []domain.UtenteAppointed{{Comune: itself.Comune, Mansione: "Responsabile dell’Anagrafe – qualità", Atto: "Décret n. 7"}}
	c.Parties = domain.Parties{Comune: domain.Comune{
		ComuneRegistered: domain.ComuneRegistered{ISTAT: "021015", Nome: "Caldaro sulla strada del vino", Provincia: "BZ", Ufficio: "Ufficio Anagrafe"},
		Tops:             []domain.UtenteID{c.ID},
	}}
	return c
}

// letter prints a letter into a file.
func letter(t *testing.T, c lettera.Case) (file string) {
	t.Helper()
	composed, err := lettera.Compose(c)
	if err != nil {
		t.Fatal(err)
	}
	out, err := newRenderer(t).Lettera(composed)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := newRenderer(t).Lettera(composed); err != nil || !bytes.Equal(out, again) {
		t.Errorf("printed again it differs (%v)", err)
	}
	file = filepath.Join(t.TempDir(), "nomina.pdf")
	if err := os.WriteFile(file, out, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestALetterIsAsItWasLookedAt(t *testing.T) {
	t.Parallel()
	for name, c := range lettere() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := letter(t, c)
			tool(t, "qpdf", "--check", file)
			asLookedAt(t, name, file)
		})
	}
}

// However long the instructions, the places to sign are together on the last page.
func TestThePlacesToSignAreNotParted(t *testing.T) {
	t.Parallel()
	for lines := range 40 {
		c := shortLetter()
		c.Parties.Comune.Istruzioni = domain.InstructionsPublished{Versione: 1, Testo: strings.Repeat("Riga.\n", lines+1)}
		pages := strings.Split(strings.TrimSuffix(tool(t, "pdftotext", "-layout", letter(t, c), "-"), "\f"), "\f")
		last := pages[len(pages)-1]
		if !strings.Contains(last, "Per l'Ente") || !strings.Contains(last, "La persona autorizzata") {
			t.Errorf("with %d lines the last of %d pages reads:\n%s", lines+1, len(pages), last)
		}
	}
}

func TestALetterThatCannotBePrintedFaithfullyIsRefused(t *testing.T) {
	t.Parallel()
	composed, err := lettera.Compose(shortLetter())
	if err != nil {
		t.Fatal(err)
	}
	composed.Created = "14/03/2026"
	if out, err := newRenderer(t).Lettera(composed); err == nil || out != nil {
		t.Error("printed")
	}
}
