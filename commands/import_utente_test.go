package commands_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestImportUtente(t *testing.T) {
	row := commands.ImportUtente{
		Register: commands.RegisterUtente{CodiceFiscale: entry.CodiceFiscale, Cognome: entry.Cognome, Nome: entry.Nome, Email: entry.Email},
		Appoint:  commands.AppointUtente(messo), Give: commands.GiveRole(operates), Assign: commands.AssignProfile(grant),
	}
	parties := sound(func(p *domain.Parties) { p.Ente = around.Ente })
	bare := changed(row, func(c *commands.ImportUtente) {
		c.Appoint, c.Assign = commands.AppointUtente{}, commands.AssignProfile{}
	})
	forAWeek := changed(operates, func(r *domain.RoleGiven) { r.Dal, r.Al = data("2026-11-23"), data("2026-11-29") })
	over := changed(operates, func(r *domain.RoleGiven) { r.Dal, r.Al = data("2026-10-01"), data("2026-10-31") })
	inPlace := changed(forAWeek, func(r *domain.RoleGiven) { r.Sostituisce = mario.Utente })
	limited := changed(grant, func(a *domain.ProfileAssigned) {
		a.Limiti.Tipi, a.Al = []domain.Tipo{domain.Residenza}, data("2026-12-31")
	})
	national := domain.NazionaleGranted{Ente: ente, Comune: comune, Profile: prof, Motivo: "Serve"}
	moved := changed(messo, func(e *domain.UtenteAppointed) { e.Mansione = "istruttore" })
	taken := domain.RoleTaken{Role: operates.Role, Ente: ente, Comune: comune}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"all that a row says, at once":                {by: luisa, parties: parties, when: row, then: events(entry, messo, operates, grant)},
		"no more than it says":                        {by: anna, parties: parties, when: bare, then: events(changed(entry, func(u *domain.UtenteRegistered) { u.EnteredFor = comune }), operates)},
		"what is missing alone":                       {given: events(entry, operates), by: anna, parties: parties, when: row, then: events(messo, grant)},
		"nothing that is there":                       {given: events(entry, messo, operates, grant), by: luisa, parties: parties, when: row},
		"the last day of a role stays":                {given: events(entry, messo, forAWeek, grant), by: luisa, parties: parties, when: row},
		"for an ADMIN too, who might not prolong it":  {given: events(entry, messo, forAWeek, grant), by: anna, parties: parties, when: row},
		"even once it is over":                        {given: events(entry, messo, over, grant), by: luisa, parties: parties, when: row},
		"the person's limits stay":                    {given: events(entry, messo, operates, limited), by: luisa, parties: parties, when: row},
		"and what was granted beyond the Comune":      {given: events(entry, messo, operates, limited, national), by: luisa, parties: parties, when: row},
		"and what another Comune's ADMIN assigned":    {given: events(entry, messo, operates, limited), enters: luisa, by: anna, parties: parties, when: row},
		"another duty stays, and what lapsed with it": {given: events(entry, messo, operates, grant, moved), by: luisa, parties: parties, when: row},
		"who only stands in is given the role":        {given: events(entry, messo, inPlace), by: luisa, parties: parties, when: bare, then: events(operates)},
		"what was taken is given anew":                {given: events(entry, messo, operates, taken), by: luisa, parties: parties, when: bare, then: events(operates)},
		"that it is there helps no other Comune":      {given: events(entry, messo, operates, grant), by: elsewhere, parties: parties, when: row, fails: domain.NotFound},
		"and no operator":                             {given: events(entry, messo, operates, grant), by: mario, parties: parties, when: row, fails: domain.Forbidden},
		"one refusal is that of all":                  {by: luisa, parties: around, when: row, fails: domain.Conflict, field: "convenzione"},
	})
}
