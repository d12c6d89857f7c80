package simulator_test

import (
	"testing"
)

func TestAResidentIsFoundByCodiceFiscale(t *testing.T) {
	t.Parallel()
	r := start(t)
	a := r.ask(r.signer(bagnacavallo), "3002", question{criteria: byCode("VRDLCU78C14A547O"), codes: []int{1}}.String())
	if got := a.outcome(); got != "OK" {
		t.Fatalf("%s\n%s", got, a.body)
	}
	if got := a.text("//datiSoggetto/generalita/cognome"); got != "VERDEMARE" {
		t.Errorf("surname %q", got)
	}
}
