package commands_test

import (
	"cmp"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// setup says the same as spec, of the streams around the visura. Who acts is
// the system unless said otherwise.
type setup[S commands.State[S]] struct {
	id      string // of the stream; default: the one all specs are about
	given   []domain.Event
	by      domain.Actor
	actor   domain.Utente
	parties domain.Parties
	when    commands.Command[S]
	then    []domain.Event
	fails   domain.Code
	field   string
}

// runSetup decides every spec of the stream with an id, whose person, if it is
// one, has the codice fiscale of rossi.
func runSetup[S commands.State[S]](t *testing.T, id string, specs map[string]setup[S]) {
	t.Helper()
	for name, s := range specs {
		t.Run(name, func(t *testing.T) {
			g := commands.Given[S]{
				ID: cmp.Or(s.id, id), Actor: s.actor, Parties: s.parties,
				Keyed: commands.Keyed{Utente: utente}, Meta: domain.Meta{At: now, By: s.by},
			}
			if s.by == (domain.Actor{}) {
				g.Meta.By = domain.Sistema
			}
			for _, e := range s.given {
				g.State = g.State.Evolve(e, g.Meta)
			}
			decide(t, g, s.when, s.then, s.fails, s.field)
		})
	}
}

var (
	elsewhere = domain.Actor{Utente: luisa.Utente, Role: domain.RoleTop, Comune: altro}
	ancona    = domain.ComuneRegistered{ISTAT: comune, Nome: "Ancona", Provincia: "AN", OreSilenzio: 12}
	connected = domain.ComuneConnected{Version: 1, TipoInvio: "TEST", Keystore: "042002-CO-9999", Operatore: rossi, Storico: domain.Storico6001}
	tributi   = domain.EnteRegistered{Denominazione: "Ufficio Tributi", CodiceFiscale: "00351040423", CodiceIPA: "c_a271_tri"}
	agreement = domain.ConvenzioneSigned{
		Ente: ente, Comune: comune, Estremi: "rep. 1/2026", Dal: data("2026-01-01"), Al: data("2026-12-31"),
		Tipi: []domain.Tipo{domain.Residenza}, Conferme: []domain.Conferma{domain.Manuale},
		Finalita: []domain.Finalita{{Codice: "ISEE", BaseGiuridica: "art. 71 DPR 445/2000"}},
	}
	desk  = domain.ProfileDefined{Comune: comune, Nome: "Sportello", Tipi: []domain.Tipo{domain.Residenza}, Conferma: domain.Manuale}
	entry = domain.UtenteRegistered{Codice: utente.Codice(), CodiceFiscale: rossi, Cognome: "Rossi", Nome: "Mario"}
)

// utente is the person with the codice fiscale of rossi.
const utente domain.UtenteID = "00000000-0000-4000-8000-000000000007"

func changed[T any](v T, change func(*T)) T {
	change(&v)
	return v
}

func TestRegisterComune(t *testing.T) {
	register := commands.RegisterComune{
		ISTAT: comune, Nome: "Ancona", Provincia: "AN", OreSilenzio: 12,
	}
	registering := func(change func(*commands.RegisterComune)) commands.RegisterComune { return changed(register, change) }
	larger := changed(ancona, func(c *domain.ComuneRegistered) { c.OreSilenzio = 24 })
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"a Comune is entered":                  {when: register, then: events(ancona)},
		"what changed of it":                   {given: events(ancona, connected), when: registering(func(c *commands.RegisterComune) { c.OreSilenzio = 24 }), then: events(larger)},
		"no province":                          {when: registering(func(c *commands.RegisterComune) { c.Provincia = "" }), fails: domain.Invalid, field: "comune"},
		"nobody but the system":                {by: luisa, actor: holding(luisa), when: register, fails: domain.Forbidden},
		"nor who only claims to be the system": {by: domain.Actor{Utente: luisa.Utente, Role: domain.RoleSistema}, when: register, fails: domain.Forbidden},
		"under another Comune's code":          {id: string(altro), when: register, fails: domain.Invalid, field: "istat"},
		"without a code":                       {when: registering(func(c *commands.RegisterComune) { c.ISTAT = "" }), fails: domain.Invalid, field: "comune"},
	})
}

