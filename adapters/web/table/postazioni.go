package table

import (
	"github.com/visure-anagrafiche/visure/projections"
)

// Postazioni are the columns of workstations.
var Postazioni = []Column[projections.RigaPostazione]{
	{"Nome", func(r projections.RigaPostazione) string { return r.Nome }},
	{"Ente", func(r projections.RigaPostazione) string { return r.EnteDenominazione }},
	{"Comune", func(r projections.RigaPostazione) string { return r.ComuneNome }},
	{"Condizione", func(r projections.RigaPostazione) string { return string(r.Condizione) }},
	{"Reti", func(r projections.RigaPostazione) string { return joined(r.Reti) }},
	{"Certificato", func(r projections.RigaPostazione) string { return r.Certificato }},
	{"Proposta il", func(r projections.RigaPostazione) string { return clock(r.ProposedAt) }},
}
