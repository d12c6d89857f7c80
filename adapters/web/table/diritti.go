package table

import (
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections"
)

// Diritti are the columns of what people may ask for.
var Diritti = []Column[projections.Diritti]{
	{"Codice", func(r projections.Diritti) string { return r.Codice }},
	{"Persona", func(r projections.Diritti) string { return r.Persona.Testo }},
	{"Codice fiscale", func(r projections.Diritti) string { return string(r.Persona.CodiceFiscale) }},
	{"Tipi", func(r projections.Diritti) string {
		return ways(r, func(f projections.Facolta) bool { return true })
	}},
	{"Tipi nazionali", func(r projections.Diritti) string {
		return ways(r, func(f projections.Facolta) bool { return f.Nazionale != domain.Modo{} })
	}},
	{"Impedimento", func(r projections.Diritti) string {
		if r.Impedimento == nil {
			return ""
		}
		return r.Impedimento.Testo
	}},
}

// ways writes the types of which somebody has a right of some kind, each once.
func ways(r projections.Diritti, of func(projections.Facolta) bool) string {
	var tipi []domain.Tipo
	for _, f := range r.Facolta { // in the order of their types
		if of(f) && (len(tipi) == 0 || tipi[len(tipi)-1] != f.Tipo) {
			tipi = append(tipi, f.Tipo)
		}
	}
	return joined(tipi)
}
