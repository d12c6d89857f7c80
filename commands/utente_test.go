package commands_test

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// The parties around a person, and a person there.
var (
	around = domain.Parties{
		Comune: domain.Comune{Registered: true, ComuneRegistered: ancona}, Ente: domain.Ente{Registered: true}, Convenzione: domain.Convenzione{Pair: pair},
	}
	operates  = domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: comune}
	governs   = domain.RoleGiven{Role: domain.RoleAdmin, Ente: ente, Comune: comune}
	officer   = domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune}
	messo     = domain.UtenteAppointed{Ente: ente, Comune: comune, Mansione: "messo", Atto: "det. 4", Data: data("2026-01-12")}
	otherBody = domain.Actor{Utente: anna.Utente, Role: domain.RoleAdmin, Ente: "00000000-0000-4000-8000-0000000000e2"}
)

// pairs are the refusals that every command about a person at the pair shares which is
// not for the installation.
func pairs(t *testing.T, when commands.Command[domain.Utente], parties domain.Parties) {
	t.Helper()
	atPair(t, when, parties)
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"not by the installation": {given: events(entry, operates), by: root, parties: parties, when: when, fails: domain.Forbidden},
	})
}

// atPair are the refusals that every command about a person at the pair shares, given
// that the person operates there.
func atPair(t *testing.T, when commands.Command[domain.Utente], parties domain.Parties) {
	t.Helper()
	here := events(entry, operates)
	themself := domain.Actor{Utente: utente, Role: domain.RoleAdmin, Ente: ente}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"not by another Comune's TOP":       {given: here, by: elsewhere, parties: parties, when: when, fails: domain.NotFound},
		"not by another body's ADMIN":       {given: here, by: otherBody, parties: parties, when: when, fails: domain.NotFound},
		"not by an ADMIN of another Comune": {given: here, by: anna, giver: altro, parties: parties, when: when, fails: domain.NotFound},
		"not by who was ADMIN":              {given: here, by: anna, former: true, parties: parties, when: when, fails: domain.Forbidden},
		"not by an operator":                {given: here, by: mario, parties: parties, when: when, fails: domain.Forbidden},
		"not by an officer":                 {given: here, by: carla, parties: parties, when: when, fails: domain.Forbidden},
		"not by an auditor":                 {given: here, by: revis, parties: parties, when: when, fails: domain.Forbidden},
		"not to oneself":                    {given: append(here, governs), by: themself, parties: parties, when: when, fails: domain.Forbidden},
		"not by an ADMIN to an ADMIN":       {given: append(here, governs), by: anna, parties: parties, when: when, fails: domain.Forbidden},
		"of nobody":                         {by: luisa, parties: parties, when: when, fails: domain.NotFound},
	})
}

// forTwo has who acts hold the role at the Ente for another Comune too.
func forTwo(s *domain.Standing) {
	second := s.Roles[0]
	second.Comune = altro
	s.Roles = append(s.Roles, second)
}

