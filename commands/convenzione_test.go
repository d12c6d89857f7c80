package commands_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// theAct are the refusals that every command about an act shares.
func theAct(t *testing.T, when commands.Command[domain.Convenzione], given ...domain.Event) {
	t.Helper()
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"not by another Comune's TOP": {given: given, by: elsewhere, parties: around, when: when, fails: domain.NotFound},
		"not by an ADMIN":             {given: given, by: anna, parties: around, when: when, fails: domain.Forbidden},
		"not by an operator":          {given: given, by: mario, parties: around, when: when, fails: domain.Forbidden},
		"not by an officer":           {given: given, by: carla, parties: around, when: when, fails: domain.Forbidden},
		"not by an auditor":           {given: given, by: revis, parties: around, when: when, fails: domain.Forbidden},
		"not by the installation":     {given: given, by: root, parties: around, when: when, fails: domain.Forbidden},
		"not by a former TOP":         {given: given, by: luisa, former: true, parties: around, when: when, fails: domain.Forbidden},
	})
}

var (
	activated = domain.ConvenzioneActivated{Numero: 1, Al: act.Al}
	stopped   = domain.ConvenzioneSuspended{Motivo: "verifiche"}
	over      = domain.ConvenzioneEnded{Motivo: "recesso"}
)

// drafting is the command that drafts the act as it is changed.
func drafting(change func(*domain.ConvenzioneDrafted)) commands.DraftConvenzione {
	a := changed(act, change)
	return commands.DraftConvenzione{
		Ente: a.Ente, Comune: a.Comune, Estremi: a.Estremi, Data: a.Data, Firmatari: a.Firmatari, Dal: a.Dal, Al: a.Al,
		Finalita: a.Finalita, Massimo: a.Massimo, SecondoFattore: a.SecondoFattore, Contatti: a.Contatti,
	}
}

// boundTo has the purpose of an act be for some types alone.
func boundTo(tipi ...domain.Tipo) func(*domain.ConvenzioneDrafted) {
	return func(a *domain.ConvenzioneDrafted) {
		a.Finalita = slices.Clone(a.Finalita)
		a.Finalita[0].Tipi = append([]domain.Tipo{}, tipi...)
	}
}

// rationed has an act allow so many requests a day, once for each limit.
func rationed(di domain.DiChi, limiti ...int) func(*domain.Massimo) {
	return func(m *domain.Massimo) {
		for _, limite := range limiti {
			m.Quote = append(slices.Clip(m.Quote), domain.Quota{Di: di, Misura: domain.Richieste, Per: domain.AlGiorno, Limite: limite})
		}
	}
}

