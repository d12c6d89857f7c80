package domain_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestOnlyNamedAccountsAdministerTheInstallation(t *testing.T) {
	t.Parallel()
	at := func(events ...domain.Event) domain.Standing {
		var s domain.Standing
		for _, e := range events {
			s.Installazione = s.Installazione.Evolve(e, domain.Meta{})
		}
		return s
	}
	begun := []domain.Event{golden["installazione.initialised.v1"], domain.AdministratorNamed{Account: "root"}}
	for name, tc := range map[string]struct {
		standing domain.Standing
		account  string
		want     bool
	}{
		"before the installation has begun": {at(), "root", false},
		"who was named":                     {at(begun...), "root", true},
		"who was not":                       {at(begun...), "visure", false},
		"an account without a name":         {at(begun...), "", false},
		"who was removed":                   {at(append(begun, domain.AdministratorNamed{Account: "visure"}, domain.AdministratorRemoved{Account: "root"})...), "root", false},
		"who stayed":                        {at(append(begun, domain.AdministratorNamed{Account: "visure"}, domain.AdministratorRemoved{Account: "root"})...), "visure", true},
	} {
		reach, held := tc.standing.Reach(domain.Actor{Role: domain.RoleInstallazione, Account: tc.account}, mattina)
		if held != tc.want || reach.Installs != tc.want {
			t.Errorf("%s: held %v, installs %v", name, held, reach.Installs)
		}
		if reach.Reads || reach.Downloads || reach.Requests || reach.Covers(domain.Object{Comune: "039002"}) {
			t.Errorf("%s: reaches what is no installation's: %+v", name, reach)
		}
	}
}
