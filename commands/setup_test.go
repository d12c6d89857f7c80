package commands_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// setup says the same as spec, of the streams around the visura. Who acts is
// the system unless said otherwise.
type setup[S commands.State[S]] struct {
	given []domain.Event
	by    domain.Actor
	facts commands.Facts
	when  commands.Command[S]
	then  []domain.Event
	fails domain.Code
	field string
}

func runSetup[S commands.State[S]](t *testing.T, specs map[string]setup[S]) {
	t.Helper()
	for name, s := range specs {
		t.Run(name, func(t *testing.T) {
			m := domain.Meta{At: now, By: s.by}
			if s.by == (domain.Actor{}) {
				m.By = domain.Sistema
			}
			var state S
			for _, e := range s.given {
				state = state.Evolve(e, m)
			}
			got, err := s.when.Decide(state, s.facts, m)
			if code := domain.CodeOf(err); code != s.fails {
				t.Fatalf("refused with %q, want %q: %v", code, s.fails, err)
			}
			if refusal, ok := err.(*domain.Error); ok && s.field != "" && refusal.Field != s.field {
				t.Errorf("blames %q, want %q", refusal.Field, s.field)
			}
			if diff := cmp.Diff(s.then, got); diff != "" {
				t.Fatalf("then (-want +got):\n%s", diff)
			}
			for _, e := range got {
				state = state.Evolve(e, m)
			}
			if err != nil {
				return
			}
			if again, err := s.when.Decide(state, s.facts, m); err != nil || len(again) > 0 {
				t.Errorf("decided twice: %#v, %v", again, err)
			}
		})
	}
}

var (
	elsewhere = domain.Actor{Utente: luisa.Utente, Role: domain.RoleTop, Comune: "015146"}
	ancona    = domain.ComuneRegistered{ISTAT: comune, Nome: "Ancona", Provincia: "AN", OreSilenzio: 12}
	connected = domain.ComuneConnected{TipoInvio: "TEST", Keystore: "042002-CO-9999", Operatore: rossi, Storico: domain.Storico6001}
	tributi   = domain.EnteRegistered{Denominazione: "Ufficio Tributi"}
	agreement = domain.ConvenzioneSigned{
		Ente: ente, Comune: comune, Estremi: "rep. 1/2026", Dal: data("2026-01-01"), Al: data("2026-12-31"),
		Tipi: []domain.Tipo{domain.Residenza}, Conferme: []domain.Conferma{domain.Manuale},
		Finalita: []domain.Finalita{{Codice: "ISEE", BaseGiuridica: "art. 71 DPR 445/2000"}},
	}
	desk  = domain.ProfileDefined{Comune: comune, Nome: "Sportello", Tipi: []domain.Tipo{domain.Residenza}, Conferma: domain.Manuale}
	entry = domain.UtenteRegistered{Codice: "OP-001", CodiceFiscale: rossi, Cognome: "Rossi", Nome: "Mario"}
)

func changed[T any](v T, change func(*T)) T {
	change(&v)
	return v
}

func TestRegisterComune(t *testing.T) {
	register := commands.RegisterComune{Comune: ancona, Collegamento: connected}
	moved := changed(connected, func(c *domain.ComuneConnected) { c.Keystore = "042002-CO-9998" })
	runSetup(t, map[string]setup[domain.Comune]{
		"a Comune is entered with its connection": {when: register, then: events(ancona, connected)},
		"a renewed certificate alone":             {given: events(ancona, connected), when: commands.RegisterComune{Comune: ancona, Collegamento: moved}, then: events(moved)},
		"no province":                             {when: commands.RegisterComune{Comune: changed(ancona, func(c *domain.ComuneRegistered) { c.Provincia = "" }), Collegamento: connected}, fails: domain.Invalid, field: "comune"},
		"no operator":                             {when: commands.RegisterComune{Comune: ancona}, fails: domain.Invalid, field: "collegamento"},
		"nobody but the system":                   {by: luisa, facts: granted(luisa), when: register, fails: domain.Forbidden},
	})
}

