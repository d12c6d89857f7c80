package scheda

import (
	"cmp"
	"slices"
)

// Residenza returns the address in force, and whether there is one. ANPR has
// been seen to send two: that of residence comes before the usual dwelling, the
// later before the earlier.
func (p Persona) Residenza() (Residenza, bool) {
	return first(p.Residenze, "1", "2", "")
}

// Domicilio returns where a person without a fixed address may be found, and
// whether such a place is known.
func (p Persona) Domicilio() (Residenza, bool) {
	return first(p.Residenze, "1", "2", "3", "8", "9", "")
}

// ResidenzaEstera returns the address abroad in force, and whether there is one.
func (p Persona) ResidenzaEstera() (Residenza, bool) {
	abroad := slices.DeleteFunc(slices.Clone(p.Residenze), func(r Residenza) bool { return r.Estero == nil })
	return first(abroad, "4", "6", "9", "")
}

// first returns the latest address of the first of the types of table 25 that
// has any.
func first(residenze []Residenza, types ...string) (Residenza, bool) {
	var best Residenza
	rank := len(types)
	for _, r := range residenze {
		i := slices.Index(types, r.Tipo)
		if i < 0 || r.Empty() {
			continue
		}
		if cmp.Or(cmp.Compare(i, rank), best.Decorrenza.Compare(r.Decorrenza)) < 0 {
			best, rank = r, i
		}
	}
	return best, rank < len(types)
}

// Empty says that there is no address in it.
func (r Residenza) Empty() bool { return r.Estero == nil && r.Indirizzo == Indirizzo{} }

// String returns the address in one line with its place, in Italy or abroad.
func (r Residenza) String() string {
	if r.Estero != nil {
		return join(", ", r.Estero.Indirizzo, join(" ", r.Estero.CAP, r.Estero.Localita.String()))
	}
	i := r.Indirizzo
	return join(", ", i.String(), i.Frazione, join(" ", i.CAP, i.Comune.String()))
}

// TipoText returns what the address is to the person, in words (table 25).
func (r Residenza) TipoText() string { return text(indirizzi, r.Tipo) }
