package commands_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// sound are the parties of an assignment of desk, which has types that ask for a second
// person where the Comune wants one.
func sound(change ...func(*domain.Parties)) domain.Parties {
	p := domain.Parties{
		Comune: domain.Comune{Registered: true, ComuneRegistered: ancona, Nazionale: title}, Convenzione: inForce(act),
		Profiles: []domain.NamedProfile{{ID: prof, Profile: domain.Profile{Defined: true, ProfileDefined: desk}}},
	}
	for _, c := range change {
		c(&p)
	}
	return p
}

// eyes has the Comune want a second person.
func eyes(o domain.QuattroOcchi) func(*domain.Parties) {
	return func(p *domain.Parties) { p.Comune.Regole.QuattroOcchi = []domain.QuattroOcchi{o} }
}

// duty has the profile be for a mansione.
func duty(mansione string) func(*domain.Parties) {
	return func(p *domain.Parties) { p.Profiles[0].Mansione = mansione }
}

// granting has the profile grant other types, and the act all of them.
func granting(types ...domain.TipoConcesso) func(*domain.Parties) {
	return func(p *domain.Parties) {
		p.Profiles[0].Tipi = types
		p.Convenzione = inForce(changed(act, func(a *domain.ConvenzioneDrafted) {
			a.Massimo.Tipi = []domain.Tipo{domain.Residenza, domain.ResidenzaStorica, domain.CittadinanzaStorica, domain.StatoFamigliaParentela}
		}))
	}
}

// narrowing has the act admit other things at most.
func narrowing(change func(*domain.Massimo)) func(*domain.Parties) {
	return func(p *domain.Parties) {
		p.Convenzione = inForce(changed(act, func(a *domain.ConvenzioneDrafted) { change(&a.Massimo) }))
	}
}

var grant = domain.ProfileAssigned{Ente: ente, Comune: comune, Profile: prof}

