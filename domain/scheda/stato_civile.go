package scheda

import (
	"cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// StatoCivileText returns the civil status in words (table 1), by the person's
// sex; ok is false when it is missing or not classified (9).
func (p Persona) StatoCivileText() (text string, ok bool) {
	g, ok := statiCivili[p.StatoCivile]
	return g.For(p.Generalita.Sesso), ok
}

// Known is how much of a fact ANPR holds.
type Known int

const (
	KnownNothing Known = iota
	KnownPartly
	KnownFully
)

// Separation says whether it is a separation: codes 5 and 8 of table 31.
func (c Cessazione) Separation() bool { return !c.Unione && (c.Tipo == "5" || c.Tipo == "8") }

// Annulment says whether the marriage is as if it had not been: codes 2 and 4 of
// table 31, and 9, by which rulings on nullity from abroad are received.
func (c Cessazione) Annulment() bool {
	return !c.Unione && (c.Tipo == "2" || c.Tipo == "4" || c.Tipo == "9")
}

// ByDeath says whether the union ended because the other party died: code 98 of
// table 43.
func (c Cessazione) ByDeath() bool { return c.Unione && c.Tipo == "98" }

// TipoText returns how the marriage (table 31) or the union (table 43) ended, in
// words.
func (c Cessazione) TipoText() string {
	if c.Unione {
		return text(scioglimenti, c.Tipo)
	}
	return text(cessazioni, c.Tipo)
}

// When returns the day from which it holds, else that of the ruling, else that
// of the record.
func (c Cessazione) When() domain.Date {
	var record domain.Date
	if c.Atto != nil {
		record = c.Atto.Formazione
	}
	return cmp.Or(c.Dal, c.Pronuncia, record)
}

// Known returns how much is known of the end; its date makes it full.
func (c *Cessazione) Known() Known {
	switch {
	case c == nil || *c == Cessazione{Unione: c.Unione}:
		return KnownNothing
	case c.When().IsZero():
		return KnownPartly
	}
	return KnownFully
}

// Known returns how much is known of the fact; date and place make it full.
func (e *Evento) Known() Known {
	switch {
	case e == nil || *e == Evento{}:
		return KnownNothing
	case e.Data.IsZero() || e.Luogo.String() == "":
		return KnownPartly
	}
	return KnownFully
}

// Known returns how much is known of the bond; the other party and the whole
// fact make it full.
func (u *Unione) Known() Known {
	if u == nil {
		return KnownNothing
	}
	other, fact := u.Altro != nil && *u.Altro != Generalita{}, u.Evento.Known()
	switch {
	case !other && fact == KnownNothing:
		return KnownNothing
	case other && fact == KnownFully:
		return KnownFully
	}
	return KnownPartly
}
