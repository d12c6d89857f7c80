package commands_test

import (
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// tributiID is the body's.
var tributiID = func() domain.EnteID {
	id, err := tributi.ID()
	if err != nil {
		panic(err)
	}
	return id
}()

func TestRegisterEnte(t *testing.T) {
	register := commands.RegisterEnte(tributi)
	entering := func(change func(*domain.EnteRegistered)) commands.RegisterEnte {
		return commands.RegisterEnte(changed(tributi, change))
	}
	runSetup(t, string(tributiID), map[string]setup[domain.Ente]{
		"a body is entered":                {when: register, then: events(tributi)},
		"by a TOP":                         {by: luisa, when: register, then: events(tributi)},
		"not by an operator":               {by: mario, when: register, fails: domain.Forbidden},
		"not by an ADMIN":                  {by: anna, when: register, fails: domain.Forbidden},
		"not by a former TOP":              {by: luisa, former: true, when: register, fails: domain.Forbidden},
		"not by an officer":                {by: carla, when: register, fails: domain.Forbidden},
		"not by the installation":          {by: root, when: register, fails: domain.Forbidden},
		"a known body is changed by none":  {given: events(tributi), by: luisa, when: entering(func(e *domain.EnteRegistered) { e.Denominazione = "Ufficio Entrate" })},
		"without a name":                   {by: luisa, when: commands.RegisterEnte{}, fails: domain.Invalid, field: "denominazione"},
		"a name nobody types":              {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.Denominazione = "\x00" }), fails: domain.Invalid, field: "denominazione"},
		"of a kind there is not":           {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.Tipo = "boh" }), fails: domain.Invalid, field: "tipo"},
		"under another body's id":          {by: luisa, id: string(ente), when: register, fails: domain.Invalid, field: "id"},
		"an office under its body's id":    {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.Tipo = domain.EnteUfficio }), fails: domain.Invalid, field: "id"},
		"an office without an IPA code":    {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.Tipo, e.CodiceIPA = domain.EnteUfficio, "" }), fails: domain.Invalid, field: "codice_ipa"},
		"without its IPA code, the same":   {given: events(tributi), by: luisa, when: entering(func(e *domain.EnteRegistered) { e.CodiceIPA = "" })},
		"another IPA code is not dropped":  {given: events(tributi), by: luisa, when: entering(func(e *domain.EnteRegistered) { e.CodiceIPA = "c_a271_ana" }), fails: domain.Conflict, field: "codice_ipa"},
		"nor one it did not have":          {given: events(changed(tributi, func(e *domain.EnteRegistered) { e.CodiceIPA = "" })), by: luisa, when: register, fails: domain.Conflict, field: "codice_ipa"},
		"nor one that is an office's":      {by: luisa, parties: domain.Parties{Ente: domain.Ente{Registered: true, EnteRegistered: polizia}}, when: entering(func(e *domain.EnteRegistered) { e.CodiceIPA = polizia.CodiceIPA }), fails: domain.Conflict, field: "codice_ipa"},
		"without a codice fiscale":         {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.CodiceFiscale = "" }), fails: domain.Invalid, field: "codice_fiscale"},
		"an IPA code written in a 2nd way": {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.CodiceIPA = "C_A271_TRI" }), fails: domain.Invalid, field: "codice_ipa"},
	})
}

// polizia is an office of a Comune, entered as such.
var polizia = domain.EnteRegistered{Denominazione: "Polizia locale", CodiceFiscale: "00351040423", CodiceIPA: "c_a271_pol", Tipo: domain.EnteUfficio}

// poliziaID is the office's.
var poliziaID = func() domain.EnteID {
	id, err := polizia.ID()
	if err != nil {
		panic(err)
	}
	return id
}()

// The offices of a Comune share its codice fiscale: each is known by its IPA code.
func TestRegisterAnOfficeOfTheComune(t *testing.T) {
	register := commands.RegisterEnte(polizia)
	asABody := domain.Parties{Ente: domain.Ente{Registered: true, EnteRegistered: changed(polizia, func(e *domain.EnteRegistered) { e.Tipo = "" })}}
	theComune := domain.Parties{Ente: domain.Ente{Registered: true, EnteRegistered: changed(tributi, func(e *domain.EnteRegistered) { e.CodiceIPA = "c_a271" })}}
	runSetup(t, string(poliziaID), map[string]setup[domain.Ente]{
		"beside the Comune itself":             {by: luisa, parties: theComune, when: register, then: events(polizia)},
		"once":                                 {given: events(polizia), by: luisa, parties: theComune, when: register},
		"another codice fiscale is no 2nd one": {given: events(polizia), by: elsewhere, when: changed(register, func(c *commands.RegisterEnte) { c.CodiceFiscale = "00351040424" }), fails: domain.Conflict, field: "codice_fiscale"},
		"nor is what was entered as a body":    {by: luisa, parties: asABody, when: register, fails: domain.Conflict, field: "codice_ipa"},
	})
}

