package commands_test

import (
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestProposals(t *testing.T) {
	reset := commands.ProposeReset{Ente: ente, Comune: comune, Motivo: "telefono smarrito"}
	atPair(t, reset, around)
	approve, reject := commands.ApproveGrant{ID: "proposal"}, commands.RejectGrant{ID: "proposal"}
	approved, rejected := domain.GrantApproved{ID: approve.ID}, domain.GrantRejected(reject)
	resetApproved := domain.GrantApproved{ID: approve.ID, Reset: true}
	forReset := domain.GrantProposed{ID: "proposal", Comune: comune, Ente: ente, Reset: true, Motivo: reset.Motivo}
	what := grant.Grant()
	forProfile := domain.GrantProposed{ID: "proposal", Comune: comune, Ente: ente, Assign: &what}
	forNazionale := domain.GrantProposed{ID: "proposal", Comune: comune, Ente: ente, Nazionale: prof, Tipi: desk.Tipi}
	byManuale := desk.Tipi[0]
	bySilence := domain.TipoConcesso{Tipo: domain.StatoCivile, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso}}
	reaches := func(tipi ...domain.TipoConcesso) domain.GrantApproved {
		return changed(approved, func(e *domain.GrantApproved) { e.Tipi = tipi })
	}
	tops := func(ids ...domain.UtenteID) domain.Parties {
		return headedBy(sound(), ids...)
	}
	there := domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: altro}
	audits := domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune}
	auditsEnte := domain.RoleGiven{Role: domain.RoleAuditor, Ente: ente}
	otherAnna := changed(anna, func(a *domain.Actor) { a.Ente = "00000000-0000-4000-8000-0000000000e2" })
	seated := func(p domain.Parties) domain.Parties {
		p.Seats = []domain.Comune{{ComuneRegistered: domain.ComuneRegistered{ISTAT: altro}, Tops: []domain.UtenteID{utente}}}
		return p
	}
	goes := func(tipi ...domain.TipoConcesso) domain.Parties {
		return headedBy(sound(granting(tipi...)), luisa.Utente, second.Utente)
	}
	two, alone := tops(luisa.Utente, second.Utente), tops(luisa.Utente)
	here := slices.Clip(events(entry, operates))
	profile, beyond, lost := slices.Clip(append(here, forProfile)), slices.Clip(append(here, grant, forNazionale)), slices.Clip(append(here, forReset))
	moved := changed(messo, func(e *domain.UtenteAppointed) { e.Mansione = "autista" })
	const otherProf = domain.ProfileID("00000000-0000-4000-8000-0000000000f2")
	themself := domain.Actor{Utente: utente, Role: domain.RoleTop, Comune: comune}
	admin2 := domain.Actor{Utente: piero.Utente, Role: domain.RoleAdmin, Ente: ente}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"a reset is proposed by an ADMIN":                                 {given: here, by: anna, parties: around, when: reset, then: events(changed(forReset, func(e *domain.GrantProposed) { e.ID = command }))},
		"once":                                                            {given: lost, by: anna, parties: around, when: reset},
		"by a TOP":                                                        {given: here, by: luisa, parties: around, when: reset, then: events(changed(forReset, func(e *domain.GrantProposed) { e.ID = command }))},
		"by the installation":                                             {given: here, by: root, parties: around, when: reset, then: events(changed(forReset, func(e *domain.GrantProposed) { e.ID = command }))},
		"which knows of who is not there":                                 {given: events(entry), by: root, parties: around, when: reset, fails: domain.NotFound},
		"but of an AUDITOR of the Ente":                                   {given: events(entry, auditsEnte), by: root, parties: around, when: reset, then: events(changed(forReset, func(e *domain.GrantProposed) { e.ID = command }))},
		"with which the Comune has an act":                                {given: events(entry, auditsEnte), by: root, parties: changed(around, func(p *domain.Parties) { p.Convenzione = domain.Convenzione{} }), when: reset, fails: domain.NotFound},
		"nor does a TOP know of an Ente's AUDITOR":                        {given: events(entry, auditsEnte), by: luisa, parties: around, when: reset, fails: domain.NotFound},
		"whose reset a TOP of the Comune approves":                        {given: events(entry, auditsEnte, forReset), enters: root, by: luisa, parties: two, when: approve, then: events(resetApproved)},
		"of who operates elsewhere not by an ADMIN":                       {given: append(here, there), by: anna, parties: around, when: reset, fails: domain.Forbidden},
		"nor of an officer":                                               {given: append(here, officer), by: anna, parties: around, when: reset, fails: domain.Forbidden},
		"nor of a TOP, be it another Comune's":                            {given: here, by: anna, parties: seated(around), when: reset, fails: domain.Forbidden},
		"but by a TOP":                                                    {given: append(here, there), by: luisa, parties: seated(around), when: reset, then: events(changed(forReset, func(e *domain.GrantProposed) { e.ID = command }))},
		"with a reason":                                                   {given: here, by: anna, parties: around, when: commands.ProposeReset{Ente: ente, Comune: comune}, fails: domain.Invalid, field: "motivo"},
		"an ADMIN's profile, by a TOP":                                    {given: profile, enters: anna, by: luisa, parties: two, when: approve, then: events(approved)},
		"a TOP's, by another":                                             {given: profile, enters: second, by: luisa, parties: two, when: approve, then: events(approved)},
		"not by who proposed it":                                          {given: profile, enters: luisa, by: luisa, parties: two, when: approve, fails: domain.Forbidden},
		"not in another capacity either":                                  {given: profile, enters: domain.Actor{Utente: luisa.Utente, Role: domain.RoleAdmin, Ente: ente}, by: luisa, parties: two, when: approve, fails: domain.Forbidden},
		"not by whom it is for":                                           {given: profile, enters: luisa, by: themself, parties: two, when: approve, fails: domain.Forbidden},
		"not by an ADMIN":                                                 {given: profile, enters: luisa, by: anna, parties: two, when: approve, fails: domain.Forbidden},
		"not by an operator":                                              {given: profile, enters: luisa, by: mario, parties: two, when: approve, fails: domain.Forbidden},
		"not by an officer":                                               {given: profile, enters: luisa, by: carla, parties: two, when: approve, fails: domain.Forbidden},
		"another Comune sees nobody":                                      {given: profile, enters: luisa, by: elsewhere, parties: two, when: approve, fails: domain.NotFound},
		"the installation is not a second TOP":                            {given: profile, enters: luisa, by: root, parties: two, when: approve, fails: domain.NotFound},
		"but where there is one it is":                                    {given: profile, enters: luisa, by: root, parties: alone, when: approve, then: events(approved)},
		"nor where the other is suspended":                                {given: profile, enters: luisa, by: root, parties: suspendedTop(two, second.Utente), when: approve, then: events(approved)},
		"or is whom it is for":                                            {given: profile, enters: luisa, by: root, parties: tops(luisa.Utente, utente), when: approve, then: events(approved)},
		"what can no longer be given is not":                              {given: profile, enters: anna, by: luisa, parties: sound(narrowing(func(m *domain.Massimo) { m.Tipi = []domain.Tipo{domain.Nascita} })), when: approve, fails: domain.Forbidden, field: "profile"},
		"nor to who no longer operates":                                   {given: append(profile, messo, domain.RoleTaken{Role: domain.RoleStandard, Ente: ente, Comune: comune}), enters: anna, by: luisa, parties: two, when: approve},
		"nor once the role is another":                                    {given: append(profile, changed(operates, func(r *domain.RoleGiven) { r.Al = data("2026-12-31") })), enters: anna, by: luisa, parties: two, when: approve},
		"nor once the mansione is":                                        {given: append(here, messo, forProfile, moved), enters: anna, by: luisa, parties: two, when: approve},
		"another act of appointment is nothing":                           {given: append(here, messo, forProfile, changed(messo, func(e *domain.UtenteAppointed) { e.Atto = "det. 5" })), enters: anna, by: luisa, parties: two, when: approve, then: events(approved)},
		"nor once another is assigned":                                    {given: append(profile, grant), enters: anna, by: luisa, parties: two, when: approve},
		"nazionale not of what is assigned since":                         {given: append(beyond, changed(grant, func(a *domain.ProfileAssigned) { a.Al = data("2026-12-31") })), enters: second, by: luisa, parties: two, when: approve},
		"nor of what was taken":                                           {given: append(beyond, domain.AssignmentWithdrawn{Ente: ente, Comune: comune, Profile: prof}, grant), enters: second, by: luisa, parties: two, when: approve},
		"of another profile's it is":                                      {given: append(beyond, changed(grant, func(a *domain.ProfileAssigned) { a.Profile = otherProf })), enters: second, by: luisa, parties: two, when: approve, then: events(reaches(desk.Tipi...))},
		"a reset outlasts all that":                                       {given: append(here, messo, forReset, moved, grant, operates), enters: anna, by: luisa, parties: two, when: approve, then: events(resetApproved)},
		"nor for a mansione nobody recorded":                              {given: profile, enters: anna, by: luisa, parties: sound(duty("messo")), when: approve, fails: domain.Conflict, field: "mansione"},
		"nazionale by two TOPs":                                           {given: beyond, enters: second, by: luisa, parties: two, when: approve, then: events(reaches(desk.Tipi...))},
		"proposed before it was said how far, as far as the profile goes": {given: append(here, grant, changed(forNazionale, func(e *domain.GrantProposed) { e.Tipi = nil })), enters: second, by: luisa, parties: goes(byManuale, bySilence), when: approve, then: events(reaches(byManuale, bySilence))},
		"no further than was proposed":                                    {given: beyond, enters: second, by: luisa, parties: goes(changed(byManuale, func(t *domain.TipoConcesso) { t.Nazionale.Conferma = domain.Immediata }), bySilence), when: approve, then: events(reaches(byManuale))},
		"nor than the profile goes by then":                               {given: append(here, grant, changed(forNazionale, func(e *domain.GrantProposed) { e.Tipi = []domain.TipoConcesso{bySilence, byManuale} })), enters: second, by: luisa, parties: goes(changed(bySilence, func(t *domain.TipoConcesso) { t.Nazionale.Ore = 24 })), when: approve, then: events(reaches(changed(bySilence, func(t *domain.TipoConcesso) { t.Nazionale.Ore = 24 })))},
		"not once nothing of it is left":                                  {given: beyond, enters: second, by: luisa, parties: goes(bySilence), when: approve, fails: domain.Conflict, field: "profile"},
		"beside what was granted":                                         {given: append(here, grant, domain.NazionaleGranted{Ente: ente, Comune: comune, Profile: prof, Tipi: []domain.TipoConcesso{bySilence}}, forNazionale), enters: second, by: luisa, parties: goes(byManuale), when: approve, then: events(reaches(byManuale, bySilence))},
		"what was granted without limit stays so":                         {given: append(here, grant, domain.NazionaleGranted{Ente: ente, Comune: comune, Profile: prof}, forNazionale), enters: second, by: luisa, parties: two, when: approve, then: events(approved)},
		"or the TOP and the installation":                                 {given: beyond, enters: luisa, by: root, parties: alone, when: approve, then: events(reaches(desk.Tipi...))},
		"not once the profile has gone":                                   {given: append(here, forNazionale), enters: second, by: luisa, parties: two, when: approve, fails: domain.Conflict, field: "profile"},
		"nor once the title has":                                          {given: beyond, enters: second, by: luisa, parties: sound(func(p *domain.Parties) { p.Comune.Nazionale = domain.NazionaleEnabled{} }), when: approve, fails: domain.Conflict, field: "comune"},
		"a reset by another ADMIN":                                        {given: lost, enters: anna, by: admin2, parties: two, when: approve, then: events(resetApproved)},
		"or the TOP":                                                      {given: lost, enters: anna, by: luisa, parties: two, when: approve, then: events(resetApproved)},
		"not by the same ADMIN":                                           {given: lost, enters: anna, by: anna, parties: two, when: approve, fails: domain.Forbidden},
		"nor one of another body":                                         {given: lost, enters: anna, by: otherBody, parties: two, when: approve, fails: domain.NotFound},
		"not by an ADMIN of who governs too":                              {given: append(lost, governs), enters: anna, by: admin2, parties: two, when: approve, fails: domain.Forbidden},
		"nor of who operates elsewhere":                                   {given: append(lost, there), enters: anna, by: admin2, parties: two, when: approve, fails: domain.Forbidden},
		"nor of a TOP":                                                    {given: lost, enters: anna, by: admin2, parties: seated(two), when: approve, fails: domain.Forbidden},
		"nor what an ADMIN asked, by a TOP":                               {given: append(lost, officer), enters: anna, by: luisa, parties: two, when: approve, fails: domain.Forbidden},
		"of an officer by two TOPs":                                       {given: append(lost, officer), enters: second, by: luisa, parties: two, when: approve, then: events(resetApproved)},
		"of a TOP of another Comune by none":                              {given: lost, enters: second, by: luisa, parties: seated(two), when: approve, fails: domain.Forbidden},
		"but with the installation":                                       {given: lost, enters: second, by: root, parties: seated(two), when: approve, then: events(resetApproved)},
		"or what it asked, by a TOP":                                      {given: lost, enters: root, by: luisa, parties: seated(two), when: approve, then: events(resetApproved)},
		"by an ADMIN within reach":                                        {given: lost, enters: root, by: anna, parties: two, when: approve, then: events(resetApproved)},
		"not beyond":                                                      {given: append(lost, officer), enters: root, by: anna, parties: two, when: approve, fails: domain.Forbidden},
		"the installation does not do it alone":                           {given: lost, enters: root, by: root, parties: two, when: approve, fails: domain.Forbidden},
		"of an auditor not by two TOPs":                                   {given: append(lost, audits), enters: second, by: luisa, parties: two, when: approve, fails: domain.Forbidden},
		"nor what an ADMIN asked beyond, by the installation":             {given: append(lost, there), enters: otherAnna, by: root, parties: seated(two), when: approve, fails: domain.Forbidden},
		"what is decided is decided":                                      {given: append(lost, approved), enters: anna, by: luisa, parties: two, when: approve},
		"and there is none for strangers":                                 {given: append(lost, approved), enters: anna, by: elsewhere, parties: two, when: approve, fails: domain.NotFound},
		"a second person rejects":                                         {given: profile, enters: anna, by: luisa, parties: two, when: reject, then: events(rejected)},
		"who proposed it takes it back":                                   {given: profile, enters: anna, by: anna, parties: two, when: reject, then: events(rejected)},
		"an operator does neither":                                        {given: profile, enters: anna, by: mario, parties: two, when: reject, fails: domain.Forbidden},
		"rejected in words nobody types":                                  {given: profile, enters: anna, by: luisa, parties: two, when: commands.RejectGrant{ID: "proposal", Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
		"what was approved is carried out":                                {given: append(lost, approved), when: commands.CompleteReset{ID: "proposal"}, then: events(domain.ResetDone{ID: "proposal"})},
		"what was not is not":                                             {given: lost, when: commands.CompleteReset{ID: "proposal"}},
		"by nobody but the system":                                        {given: append(lost, approved), by: luisa, when: commands.CompleteReset{ID: "proposal"}, fails: domain.Forbidden},
	})
}
