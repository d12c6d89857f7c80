package table

import (
	"cmp"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Attivita are the columns of who did what and when.
var Attivita = []Column[projections.RigaAttivita]{
	{"Quando", func(r projections.RigaAttivita) string { return domain.ItalianTime(r.At).Format("02/01/2006 15:04:05") }},
	{"Genere", func(r projections.RigaAttivita) string { return string(r.Genere) }},
	{"Che cosa", func(r projections.RigaAttivita) string { return r.Titolo }},
	{"Dettaglio", func(r projections.RigaAttivita) string { return r.Testo }},
	{"Esito", func(r projections.RigaAttivita) string { return r.Outcome }},
	{"Elemento", func(r projections.RigaAttivita) string { return r.Field }},
	{"Utente", func(r projections.RigaAttivita) string { return r.UtenteCodice }},
	{"Ruolo", func(r projections.RigaAttivita) string { return string(r.Role) }},
	{"Ente", func(r projections.RigaAttivita) string { return cmp.Or(r.EnteDenominazione, string(r.Ente)) }},
	{"Comune", func(r projections.RigaAttivita) string { return cmp.Or(r.ComuneNome, string(r.Comune)) }},
	{"Postazione", func(r projections.RigaAttivita) string { return cmp.Or(r.PostazioneNome, string(r.Postazione)) }},
	{"Applicativo", func(r projections.RigaAttivita) string { return string(r.Via) }},
	{"Indirizzo", func(r projections.RigaAttivita) string { return r.Address }},
	{"Oggetto", func(r projections.RigaAttivita) string { return r.Object }},
	{"Tipo", func(r projections.RigaAttivita) string { return string(r.Tipo) }},
	{"Mostrati", func(r projections.RigaAttivita) string { return number(r.Shown) }},
	{"Rifiuti", func(r projections.RigaAttivita) string { return number(r.Count) }},
}