func TestRegisterUtente(t *testing.T) {
	register := commands.RegisterUtente{CodiceFiscale: rossi, Cognome: "Rossi", Nome: "Mario"}
	married := changed(register, func(c *commands.RegisterUtente) { c.Cognome = "Rossi Bianchi" })
	with := func(change func(*commands.RegisterUtente)) commands.RegisterUtente { return changed(register, change) }
	entered := changed(entry, func(u *domain.UtenteRegistered) { u.EnteredFor = comune })
	forComune := func(istat domain.CodiceISTAT) func(*commands.RegisterUtente) {
		return func(c *commands.RegisterUtente) { c.Comune = istat }
	}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"a person is entered, with a user code":          {when: register, then: events(entry)},
		"by a TOP":                                       {by: luisa, when: register, then: events(entry)},
		"by an ADMIN, for the Comune that gave the role": {by: anna, when: register, then: events(entered)},
		"which the ADMIN may name":                       {by: anna, when: with(forComune(comune)), then: events(entered)},
		"and of several must":                            {by: anna, also: forTwo, when: register, fails: domain.Invalid, field: "comune"},
		"one of them":                                    {by: anna, also: forTwo, when: with(forComune(altro)), then: events(changed(entered, func(u *domain.UtenteRegistered) { u.EnteredFor = altro }))},
		"not one that gave nothing":                      {by: anna, when: with(forComune(altro)), fails: domain.NotFound},
		"not even of who is known":                       {given: events(entry), by: anna, when: with(forComune(altro)), fails: domain.NotFound},
		"by a TOP for no other Comune":                   {by: luisa, when: with(forComune(altro)), fails: domain.NotFound},
		"by the installation":                            {by: root, when: register, then: events(entry)},
		"a known person is changed by none":              {given: events(entry), by: luisa, when: married},
		"nor at start-up":                                {given: events(entry), when: married},
		"without a tax code":                             {by: luisa, when: with(func(c *commands.RegisterUtente) { c.CodiceFiscale = "" }), fails: domain.Invalid, field: "codice_fiscale"},
		"without any name":                               {by: luisa, when: with(func(c *commands.RegisterUtente) { c.Cognome, c.Nome = "", "" }), fails: domain.Invalid, field: "codice_fiscale"},
		"a surname nobody types":                         {by: luisa, when: with(func(c *commands.RegisterUtente) { c.Cognome = "\x00" }), fails: domain.Invalid, field: "cognome"},
		"a name nobody types":                            {by: luisa, when: with(func(c *commands.RegisterUtente) { c.Nome = "\x00" }), fails: domain.Invalid, field: "nome"},
		"no address":                                     {by: luisa, when: with(func(c *commands.RegisterUtente) { c.Email = "boh" }), fails: domain.Invalid, field: "email"},
		"under another person's id":                      {by: luisa, id: string(mario.Utente), when: register, fails: domain.Invalid, field: "id"},
		"not by an operator":                             {by: mario, when: register, fails: domain.Forbidden},
		"not by an officer":                              {by: carla, when: register, fails: domain.Forbidden},
		"not by an auditor":                              {by: revis, when: register, fails: domain.Forbidden},
		"not by who was TOP":                             {by: luisa, former: true, when: register, fails: domain.Forbidden},
	})
}

func TestAmendUtente(t *testing.T) {
	amend := commands.AmendUtente{Cognome: "Rossi Bianchi", Nome: "Mario", Email: "m@ente.example"}
	amended := changed(entry, func(u *domain.UtenteRegistered) { u.Cognome, u.Email = amend.Cognome, amend.Email })
	here := events(entry, operates)
	byAdmin := changed(entry, func(u *domain.UtenteRegistered) { u.EnteredFor = comune })
	inBoth := changed(operates, func(r *domain.RoleGiven) { r.Comune = altro })
	bodys := events(byAdmin, operates)
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by the Comune that entered the person":          {given: here, by: luisa, when: amend, then: events(amended)},
		"nobody is told that a stranger is known":        {given: events(entry), by: luisa, when: amend, fails: domain.NotFound},
		"by another TOP of the Comune":                   {given: here, enters: second, by: luisa, when: amend, then: events(amended)},
		"by the ADMIN whose body entered them":           {given: bodys, by: anna, when: amend, then: events(changed(amended, func(u *domain.UtenteRegistered) { u.EnteredFor = comune }))},
		"not by one of the same body for another Comune": {given: append(bodys, inBoth), enters: anna, by: anna, giver: altro, when: amend, fails: domain.Forbidden},
		"by the installation, whom it entered":           {given: events(entry), by: root, when: amend, then: events(amended)},
		"and nobody else":                                {given: events(entry), enters: luisa, by: root, when: amend, fails: domain.NotFound},
		"at start-up":                                    {given: here, enters: luisa, when: amend, then: events(amended)},
		"once":                                           {given: events(entry, operates, amended), by: luisa, when: amend},
		"not by the Comune of who was known":             {given: bodys, enters: anna, by: luisa, when: amend, fails: domain.Forbidden},
		"nor by the ADMIN whom a TOP entered":            {given: here, enters: luisa, by: anna, when: amend, fails: domain.Forbidden},
		"who is nowhere within reach is nobody":          {given: events(entry), enters: anna, by: luisa, when: amend, fails: domain.NotFound},
		"another Comune sees nobody":                     {given: here, enters: luisa, by: elsewhere, when: amend, fails: domain.NotFound},
		"not oneself":                                    {id: string(luisa.Utente), given: here, by: luisa, when: amend, fails: domain.Forbidden},
		"not by an operator":                             {given: here, by: mario, when: amend, fails: domain.Forbidden},
		"without any name":                               {given: here, by: luisa, when: commands.AmendUtente{}, fails: domain.Invalid, field: "cognome"},
		"no address":                                     {given: here, by: luisa, when: commands.AmendUtente{Nome: "Mario", Email: "boh"}, fails: domain.Invalid, field: "email"},
		"of nobody":                                      {by: luisa, when: amend, fails: domain.NotFound},
	})
}

