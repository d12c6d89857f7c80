package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator"
	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// oddCase is what becomes of a request about somebody of the simulator who is odd.
type oddCase struct {
	oddity people.Oddity
	tipo   domain.Tipo
	walk   bool
	asked  commands.SoggettoRichiesto // as named completes it
	ending
}

// byCode asks by the codice fiscale.
var byCode commands.SoggettoRichiesto

// oddPeople are people whose card is odd.
var oddPeople = []oddCase{
	{people.ReEntered, domain.ResidenzaStorica, false, byCode, ending{Status: domain.Issued,
		Contains: []string{"1 01/02/2017 fine non nota", "Interruzione di durata non nota prima del 27/06/2022", "2 27/06/2022 attuale"}, Lacks: []string{"26/06/2022"}}},
	{people.ReEntered, domain.ResidenzaStorica, true, byCode, ending{Status: domain.Issued,
		Contains: []string{"1 27/06/2022 attuale", "interrotta al 26/06/2022"}}},
	{people.EnteredBeforeAddress, domain.ResidenzaStorica, false, byCode, ending{Status: domain.Issued,
		Contains: []string{"in ANPR non risultano gli indirizzi anteriori al 07/02/2011.", "1 07/02/2011 attuale"}}},
	{people.CancelledAfterDeath, domain.ResidenzaStorica, false, byCode, ending{Status: domain.Issued,
		Warnings: []string{"soggetto_deceduto"}, Contains: []string{"10/03/2024"}, Lacks: []string{"16/03/2024", "attuale"}}},
	{people.FormerCodeOfComune, domain.Residenza, false, byCode, ending{Status: domain.Issued, Contains: []string{"BAGNACAVALLO (RA)"}}},
	{people.WordsInPlaceOfNumber, domain.Residenza, false, byCode, ending{Status: domain.Issued, Contains: []string{", RESIDENZA I TIGLI"}, Lacks: []string{"0/", "0,"}}},
	{people.StatusUndocumented, domain.StatoCivile, false, byCode, ending{Status: domain.Issued,
		Warnings: []string{"stato_civile_non_documentato"}, Contains: []string{"(non documentato)"}}},
	{people.StatusUndocumented, domain.StatoLibero, false, byCode, ending{Status: domain.NotIssuable, Reason: domain.ReasonUndocumented}},
	{people.RemarriedOldBondOnly, domain.StatoCivile, false, byCode, ending{Status: domain.NotIssuable, Reason: domain.ReasonNoProof}},
	{people.RemarriedOldBondOnly, domain.Matrimonio, false, byCode, ending{Status: domain.Issued,
		Warnings: []string{"stato_civile_discorde"}, Contains: []string{"Coniuge del matrimonio registrato"}}},
	{people.WidowedStatusNotUpdated, domain.StatoCivile, false, byCode, ending{Status: domain.Issued,
		Warnings: []string{"stato_civile_non_aggiornato"}, Contains: []string{"Decesso del coniuge"}}},
	{people.WidowedStatusNotUpdated, domain.StatoLibero, false, byCode, ending{Status: domain.NotIssuable, Reason: domain.ReasonNotFree}},
	{people.FormerStateNamed, domain.CittadinanzaStorica, false, byCode, ending{Status: domain.Issued, Contains: []string{"JUGOSLAVIA", "ITALIA 03/03/2001"}}},
	{people.FormerStateNamed, domain.Cittadinanza, false, byCode, ending{Status: domain.Issued, Contains: []string{"Cittadinanza italiana"}}},
	{people.BirthplaceUnattributed, domain.Nascita, false, byCode, ending{Status: domain.Issued,
		Warnings: []string{"stato_nascita_non_attribuito", "atto_mancante"}, Lacks: []string{"NON ATTRIBUIBILE"}}},
}

// Whoever is held oddly gets a document that invents nothing, or the right reason:
// go test ./cmd/visure -run TestWhoIsHeldOddly -update, and read what changed.
func TestWhoIsHeldOddlyGetsWhatIsRight(t *testing.T) {
	t.Parallel()
	playOdd(t, oddPeople)
}

// playOdd sends requests to a simulator each, and compares documents with their
// golden files.
func playOdd(t *testing.T, cases []oddCase) {
	o := newRegistryOffice(t)
	population := people.People(1, 500)
	for _, c := range cases {
		name := string(c.oddity) + "-" + string(c.tipo)
		if c.walk {
			name += "-walk"
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := simulator.Start(simulator.Config{Population: population, Kit: o.kit, Now: func() time.Time { return o.now }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			asked := registryCase{Tipo: c.tipo, Walk: c.walk, Soggetto: named(c.asked, population.Odd(c.oddity))}
			p := o.ask(t, asked, o.client(t, s.URL(), o.kit.CA.Certificate))
			p.check(t, c.ending)
			p.golden(t, filepath.Join("testdata", "oddities", name+".txt"))
		})
	}
}