// Who is refused learns which body has the code.
func TestARefusedCodeNamesWhoseItIs(t *testing.T) {
	other := changed(tributi, func(e *domain.EnteRegistered) { e.CodiceIPA = "c_a271_ana" })
	s := setup[domain.Ente]{given: events(tributi), by: luisa}
	_, err := commands.RegisterEnte(other).Decide(s.inputs(string(tributiID)))
	if err == nil || !strings.Contains(err.Error(), tributi.Denominazione) || !strings.Contains(err.Error(), tributi.CodiceIPA) {
		t.Errorf("%v", err)
	}
}

// acted are the parties where the Comune of who acts has an act with the body.
var acted = domain.Parties{Convenzione: domain.Convenzione{Pair: domain.Pair{Ente: tributiID, Comune: elsewhere.Comune}}}

func TestAmendEnte(t *testing.T) {
	amend := commands.AmendEnte{Denominazione: "Ufficio Entrate", Tipo: domain.EnteGestore}
	recoded := func(ipa string) commands.AmendEnte {
		return changed(amend, func(c *commands.AmendEnte) { c.CodiceIPA = ipa })
	}
	itsOffice := domain.Parties{Ente: domain.Ente{Registered: true, EnteRegistered: polizia}}
	amended := changed(tributi, func(e *domain.EnteRegistered) { e.Denominazione, e.Tipo = amend.Denominazione, amend.Tipo })
	runSetup(t, string(tributiID), map[string]setup[domain.Ente]{
		"by the Comune that entered it":      {given: events(tributi), by: luisa, when: amend, then: events(amended)},
		"once":                               {given: events(tributi, amended), by: luisa, when: amend},
		"by another TOP of that Comune":      {given: events(tributi), enters: second, by: luisa, when: amend, then: events(amended)},
		"another Comune sees none":           {given: events(tributi), enters: luisa, by: elsewhere, when: amend, fails: domain.NotFound},
		"not by one that has an act with it": {given: events(tributi), enters: luisa, by: elsewhere, parties: acted, when: amend, fails: domain.Forbidden},
		"not by the body's ADMIN":            {given: events(tributi), enters: luisa, by: anna, when: amend, fails: domain.Forbidden},
		"at start-up":                        {given: events(tributi), enters: luisa, when: amend, then: events(amended)},
		"another IPA code":                   {given: events(tributi), by: luisa, when: recoded("c_a271_ana"), then: events(changed(amended, func(e *domain.EnteRegistered) { e.CodiceIPA = "c_a271_ana" }))},
		"that is no office's":                {given: events(tributi), by: luisa, parties: itsOffice, when: recoded(polizia.CodiceIPA), fails: domain.Conflict, field: "codice_ipa"},
		"written as IPA codes are":           {given: events(tributi), by: luisa, when: recoded("C_A271"), fails: domain.Invalid, field: "codice_ipa"},
		"a body becomes no office":           {given: events(tributi), by: luisa, when: changed(amend, func(c *commands.AmendEnte) { c.Tipo = domain.EnteUfficio }), fails: domain.Conflict, field: "tipo"},
		"nor an office a body":               {id: string(poliziaID), given: events(polizia), by: luisa, when: amend, fails: domain.Conflict, field: "tipo"},
		"an office keeps its IPA code":       {id: string(poliziaID), given: events(polizia), by: luisa, when: commands.AmendEnte{Denominazione: "Vigili", CodiceIPA: "c_a271_vig", Tipo: domain.EnteUfficio}, fails: domain.Conflict, field: "codice_ipa"},
		"and may have another name":          {id: string(poliziaID), given: events(polizia), by: luisa, when: commands.AmendEnte{Denominazione: "Vigili", Tipo: domain.EnteUfficio}, then: events(changed(polizia, func(e *domain.EnteRegistered) { e.Denominazione = "Vigili" }))},
		"one nobody entered":                 {by: luisa, when: amend, fails: domain.NotFound},
		"without a name":                     {given: events(tributi), by: luisa, when: commands.AmendEnte{}, fails: domain.Invalid, field: "denominazione"},
		"who amended it did not enter it so": {given: events(tributi, amended), enters: luisa, by: elsewhere, when: commands.AmendEnte{Denominazione: "X"}, fails: domain.NotFound},
	})
}

