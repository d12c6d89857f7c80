package pages

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

// Who approves a grant beyond the Comune reads what is proposed, alike together.
func TestTypesBeyondTheComuneAreNamedByTheirMode(t *testing.T) {
	byOfficer, silence := domain.Modo{Conferma: domain.Manuale}, domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 6}
	got := byMode([]domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: byOfficer}, {Tipo: domain.Nascita, Nazionale: silence}, {Tipo: domain.StatoCivile, Nazionale: byOfficer}})
	if want := "con conferma dell’Anagrafe: Residenza, Stato civile; con silenzio-assenso dopo 6 ore d’ufficio: Nascita"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
