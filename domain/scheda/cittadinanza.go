package scheda

import "cmp"

// Italian says whether it is the Italian citizenship.
func (c Cittadinanza) Italian() bool { return c.CodiceStato == italia }

// Undefined says whether the State is in no table: not known (997) or not
// attributable (998). It may have a name all the same.
func (c Cittadinanza) Undefined() bool {
	return c.CodiceStato == nonNoto || c.CodiceStato == nonAttribuibile
}

// Unnamed says whether the citizenship is of a State nobody can tell.
func (c Cittadinanza) Unnamed() bool { return c.Undefined() && named(c.Stato) == "" }

// String returns "italiana", or the State of a foreign citizenship.
func (c Cittadinanza) String() string {
	if c.Italian() {
		return "italiana"
	}
	return c.StatoText()
}

// StatoText returns the name of the State, what its code means where it is of no
// State, or else the code where ANPR gives no name.
func (c Cittadinanza) StatoText() string {
	switch name := named(c.Stato); {
	case c.CodiceStato == apolide:
		return "APOLIDE"
	case name != "":
		return name
	case c.Italian():
		return "ITALIA"
	case c.CodiceStato == nonNoto:
		return "non nota"
	case c.CodiceStato == nonAttribuibile:
		return "non attribuibile"
	}
	return cmp.Or(c.Stato, "codice Stato "+c.CodiceStato)
}
