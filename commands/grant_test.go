package commands_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestProposals(t *testing.T) {
	reset := commands.ProposeReset{Ente: ente, Comune: comune, Motivo: "telefono smarrito"}
	pairs(t, reset, around)
	approve, reject := commands.ApproveGrant{ID: "proposal"}, commands.RejectGrant{ID: "proposal"}
	approved, rejected := domain.GrantApproved{ID: approve.ID}, domain.GrantRejected(reject)
	resetApproved := domain.GrantApproved{ID: approve.ID, Reset: true}
	forReset := domain.GrantProposed{ID: "proposal", Comune: comune, Ente: ente, Reset: true, Motivo: reset.Motivo}
	forProfile := domain.GrantProposed{ID: "proposal", Comune: comune, Ente: ente, Assign: &grant}
	forNazionale := domain.GrantProposed{ID: "proposal", Comune: comune, Ente: ente, Nazionale: prof}
	tops := func(ids ...domain.UtenteID) domain.Parties {
		return sound(func(p *domain.Parties) { p.Comune.Tops = ids })
	}
	two, alone := tops(luisa.Utente, second.Utente), tops(luisa.Utente)
	here := events(entry, operates)
	profile, beyond, lost := append(here, forProfile), append(here, grant, forNazionale), append(here, forReset)
	themself := domain.Actor{Utente: utente, Role: domain.RoleTop, Comune: comune}
	admin2 := domain.Actor{Utente: piero.Utente, Role: domain.RoleAdmin, Ente: ente}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"a reset is proposed by an ADMIN":      {given: here, by: anna, parties: around, when: reset, then: events(changed(forReset, func(e *domain.GrantProposed) { e.ID = command }))},
		"once":                                 {given: lost, by: anna, parties: around, when: reset},
		"with a reason":                        {given: here, by: anna, parties: around, when: commands.ProposeReset{Ente: ente, Comune: comune}, fails: domain.Invalid, field: "motivo"},
		"an ADMIN's profile, by a TOP":         {given: profile, enters: anna, by: luisa, parties: two, when: approve, then: events(approved)},
		"a TOP's, by another":                  {given: profile, enters: second, by: luisa, parties: two, when: approve, then: events(approved)},
		"not by who proposed it":               {given: profile, enters: luisa, by: luisa, parties: two, when: approve, fails: domain.Forbidden},
		"not in another capacity either":       {given: profile, enters: domain.Actor{Utente: luisa.Utente, Role: domain.RoleAdmin, Ente: ente}, by: luisa, parties: two, when: approve, fails: domain.Forbidden},
		"not by whom it is for":                {given: profile, enters: luisa, by: themself, parties: two, when: approve, fails: domain.Forbidden},
		"not by an ADMIN":                      {given: profile, enters: luisa, by: anna, parties: two, when: approve, fails: domain.Forbidden},
		"not by an operator":                   {given: profile, enters: luisa, by: mario, parties: two, when: approve, fails: domain.Forbidden},
		"not by an officer":                    {given: profile, enters: luisa, by: carla, parties: two, when: approve, fails: domain.Forbidden},
		"another Comune sees nobody":           {given: profile, enters: luisa, by: elsewhere, parties: two, when: approve, fails: domain.NotFound},
		"the installation is not a second TOP": {given: profile, enters: luisa, by: root, parties: two, when: approve, fails: domain.NotFound},
		"but where there is one it is":         {given: profile, enters: luisa, by: root, parties: alone, when: approve, then: events(approved)},
		"what can no longer be given is not":   {given: profile, enters: anna, by: luisa, parties: sound(narrowing(func(m *domain.Massimo) { m.Tipi = []domain.Tipo{domain.Nascita} })), when: approve, fails: domain.Forbidden, field: "profile"},
		"nor to who no longer operates":        {given: append(profile, messo, domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune}), enters: anna, by: luisa, parties: two, when: approve, fails: domain.Conflict, field: "role"},
		"nazionale by two TOPs":                {given: beyond, enters: second, by: luisa, parties: two, when: approve, then: events(approved)},
		"or the TOP and the installation":      {given: beyond, enters: luisa, by: root, parties: alone, when: approve, then: events(approved)},
		"not once the profile has gone":        {given: append(here, forNazionale), enters: second, by: luisa, parties: two, when: approve, fails: domain.Conflict, field: "profile"},
		"nor once the title has":               {given: beyond, enters: second, by: luisa, parties: sound(func(p *domain.Parties) { p.Comune.Nazionale = domain.NazionaleEnabled{} }), when: approve, fails: domain.Conflict, field: "comune"},
		"a reset by another ADMIN":             {given: lost, enters: anna, by: admin2, parties: two, when: approve, then: events(resetApproved)},
		"or the TOP":                           {given: lost, enters: anna, by: luisa, parties: two, when: approve, then: events(resetApproved)},
		"not by the same ADMIN":                {given: lost, enters: anna, by: anna, parties: two, when: approve, fails: domain.Forbidden},
		"nor one of another body":              {given: lost, enters: anna, by: otherBody, parties: two, when: approve, fails: domain.NotFound},
		"what is decided is decided":           {given: append(lost, approved), enters: anna, by: luisa, parties: two, when: approve},
		"and there is none for strangers":      {given: append(lost, approved), enters: anna, by: elsewhere, parties: two, when: approve, fails: domain.NotFound},
		"a second person rejects":              {given: profile, enters: anna, by: luisa, parties: two, when: reject, then: events(rejected)},
		"who proposed it takes it back":        {given: profile, enters: anna, by: anna, parties: two, when: reject, then: events(rejected)},
		"an operator does neither":             {given: profile, enters: anna, by: mario, parties: two, when: reject, fails: domain.Forbidden},
		"rejected in words nobody types":       {given: profile, enters: anna, by: luisa, parties: two, when: commands.RejectGrant{ID: "proposal", Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
		"what was approved is carried out":     {given: append(lost, approved), when: commands.CompleteReset{ID: "proposal"}, then: events(domain.ResetDone{ID: "proposal"})},
		"what was not is not":                  {given: lost, when: commands.CompleteReset{ID: "proposal"}},
		"by nobody but the system":             {given: append(lost, approved), by: luisa, when: commands.CompleteReset{ID: "proposal"}, fails: domain.Forbidden},
	})
}