func TestRegisterEnte(t *testing.T) {
	id, err := domain.EnteIDOf(tributi.CodiceFiscale, tributi.CodiceIPA)
	if err != nil {
		t.Fatal(err)
	}
	register := commands.RegisterEnte(tributi)
	renamed := changed(tributi, func(e *domain.EnteRegistered) { e.Denominazione = "Ufficio Entrate" })
	runSetup(t, string(id), map[string]setup[domain.Ente]{
		"a body is entered":                {when: register, then: events(tributi)},
		"by a TOP too":                     {by: luisa, actor: holding(luisa), when: register, then: events(tributi)},
		"without a name":                   {when: commands.RegisterEnte{}, fails: domain.Invalid, field: "denominazione"},
		"not by an operator":               {by: mario, actor: holding(mario), when: register, fails: domain.Forbidden},
		"not by a former TOP":              {by: luisa, when: register, fails: domain.Forbidden},
		"not by an officer":                {by: carla, actor: holding(carla), when: register, fails: domain.Forbidden},
		"a known body is changed by none":  {given: events(tributi), by: luisa, actor: holding(luisa), when: commands.RegisterEnte(renamed)},
		"a new name":                       {given: events(tributi), when: commands.RegisterEnte(renamed), then: events(renamed)},
		"under another body's id":          {id: string(ente), when: register, fails: domain.Invalid, field: "id"},
		"an office under its body's id":    {when: commands.RegisterEnte(changed(tributi, func(e *domain.EnteRegistered) { e.CodiceIPA = "c_a271_ana" })), fails: domain.Invalid, field: "id"},
		"without a codice fiscale":         {when: commands.RegisterEnte(changed(tributi, func(e *domain.EnteRegistered) { e.CodiceFiscale = "" })), fails: domain.Invalid, field: "codice_fiscale"},
		"an IPA code written in a 2nd way": {when: commands.RegisterEnte(changed(tributi, func(e *domain.EnteRegistered) { e.CodiceIPA = "C_A271_TRI" })), fails: domain.Invalid, field: "codice_ipa"},
	})
}

func TestSignConvenzione(t *testing.T) {
	parties := domain.Parties{Comune: domain.Comune{Registered: true}, Ente: domain.Ente{Registered: true}}
	signing := func(change func(*domain.ConvenzioneSigned)) commands.SignConvenzione {
		return commands.SignConvenzione(changed(agreement, change))
	}
	sign := commands.SignConvenzione(agreement)
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"an agreement is signed":          {parties: parties, when: sign, then: events(agreement)},
		"by the Comune's TOP":             {by: luisa, actor: holding(luisa), parties: parties, when: sign, then: events(agreement)},
		"not by another Comune's":         {by: elsewhere, actor: holding(elsewhere), when: sign, fails: domain.Forbidden, field: "comune"},
		"not by the Comune's officer":     {by: carla, actor: holding(carla), parties: parties, when: sign, fails: domain.Forbidden},
		"it cannot be changed":            {given: events(agreement), parties: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Al = data("2027-12-31") }), fails: domain.Conflict},
		"the Comune must be known":        {parties: domain.Parties{Ente: domain.Ente{Registered: true}}, when: sign, fails: domain.Invalid, field: "comune"},
		"the Ente must be known":          {parties: domain.Parties{Comune: domain.Comune{Registered: true}}, when: sign, fails: domain.Invalid, field: "ente"},
		"it ends after it begins":         {parties: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Al = data("2025-12-31") }), fails: domain.Invalid, field: "al"},
		"it admits some kind":             {parties: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Tipi = nil }), fails: domain.Invalid, field: "tipi"},
		"of those there are":              {parties: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Tipi = []domain.Tipo{"impronte"} }), fails: domain.Invalid, field: "tipi"},
		"confirmed as can be":             {parties: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Conferme = []domain.Conferma{"boh"} }), fails: domain.Invalid, field: "conferme"},
		"it names a purpose":              {parties: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Finalita = nil }), fails: domain.Invalid, field: "finalita"},
		"and the purpose its legal basis": {parties: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Finalita = []domain.Finalita{{Codice: "X"}} }), fails: domain.Invalid, field: "finalita"},
	})
}