func TestAppointUtente(t *testing.T) {
	appoint := commands.AppointUtente(messo)
	pairs(t, appoint, around)
	office := changed(appoint, func(c *commands.AppointUtente) { c.Ufficio = "tri-1" })
	withOffice := changed(around, func(p *domain.Parties) {
		p.Ente.Uffici = []domain.UfficioNamed{{Comune: comune, Codice: "tri-1"}, {Comune: altro, Codice: "tri-2"}}
	})
	inOffice := changed(messo, func(e *domain.UtenteAppointed) { e.Ufficio = "tri-1" })
	atComune := domain.UtenteAppointed{Comune: comune, Mansione: "ufficiale d'anagrafe"}
	with := func(change func(*commands.AppointUtente)) commands.AppointUtente { return changed(appoint, change) }
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by a TOP":                      {given: events(entry), by: luisa, parties: around, when: appoint, then: events(messo)},
		"by the pair's ADMIN":           {given: events(entry), by: anna, parties: around, when: appoint, then: events(messo)},
		"once":                          {given: events(entry, messo), by: luisa, parties: around, when: appoint},
		"at the Comune":                 {given: events(entry), by: luisa, parties: around, when: commands.AppointUtente(atComune), then: events(atComune)},
		"in an office of the body":      {given: events(entry), by: anna, parties: withOffice, when: office, then: events(inOffice)},
		"in none of another Comune":     {given: events(entry), by: anna, parties: withOffice, when: with(func(c *commands.AppointUtente) { c.Ufficio = "tri-2" }), fails: domain.Invalid, field: "ufficio"},
		"in none there is not":          {given: events(entry), by: anna, parties: around, when: office, fails: domain.Invalid, field: "ufficio"},
		"without a mansione":            {given: events(entry), by: anna, parties: around, when: with(func(c *commands.AppointUtente) { c.Mansione = "" }), fails: domain.Invalid, field: "mansione"},
		"a mansione nobody types":       {given: events(entry), by: anna, parties: around, when: with(func(c *commands.AppointUtente) { c.Mansione = "\x00" }), fails: domain.Invalid, field: "mansione"},
		"an act nobody types":           {given: events(entry), by: anna, parties: around, when: with(func(c *commands.AppointUtente) { c.Atto = "\x00" }), fails: domain.Invalid, field: "atto"},
		"at a body there is not":        {given: events(entry), by: luisa, parties: domain.Parties{Comune: around.Comune}, when: appoint, fails: domain.Invalid, field: "ente"},
		"at a Comune nobody entered":    {given: events(entry), when: appoint, fails: domain.Invalid, field: "comune"},
		"not at the Comune by an ADMIN": {given: events(entry), by: anna, parties: around, when: commands.AppointUtente(atComune), fails: domain.NotFound},
	})
}

