package main

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/adapters/anpr/simulator/people"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// oddlyAsked are documents about people of the simulator who are flagged, or who
// are to be asked about otherwise than others.
var oddlyAsked = []oddCase{
	{people.KinshipFlagged, domain.StatoFamigliaParentela, false, byCode, ending{Status: domain.NotIssuable, Reason: domain.ReasonKinship}},
	{people.KinshipFlagged, domain.StatoFamiglia, false, byCode, ending{Status: domain.NotIssuable, Reason: domain.ReasonKinship}},
	{people.KinshipFlagged, domain.Residenza, false, byCode, ending{Status: domain.Issued, Lacks: []string{"AVVERTENZE"}}},
	{people.PartlyCertifiableHead, domain.StatoFamigliaParentela, false, byCode, ending{Status: domain.Issued, Warnings: []string{"certificabilita_parziale"}}},
	{people.PartlyCertifiableHead, domain.StatoFamiglia, false, byCode, ending{Status: domain.Issued}},
	{people.MemberNotCertifiable, domain.StatoFamiglia, false, byCode, ending{Status: domain.Issued, Warnings: []string{"componente_non_certificabile"}}},
	{people.ProvisionalCode, domain.Residenza, false, byCode, ending{Status: domain.Issued, Contains: []string{"Codice fiscale 03900200019"}}},
	{people.UnnamedBornInAYear, domain.Nascita, false, commands.SoggettoRichiesto{Cognome: "=", SenzaNome: true, DataNascita: "="},
		ending{Status: domain.Issued, Warnings: []string{"atto_mancante"}, Contains: []string{"(senza nome)", "(giorno e mese non noti)"}}},
	{people.Umlauts, domain.Residenza, false, commands.SoggettoRichiesto{Cognome: "Weissenboeck", Nome: "Juergen", DataNascita: "="}, ending{Status: domain.Issued, Contains: []string{"WEIßENBÖCK", "JÜRGEN"}}},
}

// Whoever is flagged or asked about oddly gets the right document or the reason:
// go test ./cmd/visure -run TestOddlyAsked -update, and read what changed.
func TestOddlyAsked(t *testing.T) {
	t.Parallel()
	playOdd(t, oddlyAsked)
}

// named completes who is asked about with what the person is like: "=" stands for
// what the population knows, and nothing at all for the code.
func named(s commands.SoggettoRichiesto, p *people.Person) commands.SoggettoRichiesto {
	if s == byCode {
		return commands.SoggettoRichiesto{CodiceFiscale: p.CodiceFiscale}
	}
	s.Sesso = string(rune(p.Sex))
	if s.Cognome == "=" {
		s.Cognome = p.Surname
	}
	if s.DataNascita == "=" {
		s.DataNascita = p.Birth.Date.Format(time.DateOnly)
		if p.Birth.NoDayMonth {
			s.DataNascita = p.Birth.Date.Format("2006")
		}
	}
	return s
}
