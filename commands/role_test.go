package commands_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestGiveRole(t *testing.T) {
	give := func(r domain.RoleGiven) commands.GiveRole { return commands.GiveRole(r) }
	pairs(t, give(domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: comune, Dal: data("2026-12-01")}), around)
	elsewhereToo := domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: altro}
	auditor := domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune}
	verifier := domain.RoleGiven{Role: domain.RoleAuditor, Ente: ente}
	forAWeek := changed(operates, func(r *domain.RoleGiven) { r.Dal, r.Al = data("2026-11-23"), data("2026-11-29") })
	aDay := changed(forAWeek, func(r *domain.RoleGiven) { r.Al = r.Dal })
	backwards := changed(forAWeek, func(r *domain.RoleGiven) { r.Al = data("2026-11-22") })
	inPlace := changed(forAWeek, func(r *domain.RoleGiven) { r.Sostituisce = mario.Utente })
	actless := changed(around, func(p *domain.Parties) { p.Convenzione = domain.Convenzione{} })
	withOther := changed(around, func(p *domain.Parties) { p.Utente.Roles = []domain.RoleHeld{{RoleGiven: operates}} })
	withOtherFor := func(r domain.RoleGiven) domain.Parties {
		return changed(around, func(p *domain.Parties) { p.Utente.Roles = []domain.RoleHeld{{RoleGiven: r}} })
	}
	inTheirPlace := func(s *domain.Standing) {
		s.Roles = []domain.RoleHeld{{RoleGiven: changed(operates, func(r *domain.RoleGiven) { r.Sostituisce = utente })}}
	}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"STANDARD by the Comune it is given for":  {given: events(entry), by: luisa, parties: around, when: give(operates), then: events(operates)},
		"STANDARD by the pair's ADMIN":            {given: events(entry), by: anna, parties: around, when: give(operates), then: events(operates)},
		"what an ADMIN gave an ADMIN prolongs":    {given: events(entry, forAWeek), by: anna, parties: around, when: give(operates), then: events(operates)},
		"what the Comune gave no ADMIN does":      {given: events(entry, forAWeek), enters: luisa, by: anna, parties: around, when: give(operates), fails: domain.Forbidden, field: "role"},
		"nor has it begin sooner":                 {given: events(entry, changed(forAWeek, func(r *domain.RoleGiven) { r.Dal = data("2026-11-28") })), enters: luisa, by: anna, parties: around, when: give(forAWeek), fails: domain.Forbidden, field: "role"},
		"nor later":                               {given: events(entry, forAWeek), enters: luisa, by: anna, parties: around, when: give(aDay), fails: domain.Forbidden, field: "role"},
		"nor goes on in another's place":          {given: events(entry, aDay), enters: luisa, by: anna, parties: withOther, when: give(inPlace), fails: domain.Forbidden, field: "al"},
		"but on the Comune's days":                {given: events(entry, forAWeek), enters: luisa, by: anna, parties: withOther, when: give(inPlace), then: events(inPlace)},
		"beyond it by the Comune":                 {given: events(entry, forAWeek), by: luisa, parties: around, when: give(operates), then: events(operates)},
		"for fewer days by an ADMIN":              {given: events(entry, forAWeek), by: anna, parties: around, when: give(aDay), then: events(aDay)},
		"at start-up":                             {given: events(entry), parties: around, when: give(operates), then: events(operates)},
		"once":                                    {given: events(entry, operates), by: luisa, parties: around, when: give(operates)},
		"another Comune gives its own":            {given: events(entry, operates), by: elsewhere, parties: around, when: give(elsewhereToo), then: events(elsewhereToo)},
		"to a known person":                       {by: luisa, parties: around, when: give(operates), fails: domain.NotFound},
		"not without an act with the body":        {given: events(entry), by: luisa, parties: actless, when: give(operates), fails: domain.Conflict, field: "ente"},
		"nor ADMIN":                               {given: events(entry), by: luisa, parties: actless, when: give(governs), fails: domain.Conflict, field: "ente"},
		"at a body there is":                      {given: events(entry), by: luisa, parties: domain.Parties{Comune: around.Comune}, when: give(operates), fails: domain.Invalid, field: "ente"},
		"for a Comune there is":                   {given: events(entry), when: give(operates), fails: domain.Invalid, field: "comune"},
		"ADMIN by the Comune":                     {given: events(entry), by: luisa, parties: around, when: give(governs), then: events(governs)},
		"ADMIN by no ADMIN":                       {given: events(entry), by: anna, parties: around, when: give(governs), fails: domain.Forbidden},
		"ADMIN by no other Comune":                {given: events(entry), by: elsewhere, parties: around, when: give(governs), fails: domain.NotFound},
		"ANAGRAFE by the Comune":                  {given: events(entry), by: luisa, parties: around, when: give(officer), then: events(officer)},
		"ANAGRAFE by no ADMIN":                    {given: events(entry), by: anna, parties: around, when: give(officer), fails: domain.Forbidden},
		"nobody gives to themself":                {id: string(luisa.Utente), given: events(entry), by: luisa, parties: around, when: give(operates), fails: domain.Forbidden},
		"not even ANAGRAFE":                       {id: string(luisa.Utente), given: events(entry), by: luisa, parties: around, when: give(officer), fails: domain.Forbidden},
		"AUDITOR of a Comune by the installation": {given: events(entry), by: root, parties: around, when: give(auditor), then: events(auditor)},
		"of a body too":                           {given: events(entry), by: root, parties: around, when: give(verifier), then: events(verifier)},
		"and by no TOP":                           {given: events(entry), by: luisa, parties: around, when: give(auditor), fails: domain.Forbidden},
		"nor by an ADMIN":                         {given: events(entry), by: anna, parties: around, when: give(verifier), fails: domain.Forbidden},
		"to a person there is":                    {by: root, parties: around, when: give(auditor), fails: domain.NotFound},
		"the installation gives nothing else":     {given: events(entry), by: root, parties: around, when: give(operates), fails: domain.Forbidden},
		"TOP is named otherwise":                  {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleTop, Comune: comune}), fails: domain.Invalid, field: "role"},
		"STANDARD is of a body":                   {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleStandard, Comune: comune}), fails: domain.Invalid, field: "role"},
		"and for a Comune":                        {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleStandard, Ente: ente}), fails: domain.Invalid, field: "role"},
		"ADMIN is for a Comune":                   {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleAdmin, Ente: ente}), fails: domain.Invalid, field: "role"},
		"ANAGRAFE is of no body":                  {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleAnagrafe, Ente: ente, Comune: comune}), fails: domain.Invalid, field: "role"},
		"an auditor of a body is of no Comune":    {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleAuditor, Ente: ente, Comune: comune}), fails: domain.Invalid, field: "role"},
		"the system is nobody":                    {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleSistema}), fails: domain.Invalid, field: "role"},
		"for a time":                              {given: events(entry), by: anna, parties: around, when: give(forAWeek), then: events(forAWeek)},
		"for a day":                               {given: events(entry), by: anna, parties: around, when: give(aDay), then: events(aDay)},
		"that does not end before it begins":      {given: events(entry), by: anna, parties: around, when: give(backwards), fails: domain.Invalid, field: "al"},
		"of whole days":                           {given: events(entry), by: anna, parties: around, when: give(changed(forAWeek, func(r *domain.RoleGiven) { r.Dal = data("2026-11") })), fails: domain.Invalid, field: "al"},
		"in the place of who has it":              {given: events(entry), by: anna, parties: withOther, when: give(inPlace), then: events(inPlace)},
		"beside the own":                          {given: events(entry, operates), by: anna, parties: withOther, when: give(inPlace), then: events(inPlace)},
		"not of who has it not":                   {given: events(entry), by: anna, parties: around, when: give(inPlace), fails: domain.Invalid, field: "sostituisce"},
		"not without days":                        {given: events(entry), by: anna, parties: withOther, when: give(changed(inPlace, func(r *domain.RoleGiven) { r.Al = domain.Date{} })), fails: domain.Invalid, field: "al"},
		"not longer than they have it":            {given: events(entry), by: luisa, parties: withOtherFor(aDay), when: give(inPlace), fails: domain.Invalid, field: "al"},
		"for as long as they have it":             {given: events(entry), by: luisa, parties: withOtherFor(forAWeek), when: give(inPlace), then: events(inPlace)},
		"not of who has it in another's place":    {given: events(entry), by: luisa, parties: withOtherFor(changed(forAWeek, func(r *domain.RoleGiven) { r.Sostituisce = anna.Utente })), when: give(inPlace), fails: domain.Invalid, field: "sostituisce"},
		"not by who substitutes the person":       {given: events(entry), by: luisa, also: inTheirPlace, parties: around, when: give(operates), fails: domain.Forbidden},
		"not of oneself":                          {given: events(entry), by: anna, parties: withOther, when: give(changed(inPlace, func(r *domain.RoleGiven) { r.Sostituisce = utente })), fails: domain.Invalid, field: "sostituisce"},
	})
}

