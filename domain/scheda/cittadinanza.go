package scheda

import "cmp"

// italia is the code of the State in ANPR's tables.
const italia = "100"

// Italian says whether it is the Italian citizenship.
func (c Cittadinanza) Italian() bool { return c.CodiceStato == italia }

// Undefined says whether the citizenship is not known (997) or not attributable
// (998).
func (c Cittadinanza) Undefined() bool { return c.CodiceStato == "997" || c.CodiceStato == "998" }

// String returns "italiana", or the State of a foreign citizenship.
func (c Cittadinanza) String() string {
	if c.Italian() {
		return "italiana"
	}
	return c.StatoText()
}

// StatoText returns the name of the State, or its code where ANPR gives no name.
func (c Cittadinanza) StatoText() string {
	if c.Stato == "" && c.Italian() {
		return "ITALIA"
	}
	return cmp.Or(c.Stato, "codice Stato "+c.CodiceStato)
}