func TestRegisterEnte(t *testing.T) {
	register := commands.RegisterEnte{Ente: tributi}
	runSetup(t, map[string]setup[domain.Ente]{
		"a body is entered":   {when: register, then: events(tributi)},
		"by a TOP too":        {by: luisa, facts: granted(luisa), when: register, then: events(tributi)},
		"without a name":      {when: commands.RegisterEnte{}, fails: domain.Invalid, field: "denominazione"},
		"not by an operator":  {by: mario, facts: granted(mario), when: register, fails: domain.Forbidden},
		"not by a former TOP": {by: luisa, when: register, fails: domain.Forbidden},
	})
}

func TestSignConvenzione(t *testing.T) {
	parties := commands.Facts{Comune: domain.Comune{Registered: true}, Ente: domain.Ente{Registered: true}}
	top := granted(luisa)
	signing := func(change func(*domain.ConvenzioneSigned)) commands.SignConvenzione {
		return commands.SignConvenzione{Convenzione: changed(agreement, change)}
	}
	sign := commands.SignConvenzione{Convenzione: agreement}
	runSetup(t, map[string]setup[domain.Convenzione]{
		"an agreement is signed":          {facts: parties, when: sign, then: events(agreement)},
		"by the Comune's TOP":             {by: luisa, facts: top, when: sign, then: events(agreement)},
		"not by another Comune's":         {by: elsewhere, facts: granted(elsewhere), when: sign, fails: domain.Forbidden, field: "comune"},
		"it cannot be changed":            {given: events(agreement), facts: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Al = data("2027-12-31") }), fails: domain.Conflict},
		"the Comune must be known":        {facts: commands.Facts{Ente: domain.Ente{Registered: true}}, when: sign, fails: domain.Invalid, field: "comune"},
		"the Ente must be known":          {facts: commands.Facts{Comune: domain.Comune{Registered: true}}, when: sign, fails: domain.Invalid, field: "ente"},
		"it ends after it begins":         {facts: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Al = data("2025-12-31") }), fails: domain.Invalid, field: "al"},
		"it admits some kind":             {facts: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Tipi = nil }), fails: domain.Invalid, field: "tipi"},
		"of those there are":              {facts: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Tipi = []domain.Tipo{"impronte"} }), fails: domain.Invalid, field: "tipi"},
		"confirmed as can be":             {facts: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Conferme = []domain.Conferma{"boh"} }), fails: domain.Invalid, field: "conferme"},
		"it names a purpose":              {facts: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Finalita = nil }), fails: domain.Invalid, field: "finalita"},
		"and the purpose its legal basis": {facts: parties, when: signing(func(c *domain.ConvenzioneSigned) { c.Finalita = []domain.Finalita{{Codice: "X"}} }), fails: domain.Invalid, field: "finalita"},
	})
}

func TestDefineProfile(t *testing.T) {
	define := commands.DefineProfile{Profile: desk}
	wider := changed(desk, func(p *domain.ProfileDefined) { p.Tipi = []domain.Tipo{domain.Residenza, domain.Nascita} })
	runSetup(t, map[string]setup[domain.Profile]{
		"a profile is defined":      {when: define, then: events(desk)},
		"and defined anew":          {given: events(desk), when: commands.DefineProfile{Profile: wider}, then: events(wider)},
		"not by another Comune":     {by: elsewhere, facts: granted(elsewhere), when: define, fails: domain.Forbidden, field: "comune"},
		"it does not change Comune": {given: events(desk), when: commands.DefineProfile{Profile: changed(desk, func(p *domain.ProfileDefined) { p.Comune = "015146" })}, fails: domain.Conflict, field: "comune"},
		"it has a name":             {when: commands.DefineProfile{Profile: changed(desk, func(p *domain.ProfileDefined) { p.Nome = "" })}, fails: domain.Invalid, field: "nome"},
		"confirmed as can be":       {when: commands.DefineProfile{Profile: changed(desk, func(p *domain.ProfileDefined) { p.Conferma = "boh" })}, fails: domain.Invalid, field: "conferma"},
		"it grants some kind":       {when: commands.DefineProfile{Profile: changed(desk, func(p *domain.ProfileDefined) { p.Tipi = nil })}, fails: domain.Invalid, field: "tipi"},
		"of those there are":        {when: commands.DefineProfile{Profile: changed(desk, func(p *domain.ProfileDefined) { p.Tipi = []domain.Tipo{"impronte"} })}, fails: domain.Invalid, field: "tipi"},
	})
}