func TestAssignProfile(t *testing.T) {
	assign := commands.AssignProfile(grant)
	pairs(t, assign, sound())
	here := events(entry, operates)
	with := func(change func(*domain.ProfileAssigned)) commands.AssignProfile {
		return commands.AssignProfile(changed(grant, change))
	}
	limited := changed(grant, func(a *domain.ProfileAssigned) {
		a.Limiti.Tipi, a.Al = []domain.Tipo{domain.Residenza}, data("2026-12-31")
	})
	what := grant.Grant()
	storica := domain.TipoConcesso{Tipo: domain.ResidenzaStorica}
	proposed := domain.GrantProposed{ID: command, Comune: comune, Ente: ente, Assign: &what}
	oneResidenza := domain.TipoConcesso{Tipo: domain.Residenza}
	onlyResidenza := changed(grant, func(a *domain.ProfileAssigned) { a.Limiti.Tipi = []domain.Tipo{domain.Residenza} })
	const servizio = "ordine di servizio 41"
	because := changed(grant, func(a *domain.ProfileAssigned) { a.Motivo = servizio })
	reason := with(func(a *domain.ProfileAssigned) { a.Motivo = servizio })
	proposedBecause := changed(proposed, func(p *domain.GrantProposed) { p.Motivo = servizio })
	lapsed := events(entry, operates, messo, grant, changed(messo, func(e *domain.UtenteAppointed) { e.Mansione = "istruttore" }))
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by a TOP":                             {given: here, by: luisa, parties: sound(), when: assign, then: events(grant)},
		"by the pair's ADMIN":                  {given: here, by: anna, parties: sound(), when: assign, then: events(grant)},
		"to an ADMIN by the TOP":               {given: events(entry, governs), by: luisa, parties: sound(), when: assign, then: events(grant)},
		"once":                                 {given: append(here, grant), by: anna, parties: sound(), when: assign},
		"within limits of the person's own":    {given: here, by: anna, parties: sound(), when: commands.AssignProfile(limited), then: events(limited)},
		"anew, by who assigned it":             {given: append(here, grant), by: anna, parties: sound(), when: commands.AssignProfile(limited), then: events(limited)},
		"the Comune changes what an ADMIN did": {given: append(here, limited), enters: anna, by: luisa, parties: sound(), when: assign, then: events(grant)},
		"no ADMIN what the Comune did":         {given: append(here, limited), enters: luisa, by: anna, parties: sound(), when: assign, fails: domain.Forbidden, field: "profile"},
		"not even when it has lapsed":          {given: lapsed, enters: luisa, by: anna, parties: sound(), when: assign, fails: domain.Forbidden, field: "profile"},
		"a lapsed one anew":                    {given: lapsed, by: luisa, parties: sound(), when: assign, then: events(grant)},
		"not without an act":                   {given: here, by: luisa, parties: sound(func(p *domain.Parties) { p.Convenzione = domain.Convenzione{} }), when: assign, fails: domain.Conflict, field: "convenzione"},
		"a profile there is":                   {given: here, by: luisa, parties: sound(func(p *domain.Parties) { p.Profiles = nil }), when: assign, fails: domain.NotFound, field: "profile"},
		"of the Comune":                        {given: here, by: luisa, parties: sound(func(p *domain.Parties) { p.Profiles[0].Comune = altro }), when: assign, fails: domain.NotFound, field: "profile"},
		"not withdrawn":                        {given: here, by: luisa, parties: sound(func(p *domain.Parties) { p.Profiles[0].Withdrawn = true }), when: assign, fails: domain.Conflict, field: "profile"},
		"to who operates there":                {given: events(entry, messo), by: luisa, parties: sound(), when: assign, fails: domain.Conflict, field: "role"},
		"who is nowhere there is nobody":       {given: events(entry), by: luisa, parties: sound(), when: assign, fails: domain.NotFound},
		"no type beyond the act":               {given: here, by: anna, parties: sound(narrowing(func(m *domain.Massimo) { m.Tipi = []domain.Tipo{domain.Nascita} })), when: assign, fails: domain.Forbidden, field: "profile"},
		"but for what the person's limits leave": {given: here, by: anna, parties: sound(func(p *domain.Parties) {
			p.Profiles[0].Tipi = append(p.Profiles[0].Tipi[:1:1], domain.TipoConcesso{Tipo: domain.Morte})
		}), when: commands.AssignProfile(onlyResidenza), then: events(onlyResidenza)},
		"no national mode beyond the act": {given: here, by: anna, parties: sound(func(p *domain.Parties) {
			p.Profiles[0].Tipi = []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.Immediata}}}
		}), when: assign, fails: domain.Forbidden, field: "profile"},
		"no silence sooner than the act's": {given: here, by: anna, parties: sound(func(p *domain.Parties) {
			p.Profiles[0].Tipi = []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 11}}}
		}), when: assign, fails: domain.Forbidden, field: "profile"},
		"as soon as the act's": {given: here, by: anna, parties: sound(func(p *domain.Parties) {
			p.Profiles[0].Tipi = []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 12}}}
		}), when: assign, then: events(grant)},
		"no limits the profile lacks": {given: here, by: anna, parties: sound(), when: with(func(a *domain.ProfileAssigned) { a.Limiti.Tipi = []domain.Tipo{domain.Morte} }), fails: domain.Invalid, field: "limiti.tipi"},
		"no hours that are none": {given: here, by: anna, parties: sound(), when: with(func(a *domain.ProfileAssigned) {
			a.Limiti.Orario = domain.Orario{{Giorni: []int{1}, Dalle: "9", Alle: "10:00"}}
		}), fails: domain.Invalid, field: "limiti.orario"},
		"no days in the wrong order":          {given: here, by: anna, parties: sound(), when: with(func(a *domain.ProfileAssigned) { a.Dal, a.Al = data("2026-12-02"), data("2026-12-01") }), fails: domain.Invalid, field: "al"},
		"historical types by two":             {given: here, by: anna, parties: sound(granting(oneResidenza, storica), eyes(domain.OcchiStoriche)), when: assign, then: events(proposed)},
		"of citizenship too":                  {given: here, by: luisa, parties: sound(granting(domain.TipoConcesso{Tipo: domain.CittadinanzaStorica}), eyes(domain.OcchiStoriche)), when: assign, then: events(proposed)},
		"kinship by two":                      {given: here, by: luisa, parties: sound(granting(domain.TipoConcesso{Tipo: domain.StatoFamigliaParentela}), eyes(domain.OcchiParentela)), when: assign, then: events(proposed)},
		"proposed once":                       {given: append(here, domain.GrantProposed{ID: "earlier", Comune: comune, Ente: ente, Assign: &what}), by: luisa, parties: sound(granting(storica), eyes(domain.OcchiStoriche)), when: assign},
		"other types by one":                  {given: here, by: anna, parties: sound(eyes(domain.OcchiStoriche)), when: assign, then: events(grant)},
		"and those that limits leave out":     {given: here, by: anna, parties: sound(granting(oneResidenza, storica), eyes(domain.OcchiStoriche)), when: commands.AssignProfile(onlyResidenza), then: events(onlyResidenza)},
		"for the mansione the person has":     {given: append(here, messo), by: anna, parties: sound(duty("messo")), when: assign, then: events(grant)},
		"however that is written":             {given: append(here, messo), by: anna, parties: sound(duty(" MESSO ")), when: assign, then: events(grant)},
		"not for another by an ADMIN":         {given: append(here, messo), by: anna, parties: sound(duty("agente di polizia locale")), when: assign, fails: domain.Forbidden, field: "mansione"},
		"by the Comune for another too":       {given: append(here, messo), by: luisa, parties: sound(duty("agente di polizia locale")), when: assign, then: events(grant)},
		"to nobody without any":               {given: here, by: luisa, parties: sound(duty("messo")), when: assign, fails: domain.Conflict, field: "mansione"},
		"of this Ente":                        {given: append(here, changed(messo, func(e *domain.UtenteAppointed) { e.Comune = altro })), by: anna, parties: sound(duty("messo")), when: assign, fails: domain.Conflict, field: "mansione"},
		"for a reason":                        {given: here, by: anna, parties: sound(), when: reason, then: events(because)},
		"of as many words as any":             {given: here, by: anna, parties: sound(), when: with(func(a *domain.ProfileAssigned) { a.Motivo = strings.Repeat("è", 1000) }), then: events(changed(grant, func(a *domain.ProfileAssigned) { a.Motivo = strings.Repeat("è", 1000) }))},
		"and no more":                         {given: here, by: anna, parties: sound(), when: with(func(a *domain.ProfileAssigned) { a.Motivo = strings.Repeat("è", 1001) }), fails: domain.Invalid, field: "motivo"},
		"in words somebody can read":          {given: here, by: anna, parties: sound(), when: with(func(a *domain.ProfileAssigned) { a.Motivo = "\x00" }), fails: domain.Invalid, field: "motivo"},
		"once for a reason":                   {given: append(here, because), by: anna, parties: sound(), when: reason},
		"nor again for another":               {given: append(here, because), by: anna, parties: sound(), when: assign},
		"proposed for a reason":               {given: here, by: anna, parties: sound(granting(storica), eyes(domain.OcchiStoriche)), when: reason, then: events(proposedBecause)},
		"and approved nothing is left to do":  {given: append(here, proposedBecause, domain.GrantApproved{ID: command}), by: luisa, parties: sound(granting(storica), eyes(domain.OcchiStoriche)), when: reason},
		"who may not is told so before":       {given: here, by: elsewhere, parties: sound(), when: with(func(a *domain.ProfileAssigned) { a.Motivo = "\x00" }), fails: domain.NotFound},
		"where only others are wanted by two": {given: here, by: anna, parties: sound(granting(storica), eyes(domain.OcchiParentela)), when: assign, then: events(grant)},
	})
}