func TestTakeRole(t *testing.T) {
	take := func(r domain.RoleGiven) commands.TakeRole {
		return commands.TakeRole{Role: r.Role, Ente: r.Ente, Comune: r.Comune, Sostituisce: r.Sostituisce}
	}
	taken := func(r domain.RoleGiven) domain.RoleTaken { return domain.RoleTaken(take(r)) }
	pairs(t, take(operates), around)
	inPlace := changed(operates, func(r *domain.RoleGiven) { r.Sostituisce = mario.Utente })
	auditor := domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by the Comune":                        {given: events(entry, operates), by: luisa, when: take(operates), then: events(taken(operates))},
		"by the pair's ADMIN":                  {given: events(entry, operates), by: anna, when: take(operates), then: events(taken(operates))},
		"by no ADMIN if the Comune gave it":    {given: events(entry, operates), enters: luisa, by: anna, when: take(operates), fails: domain.Forbidden, field: "role"},
		"once":                                 {given: events(entry), by: anna, when: take(operates)},
		"the own, not that in another's place": {given: events(entry, inPlace), by: anna, when: take(operates)},
		"that in another's place, not the own": {given: events(entry, operates, inPlace), by: anna, when: take(inPlace), then: events(taken(inPlace))},
		"ADMIN by the Comune":                  {given: events(entry, governs), by: luisa, when: take(governs), then: events(taken(governs))},
		"ADMIN by no ADMIN":                    {given: events(entry, governs), by: anna, when: take(governs), fails: domain.Forbidden},
		"ANAGRAFE by the Comune":               {given: events(entry, officer), by: luisa, when: take(officer), then: events(taken(officer))},
		"AUDITOR by the installation":          {given: events(entry, auditor), by: root, when: take(auditor), then: events(taken(auditor))},
		"and by no TOP":                        {given: events(entry, auditor), by: luisa, when: take(auditor), fails: domain.Forbidden},
		"in words nobody types":                {given: events(entry, operates), by: luisa, when: changed(take(operates), func(c *commands.TakeRole) { c.Motivo = "\x00" }), fails: domain.Invalid, field: "motivo"},
	})
}
