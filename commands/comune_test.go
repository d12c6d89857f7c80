package commands_test

import (
	"slices"
	"strings"
	"testing"
	"time"

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
	known := domain.Parties{Utente: domain.Utente{Registered: true, Appointments: []domain.UtenteAppointed{{Comune: comune, Mansione: "responsabile"}}}}
	elsewhereToo := domain.Parties{Utente: domain.Utente{Registered: true, Appointments: []domain.UtenteAppointed{{Comune: altro}, messo}}}
	name, named := commands.NameTop{Utente: utente}, domain.TopNamed{Utente: utente}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"the installation names the first": {given: events(ancona), by: root, parties: known, when: name, then: events(named)},
		"a TOP names another":              {given: events(ancona), by: luisa, parties: known, when: name, then: events(named)},
		"who is one already":               {given: events(ancona, named), by: luisa, parties: known, when: name},
		"nobody without a record there":    {given: events(ancona), by: luisa, parties: elsewhereToo, when: name, fails: domain.Conflict, field: "utente"},
		"nobody who is not known":          {given: events(ancona), by: luisa, when: name, fails: domain.NotFound, field: "utente"},
		"not by another Comune's TOP":      {given: events(ancona), by: elsewhere, parties: known, when: name, fails: domain.NotFound, field: "comune"},
		"not by an officer":                {given: events(ancona), by: carla, parties: known, when: name, fails: domain.Forbidden},
		"not by an ADMIN":                  {given: events(ancona), by: anna, parties: known, when: name, fails: domain.Forbidden},
		"of no Comune nobody entered":      {by: root, parties: known, when: name, fails: domain.NotFound, field: "comune"},
	})
}

// headedBy are parties whose Comune has TOPs.
func headedBy(p domain.Parties, tops ...domain.UtenteID) domain.Parties {
	p.Comune.Tops, p.Tops = tops, nil
	for _, id := range tops {
		p.Tops = append(p.Tops, domain.NamedUtente{ID: id})
	}
	return p
}

// suspendedTop are parties one of whose TOPs is suspended at the Comune.
func suspendedTop(p domain.Parties, who domain.UtenteID) domain.Parties {
	p.Tops = slices.Clone(p.Tops)
	for i := range p.Tops {
		if p.Tops[i].ID == who {
			p.Tops[i].Utente = p.Tops[i].Evolve(domain.UtenteSuspended{Comune: p.Comune.ISTAT}, domain.Meta{By: luisa})
		}
	}
	return p
}

func TestRemoveTop(t *testing.T) {
	remove, removed := commands.RemoveTop{Utente: utente, Motivo: "a riposo"}, domain.TopRemoved{Utente: utente, Motivo: "a riposo"}
	first, other := domain.TopNamed{Utente: utente}, domain.TopNamed{Utente: luisa.Utente}
	two := headedBy(around, utente, luisa.Utente)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"a TOP removes another":       {given: events(ancona, first, other), parties: two, by: luisa, when: remove, then: events(removed)},
		"or steps down":               {given: events(ancona, first, other), parties: two, by: luisa, when: commands.RemoveTop{Utente: luisa.Utente}, then: events(domain.TopRemoved{Utente: luisa.Utente})},
		"the installation may":        {given: events(ancona, first, other), parties: two, by: root, when: remove, then: events(removed)},
		"the last one stays":          {given: events(ancona, first), parties: headedBy(around, utente), by: root, when: remove, fails: domain.Conflict},
		"whoever asks":                {given: events(ancona, first), parties: headedBy(around, utente), when: remove, fails: domain.Conflict},
		"nor the last who can act":    {given: events(ancona, first, other), parties: suspendedTop(two, luisa.Utente), by: root, when: remove, fails: domain.Conflict},
		"nor does it step down":       {given: events(ancona, first, other), parties: suspendedTop(two, utente), by: luisa, when: commands.RemoveTop{Utente: luisa.Utente}, fails: domain.Conflict},
		"one who is suspended goes":   {given: events(ancona, first, other), parties: suspendedTop(two, utente), by: luisa, when: remove, then: events(removed)},
		"who is none":                 {given: events(ancona, other), parties: headedBy(around, luisa.Utente), by: luisa, when: remove},
		"not by another Comune's TOP": {given: events(ancona, first, other), parties: two, by: elsewhere, when: remove, fails: domain.NotFound, field: "comune"},
		"not by an ADMIN":             {given: events(ancona, first, other), parties: two, by: anna, when: remove, fails: domain.Forbidden},
		"words nobody types":          {given: events(ancona, first, other), parties: two, by: luisa, when: commands.RemoveTop{Utente: utente, Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
	})
}