func TestDefineProfile(t *testing.T) {
	define := commands.DefineProfile(desk)
	wider := changed(desk, func(p *domain.ProfileDefined) { p.Tipi = []domain.Tipo{domain.Residenza, domain.Nascita} })
	runSetup(t, string(prof), map[string]setup[domain.Profile]{
		"a profile is defined":        {when: define, then: events(desk)},
		"and defined anew":            {given: events(desk), when: commands.DefineProfile(wider), then: events(wider)},
		"not by another Comune":       {by: elsewhere, actor: holding(elsewhere), when: define, fails: domain.Forbidden, field: "comune"},
		"not by the Comune's officer": {by: carla, actor: holding(carla), when: define, fails: domain.Forbidden},
		"of no Comune":                {by: luisa, actor: holding(luisa), when: commands.DefineProfile(changed(desk, func(p *domain.ProfileDefined) { p.Comune = "" })), fails: domain.Invalid, field: "comune"},
		"it does not change Comune":   {given: events(desk), when: commands.DefineProfile(changed(desk, func(p *domain.ProfileDefined) { p.Comune = altro })), fails: domain.Conflict, field: "comune"},
		"it has a name":               {when: commands.DefineProfile(changed(desk, func(p *domain.ProfileDefined) { p.Nome = "" })), fails: domain.Invalid, field: "nome"},
		"confirmed as can be":         {when: commands.DefineProfile(changed(desk, func(p *domain.ProfileDefined) { p.Conferma = "boh" })), fails: domain.Invalid, field: "conferma"},
		"it grants some kind":         {when: commands.DefineProfile(changed(desk, func(p *domain.ProfileDefined) { p.Tipi = nil })), fails: domain.Invalid, field: "tipi"},
		"of those there are":          {when: commands.DefineProfile(changed(desk, func(p *domain.ProfileDefined) { p.Tipi = []domain.Tipo{"impronte"} })), fails: domain.Invalid, field: "tipi"},
	})
}

func TestRegisterUtente(t *testing.T) {
	register := commands.RegisterUtente{CodiceFiscale: rossi, Cognome: "Rossi", Nome: "Mario"}
	married := changed(register, func(c *commands.RegisterUtente) { c.Cognome = "Rossi Bianchi" })
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"a person is entered, with a user code":  {when: register, then: events(entry)},
		"what changed of them":                   {given: events(entry), when: married, then: events(changed(entry, func(u *domain.UtenteRegistered) { u.Cognome = "Rossi Bianchi" }))},
		"without a tax code":                     {when: changed(register, func(c *commands.RegisterUtente) { c.CodiceFiscale = "" }), fails: domain.Invalid, field: "codice_fiscale"},
		"a known person is changed by no Comune": {given: events(entry), by: luisa, actor: holding(luisa), when: married},
		"under another person's id":              {id: string(mario.Utente), when: register, fails: domain.Invalid, field: "id"},
		"not by an operator":                     {by: mario, actor: holding(mario), when: register, fails: domain.Forbidden},
		"not by an officer":                      {by: carla, actor: holding(carla), when: register, fails: domain.Forbidden},
	})
}

