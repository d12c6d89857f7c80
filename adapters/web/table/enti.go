package table

import (
	"github.com/visure-anagrafiche/visure/projections"
)

// Enti are the columns of bodies.
var Enti = []Column[projections.RigaEnte]{
	{"Denominazione", func(r projections.RigaEnte) string { return r.Denominazione }},
	{"Codice fiscale", func(r projections.RigaEnte) string { return r.CodiceFiscale }},
	{"Codice IPA", func(r projections.RigaEnte) string { return r.CodiceIPA }},
	{"Tipo", func(r projections.RigaEnte) string { return string(r.Tipo) }},
	{"Comuni", func(r projections.RigaEnte) string { return joined(r.Comuni) }},
}
