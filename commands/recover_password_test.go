package commands_test

import (
	"errors"
	"net/netip"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Whoever entered the address of an account may read what is sent there: so nobody gets by
// it at what they could not have given.
func TestAPasswordIsRecoveredByAnAddressThatStands(t *testing.T) {
	addressed := changed(entry, func(u *domain.UtenteRegistered) { u.Email, u.EnteredFor = "m@ente.example", comune })
	moved := changed(addressed, func(u *domain.UtenteRegistered) { u.Email = "altra@ente.example" })
	there := domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: altro}
	seat := domain.UtenteAppointed{Comune: altro, Mansione: "responsabile"}
	system := domain.Actor{Role: domain.RoleSistema}
	for name, c := range map[string]struct {
		given  []domain.Event
		enters domain.Actor
		amends []domain.Event // by the same person
		altro  []domain.UtenteID
		unused bool
		mailed bool
	}{
		"an operator's, entered by their ADMIN":        {given: events(addressed, operates), enters: anna, mailed: true},
		"an officer's, entered by the TOP":             {given: events(addressed, officer), enters: luisa, mailed: true},
		"anybody's, entered by the installation":       {given: events(addressed, officer, there, seat), enters: root, altro: []domain.UtenteID{utente}, mailed: true},
		"or by the system":                             {given: events(addressed, officer), enters: system, mailed: true},
		"an officer's not, if an ADMIN entered it":     {given: events(addressed, operates, officer), enters: anna},
		"nor an ADMIN's, if another did":               {given: events(addressed, governs), enters: anna},
		"nor who operates for another Comune too":      {given: events(addressed, operates, there), enters: luisa},
		"nor of one an ADMIN entered":                  {given: events(addressed, operates, there), enters: anna},
		"nor a TOP's of another Comune":                {given: events(addressed, operates, seat), enters: luisa, altro: []domain.UtenteID{utente}},
		"nor by an address that was changed":           {given: events(addressed, operates), enters: anna, amends: events(moved)},
		"nor where there is none":                      {given: events(entry, operates), enters: anna},
		"nor before the first password":                {given: events(addressed, operates), enters: anna, unused: true},
		"another name changes nothing about that":      {given: events(addressed, operates), enters: anna, amends: events(changed(addressed, func(u *domain.UtenteRegistered) { u.Cognome = "Verdi" })), mailed: true},
		"and an ended role goes beyond nobody's reach": {given: events(addressed, operates, changed(there, func(r *domain.RoleGiven) { r.Al = data("2026-11-22") })), enters: anna, mailed: true},
	} {
		t.Run(name, func(t *testing.T) {
			w, room := newWorld(), newCloakroom()
			h := w.handler()
			w.enterAs(string(altro.Stream()), system, domain.ComuneRegistered{ISTAT: altro})
			for _, top := range c.altro {
				w.enterAs(string(altro.Stream()), system, domain.TopNamed{Utente: top})
			}
			w.enterAs(string(utente.Stream()), c.enters, c.given...)
			if len(c.amends) > 0 {
				w.enterAs(string(utente.Stream()), c.enters, c.amends...)
			}
			room.factors[utente] = commands.Factors{Password: !c.unused}
			err := room.access(h).Recover(t.Context(), domain.Meta{}, netip.Addr{}, string(utente))
			if refused := errors.Is(err, commands.ErrRefused); refused == c.mailed || err != nil && !refused {
				t.Fatalf("%v", err)
			}
			if mailed := len(room.letters) == 1; mailed != c.mailed || len(room.links) != len(room.letters) {
				t.Errorf("letters %v, links %v", room.letters, room.links)
			}
		})
	}
}