func TestEnableNazionale(t *testing.T) {
	enable := commands.EnableNazionale(title)
	another := changed(title, func(e *domain.NazionaleEnabled) { e.Atto = "delibera 13" })
	own(t, enable)
	own(t, commands.DisableNazionale{})
	asksBeyond := func(s *domain.Standing) {
		s.Assignments = []domain.Assignment{{ProfileGrant: domain.ProfileGrant{Ente: ente, Comune: comune, Profile: prof}, Nazionale: true}}
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
	both := []domain.QuattroOcchi{domain.OcchiNazionale, domain.OcchiParentela}
	atMostADay := []domain.Quota{{Di: domain.DiComune, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 500}}
	release := commands.ReleaseQuattroOcchi{Kind: domain.OcchiNazionale}
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"choices are recorded":     {given: events(ancona), by: luisa, when: set, then: events(domain.RulesSet(set))},
		"the same are not":         {given: events(ancona, domain.RulesSet(set)), by: luisa, when: set},
		"none again, not by a TOP": {given: events(ancona, domain.RulesSet(set)), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{}}, fails: domain.Forbidden, field: "quattro_occhi"},
		"nor another in its place": {given: events(ancona, domain.RulesSet(set)), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiStoriche}}, fails: domain.Forbidden, field: "quattro_occhi"},
		"one more by a TOP":        {given: events(ancona, domain.RulesSet(set)), by: luisa, when: commands.SetRules{QuattroOcchi: both}, then: events(domain.RulesSet{QuattroOcchi: both})},
		"one less by the installation": {given: events(ancona, domain.RulesSet{QuattroOcchi: both, ScaricoAmministratori: true}), by: root, when: release,
			then: events(domain.RulesSet{QuattroOcchi: both[1:], ScaricoAmministratori: true})},
		"and none":                       {given: events(ancona, domain.RulesSet(set)), by: root, when: release, then: events(domain.RulesSet{ScaricoAmministratori: true})},
		"once":                           {given: events(ancona), by: root, when: release},
		"not by a TOP":                   {given: events(ancona, domain.RulesSet(set)), by: luisa, when: release, fails: domain.Forbidden},
		"nor of a Comune nobody entered": {by: root, when: release, fails: domain.NotFound, field: "comune"},
		"none where none were":           {given: events(ancona), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{}}},
		"with the most all Enti may ask": {given: events(ancona), by: luisa, when: commands.SetRules{Quote: atMostADay}, then: events(domain.RulesSet{Quote: atMostADay})},
		"with no such, as if without":    {given: events(ancona), by: luisa, when: commands.SetRules{Quote: []domain.Quota{}}},
		"not the most one person may":    {given: events(ancona), by: luisa, when: commands.SetRules{Quote: []domain.Quota{{Di: domain.DiUtente, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: 5}}}, fails: domain.Invalid, field: "quote"},
		"of those there are":             {given: events(ancona), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{"sei"}}, fails: domain.Invalid, field: "quattro_occhi"},
		"each is there to be asked":      {given: events(ancona), by: luisa, when: commands.SetRules{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiStoriche, domain.OcchiParentela}}, then: events(domain.RulesSet{QuattroOcchi: []domain.QuattroOcchi{domain.OcchiStoriche, domain.OcchiParentela}})},
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

