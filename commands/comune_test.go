package commands_test

import (
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestRegisterComune(t *testing.T) {
	register := commands.RegisterComune{ISTAT: comune, Nome: "Ancona", Provincia: "AN", OreSilenzio: 12}
	renamed := changed(ancona, func(c *domain.ComuneRegistered) { c.OreSilenzio = 24 })
	registering := func(change func(*commands.RegisterComune)) commands.RegisterComune { return changed(register, change) }
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"a Comune is entered":                   {by: root, when: register, then: events(ancona)},
		"at start-up too":                       {when: register, then: events(ancona)},
		"once":                                  {by: root, given: events(ancona), when: register},
		"what changed of it":                    {by: root, given: events(ancona, connected), when: registering(func(c *commands.RegisterComune) { c.OreSilenzio = 24 }), then: events(renamed)},
		"no province":                           {by: root, when: registering(func(c *commands.RegisterComune) { c.Provincia = "" }), fails: domain.Invalid, field: "comune"},
		"by no TOP":                             {by: luisa, when: register, fails: domain.Forbidden},
		"nor who only claims to be the system":  {by: domain.Actor{Utente: luisa.Utente, Role: domain.RoleSistema}, when: register, fails: domain.Forbidden},
		"nor who only claims to have installed": {by: domain.Actor{Utente: luisa.Utente, Role: domain.RoleInstallazione}, when: register, fails: domain.Forbidden},
		"under another Comune's code":           {by: root, id: string(altro), when: register, fails: domain.Invalid, field: "istat"},
		"without a code":                        {by: root, when: registering(func(c *commands.RegisterComune) { c.ISTAT = "" }), fails: domain.Invalid, field: "comune"},
	})
}

// own are the refusals that every command of a Comune about itself shares.
func own(t *testing.T, when commands.Command[domain.Comune]) {
	t.Helper()
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"not by another Comune's TOP": {given: events(ancona), by: elsewhere, when: when, fails: domain.NotFound, field: "comune"},
		"not by a former TOP":         {given: events(ancona), by: luisa, former: true, when: when, fails: domain.Forbidden},
		"not by an officer":           {given: events(ancona), by: carla, when: when, fails: domain.Forbidden},
		"not by an ADMIN":             {given: events(ancona), by: anna, when: when, fails: domain.Forbidden},
		"not by an auditor":           {given: events(ancona), by: revis, when: when, fails: domain.Forbidden},
		"not by the installation":     {given: events(ancona), by: root, when: when, fails: domain.Forbidden},
		"not of one nobody entered":   {by: luisa, when: when, fails: domain.NotFound, field: "comune"},
		"nor by a TOP who is suspended": {given: events(ancona), by: luisa, when: when, fails: domain.Forbidden, also: func(s *domain.Standing) {
			s.Suspensions = []domain.SuspensionInForce{{UtenteSuspended: domain.UtenteSuspended{Comune: comune}}}
		}},
	})
}

func TestNameTop(t *testing.T) {
	known := domain.Parties{Utente: domain.Utente{Registered: true}}
	name, named := commands.NameTop{Utente: utente}, domain.TopNamed{Utente: utente}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"the installation names the first": {given: events(ancona), by: root, parties: known, when: name, then: events(named)},
		"a TOP names another":              {given: events(ancona), by: luisa, parties: known, when: name, then: events(named)},
		"who is one already":               {given: events(ancona, named), by: luisa, parties: known, when: name},
		"nobody who is not known":          {given: events(ancona), by: luisa, when: name, fails: domain.NotFound, field: "utente"},
		"not by another Comune's TOP":      {given: events(ancona), by: elsewhere, parties: known, when: name, fails: domain.NotFound, field: "comune"},
		"not by an officer":                {given: events(ancona), by: carla, parties: known, when: name, fails: domain.Forbidden},
		"not by an ADMIN":                  {given: events(ancona), by: anna, parties: known, when: name, fails: domain.Forbidden},
		"of no Comune nobody entered":      {by: root, parties: known, when: name, fails: domain.NotFound, field: "comune"},
	})
}

func TestRemoveTop(t *testing.T) {
	remove, removed := commands.RemoveTop{Utente: utente, Motivo: "a riposo"}, domain.TopRemoved{Utente: utente, Motivo: "a riposo"}
	first, other := domain.TopNamed{Utente: utente}, domain.TopNamed{Utente: luisa.Utente}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"a TOP removes another":       {given: events(ancona, first, other), by: luisa, when: remove, then: events(removed)},
		"or steps down":               {given: events(ancona, first, other), by: luisa, when: commands.RemoveTop{Utente: luisa.Utente}, then: events(domain.TopRemoved{Utente: luisa.Utente})},
		"the installation may":        {given: events(ancona, first, other), by: root, when: remove, then: events(removed)},
		"the last one stays":          {given: events(ancona, first), by: root, when: remove, fails: domain.Conflict},
		"whoever asks":                {given: events(ancona, first), when: remove, fails: domain.Conflict},
		"who is none":                 {given: events(ancona, other), by: luisa, when: remove},
		"not by another Comune's TOP": {given: events(ancona, first, other), by: elsewhere, when: remove, fails: domain.NotFound, field: "comune"},
		"not by an ADMIN":             {given: events(ancona, first, other), by: anna, when: remove, fails: domain.Forbidden},
		"words nobody types":          {given: events(ancona, first, other), by: luisa, when: commands.RemoveTop{Utente: utente, Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
	})
}