func TestWithdrawAssignment(t *testing.T) {
	withdraw := commands.WithdrawAssignment{Ente: ente, Comune: comune, Profile: prof}
	withdrawn := domain.AssignmentWithdrawn(withdraw)
	pairs(t, withdraw, around)
	here := events(entry, operates, grant)
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by a TOP":                              {given: here, by: luisa, when: withdraw, then: events(withdrawn)},
		"by the ADMIN who assigned it":          {given: here, by: anna, when: withdraw, then: events(withdrawn)},
		"not by an ADMIN if the Comune did":     {given: here, enters: luisa, by: anna, when: withdraw, fails: domain.Forbidden, field: "profile"},
		"by the Comune whoever did":             {given: here, enters: anna, by: luisa, when: withdraw, then: events(withdrawn)},
		"once":                                  {given: events(entry, operates), by: luisa, when: withdraw},
		"of who is appointed there and no more": {given: append(here, messo, domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune}), by: luisa, when: withdraw, then: events(withdrawn)},
		"in words nobody types":                 {given: here, by: luisa, when: changed(withdraw, func(c *commands.WithdrawAssignment) { c.Motivo = "\x00" }), fails: domain.Invalid, field: "motivo"},
	})
}

func TestGrantNazionale(t *testing.T) {
	ask := commands.GrantNazionale{Ente: ente, Comune: comune, Profile: prof, Motivo: "accertamenti"}
	granted := domain.NazionaleGranted{Ente: ente, Comune: comune, Profile: prof, Tipi: desk.Tipi, Motivo: ask.Motivo}
	unlimited := changed(granted, func(e *domain.NazionaleGranted) { e.Tipi = nil })
	proposed := domain.GrantProposed{ID: command, Comune: comune, Ente: ente, Nazionale: prof, Tipi: desk.Tipi, Motivo: ask.Motivo}
	revoke := commands.RevokeNazionale{Ente: ente, Comune: comune, Profile: prof}
	revoked := domain.NazionaleRevoked(revoke)
	manuale, silence := domain.Modo{Conferma: domain.Manuale}, func(hours int) domain.Modo {
		return domain.Modo{Conferma: domain.SilenzioAssenso, Ore: hours}
	}
	of := func(tipo domain.Tipo) func(domain.Modo) domain.TipoConcesso {
		return func(m domain.Modo) domain.TipoConcesso { return domain.TipoConcesso{Tipo: tipo, Nazionale: m} }
	}
	residenza, civile, historic := of(domain.Residenza), of(domain.StatoCivile), of(domain.ResidenzaStorica)
	reaching := func(tipi ...domain.TipoConcesso) domain.NazionaleGranted {
		return changed(granted, func(e *domain.NazionaleGranted) { e.Tipi = tipi })
	}
	here := slices.Clip(events(entry, operates, grant))
	local := sound(func(p *domain.Parties) { p.Profiles[0].Tipi = []domain.TipoConcesso{{Tipo: domain.Residenza}} })
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by a TOP":                        {given: here, by: luisa, parties: sound(), when: ask, then: events(granted)},
		"by no ADMIN":                     {given: here, by: anna, parties: sound(), when: ask, fails: domain.Forbidden},
		"by no officer":                   {given: here, by: carla, parties: sound(), when: ask, fails: domain.Forbidden},
		"nor the installation":            {given: here, by: root, parties: sound(), when: ask, fails: domain.Forbidden},
		"nor another Comune's TOP":        {given: here, by: elsewhere, parties: sound(), when: ask, fails: domain.NotFound},
		"nor for oneself":                 {id: string(luisa.Utente), given: here, by: luisa, parties: sound(), when: ask, fails: domain.Forbidden},
		"once":                            {given: append(here, granted), by: luisa, parties: sound(), when: ask},
		"of what the profile has beyond":  {given: here, by: luisa, parties: sound(granting(residenza(manuale), civile(domain.Modo{}))), when: ask, then: events(granted)},
		"again for another type":          {given: append(here, granted), by: luisa, parties: sound(granting(residenza(manuale), civile(manuale))), when: ask, then: events(reaching(residenza(manuale), civile(manuale)))},
		"and once":                        {given: append(here, reaching(residenza(manuale), civile(manuale))), by: luisa, parties: sound(granting(residenza(manuale), civile(manuale))), when: ask},
		"again for a looser mode":         {given: append(here, granted), by: luisa, parties: sound(granting(residenza(silence(0)))), when: ask, then: events(reaching(residenza(silence(0))))},
		"fewer hours are looser":          {given: append(here, reaching(residenza(silence(0)))), by: luisa, parties: sound(granting(residenza(silence(11)))), when: ask, then: events(reaching(residenza(silence(11))))},
		"as many as the Comune's are not": {given: append(here, reaching(residenza(silence(0)))), by: luisa, parties: sound(granting(residenza(silence(12)))), when: ask},
		"nor are more":                    {given: append(here, reaching(residenza(silence(0)))), by: luisa, parties: sound(granting(residenza(silence(13)))), when: ask},
		"nor for a stricter one":          {given: append(here, reaching(residenza(silence(0)))), by: luisa, parties: sound(granting(residenza(manuale))), when: ask},
		"nor for a type less":             {given: append(here, reaching(residenza(manuale), civile(manuale))), by: luisa, parties: sound(granting(residenza(manuale))), when: ask},
		"what was granted stands": {given: append(here, reaching(residenza(silence(0)), civile(silence(6)))), by: luisa, parties: sound(granting(residenza(manuale), civile(domain.Modo{}), historic(manuale))), when: ask,
			then: events(reaching(residenza(silence(0)), historic(manuale), civile(silence(6))))},
		"that of before is without limit": {given: append(here, unlimited), by: luisa, parties: sound(granting(residenza(silence(0)), civile(manuale))), when: ask},
		"again with a reason":             {given: append(here, granted), by: luisa, parties: sound(granting(residenza(silence(0)))), when: commands.GrantNazionale{Ente: ente, Comune: comune, Profile: prof}, fails: domain.Invalid, field: "motivo"},
		"again by two":                    {given: append(here, granted), by: luisa, parties: sound(granting(residenza(silence(0))), eyes(domain.OcchiNazionale)), when: ask, then: events(changed(proposed, func(e *domain.GrantProposed) { e.Tipi = []domain.TipoConcesso{residenza(silence(0))} }))},
		"what was revoked is gone":        {given: append(here, reaching(residenza(silence(0))), revoked), by: luisa, parties: sound(), when: ask, then: events(granted)},
		"not of a profile withdrawn":      {given: here, by: luisa, parties: sound(func(p *domain.Parties) { p.Profiles[0].Withdrawn = true }), when: ask, fails: domain.Conflict, field: "profile"},
		"of a profile that is held":       {given: events(entry, operates), by: luisa, parties: sound(), when: ask, fails: domain.Conflict, field: "profile"},
		"that has not lapsed":             {given: append(here, messo, changed(messo, func(e *domain.UtenteAppointed) { e.Mansione = "altro" })), by: luisa, parties: sound(), when: ask, fails: domain.Conflict, field: "profile"},
		"that goes beyond the Comune":     {given: here, by: luisa, parties: local, when: ask, fails: domain.Conflict, field: "profile"},
		"where the Comune has a title":    {given: here, by: luisa, parties: sound(func(p *domain.Parties) { p.Comune.Nazionale = domain.NazionaleEnabled{} }), when: ask, fails: domain.Conflict, field: "comune"},
		"with a reason":                   {given: here, by: luisa, parties: sound(), when: commands.GrantNazionale{Ente: ente, Comune: comune, Profile: prof}, fails: domain.Invalid, field: "motivo"},
		"that somebody can read":          {given: here, by: luisa, parties: sound(), when: changed(ask, func(c *commands.GrantNazionale) { c.Motivo = "\x00" }), fails: domain.Invalid, field: "motivo"},
		"by two where two are wanted":     {given: here, by: luisa, parties: sound(eyes(domain.OcchiNazionale)), when: ask, then: events(proposed)},
		"after assigning anew once more":  {given: append(here, granted, changed(grant, func(a *domain.ProfileAssigned) { a.Al = data("2026-12-31") })), by: luisa, parties: sound(), when: ask, then: events(granted)},
		"it is revoked":                   {given: append(here, granted), by: luisa, parties: sound(), when: revoke, then: events(revoked)},
		"once revoked":                    {given: here, by: luisa, parties: sound(), when: revoke},
		"revoked by no ADMIN":             {given: append(here, granted), by: anna, parties: sound(), when: revoke, fails: domain.Forbidden},
		"nor by another Comune's TOP":     {given: append(here, granted), by: elsewhere, parties: sound(), when: revoke, fails: domain.NotFound},
		"revoked in no such words":        {given: append(here, granted), by: luisa, parties: sound(), when: changed(revoke, func(c *commands.RevokeNazionale) { c.Motivo = "\x00" }), fails: domain.Invalid, field: "motivo"},
	})
}
