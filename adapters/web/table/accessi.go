package table

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Accessi are the columns of the journal of accesses.
var Accessi = []Column[projections.RigaAccesso]{
	{"Quando", func(r projections.RigaAccesso) string { return domain.ItalianTime(r.At).Format("02/01/2006 15:04:05") }},
	{"Utente", func(r projections.RigaAccesso) string { return r.UtenteCodice }},
	{"Ruolo", func(r projections.RigaAccesso) string { return string(r.Role) }},
	{"Ente", func(r projections.RigaAccesso) string { return string(r.Ente) }},
	{"Comune", func(r projections.RigaAccesso) string { return string(r.Comune) }},
	{"Postazione", func(r projections.RigaAccesso) string { return r.Postazione }},
	{"Applicativo", func(r projections.RigaAccesso) string { return string(r.Via) }},
	{"Indirizzo", func(r projections.RigaAccesso) string { return r.Address }},
	{"Azione", func(r projections.RigaAccesso) string { return r.Action }},
	{"Oggetto", func(r projections.RigaAccesso) string { return r.Object }},
	{"Esito", func(r projections.RigaAccesso) string { return r.Outcome }},
	{"Elemento", func(r projections.RigaAccesso) string { return r.Field }},
	{"Scopo", func(r projections.RigaAccesso) string { return r.Purpose }},
	{"Filtri", func(r projections.RigaAccesso) string { return r.Filters }},
	{"Mostrati", func(r projections.RigaAccesso) string { return number(r.Shown) }},
	{"Rifiuti", func(r projections.RigaAccesso) string { return number(r.Count) }},
}