func TestSuspendUtente(t *testing.T) {
	suspend := commands.SuspendUtente{Ente: ente, Comune: comune, Motivo: "verifiche"}
	suspended := domain.UtenteSuspended{Ente: ente, Comune: comune, Causa: domain.SuspendedByOrder, Motivo: "verifiche"}
	pairs(t, suspend, around)
	here := events(entry, operates)
	top := headedBy(around, utente, luisa.Utente)
	unused := domain.UtenteSuspended{Ente: ente, Comune: comune, Causa: domain.SuspendedUnused}
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by a TOP":                                   {given: here, by: luisa, parties: around, when: suspend, then: events(suspended)},
		"an ADMIN by the TOP":                        {given: events(entry, governs), by: luisa, parties: around, when: suspend, then: events(suspended)},
		"by the pair's ADMIN":                        {given: here, by: anna, parties: around, when: suspend, then: events(suspended)},
		"once":                                       {given: append(here, suspended), by: anna, parties: around, when: suspend},
		"the Comune confirms an ADMIN's":             {given: append(here, suspended), enters: anna, by: luisa, parties: around, when: suspend, then: events(suspended)},
		"an ADMIN does not weaken the Comune's":      {given: append(here, suspended), enters: luisa, by: anna, parties: around, when: suspend},
		"unused, by the system":                      {given: here, parties: around, when: commands.SuspendUtente{Ente: ente, Comune: comune, Causa: domain.SuspendedUnused}, then: events(unused)},
		"which nobody else says":                     {given: here, by: luisa, parties: around, when: changed(suspend, func(c *commands.SuspendUtente) { c.Causa = domain.SuspendedUnused }), then: events(suspended)},
		"with a reason":                              {given: here, by: luisa, parties: around, when: commands.SuspendUtente{Ente: ente, Comune: comune}, fails: domain.Invalid, field: "motivo"},
		"that somebody can read":                     {given: here, by: luisa, parties: around, when: commands.SuspendUtente{Ente: ente, Comune: comune, Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
		"who has nothing to do there is nobody":      {given: events(entry), by: luisa, parties: around, when: suspend, fails: domain.NotFound},
		"an officer at the Comune":                   {given: events(entry, officer), by: luisa, parties: around, when: commands.SuspendUtente{Comune: comune, Motivo: "verifiche"}, then: events(domain.UtenteSuspended{Comune: comune, Causa: domain.SuspendedByOrder, Motivo: "verifiche"})},
		"another TOP":                                {given: events(entry), by: luisa, parties: top, when: commands.SuspendUtente{Comune: comune, Motivo: "verifiche"}, then: events(domain.UtenteSuspended{Comune: comune, Causa: domain.SuspendedByOrder, Motivo: "verifiche"})},
		"but the last who can act by nobody":         {given: events(entry), parties: suspendedTop(top, luisa.Utente), when: commands.SuspendUtente{Comune: comune, Causa: domain.SuspendedUnused}, fails: domain.Conflict},
		"nor the only one":                           {given: events(entry), parties: headedBy(around, utente), when: commands.SuspendUtente{Comune: comune, Causa: domain.SuspendedUnused}, fails: domain.Conflict},
		"who is not there is no TOP of the Comune's": {given: events(entry), by: luisa, parties: around, when: commands.SuspendUtente{Comune: comune, Motivo: "verifiche"}, fails: domain.NotFound},
	})
}

// An AUDITOR, of a Comune or of an Ente, is suspended and reinstated as that by the
// installation alone; what the Comune suspends is the rest.
func TestAnAuditorIsSuspendedByTheInstallationAlone(t *testing.T) {
	audits := domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune}
	ofEnte := domain.RoleGiven{Role: domain.RoleAuditor, Ente: ente}
	rest := commands.SuspendUtente{Comune: comune, Motivo: "verifiche"}
	suspend := changed(rest, func(c *commands.SuspendUtente) { c.Role = domain.RoleAuditor })
	suspended := domain.UtenteSuspended{Comune: comune, Role: domain.RoleAuditor, Causa: domain.SuspendedByOrder, Motivo: "verifiche"}
	atEnte := commands.SuspendUtente{Ente: ente, Role: domain.RoleAuditor, Motivo: "verifiche"}
	reinstate := commands.ReinstateUtente{Comune: comune, Role: domain.RoleAuditor}
	here := events(entry, audits)
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by the installation":               {given: here, by: root, parties: around, when: suspend, then: events(suspended)},
		"with a reason":                     {given: here, by: root, parties: around, when: changed(suspend, func(c *commands.SuspendUtente) { c.Motivo = "" }), fails: domain.Invalid, field: "motivo"},
		"once":                              {given: append(here, suspended), by: root, parties: around, when: suspend},
		"of an Ente":                        {given: events(entry, ofEnte), by: root, when: atEnte, then: events(changed(suspended, func(e *domain.UtenteSuspended) { e.Ente, e.Comune = ente, "" }))},
		"not by the TOP they audit":         {given: here, by: luisa, parties: around, when: suspend, fails: domain.Forbidden},
		"who suspends nothing of theirs":    {given: here, by: luisa, parties: around, when: rest, fails: domain.Forbidden},
		"but what else they are there":      {given: append(here, officer), by: luisa, parties: around, when: rest, then: events(domain.UtenteSuspended{Comune: comune, Causa: domain.SuspendedByOrder, Motivo: "verifiche"})},
		"who is none is nobody":             {given: events(entry, officer), by: root, parties: around, when: suspend, fails: domain.NotFound},
		"reinstated by the installation":    {given: append(here, suspended), by: root, parties: around, when: reinstate, then: events(domain.UtenteReinstated{Comune: comune, Role: domain.RoleAuditor})},
		"not by the TOP":                    {given: append(here, suspended), enters: root, by: luisa, parties: around, when: reinstate, fails: domain.Forbidden},
		"the TOP reinstates the rest alone": {given: append(here, officer, suspended), enters: root, by: luisa, parties: around, when: commands.ReinstateUtente{Comune: comune}},
	})
}