func TestDraftConvenzione(t *testing.T) {
	draft := drafting(func(*domain.ConvenzioneDrafted) {})
	most := func(change func(*domain.Massimo)) commands.DraftConvenzione {
		return drafting(func(a *domain.ConvenzioneDrafted) { change(&a.Massimo) })
	}
	theAct(t, draft)
	theAct(t, draft, act, activated)
	office := changed(around, func(p *domain.Parties) { p.Ente.Tipo, p.Ente.EnteredBy.Comune = domain.EnteUfficio, comune })
	foreign := changed(office, func(p *domain.Parties) { p.Ente.EnteredBy.Comune = altro })
	longer := func(a *domain.ConvenzioneDrafted) { a.Al = data("2027-12-31") }
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"by the Comune's TOP":               {by: luisa, parties: around, when: draft, then: events(act)},
		"of an office, another kind of act": {by: luisa, parties: office, when: draft, then: events(changed(act, func(a *domain.ConvenzioneDrafted) { a.Tipo = domain.AttoAutorizzazione }))},
		"of another Comune's office, none":  {by: luisa, parties: foreign, when: draft, then: events(act)},
		"once":                              {given: events(act), by: luisa, parties: around, when: draft},
		"what is in force is no draft":      {given: events(act, activated), by: luisa, parties: around, when: draft},
		"an amendment":                      {given: events(act, activated), by: luisa, parties: around, when: drafting(longer), then: events(changed(act, longer))},
		"back to what is in force":          {given: events(act, activated, changed(act, longer)), by: luisa, parties: around, when: draft, then: events(act)},
		"the same anew once it was ended":   {given: events(act, activated, over), by: luisa, parties: around, when: draft, then: events(act)},
		"and once only":                     {given: events(act, activated, over, act), by: luisa, parties: around, when: draft},
		"the Comune must be known":          {by: luisa, parties: domain.Parties{Ente: around.Ente}, when: draft, fails: domain.Invalid, field: "comune"},
		"the Ente must be known":            {by: luisa, parties: domain.Parties{Comune: around.Comune}, when: draft, fails: domain.Invalid, field: "ente"},
		"under its own id":                  {id: string(ente), by: luisa, parties: around, when: draft, fails: domain.Invalid, field: "id"},
		"it ends after it begins":           {by: luisa, parties: around, when: drafting(func(a *domain.ConvenzioneDrafted) { a.Al = data("2025-12-31") }), fails: domain.Invalid, field: "al"},
		"of a day":                          {by: luisa, parties: around, when: drafting(func(a *domain.ConvenzioneDrafted) { a.Al = a.Dal }), then: events(changed(act, func(a *domain.ConvenzioneDrafted) { a.Al = a.Dal }))},
		"of whole days":                     {by: luisa, parties: around, when: drafting(func(a *domain.ConvenzioneDrafted) { a.Dal = data("2026") }), fails: domain.Invalid, field: "al"},
		"it admits some type":               {by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Tipi = nil }), fails: domain.Invalid, field: "massimo.tipi"},
		"of those there are":                {by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Tipi = []domain.Tipo{"impronte"} }), fails: domain.Invalid, field: "massimo.tipi"},
		"confirmed as can be":               {by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Nazionale.Conferma = "boh" }), fails: domain.Invalid, field: "massimo.nazionale"},
		"hours are of silence":              {by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Nazionale = domain.Modo{Conferma: domain.Manuale, Ore: 3} }), fails: domain.Invalid, field: "massimo.nazionale"},
		"at hours that are some":            {by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Orario = domain.Orario{{Giorni: []int{8}, Dalle: "08:00", Alle: "09:00"}} }), fails: domain.Invalid, field: "massimo.orario"},
		"from where can be":                 {by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Postazione = "boh" }), fails: domain.Invalid, field: "massimo.postazione"},
		"a form that can be read":           {by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Pratica = "(" }), fails: domain.Invalid, field: "massimo.pratica"},
		"with quotas":                       {by: luisa, parties: around, when: most(rationed(domain.DiUtente, 50)), then: events(changed(act, func(a *domain.ConvenzioneDrafted) { rationed(domain.DiUtente, 50)(&a.Massimo) }))},
		"with none, as if without":          {given: events(act), by: luisa, parties: around, when: most(func(m *domain.Massimo) { m.Quote = []domain.Quota{} })},
		"not the Comune's":                  {by: luisa, parties: around, when: most(rationed(domain.DiComune, 50)), fails: domain.Invalid, field: "massimo.quote"},
		"each once as well":                 {by: luisa, parties: around, when: most(rationed(domain.DiUtente, 50, 60)), fails: domain.Invalid, field: "massimo.quote"},
		"of one request at least":           {by: luisa, parties: around, when: most(rationed(domain.DiEnte, 0)), fails: domain.Invalid, field: "massimo.quote"},
		"a purpose has its legal basis":     {by: luisa, parties: around, when: drafting(func(a *domain.ConvenzioneDrafted) { a.Finalita = []domain.Finalita{{Codice: "X"}} }), fails: domain.Invalid, field: "finalita"},
		"and a code of its own":             {by: luisa, parties: around, when: drafting(func(a *domain.ConvenzioneDrafted) { a.Finalita = append(slices.Clone(a.Finalita), a.Finalita...) }), fails: domain.Invalid, field: "finalita"},
		"a purpose for some types":          {by: luisa, parties: around, when: drafting(boundTo(domain.Residenza)), then: events(changed(act, boundTo(domain.Residenza)))},
		"and for none, as if for all":       {by: luisa, parties: around, when: drafting(boundTo()), then: events(act)},
		"none, once more":                   {given: events(act), by: luisa, parties: around, when: drafting(boundTo())},
		"bound anew, another act":           {given: events(act, activated), by: luisa, parties: around, when: drafting(boundTo(domain.StatoCivile)), then: events(changed(act, boundTo(domain.StatoCivile)))},
		"for types that there are":          {by: luisa, parties: around, when: drafting(boundTo("impronte")), fails: domain.Invalid, field: "finalita"},
		"that the act admits":               {by: luisa, parties: around, when: drafting(boundTo(domain.Residenza, domain.Nascita)), fails: domain.Invalid, field: "finalita"},
		"each once":                         {by: luisa, parties: around, when: drafting(boundTo(domain.Residenza, domain.Residenza)), fails: domain.Invalid, field: "finalita"},
		"addresses are some":                {by: luisa, parties: around, when: drafting(func(a *domain.ConvenzioneDrafted) { a.Contatti.PEC = "boh" }), fails: domain.Invalid, field: "pec"},
		"particulars can be printed":        {by: luisa, parties: around, when: drafting(func(a *domain.ConvenzioneDrafted) { a.Estremi = "\x00" }), fails: domain.Invalid, field: "estremi"},
	})
}