func TestRegisterUtente(t *testing.T) {
	runSetup(t, map[string]setup[domain.Utente]{
		"a person is entered": {when: commands.RegisterUtente{Utente: entry}, then: events(entry)},
		"without a tax code":  {when: commands.RegisterUtente{Utente: changed(entry, func(u *domain.UtenteRegistered) { u.CodiceFiscale = "" })}, fails: domain.Invalid, field: "codice_fiscale"},
		"without a user code": {when: commands.RegisterUtente{Utente: changed(entry, func(u *domain.UtenteRegistered) { u.Codice = "" })}, fails: domain.Invalid, field: "codice"},
		"not by an operator":  {by: mario, facts: granted(mario), when: commands.RegisterUtente{Utente: entry}, fails: domain.Forbidden},
	})
}

func TestGiveRole(t *testing.T) {
	standard := domain.RoleGiven{Role: domain.RoleStandard, Ente: ente}
	give := func(r domain.RoleGiven) commands.GiveRole { return commands.GiveRole{Role: r} }
	runSetup(t, map[string]setup[domain.Utente]{
		"a role is given":           {given: events(entry), when: give(standard), then: events(standard)},
		"to a known person":         {when: give(standard), fails: domain.NotFound},
		"TOP is of a Comune":        {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleTop, Ente: ente}), fails: domain.Invalid, field: "role"},
		"STANDARD is of an Ente":    {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleStandard, Comune: comune}), fails: domain.Invalid, field: "role"},
		"the system is nobody":      {given: events(entry), when: give(domain.RoleGiven{Role: domain.RoleSistema}), fails: domain.Invalid, field: "role"},
		"no TOP for another Comune": {given: events(entry), by: elsewhere, facts: granted(elsewhere), when: give(domain.RoleGiven{Role: domain.RoleTop, Comune: comune}), fails: domain.Forbidden, field: "comune"},
	})
}

func TestAssignProfile(t *testing.T) {
	grant := domain.ProfileAssigned{Ente: ente, Comune: comune, Convenzione: conv, Profile: prof}
	assign := commands.AssignProfile{Grant: grant}
	facts := func(change func(*domain.ConvenzioneSigned, *domain.ProfileDefined)) commands.Facts {
		c, p := agreement, desk
		change(&c, &p)
		return commands.Facts{Convenzione: domain.Convenzione{Signed: true, ConvenzioneSigned: c}, Profile: domain.Profile{Defined: true, ProfileDefined: p}}
	}
	sound := facts(func(*domain.ConvenzioneSigned, *domain.ProfileDefined) {})
	runSetup(t, map[string]setup[domain.Utente]{
		"what the agreement admits":   {given: events(entry), facts: sound, when: assign, then: events(grant)},
		"to a known person":           {facts: sound, when: assign, fails: domain.NotFound},
		"the agreement of the two":    {given: events(entry), facts: facts(func(c *domain.ConvenzioneSigned, _ *domain.ProfileDefined) { c.Ente = "x" }), when: assign, fails: domain.Invalid, field: "convenzione"},
		"a profile of the Comune":     {given: events(entry), facts: facts(func(_ *domain.ConvenzioneSigned, p *domain.ProfileDefined) { p.Comune = "015146" }), when: assign, fails: domain.Invalid, field: "profile"},
		"no kind beyond it":           {given: events(entry), facts: facts(func(_ *domain.ConvenzioneSigned, p *domain.ProfileDefined) { p.Tipi = []domain.Tipo{domain.Nascita} }), when: assign, fails: domain.Forbidden, field: "profile"},
		"no national mode beyond it":  {given: events(entry), facts: facts(func(_ *domain.ConvenzioneSigned, p *domain.ProfileDefined) { p.Conferma = domain.Immediata }), when: assign, fails: domain.Forbidden, field: "profile"},
		"not by another Comune's TOP": {given: events(entry), by: elsewhere, facts: granted(elsewhere), when: assign, fails: domain.Forbidden, field: "comune"},
	})
}
