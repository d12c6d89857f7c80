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

// oddPeople are what becomes of requests about people of the simulator whose card
// is odd.
var oddPeople = []struct {
	oddity people.Oddity
	tipo   domain.Tipo
	walk   bool
	ending
}{
	{people.ReEntered, domain.ResidenzaStorica, false, ending{Status: domain.Issued,
		Contains: []string{"1 01/02/2017 fine non nota", "Interruzione di durata non nota prima del 27/06/2022", "2 27/06/2022 attuale"}, Lacks: []string{"26/06/2022"}}},
	{people.ReEntered, domain.ResidenzaStorica, true, ending{Status: domain.Issued,
		Contains: []string{"1 27/06/2022 attuale", "interrotta al 26/06/2022"}}},
	{people.EnteredBeforeAddress, domain.ResidenzaStorica, false, ending{Status: domain.Issued,
		Contains: []string{"in ANPR non risultano gli indirizzi anteriori al 07/02/2011.", "1 07/02/2011 attuale"}}},
	{people.CancelledAfterDeath, domain.ResidenzaStorica, false, ending{Status: domain.Issued,
		Warnings: []string{"soggetto_deceduto"}, Contains: []string{"10/03/2024"}, Lacks: []string{"16/03/2024", "attuale"}}},
	{people.FormerCodeOfComune, domain.Residenza, false, ending{Status: domain.Issued, Contains: []string{"BAGNACAVALLO (RA)"}}},
	{people.WordsInPlaceOfNumber, domain.Residenza, false, ending{Status: domain.Issued, Contains: []string{", RESIDENZA I TIGLI"}, Lacks: []string{"0/", "0,"}}},
	{people.StatusUndocumented, domain.StatoCivile, false, ending{Status: domain.Issued,
		Warnings: []string{"stato_civile_non_documentato"}, Contains: []string{"(non documentato)"}}},
	{people.StatusUndocumented, domain.StatoLibero, false, ending{Status: domain.NotIssuable, Reason: domain.ReasonUndocumented}},
	{people.RemarriedOldBondOnly, domain.StatoCivile, false, ending{Status: domain.NotIssuable, Reason: domain.ReasonNoProof}},
	{people.RemarriedOldBondOnly, domain.Matrimonio, false, ending{Status: domain.Issued,
		Warnings: []string{"stato_civile_discorde"}, Contains: []string{"Coniuge del matrimonio registrato"}}},
	{people.WidowedStatusNotUpdated, domain.StatoCivile, false, ending{Status: domain.Issued,
		Warnings: []string{"stato_civile_non_aggiornato"}, Contains: []string{"Decesso del coniuge"}}},
	{people.WidowedStatusNotUpdated, domain.StatoLibero, false, ending{Status: domain.NotIssuable, Reason: domain.ReasonNotFree}},
	{people.FormerStateNamed, domain.CittadinanzaStorica, false, ending{Status: domain.Issued, Contains: []string{"JUGOSLAVIA", "ITALIA 03/03/2001"}}},
	{people.FormerStateNamed, domain.Cittadinanza, false, ending{Status: domain.Issued, Contains: []string{"Cittadinanza italiana"}}},
	{people.BirthplaceUnattributed, domain.Nascita, false, ending{Status: domain.Issued,
		Warnings: []string{"stato_nascita_non_attribuito", "atto_mancante"}, Lacks: []string{"NON ATTRIBUIBILE"}}},
}

// Whoever is held oddly gets a document that invents nothing, or the right reason:
// go test ./cmd/visure -run TestWhoIsHeldOddly -update, and read what changed.
func TestWhoIsHeldOddlyGetsWhatIsRight(t *testing.T) {
	t.Parallel()
	o := newRegistryOffice(t)
	population := people.People(1, 500)
	for _, c := range oddPeople {
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
			p := o.ask(t, registryCase{
				Tipo: c.tipo, Walk: c.walk, Soggetto: commands.SoggettoRichiesto{CodiceFiscale: population.Odd(c.oddity).CodiceFiscale},
			}, o.client(t, s.URL(), o.kit.CA.Certificate))
			p.check(t, c.ending)
			p.golden(t, filepath.Join("testdata", "oddities", name+".txt"))
		})
	}
}