func TestActivateConvenzione(t *testing.T) {
	activate := commands.ActivateConvenzione{}
	theAct(t, activate, act)
	bound := changed(act, func(a *domain.ConvenzioneDrafted) {
		boundTo(domain.Residenza)(a)
		other := a.Finalita[0]
		other.Codice, other.Tipi = "TARI", []domain.Tipo{domain.StatoCivile}
		a.Finalita = append(a.Finalita, other)
	})
	asksThere := func(s *domain.Standing) { s.Roles = []domain.RoleHeld{{RoleGiven: operates}} }
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"a draft":                              {given: events(act), by: luisa, parties: reachable, when: activate, then: events(activated)},
		"once":                                 {given: events(act, activated), by: luisa, parties: reachable, when: activate},
		"the next is the second":               {given: events(act, activated, act), by: luisa, parties: reachable, when: activate, then: events(domain.ConvenzioneActivated{Numero: 2, Al: act.Al})},
		"whose purposes are for all it admits": {given: events(bound), by: luisa, parties: reachable, when: activate, then: events(activated)},
		"not a type that none is for":          {given: events(changed(act, boundTo(domain.Residenza))), by: luisa, parties: reachable, when: activate, fails: domain.Conflict, field: "finalita"},
		"not by who asks under it":             {given: events(act), by: luisa, also: asksThere, parties: reachable, when: activate, fails: domain.Forbidden},
		"of none nobody drafted":               {by: luisa, parties: reachable, when: activate, fails: domain.NotFound},
	})
}

// reachable are the parties where the Comune says whom to turn to.
var reachable = domain.Parties{Comune: domain.Comune{
	Registered: true, ComuneRegistered: ancona,
	Contatti: domain.Contatti{Referente: "Ufficio Anagrafe", PEC: "anagrafe@pec.example", DPO: "dpo@comune.example", Assistenza: "Anagrafe"},
}}

// What must be on record when an act is put in force is named when it is not.
func TestAnActIsActivatedOnceEverythingIsOnRecord(t *testing.T) {
	type parties = struct {
		act    domain.ConvenzioneDrafted
		comune domain.Comune
	}
	for field, lacks := range map[string]func(*parties){
		"estremi":                 func(p *parties) { p.act.Estremi = "" },
		"data":                    func(p *parties) { p.act.Data = domain.Date{} },
		"firmatari":               func(p *parties) { p.act.Firmatari = nil },
		"finalita":                func(p *parties) { p.act.Finalita = nil },
		"finalita.descrizione":    func(p *parties) { p.act.Finalita[0].Descrizione = "" },
		"finalita.base_giuridica": func(p *parties) { p.act.Finalita[0].BaseGiuridica = "" },
		"finalita.conservazione":  func(p *parties) { p.act.Finalita[0].Conservazione = 0 },
		"finalita.valutazione":    func(p *parties) { p.act.Finalita[0].Valutazione = "" },
		"contatti.referente":      func(p *parties) { p.act.Contatti.Referente = "" },
		"contatti.pec":            func(p *parties) { p.act.Contatti.PEC = "" },
		"contatti.dpo":            func(p *parties) { p.act.Contatti.DPO = "" },
		"contatti.assistenza":     func(p *parties) { p.act.Contatti.Assistenza = "" },
		"comune.referente":        func(p *parties) { p.comune.Contatti.Referente = "" },
		"comune.pec":              func(p *parties) { p.comune.Contatti.PEC = "" },
		"comune.dpo":              func(p *parties) { p.comune.Contatti.DPO = "" },
		"comune.assistenza":       func(p *parties) { p.comune.Contatti.Assistenza = "" },
	} {
		for tipo, wants := range map[domain.TipoAtto]bool{
			domain.AttoConvenzione: true,
			// An office has the PEC and the data-protection officer of its Comune.
			domain.AttoAutorizzazione: field != "contatti.pec" && field != "contatti.dpo",
		} {
			p := parties{act, reachable.Comune}
			p.act.Tipo, p.act.Finalita = tipo, slices.Clone(p.act.Finalita)
			lacks(&p)
			s := setup[domain.Convenzione]{given: events(p.act), by: luisa, parties: domain.Parties{Comune: p.comune}}
			if wants {
				decide(t, s.inputs(string(conv)), commands.Command[domain.Convenzione](commands.ActivateConvenzione{}), nil, domain.Conflict, field)
			} else {
				decide(t, s.inputs(string(conv)), commands.Command[domain.Convenzione](commands.ActivateConvenzione{}), events(activated), "", "")
			}
		}
	}
}