func TestReinstateUtente(t *testing.T) {
	reinstate, reinstated := commands.ReinstateUtente{Ente: ente, Comune: comune}, domain.UtenteReinstated{Ente: ente, Comune: comune}
	pairs(t, reinstate, around)
	here := events(entry, operates, domain.UtenteSuspended{Ente: ente, Comune: comune, Causa: domain.SuspendedByOrder})
	top := changed(around, func(p *domain.Parties) { p.Comune.Tops = []domain.UtenteID{utente} })
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"by a TOP":                           {given: here, by: luisa, parties: around, when: reinstate, then: events(reinstated)},
		"an ADMIN, whom an ADMIN suspended":  {given: here, by: anna, parties: around, when: reinstate, then: events(reinstated)},
		"or the system":                      {given: here, enters: domain.Sistema, by: anna, parties: around, when: reinstate, then: events(reinstated)},
		"not whom the Comune suspended":      {given: here, enters: luisa, by: anna, parties: around, when: reinstate, fails: domain.Forbidden},
		"the TOP whom an ADMIN suspended":    {given: here, enters: anna, by: luisa, parties: around, when: reinstate, then: events(reinstated)},
		"who is not suspended":               {given: events(entry, operates), by: luisa, parties: around, when: reinstate},
		"the last TOP, by the installation":  {given: events(entry, domain.UtenteSuspended{Comune: comune}), enters: luisa, by: root, parties: top, when: commands.ReinstateUtente{Comune: comune}, then: events(domain.UtenteReinstated{Comune: comune})},
		"which reinstates nobody at a body":  {given: here, by: root, parties: around, when: reinstate, fails: domain.Forbidden},
		"in words nobody types":              {given: here, by: luisa, parties: around, when: commands.ReinstateUtente{Ente: ente, Comune: comune, Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
		"suspended elsewhere is another one": {given: events(entry, operates, domain.UtenteSuspended{Ente: ente, Comune: altro}), by: luisa, parties: around, when: reinstate},
	})
}

func TestAbsences(t *testing.T) {
	declare := commands.DeclareAbsence{Ente: ente, Comune: comune, Dal: data("2026-11-23"), Al: data("2026-11-27")}
	off := commands.CallOffAbsence{Ente: ente, Comune: comune, Dal: declare.Dal}
	declared := domain.AbsenceDeclared(declare)
	pairs(t, declare, around)
	pairs(t, off, around)
	here := events(entry, operates)
	with := func(change func(*commands.DeclareAbsence)) commands.DeclareAbsence { return changed(declare, change) }
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"declared by an ADMIN":             {given: here, by: anna, parties: around, when: declare, then: events(declared)},
		"by a TOP":                         {given: here, by: luisa, parties: around, when: declare, then: events(declared)},
		"once":                             {given: append(here, declared), by: anna, parties: around, when: declare},
		"longer":                           {given: append(here, declared), by: anna, parties: around, when: with(func(c *commands.DeclareAbsence) { c.Al = data("2026-11-30") }), then: events(changed(declared, func(e *domain.AbsenceDeclared) { e.Al = data("2026-11-30") }))},
		"of a day":                         {given: here, by: anna, parties: around, when: with(func(c *commands.DeclareAbsence) { c.Al = c.Dal }), then: events(changed(declared, func(e *domain.AbsenceDeclared) { e.Al = e.Dal }))},
		"without a last day":               {given: here, by: anna, parties: around, when: with(func(c *commands.DeclareAbsence) { c.Al = domain.Date{} }), fails: domain.Invalid, field: "dal"},
		"that ends before it begins":       {given: here, by: anna, parties: around, when: with(func(c *commands.DeclareAbsence) { c.Al = data("2026-11-22") }), fails: domain.Invalid, field: "al"},
		"called off":                       {given: append(here, declared), by: anna, parties: around, when: off, then: events(domain.AbsenceCalledOff(off))},
		"once off":                         {given: here, by: anna, parties: around, when: off},
		"who is nowhere there is not away": {given: events(entry), by: anna, parties: around, when: declare, fails: domain.NotFound},
	})
}

