package table

import (
	"github.com/visure-anagrafiche/visure/projections"
)

// Applicativi are the columns of software.
var Applicativi = []Column[projections.RigaApplicativo]{
	{"Nome", func(r projections.RigaApplicativo) string { return r.Nome }},
	{"Ente", func(r projections.RigaApplicativo) string { return r.EnteDenominazione }},
	{"Comuni", func(r projections.RigaApplicativo) string { return joined(r.Comuni) }},
	{"Responsabile", func(r projections.RigaApplicativo) string { return r.OwnerCodice }},
	{"Ambiti", func(r projections.RigaApplicativo) string { return joined(r.Scopes) }},
	{"Reti", func(r projections.RigaApplicativo) string { return joined(r.Reti) }},
	{"Certificato", func(r projections.RigaApplicativo) string { return r.Certificato }},
	{"Sospeso per", func(r projections.RigaApplicativo) string { return joined(r.Suspended) }},
	{"Token", func(r projections.RigaApplicativo) string { return number(len(r.Tokens)) }},
	{"Ultimo uso", func(r projections.RigaApplicativo) string { return clockOf(r.UsedAt) }},
}
