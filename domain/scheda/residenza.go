package scheda

import (
	"cmp"
	"slices"
	"strings"
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

// AfterAbsence says that the person was in no register before the entry: had
// not been found (table 7: 5; table 19: C04) or was missed by a census (7).
func (i Iscrizione) AfterAbsence() bool { return slices.Contains([]string{"5", "7", "C04"}, i.Codice) }

// FromAbroad says that the person came from abroad (table 7: 4), or back from
// AIRE (6).
func (i Iscrizione) FromAbroad() bool { return i.Codice == "4" || i.Codice == "6" }

// InAIRE says that the entry is in the register of Italians abroad, whose
// reasons are those of table 19.
func (i Iscrizione) InAIRE() bool { return strings.HasPrefix(i.Codice, "C") }

// Annuls says that the cancellation ended no residence: a second card of the
// same person (10), or one that restores how things stood before (12).
func (c Cancellazione) Annuls() bool { return c.Codice == "10" || c.Codice == "12" }

// Elsewhere says that two places are certainly not one Comune: their codes are
// not of one, and their names differ. A code that no table knows is not enough.
func (l Localita) Elsewhere(o Localita) bool {
	return l.ISTAT != "" && o.ISTAT != "" && !l.ISTAT.Same(o.ISTAT) && l.Nome != o.Nome
}

// Empty says that there is no address in it.
func (r Residenza) Empty() bool { return r.Estero == nil && r.Indirizzo == Indirizzo{} }

// Lived says that the person lives there for the register: table 25 also has
// elected domiciles (3), addresses for the post (5, 6) and temporary residences
// (8), which end no residence elsewhere.
func (r Residenza) Lived() bool { return !slices.Contains([]string{"3", "5", "6", "8"}, r.Tipo) }

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