func TestEnableNazionale(t *testing.T) {
	enable := commands.EnableNazionale(title)
	another := changed(title, func(e *domain.NazionaleEnabled) { e.Atto = "delibera 13" })
	own(t, enable)
	own(t, commands.DisableNazionale{})
	asksBeyond := func(s *domain.Standing) {
		s.Assignments = []domain.Assignment{{ProfileAssigned: domain.ProfileAssigned{Ente: ente, Comune: comune, Profile: prof}, Nazionale: true}}
	}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"by its title":                       {given: events(ancona), by: luisa, when: enable, then: events(title)},
		"the same title is none":             {given: events(ancona, title), by: luisa, when: enable},
		"another is":                         {given: events(ancona, title), by: luisa, when: commands.EnableNazionale(another), then: events(another)},
		"not by who would ask nationally":    {given: events(ancona), by: luisa, also: asksBeyond, when: enable, fails: domain.Forbidden},
		"who may word it while it stands":    {given: events(ancona, title), by: luisa, also: asksBeyond, when: commands.EnableNazionale(another), then: events(another)},
		"without a text":                     {given: events(ancona), by: luisa, when: commands.EnableNazionale{Atto: "a", Data: title.Data}, fails: domain.Invalid, field: "testo"},
		"without an act":                     {given: events(ancona), by: luisa, when: commands.EnableNazionale{Testo: "t", Data: title.Data}, fails: domain.Invalid, field: "atto"},
		"without a whole date":               {given: events(ancona), by: luisa, when: commands.EnableNazionale{Testo: "t", Atto: "a", Data: data("2026")}, fails: domain.Invalid, field: "data"},
		"it is switched off":                 {given: events(ancona, title), by: luisa, when: commands.DisableNazionale{}, then: events(domain.NazionaleDisabled{})},
		"once":                               {given: events(ancona, title, domain.NazionaleDisabled{}), by: luisa, when: commands.DisableNazionale{}},
		"and switched on by the same title":  {given: events(ancona, title, domain.NazionaleDisabled{}), by: luisa, when: enable, then: events(title)},
		"switched off in words nobody types": {given: events(ancona, title), by: luisa, when: commands.DisableNazionale{Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
	})
}

func TestSetRules(t *testing.T) {
	set := commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiNazionale}, ScaricoAmministratori: true}
	own(t, set)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"choices are recorded":      {given: events(ancona), by: luisa, when: set, then: events(domain.RulesSet(set))},
		"once":                      {given: events(ancona, domain.RulesSet(set)), by: luisa, when: set},
		"none again":                {given: events(ancona, domain.RulesSet(set)), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{}}, then: events(domain.RulesSet{})},
		"none where none were":      {given: events(ancona), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{}}},
		"of those there are":        {given: events(ancona), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{"sei"}}, fails: domain.Invalid, field: "quattro_occhi"},
		"each is there to be asked": {given: events(ancona), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiStoriche, domain.OcchiParentela}}, then: events(domain.RulesSet{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiStoriche, domain.OcchiParentela}})},
	})
}

func TestSetContatti(t *testing.T) {
	call := domain.Contatti{Referente: "Ufficiale d'anagrafe", PEC: "anagrafe@comune.example", DPO: "dpo", Assistenza: "071 0000", Email: "a@comune.example"}
	set := commands.SetContatti{Contatti: call}
	own(t, set)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"whom to call":  {given: events(ancona), by: luisa, when: set, then: events(domain.ContattiSet{Contatti: call})},
		"once":          {given: events(ancona, domain.ContattiSet{Contatti: call}), by: luisa, when: set},
		"no address":    {given: events(ancona), by: luisa, when: commands.SetContatti{Contatti: domain.Contatti{PEC: "boh"}}, fails: domain.Invalid, field: "pec"},
		"nor to write":  {given: events(ancona), by: luisa, when: commands.SetContatti{Contatti: domain.Contatti{Email: "boh"}}, fails: domain.Invalid, field: "email"},
		"nor to say":    {given: events(ancona), by: luisa, when: commands.SetContatti{Contatti: domain.Contatti{Referente: "\x00"}}, fails: domain.Invalid, field: "referente"},
		"nor to call":   {given: events(ancona), by: luisa, when: commands.SetContatti{Contatti: domain.Contatti{Assistenza: "\x00"}}, fails: domain.Invalid, field: "assistenza"},
		"nor to object": {given: events(ancona), by: luisa, when: commands.SetContatti{Contatti: domain.Contatti{DPO: "\x00"}}, fails: domain.Invalid, field: "dpo"},
	})
}

func TestPublishInstructions(t *testing.T) {
	publish := commands.PublishInstructions{Testo: "Si chiede solo per la pratica."}
	first := domain.InstructionsPublished{Versione: 1, Testo: publish.Testo}
	own(t, publish)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"the first version":     {given: events(ancona), by: luisa, when: publish, then: events(first)},
		"the same text is none": {given: events(ancona, first), by: luisa, when: publish},
		"the next":              {given: events(ancona, first), by: luisa, when: commands.PublishInstructions{Testo: "Altro."}, then: events(domain.InstructionsPublished{Versione: 2, Testo: "Altro."})},
		"none":                  {given: events(ancona), by: luisa, when: commands.PublishInstructions{}, fails: domain.Invalid, field: "testo"},
		"too much":              {given: events(ancona), by: luisa, when: commands.PublishInstructions{Testo: strings.Repeat("a", 20_001)}, fails: domain.Invalid, field: "testo"},
		"as much as can be":     {given: events(ancona), by: luisa, when: commands.PublishInstructions{Testo: strings.Repeat("a", 20_000)}, then: events(domain.InstructionsPublished{Versione: 1, Testo: strings.Repeat("a", 20_000)})},
		"words nobody types":    {given: events(ancona), by: luisa, when: commands.PublishInstructions{Testo: "\x00"}, fails: domain.Invalid, field: "testo"},
	})
}