func TestCollection(t *testing.T) {
	give, given := commands.GiveCollection(pair), domain.CollectionGiven(pair)
	take, taken := commands.TakeCollection(pair), domain.CollectionTaken(pair)
	pairs(t, give, around)
	pairs(t, take, around)
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"given by an ADMIN":          {given: events(entry, operates), by: anna, when: give, then: events(given)},
		"by a TOP":                   {given: events(entry, operates), by: luisa, when: give, then: events(given)},
		"once":                       {given: events(entry, operates, given), by: anna, when: give},
		"to an operator of the body": {given: events(entry, messo), by: anna, when: give, fails: domain.Conflict},
		"taken":                      {given: events(entry, operates, given), by: anna, when: take, then: events(taken)},
		"once taken":                 {given: events(entry, operates), by: anna, when: take},
	})
}

func TestAcceptInstructions(t *testing.T) {
	me := domain.Actor{Utente: utente, Role: domain.RoleStandard, Ente: ente}
	accept, accepted := commands.AcceptInstructions{Comune: comune}, domain.InstructionsAccepted{Comune: comune}
	newer := changed(around, func(p *domain.Parties) { p.Comune.Istruzioni = domain.InstructionsPublished{Versione: 1} })
	yesterday := now.AddDate(0, 0, -1) // when what is given was accepted
	renewable := yesterday.AddDate(1, 0, -30)
	byApp := me
	byApp.Via = "00000000-0000-4000-8000-0000000000aa"
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"each for themself":                 {given: events(entry, operates), by: me, parties: around, when: accept, then: events(accepted)},
		"once":                              {given: events(entry, operates, accepted), by: me, parties: around, when: accept},
		"not renewed too soon":              {given: events(entry, operates, accepted), at: renewable.Add(-time.Second), by: me, parties: around, when: accept},
		"renewed in the last thirty days":   {given: events(entry, operates, accepted), at: renewable, by: me, parties: around, when: accept, then: events(accepted)},
		"a new version":                     {given: events(entry, operates, accepted), by: me, parties: newer, when: commands.AcceptInstructions{Comune: comune, Versione: 1}, then: events(domain.InstructionsAccepted{Comune: comune, Versione: 1})},
		"not the old one":                   {given: events(entry, operates), by: me, parties: newer, when: accept, fails: domain.Conflict, field: "versione"},
		"not for another":                   {given: events(entry, operates), by: luisa, parties: around, when: accept, fails: domain.Forbidden},
		"not by software":                   {given: events(entry, operates), by: byApp, parties: around, when: accept, fails: domain.Forbidden},
		"not where one does not act":        {given: events(entry, operates), by: me, giver: altro, parties: around, when: accept, fails: domain.NotFound, field: "comune"},
		"nor without the role":              {given: events(entry), by: me, former: true, parties: around, when: accept, fails: domain.NotFound, field: "comune"},
		"nor of a Comune nobody entered":    {given: events(entry, operates), by: me, when: accept, fails: domain.NotFound, field: "comune"},
		"a TOP accepts those of the Comune": {id: string(luisa.Utente), given: events(entry), by: luisa, parties: around, when: accept, then: events(accepted)},
	})
}
