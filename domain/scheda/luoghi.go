package scheda

import (
	"slices"
	"strings"
)

// Names of places are written as ANPR writes them.

// String returns the place in one line: LUGO (RA), KABUL (AFGHANISTAN), or the
// exceptional place as registered.
func (l Luogo) String() string {
	switch {
	case l.Eccezionale != "":
		return l.Eccezionale
	case l.Comune != Localita{}:
		return l.Comune.String()
	}
	return l.Estero.String()
}

// String returns a Comune with its province, or a place abroad with its State;
// what is not known is left out.
func (l Localita) String() string {
	name, around := named(l.Nome), join(", ", l.Provincia, l.StatoText())
	switch {
	case name == "":
		return around
	case around == "":
		return name
	}
	return name + " (" + around + ")"
}

// String returns an Italian address in one line, without the Comune.
func (i Indirizzo) String() string {
	s := i.Via
	if i.Civico != "" {
		s = strings.TrimSpace(s + " " + i.Civico)
	}
	return join(", ", s, i.Edificio, i.Interno)
}

// join puts a separator between the parts that are not empty.
func join(separator string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), separator)
}
