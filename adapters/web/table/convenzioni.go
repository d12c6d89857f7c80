package table

import (
	"fmt"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Convenzioni are the columns of acts: together the list of who may read what of the
// registry, what for and how, that a Comune keeps.
var Convenzioni = []Column[projections.RigaConvenzione]{
	{"Ente", func(r projections.RigaConvenzione) string { return r.EnteDenominazione }},
	{"Comune", func(r projections.RigaConvenzione) string { return r.ComuneNome }},
	{"Atto", func(r projections.RigaConvenzione) string { return r.Titolo }},
	{"Estremi", func(r projections.RigaConvenzione) string { return r.Estremi }},
	{"Stato", func(r projections.RigaConvenzione) string { return string(r.Stato) }},
	{"Dal", func(r projections.RigaConvenzione) string { return r.Dal.String() }},
	{"Al", func(r projections.RigaConvenzione) string { return r.Al.String() }},
	{"Bozza", func(r projections.RigaConvenzione) string { return yes(r.Bozza) }},
	{"Finalità", purposes},
	{"Tipi", func(r projections.RigaConvenzione) string { return joined(r.Massimo.Tipi) }},
	{"Ambito", func(r projections.RigaConvenzione) string { return string(r.Ambito()) }},
	{"Conferma nazionale", func(r projections.RigaConvenzione) string { return string(r.Massimo.Nazionale.Conferma) }},
	{"Ore di silenzio-assenso", func(r projections.RigaConvenzione) string { return number(r.Massimo.Nazionale.Ore) }},
	{"Quote", func(r projections.RigaConvenzione) string { return domain.QuoteText(r.Massimo.Quote) }},
}

// purposes writes what an act may be used for, each purpose with its legal basis.
func purposes(r projections.RigaConvenzione) string {
	all := make([]string, len(r.Finalita))
	for i, f := range r.Finalita {
		all[i] = fmt.Sprintf("%s: %s (%s)", f.Codice, f.Descrizione, f.BaseGiuridica)
		if slices.Contains(r.Inibite, f.Codice) {
			all[i] += " – inibita"
		}
	}
	return strings.Join(all, "; ")
}