func TestSuspendAndEndConvenzione(t *testing.T) {
	suspend, resume, end := commands.SuspendConvenzione(stopped), commands.ResumeConvenzione{}, commands.EndConvenzione(over)
	for _, when := range []commands.Command[domain.Convenzione]{suspend, resume, end} {
		theAct(t, when, act, activated, stopped)
	}
	asksThere := func(s *domain.Standing) { s.Roles = []domain.RoleHeld{{RoleGiven: operates}} }
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"suspended":                         {given: events(act, activated), by: luisa, when: suspend, then: events(stopped)},
		"once":                              {given: events(act, activated, stopped), by: luisa, when: suspend},
		"with a reason":                     {given: events(act, activated), by: luisa, when: commands.SuspendConvenzione{}, fails: domain.Invalid, field: "motivo"},
		"that is not too long":              {given: events(act, activated), by: luisa, when: commands.SuspendConvenzione{Motivo: strings.Repeat("a", 1001)}, fails: domain.Invalid, field: "motivo"},
		"a draft is not in force":           {given: events(act), by: luisa, when: suspend, fails: domain.Conflict},
		"nor what was ended":                {given: events(act, activated, over), by: luisa, when: suspend, fails: domain.Conflict},
		"resumed":                           {given: events(act, activated, stopped), by: luisa, when: resume, then: events(domain.ConvenzioneResumed{})},
		"once resumed":                      {given: events(act, activated), by: luisa, when: resume},
		"not resumed by who asks under it":  {given: events(act, activated, stopped), by: luisa, also: asksThere, when: resume, fails: domain.Forbidden},
		"who may suspend it":                {given: events(act, activated), by: luisa, also: asksThere, when: suspend, then: events(stopped)},
		"ended":                             {given: events(act, activated), by: luisa, when: end, then: events(over)},
		"once ended":                        {given: events(act, activated, over), by: luisa, when: end},
		"ended with a reason":               {given: events(act, activated), by: luisa, when: commands.EndConvenzione{}, fails: domain.Invalid, field: "motivo"},
		"a draft is not ended":              {given: events(act), by: luisa, when: end, fails: domain.Conflict},
		"what follows may be ended in turn": {given: events(act, activated, over, act, domain.ConvenzioneActivated{Numero: 2}), by: luisa, when: end, then: events(over)},
	})
}

func TestAnnexesAndNotices(t *testing.T) {
	attach := commands.AttachAnnex{ID: "annex", Nome: "atto.pdf", SHA256: strings.Repeat("0a1b2c3d", 8), Size: 10}
	theAct(t, attach, act)
	with := func(change func(*commands.AttachAnnex)) commands.AttachAnnex { return changed(attach, change) }
	due, announced := commands.AnnounceExpiry{Numero: 1, Giorni: 60}, domain.ExpiryAnnounced{Giorni: 60, Al: act.Al}
	runSetup(t, string(conv), map[string]setup[domain.Convenzione]{
		"a file":                   {given: events(act), by: luisa, when: attach, then: events(domain.AnnexAttached(attach))},
		"once":                     {given: events(act, domain.AnnexAttached(attach)), by: luisa, when: attach},
		"with a name":              {given: events(act), by: luisa, when: with(func(c *commands.AttachAnnex) { c.Nome = "" }), fails: domain.Invalid, field: "nome"},
		"and something in it":      {given: events(act), by: luisa, when: with(func(c *commands.AttachAnnex) { c.Size = 0 }), fails: domain.Invalid, field: "file"},
		"whose hash is one":        {given: events(act), by: luisa, when: with(func(c *commands.AttachAnnex) { c.SHA256 = "abc" }), fails: domain.Invalid, field: "file"},
		"its end is announced":     {given: events(act, activated), when: due, then: events(announced)},
		"once announced":           {given: events(act, activated, announced), when: due},
		"not before it is due":     {given: events(act, activated), when: commands.AnnounceExpiry{Numero: 1, Giorni: 30}},
		"nor one that was renewed": {given: events(act, activated, act, domain.ConvenzioneActivated{Numero: 2}), when: due},
		"anew for what follows":    {given: events(act, activated, announced, act, domain.ConvenzioneActivated{Numero: 2}), when: commands.AnnounceExpiry{Numero: 2, Giorni: 60}, then: events(announced)},
		"not of a draft":           {given: events(act), when: due},
		"by nobody but the system": {given: events(act, activated), by: luisa, when: due, fails: domain.Forbidden},
	})
}