// Each Comune has its own offices of a body it shares with others.
func TestOfficesOfABody(t *testing.T) {
	of := func(c domain.CodiceISTAT) domain.UfficioNamed {
		return domain.UfficioNamed{Comune: c, Codice: "tri-1", Nome: "Tributi"}
	}
	name, named := commands.NameUfficio(of(comune)), of(comune)
	shut, closed := commands.CloseUfficio{Comune: comune, Codice: "tri-1"}, domain.UfficioClosed{Comune: comune, Codice: "tri-1"}
	itsAdmin := domain.Actor{Utente: anna.Utente, Role: domain.RoleAdmin, Ente: tributiID}
	with := func(change func(*commands.NameUfficio)) commands.NameUfficio { return changed(name, change) }
	here := domain.Parties{Convenzione: domain.Convenzione{Pair: domain.Pair{Ente: tributiID, Comune: comune}}}
	runSetup(t, string(tributiID), map[string]setup[domain.Ente]{
		"the body's ADMIN names one":        {given: events(tributi), enters: luisa, by: itsAdmin, parties: here, when: name, then: events(named)},
		"the Comune that entered the body":  {given: events(tributi), by: luisa, when: name, then: events(named)},
		"once":                              {given: events(tributi, named), by: luisa, when: name},
		"another name":                      {given: events(tributi, named), by: luisa, when: with(func(c *commands.NameUfficio) { c.Nome = "Entrate" }), then: events(domain.UfficioNamed{Comune: comune, Codice: "tri-1", Nome: "Entrate"})},
		"another Comune sees none":          {given: events(tributi), enters: luisa, by: elsewhere, when: commands.NameUfficio(of(altro)), fails: domain.NotFound},
		"but one that has an act names own": {given: events(tributi, named), enters: luisa, by: elsewhere, parties: acted, when: commands.NameUfficio(of(altro)), then: events(of(altro))},
		"and none of another":               {given: events(tributi), enters: luisa, by: elsewhere, parties: acted, when: name, fails: domain.NotFound},
		"nor does its ADMIN":                {given: events(tributi), enters: luisa, by: itsAdmin, giver: altro, parties: here, when: name, fails: domain.NotFound},
		"of no Comune":                      {given: events(tributi), by: luisa, when: with(func(c *commands.NameUfficio) { c.Comune = "" }), fails: domain.Invalid, field: "comune"},
		"another body's ADMIN sees none":    {given: events(tributi), enters: luisa, by: anna, when: name, fails: domain.NotFound},
		"an operator does not":              {given: events(tributi), enters: luisa, by: mario, when: name, fails: domain.Forbidden},
		"a code with blanks":                {given: events(tributi), by: luisa, when: with(func(c *commands.NameUfficio) { c.Codice = "tri 1" }), fails: domain.Invalid, field: "codice"},
		"no name":                           {given: events(tributi), by: luisa, when: with(func(c *commands.NameUfficio) { c.Nome = "" }), fails: domain.Invalid, field: "nome"},
		"of no body":                        {by: luisa, when: name, fails: domain.NotFound},
		"one is closed":                     {given: events(tributi, named), by: luisa, when: shut, then: events(closed)},
		"by its ADMIN":                      {given: events(tributi, named), enters: luisa, by: itsAdmin, parties: here, when: shut, then: events(closed)},
		"one there is not":                  {given: events(tributi), by: luisa, when: shut},
		"nor of another Comune's":           {given: events(tributi, of(altro)), by: luisa, when: shut},
		"not by another Comune":             {given: events(tributi, named), enters: luisa, by: elsewhere, parties: acted, when: shut, fails: domain.NotFound},
		"nor by an ADMIN of another Comune": {given: events(tributi, named), enters: luisa, by: itsAdmin, giver: altro, parties: acted, when: shut, fails: domain.NotFound},
	})
}
