package table

import (
	"github.com/visure-anagrafiche/visure/projections"
)

// Utenti are the columns of people at their pairs.
var Utenti = []Column[projections.RigaUtente]{
	{"Codice", func(r projections.RigaUtente) string { return r.Codice }},
	{"Persona", func(r projections.RigaUtente) string { return r.Persona.Testo }},
	{"Codice fiscale", func(r projections.RigaUtente) string { return string(r.Persona.CodiceFiscale) }},
	{"Email", func(r projections.RigaUtente) string { return r.Persona.Email }},
	{"Ente", func(r projections.RigaUtente) string { return r.EnteDenominazione }},
	{"Comune", func(r projections.RigaUtente) string { return r.ComuneNome }},
	{"Ruoli", func(r projections.RigaUtente) string { return joined(r.Roles) }},
	{"Ufficio", func(r projections.RigaUtente) string { return r.Ufficio }},
	{"Mansione", func(r projections.RigaUtente) string { return r.Mansione }},
	{"Sospensione", func(r projections.RigaUtente) string { return string(r.Sospeso) }},
	{"Profili", func(r projections.RigaUtente) string {
		var names []string
		for _, p := range r.Profili {
			names = append(names, p.Nome)
		}
		return joined(names)
	}},
	{"Dal", func(r projections.RigaUtente) string { return clock(r.Since) }},
	{"Ultimo uso", func(r projections.RigaUtente) string { return clockOf(r.UsedAt) }},
}
