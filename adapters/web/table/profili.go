package table

import (
	"strconv"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Profili are the columns of profiles.
var Profili = []Column[projections.RigaProfilo]{
	{"Nome", func(r projections.RigaProfilo) string { return r.Nome }},
	{"Comune", func(r projections.RigaProfilo) string { return string(r.Comune) }},
	{"Mansione", func(r projections.RigaProfilo) string { return r.Mansione }},
	{"Tipi", func(r projections.RigaProfilo) string {
		return joined(granted(r, func(domain.TipoConcesso) bool { return true }))
	}},
	{"Tipi nazionali", func(r projections.RigaProfilo) string {
		return joined(granted(r, func(t domain.TipoConcesso) bool { return t.Nazionale != domain.Modo{} }))
	}},
	{"Postazione", func(r projections.RigaProfilo) string { return string(r.Postazione) }},
	{"Persone", func(r projections.RigaProfilo) string { return strconv.Itoa(r.Persone) }},
	{"Ritirato", func(r projections.RigaProfilo) string { return yes(r.Ritirato) }},
}

// granted are the types that a profile grants in some way.
func granted(r projections.RigaProfilo, how func(domain.TipoConcesso) bool) (tipi []domain.Tipo) {
	for _, t := range r.Tipi {
		if how(t) {
			tipi = append(tipi, t.Tipo)
		}
	}
	return tipi
}
