package domain

// Ambiente is the registry that the data of a document come from. It is empty
// in what was recorded before it was.
type Ambiente string

const (
	Produzione  Ambiente = "produzione"
	Prova       Ambiente = "prova"        // ANPR's test environment
	PreSubentro Ambiente = "pre_subentro" // ANPR's environment for Comuni about to join
	Simulatore  Ambiente = "simulatore"   // none of ANPR's
)

// Genuine says whether a document made from it is of value: its data are those
// of real people, as the registry holds them.
func (a Ambiente) Genuine() bool { return a == Produzione }

// Ambiente returns the environment of ANPR that the Comune is connected to: what
// names none is not production.
func (c ComuneConnected) Ambiente() Ambiente {
	switch c.TipoInvio {
	case "PROD":
		return Produzione
	case "PRE_SUB":
		return PreSubentro
	}
	return Prova
}
