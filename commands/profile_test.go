package commands_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

func TestDefineProfile(t *testing.T) {
	define := commands.DefineProfile(desk)
	with := func(change func(*domain.ProfileDefined)) commands.DefineProfile {
		return commands.DefineProfile(changed(desk, change))
	}
	wider := changed(desk, func(p *domain.ProfileDefined) {
		p.Tipi = []domain.TipoConcesso{{Tipo: domain.Residenza}, {Tipo: domain.Nascita}}
	})
	adding := func(tipo domain.Tipo) domain.ProfileDefined {
		return changed(desk, func(p *domain.ProfileDefined) { p.Tipi = append(p.Tipi[:1:1], domain.TipoConcesso{Tipo: tipo}) })
	}
	storica, kinship := adding(domain.ResidenzaStorica), adding(domain.StatoFamigliaParentela)
	renamed := changed(storica, func(p *domain.ProfileDefined) { p.Nome = "Sportello storico" })
	sooner := changed(desk, func(p *domain.ProfileDefined) {
		p.Tipi = []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.Immediata}}}
	})
	withdrawn := domain.ProfileWithdrawn{}
	holds := func(s *domain.Standing) { s.Assignments = []domain.Assignment{{ProfileGrant: grant.Grant()}} }
	tipo := func(c domain.TipoConcesso) commands.DefineProfile {
		return with(func(p *domain.ProfileDefined) { p.Tipi = []domain.TipoConcesso{c} })
	}
	runSetup(t, string(prof), map[string]setup[domain.Profile]{
		"a profile is defined":      {by: luisa, when: define, then: events(desk)},
		"once":                      {given: events(desk), by: luisa, when: define},
		"and defined anew":          {given: events(desk), by: luisa, when: commands.DefineProfile(wider), then: events(wider)},
		"not once it was withdrawn": {given: events(desk, withdrawn), by: luisa, when: define, fails: domain.Conflict},
		"not even as another":       {given: events(desk, withdrawn), by: luisa, when: commands.DefineProfile(wider), fails: domain.Conflict},
		"historical types are not added where two are wanted": {given: events(desk), by: luisa, parties: sound(eyes(domain.OcchiStoriche)), when: commands.DefineProfile(storica), fails: domain.Conflict, field: "tipi"},
		"nor kinship":                      {given: events(desk), by: luisa, parties: sound(eyes(domain.OcchiParentela)), when: commands.DefineProfile(kinship), fails: domain.Conflict, field: "tipi"},
		"those that are wanted by one are": {given: events(desk), by: luisa, parties: sound(eyes(domain.OcchiParentela)), when: commands.DefineProfile(storica), then: events(storica)},
		"those it has it may have":         {given: events(storica), by: luisa, parties: sound(eyes(domain.OcchiStoriche)), when: commands.DefineProfile(renamed), then: events(renamed)},
		"a new one may have them":          {by: luisa, parties: sound(eyes(domain.OcchiStoriche)), when: commands.DefineProfile(storica), then: events(storica)},
		"a sooner consent is not added where two are wanted for nazionale": {given: events(desk), by: luisa, parties: sound(eyes(domain.OcchiNazionale)), when: commands.DefineProfile(sooner), fails: domain.Conflict, field: "tipi"},
		"nor nazionale where there was none":                               {given: events(wider), by: luisa, parties: sound(eyes(domain.OcchiNazionale)), when: define, fails: domain.Conflict, field: "tipi"},
		"what goes less far is":                                            {given: events(sooner), by: luisa, parties: sound(eyes(domain.OcchiNazionale)), when: define, then: events(desk)},
		"not by who holds it":                                              {given: events(desk), by: luisa, also: holds, when: commands.DefineProfile(wider), fails: domain.Forbidden},
		"not for another Comune":                                           {by: elsewhere, when: define, fails: domain.NotFound, field: "comune"},
		"not of another Comune":                                            {given: events(desk), by: elsewhere, when: with(func(p *domain.ProfileDefined) { p.Comune = altro }), fails: domain.NotFound},
		"not by the Comune's officer":                                      {by: carla, when: define, fails: domain.Forbidden},
		"not by an ADMIN":                                                  {by: anna, when: define, fails: domain.Forbidden},
		"not by the installation":                                          {by: root, when: define, fails: domain.Forbidden},
		"of no Comune":                                                     {by: luisa, when: with(func(p *domain.ProfileDefined) { p.Comune = "" }), fails: domain.Invalid, field: "comune"},
		"it does not change Comune":                                        {given: events(desk), when: with(func(p *domain.ProfileDefined) { p.Comune = altro }), fails: domain.Conflict, field: "comune"},
		"it has a name":                                                    {by: luisa, when: with(func(p *domain.ProfileDefined) { p.Nome = "" }), fails: domain.Invalid, field: "nome"},
		"that can be read":                                                 {by: luisa, when: with(func(p *domain.ProfileDefined) { p.Nome = "\x00" }), fails: domain.Invalid, field: "nome"},
		"and so can the mansione":                                          {by: luisa, when: with(func(p *domain.ProfileDefined) { p.Mansione = "\x00" }), fails: domain.Invalid, field: "mansione"},
		"it grants some type":                                              {by: luisa, when: with(func(p *domain.ProfileDefined) { p.Tipi = nil }), fails: domain.Invalid, field: "tipi"},
		"of those there are":                                               {by: luisa, when: tipo(domain.TipoConcesso{Tipo: "impronte"}), fails: domain.Invalid, field: "tipi"},
		"each once":                                                        {by: luisa, when: with(func(p *domain.ProfileDefined) { p.Tipi = append(p.Tipi[:1:1], p.Tipi...) }), fails: domain.Invalid, field: "tipi"},
		"confirmed as can be":                                              {by: luisa, when: tipo(domain.TipoConcesso{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: "boh"}}), fails: domain.Invalid, field: "tipi"},
		"after hours that can pass":                                        {by: luisa, when: tipo(domain.TipoConcesso{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso, Ore: -1}}), fails: domain.Invalid, field: "tipi"},
		"at hours that are some": {by: luisa, when: with(func(p *domain.ProfileDefined) {
			p.Orario = domain.Orario{{Giorni: []int{1}, Dalle: "10:00", Alle: "10:00"}}
		}), fails: domain.Invalid, field: "orario"},
		"from where can be":         {by: luisa, when: with(func(p *domain.ProfileDefined) { p.Postazione = "boh" }), fails: domain.Invalid, field: "postazione"},
		"it is withdrawn":           {given: events(desk), by: luisa, when: commands.WithdrawProfile{}, then: events(withdrawn)},
		"once withdrawn":            {given: events(desk, withdrawn), by: luisa, when: commands.WithdrawProfile{}},
		"not by another Comune":     {given: events(desk), by: elsewhere, when: commands.WithdrawProfile{}, fails: domain.NotFound},
		"nor by an ADMIN":           {given: events(desk), by: anna, when: commands.WithdrawProfile{}, fails: domain.Forbidden},
		"nor one there is not":      {by: luisa, when: commands.WithdrawProfile{}, fails: domain.NotFound},
		"nor in words nobody types": {given: events(desk), by: luisa, when: commands.WithdrawProfile{Motivo: "\x00"}, fails: domain.Invalid, field: "motivo"},
	})
}
