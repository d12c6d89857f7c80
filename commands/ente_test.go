package commands_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// tributiID is the body's.
var tributiID = func() domain.EnteID {
	id, err := domain.EnteIDOf(tributi.CodiceFiscale, tributi.CodiceIPA)
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
		"an office under its body's id":    {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.CodiceIPA = "c_a271_ana" }), fails: domain.Invalid, field: "id"},
		"without a codice fiscale":         {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.CodiceFiscale = "" }), fails: domain.Invalid, field: "codice_fiscale"},
		"an IPA code written in a 2nd way": {by: luisa, when: entering(func(e *domain.EnteRegistered) { e.CodiceIPA = "C_A271_TRI" }), fails: domain.Invalid, field: "codice_ipa"},
	})
}

// acted are the parties where the Comune of who acts has an act with the body.
var acted = domain.Parties{Convenzione: domain.Convenzione{Pair: domain.Pair{Ente: tributiID, Comune: elsewhere.Comune}}}

func TestAmendEnte(t *testing.T) {
	amend := commands.AmendEnte{Denominazione: "Ufficio Entrate", Tipo: domain.EnteUfficio}
	amended := changed(tributi, func(e *domain.EnteRegistered) { e.Denominazione, e.Tipo = amend.Denominazione, amend.Tipo })
	runSetup(t, string(tributiID), map[string]setup[domain.Ente]{
		"by the Comune that entered it":      {given: events(tributi), by: luisa, when: amend, then: events(amended)},
		"once":                               {given: events(tributi, amended), by: luisa, when: amend},
		"by another TOP of that Comune":      {given: events(tributi), enters: second, by: luisa, when: amend, then: events(amended)},
		"another Comune sees none":           {given: events(tributi), enters: luisa, by: elsewhere, when: amend, fails: domain.NotFound},
		"not by one that has an act with it": {given: events(tributi), enters: luisa, by: elsewhere, parties: acted, when: amend, fails: domain.Forbidden},
		"not by the body's ADMIN":            {given: events(tributi), enters: luisa, by: anna, when: amend, fails: domain.Forbidden},
		"at start-up":                        {given: events(tributi), enters: luisa, when: amend, then: events(amended)},
		"one nobody entered":                 {by: luisa, when: amend, fails: domain.NotFound},
		"without a name":                     {given: events(tributi), by: luisa, when: commands.AmendEnte{}, fails: domain.Invalid, field: "denominazione"},
		"who amended it did not enter it so": {given: events(tributi, amended), enters: luisa, by: elsewhere, when: commands.AmendEnte{Denominazione: "X"}, fails: domain.NotFound},
	})
}

func TestOfficesOfABody(t *testing.T) {
	name, named := commands.NameUfficio{Codice: "tri-1", Nome: "Tributi"}, domain.UfficioNamed{Codice: "tri-1", Nome: "Tributi"}
	shut, closed := commands.CloseUfficio{Codice: "tri-1"}, domain.UfficioClosed{Codice: "tri-1"}
	itsAdmin := domain.Actor{Utente: anna.Utente, Role: domain.RoleAdmin, Ente: tributiID}
	runSetup(t, string(tributiID), map[string]setup[domain.Ente]{
		"the body's ADMIN names one":       {given: events(tributi), enters: luisa, by: itsAdmin, when: name, then: events(named)},
		"the Comune that entered the body": {given: events(tributi), by: luisa, when: name, then: events(named)},
		"once":                             {given: events(tributi, named), by: luisa, when: name},
		"another name":                     {given: events(tributi, named), by: luisa, when: commands.NameUfficio{Codice: "tri-1", Nome: "Entrate"}, then: events(domain.UfficioNamed{Codice: "tri-1", Nome: "Entrate"})},
		"another Comune sees none":         {given: events(tributi), enters: luisa, by: elsewhere, when: name, fails: domain.NotFound},
		"nor one that has an act with it":  {given: events(tributi), enters: luisa, by: elsewhere, parties: acted, when: name, fails: domain.Forbidden},
		"another body's ADMIN sees none":   {given: events(tributi), enters: luisa, by: anna, when: name, fails: domain.NotFound},
		"an operator does not":             {given: events(tributi), enters: luisa, by: mario, when: name, fails: domain.Forbidden},
		"a code with blanks":               {given: events(tributi), by: luisa, when: commands.NameUfficio{Codice: "tri 1", Nome: "Tributi"}, fails: domain.Invalid, field: "codice"},
		"no name":                          {given: events(tributi), by: luisa, when: commands.NameUfficio{Codice: "tri-1"}, fails: domain.Invalid, field: "nome"},
		"of no body":                       {by: luisa, when: name, fails: domain.NotFound},
		"one is closed":                    {given: events(tributi, named), by: luisa, when: shut, then: events(closed)},
		"by its ADMIN":                     {given: events(tributi, named), enters: luisa, by: itsAdmin, when: shut, then: events(closed)},
		"one there is not":                 {given: events(tributi), by: luisa, when: shut},
		"not by another Comune":            {given: events(tributi, named), enters: luisa, by: elsewhere, when: shut, fails: domain.NotFound},
	})
}
