package table

import (
	"strings"

	"github.com/visure-anagrafiche/visure/projections"
)

// Visure are the columns of visure; of the person they are about, what the reader may know.
var Visure = []Column[projections.RigaElenco]{
	{"Chiesta il", func(r projections.RigaElenco) string { return clock(r.RequestedAt) }},
	{"Stato", func(r projections.RigaElenco) string { return string(r.Status) }},
	{"Tipo", func(r projections.RigaElenco) string { return string(r.Tipo) }},
	{"Ambito", func(r projections.RigaElenco) string { return string(r.Ambito) }},
	{"Persona", func(r projections.RigaElenco) string { return r.Soggetto.Testo }},
	{"Comune", func(r projections.RigaElenco) string { return r.ComuneNome }},
	{"Ente", func(r projections.RigaElenco) string { return r.EnteDenominazione }},
	{"Ufficio", func(r projections.RigaElenco) string { return r.Ufficio }},
	{"Richiedente", func(r projections.RigaElenco) string { return r.RequesterCodice }},
	{"Finalità", func(r projections.RigaElenco) string { return r.Finalita }},
	{"Numero di pratica", func(r projections.RigaElenco) string { return r.NumeroPratica }},
	{"Numeri di pratica precedenti", func(r projections.RigaElenco) string { return strings.Join(r.NumeriPrecedenti, " ") }},
	{"Conferma", func(r projections.RigaElenco) string { return string(r.Conferma) }},
	{"Silenzio-assenso dal", func(r projections.RigaElenco) string { return clockOf(r.DueAt) }},
	{"Numero", func(r projections.RigaElenco) string { return string(r.Numero) }},
	{"Emessa il", func(r projections.RigaElenco) string { return clockOf(r.IssuedAt) }},
	{"Revocata il", func(r projections.RigaElenco) string { return clockOf(r.RevokedAt) }},
}