func TestGiveRole(t *testing.T) {
	standard := domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: comune}
	second := domain.RoleGiven{Role: domain.RoleStandard, Ente: ente, Comune: altro}
	officer := domain.RoleGiven{Role: domain.RoleAnagrafe, Comune: comune}
	auditor := domain.RoleGiven{Role: domain.RoleAuditor, Comune: comune}
	verifier := domain.RoleGiven{Role: domain.RoleAuditor, Ente: ente}
	give := func(r domain.RoleGiven) commands.GiveRole { return commands.GiveRole(r) }
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"a role is given":                       {given: events(entry), when: give(standard), then: events(standard)},
		"to a known person":                     {when: give(standard), fails: domain.NotFound},
		"TOP is of a Comune":                    {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleTop, Ente: ente}), fails: domain.Invalid, field: "role"},
		"STANDARD is of an Ente":                {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleStandard, Comune: comune}), fails: domain.Invalid, field: "role"},
		"the system is nobody":                  {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleSistema}), fails: domain.Invalid, field: "role"},
		"no TOP for another Comune":             {given: events(entry), by: elsewhere, actor: holding(elsewhere), when: give(domain.RoleGiven{Role: domain.RoleTop, Comune: comune}), fails: domain.Forbidden, field: "comune"},
		"nobody gives to themself":              {id: string(luisa.Utente), given: events(entry), by: luisa, actor: holding(luisa), when: give(standard), fails: domain.Forbidden},
		"by the Comune it is given for":         {given: events(entry), by: luisa, actor: holding(luisa), when: give(standard), then: events(standard)},
		"and by no other":                       {given: events(entry), by: elsewhere, actor: holding(elsewhere), when: give(standard), fails: domain.Forbidden, field: "comune"},
		"another Comune gives its own":          {given: events(entry, standard), by: elsewhere, actor: holding(elsewhere), when: give(second), then: events(second)},
		"not by an officer":                     {given: events(entry), by: carla, actor: holding(carla), when: give(standard), fails: domain.Forbidden},
		"STANDARD is for a Comune":              {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleStandard, Ente: ente}), fails: domain.Invalid, field: "role"},
		"ADMIN is for a Comune":                 {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleAdmin, Ente: ente}), fails: domain.Invalid, field: "role"},
		"ANAGRAFE is of a Comune":               {given: events(entry), when: give(officer), then: events(officer)},
		"and of no Ente":                        {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleAnagrafe, Ente: ente, Comune: comune}), fails: domain.Invalid, field: "role"},
		"an auditor of an Ente is of no Comune": {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleAuditor, Ente: ente, Comune: comune}), fails: domain.Invalid, field: "role"},
		"a Comune names its auditor":            {given: events(entry), by: luisa, actor: holding(luisa), when: give(auditor), then: events(auditor)},
		"the system names an Ente's":            {given: events(entry), when: give(verifier), then: events(verifier)},
		"and no Comune does":                    {given: events(entry), by: luisa, actor: holding(luisa), when: give(verifier), fails: domain.Forbidden},
	})
}

func TestAssignProfile(t *testing.T) {
	grant := domain.ProfileAssigned{Ente: ente, Comune: comune, Convenzione: conv, Profile: prof}
	assign := commands.AssignProfile(grant)
	between := func(change func(*domain.ConvenzioneSigned, *domain.ProfileDefined)) domain.Parties {
		c, p := agreement, desk
		change(&c, &p)
		return domain.Parties{Convenzione: domain.Convenzione{Signed: true, ConvenzioneSigned: c}, Profile: domain.Profile{Defined: true, ProfileDefined: p}}
	}
	sound := between(func(*domain.ConvenzioneSigned, *domain.ProfileDefined) {})
	runSetup(t, string(utente), map[string]setup[domain.Utente]{
		"what the agreement admits":   {given: events(entry), parties: sound, when: assign, then: events(grant)},
		"not to oneself":              {id: string(luisa.Utente), given: events(entry), by: luisa, actor: holding(luisa), parties: sound, when: assign, fails: domain.Forbidden},
		"to a known person":           {parties: sound, when: assign, fails: domain.NotFound},
		"the agreement of the two":    {given: events(entry), parties: between(func(c *domain.ConvenzioneSigned, _ *domain.ProfileDefined) { c.Ente = "x" }), when: assign, fails: domain.Invalid, field: "convenzione"},
		"a profile of the Comune":     {given: events(entry), parties: between(func(_ *domain.ConvenzioneSigned, p *domain.ProfileDefined) { p.Comune = altro }), when: assign, fails: domain.Invalid, field: "profile"},
		"no kind beyond it":           {given: events(entry), parties: between(func(_ *domain.ConvenzioneSigned, p *domain.ProfileDefined) { p.Tipi = []domain.Tipo{domain.Nascita} }), when: assign, fails: domain.Forbidden, field: "profile"},
		"no national mode beyond it":  {given: events(entry), parties: between(func(_ *domain.ConvenzioneSigned, p *domain.ProfileDefined) { p.Conferma = domain.Immediata }), when: assign, fails: domain.Forbidden, field: "profile"},
		"not by another Comune's TOP": {given: events(entry), by: elsewhere, actor: holding(elsewhere), when: assign, fails: domain.Forbidden, field: "comune"},
		"not by the Comune's officer": {given: events(entry), by: carla, actor: holding(carla), parties: sound, when: assign, fails: domain.Forbidden},
		"an agreement there is":       {given: events(entry), when: commands.AssignProfile{Profile: prof}, fails: domain.Invalid, field: "convenzione"},
		"a profile there is":          {given: events(entry), parties: domain.Parties{Convenzione: sound.Convenzione}, when: assign, fails: domain.Invalid, field: "profile"},
	})
}
