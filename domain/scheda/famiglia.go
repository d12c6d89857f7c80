package scheda

import "slices"

// Convivenza says whether it is a convivenza and no family. Both uses of
// tipoScheda count: 4 as stored, 2 as in the texts of the errors.
func (f Famiglia) Convivenza() bool {
	return f.TipoScheda == "4" || f.TipoScheda == "2" || f.Denominazione != ""
}

// Closed says whether the relation is one of those no longer admitted since
// 15/09/2015.
func (l Legame) Closed() bool { return slices.Contains(legamiChiusi, l.Codice) }

// LegameText returns the person's relation to the head of the family in words
// (table 5), by the person's sex; one that is missing reads as not defined.
func (p Persona) LegameText() string {
	if p.Legame == nil || p.Legame.Codice == "" {
		return legami["99"].M
	}
	if g, ok := legami[p.Legame.Codice]; ok {
		return g.For(p.Generalita.Sesso)
	}
	return "codice " + p.Legame.Codice
}