func TestPublishAvviso(t *testing.T) {
	hour := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	publish := commands.PublishAvviso{Testo: "ANPR è ferma fino alle 14.", Al: hour(4)}
	first := domain.AvvisoPublished{Numero: 1, Testo: publish.Testo, Al: publish.Al}
	over := domain.AvvisoPublished{Numero: 1, Testo: publish.Testo, Al: hour(-1)}
	publishing := func(change func(*commands.PublishAvviso)) commands.PublishAvviso { return changed(publish, change) }
	someone := publishing(func(c *commands.PublishAvviso) {
		c.Ruoli, c.Ente = []domain.Role{domain.RoleStandard, domain.RoleAdmin}, ente
	})
	forSomeone := changed(first, func(e *domain.AvvisoPublished) {
		e.Ruoli, e.Ente = []domain.Role{domain.RoleAdmin, domain.RoleStandard}, ente
	})
	known := domain.Parties{Convenzione: inForce(act)}
	var many []domain.Event
	for i := range 10 {
		many = append(many, domain.AvvisoPublished{Numero: i + 1, Testo: "Uno.", Al: hour(i + 1)})
	}
	own(t, publish)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"the first":                      {given: events(ancona), by: luisa, when: publish, then: events(first)},
		"the same is none":               {given: events(ancona, first), by: luisa, when: publish},
		"unless it is over":              {given: events(ancona, over), by: luisa, when: publish, then: events(changed(first, func(e *domain.AvvisoPublished) { e.Numero = 2 }))},
		"or was withdrawn":               {given: events(ancona, first, domain.AvvisoWithdrawn{Numero: 1}), by: luisa, when: publish, then: events(changed(first, func(e *domain.AvvisoPublished) { e.Numero = 2 }))},
		"in the order of roles":          {given: events(ancona), by: luisa, parties: known, when: someone, then: events(forSomeone)},
		"to whom it is for":              {given: events(ancona, first), by: luisa, parties: known, when: someone, then: events(changed(forSomeone, func(e *domain.AvvisoPublished) { e.Numero = 2 }))},
		"of an Ente of the Comune":       {given: events(ancona), by: luisa, when: someone, fails: domain.NotFound, field: "ente"},
		"at which such people are":       {given: events(ancona), by: luisa, parties: known, when: publishing(func(c *commands.PublishAvviso) { c.Ruoli, c.Ente = []domain.Role{domain.RoleTop}, ente }), fails: domain.Invalid, field: "ruoli"},
		"software reads none":            {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Ruoli = []domain.Role{domain.RoleSistema} }), fails: domain.Invalid, field: "ruoli"},
		"nor nothing":                    {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Testo = " " }), fails: domain.Invalid, field: "testo"},
		"as long as can be":              {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Testo = strings.Repeat("è", 500) }), then: events(changed(first, func(e *domain.AvvisoPublished) { e.Testo = strings.Repeat("è", 500) }))},
		"and no longer":                  {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Testo = strings.Repeat("è", 501) }), fails: domain.Invalid, field: "testo"},
		"on a line":                      {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Testo = "uno\ndue" }), fails: domain.Invalid, field: "testo"},
		"which has an end":               {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Al = time.Time{} }), fails: domain.Invalid, field: "al"},
		"that is to come":                {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Al = now }), fails: domain.Invalid, field: "al"},
		"after its beginning":            {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Dal = hour(4) }), fails: domain.Invalid, field: "al"},
		"within a year":                  {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Al = now.AddDate(1, 0, 2) }), fails: domain.Invalid, field: "al"},
		"ten at a time":                  {given: append(events(ancona), many...), by: luisa, when: publish, fails: domain.Conflict},
		"of which those over are none":   {given: append(events(ancona), many...), at: hour(2), by: luisa, when: publish, then: events(changed(first, func(e *domain.AvvisoPublished) { e.Numero = 11 }))},
		"from whenever, in Italy or not": {given: events(ancona), by: luisa, when: publishing(func(c *commands.PublishAvviso) { c.Dal = domain.ItalianTime(hour(1)) }), then: events(changed(first, func(e *domain.AvvisoPublished) { e.Dal = hour(1) }))},
	})
}

func TestWithdrawAvviso(t *testing.T) {
	first := domain.AvvisoPublished{Numero: 1, Testo: "Uno.", Al: now.Add(time.Hour)}
	withdraw, withdrawn := commands.WithdrawAvviso{Numero: 1}, domain.AvvisoWithdrawn{Numero: 1}
	own(t, withdraw)
	runSetup(t, string(comune), map[string]setup[domain.Comune]{
		"before its time":         {given: events(ancona, first), by: luisa, when: withdraw, then: events(withdrawn)},
		"once":                    {given: events(ancona, first, withdrawn), by: luisa, when: withdraw},
		"of itself":               {given: events(ancona, first), at: now.Add(time.Hour), by: luisa, when: withdraw},
		"not one there never was": {given: events(ancona, first), by: luisa, when: commands.WithdrawAvviso{Numero: 2}, fails: domain.NotFound, field: "numero"},
		"nor none":                {given: events(ancona, first), by: luisa, when: commands.WithdrawAvviso{}, fails: domain.NotFound, field: "numero"},
	})
}
