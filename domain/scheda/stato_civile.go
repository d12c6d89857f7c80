package scheda

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

// StatoCivileProof returns how much is known of the facts the civil status
// rests on. A person who never married has nothing to prove.
func (p Persona) StatoCivileProof() Known {
	switch p.StatoCivile {
	case Coniugato:
		return p.Matrimonio.Known()
	case Vedovo:
		return p.Vedovanza.Known()
	case Divorziato:
		return p.EndOfMarriage().Known()
	case Unito:
		return p.UnioneCivile.Known()
	case LiberoPerDecesso, LiberoPerScioglimento:
		return max(p.EndOfUnion().Known(), min(p.UnioneCivile.Known(), KnownPartly))
	}
	return KnownFully
}

// EndOfMarriage returns how the marriage ended, nil when it did not: a
// separation does not end it.
func (p Persona) EndOfMarriage() *Cessazione {
	if p.Cessazione == nil || p.Cessazione.Unione || p.Cessazione.Separation() {
		return nil
	}
	return p.Cessazione
}

// EndOfUnion returns how the civil union ended, nil when it did not.
func (p Persona) EndOfUnion() *Cessazione {
	if p.Cessazione == nil || !p.Cessazione.Unione {
		return nil
	}
	return p.Cessazione
}

// Separation says whether it is a separation: codes 5 and 8 of table 31.
func (c Cessazione) Separation() bool { return !c.Unione && (c.Tipo == "5" || c.Tipo == "8") }

// TipoText returns how the marriage (table 31) or the union (table 43) ended, in
// words.
func (c Cessazione) TipoText() string {
	if c.Unione {
		return text(scioglimenti, c.Tipo)
	}
	return text(cessazioni, c.Tipo)
}

// Known returns how much is known of the end; its date makes it full.
func (c *Cessazione) Known() Known {
	switch {
	case c == nil || *c == Cessazione{Unione: c.Unione}:
		return KnownNothing
	case c.Data.IsZero():
		return KnownPartly
	}
	return KnownFully
}

// Known returns how much is known of the fact; date and place make it full.
func (e *Evento) Known() Known {
	switch {
	case e == nil || *e == Evento{}:
		return KnownNothing
	case e.Data.IsZero() || e.Luogo == Luogo{}:
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
