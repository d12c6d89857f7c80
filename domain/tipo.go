package domain

import "slices"

// Tipo is the wire code of a kind of visura.
type Tipo string

// The fourteen kinds on offer.
const (
	Nascita                Tipo = "nascita"
	EsistenzaInVita        Tipo = "esistenza_in_vita"
	Morte                  Tipo = "morte"
	Cittadinanza           Tipo = "cittadinanza"
	Matrimonio             Tipo = "matrimonio"
	StatoLibero            Tipo = "stato_libero"
	Residenza              Tipo = "residenza"
	StatoCivile            Tipo = "stato_civile"
	StatoFamiglia          Tipo = "stato_famiglia"
	StatoFamigliaParentela Tipo = "stato_famiglia_parentela"
	StatoFamigliaAIRE      Tipo = "stato_famiglia_aire"
	ResidenzaAIRE          Tipo = "residenza_aire"
	CittadinanzaStorica    Tipo = "cittadinanza_storica"
	ResidenzaStorica       Tipo = "residenza_storica"
)

// tipi is every kind with its title, in the order of the law's list.
var tipi = []struct {
	tipo  Tipo
	title string
}{
	{Nascita, "Nascita"},
	{EsistenzaInVita, "Esistenza in vita"},
	{Morte, "Morte"},
	{Cittadinanza, "Cittadinanza"},
	{Matrimonio, "Matrimonio"},
	{StatoLibero, "Stato libero"},
	{Residenza, "Residenza"},
	{StatoCivile, "Stato civile"},
	{StatoFamiglia, "Stato di famiglia"},
	{StatoFamigliaParentela, "Stato di famiglia con rapporti di parentela"},
	{StatoFamigliaAIRE, "Stato famiglia AIRE"},
	{ResidenzaAIRE, "Residenza AIRE"},
	{CittadinanzaStorica, "Storica di cittadinanza"},
	{ResidenzaStorica, "Storica di residenza"},
}

// Tipi returns the kinds on offer in the order of the law's list.
func Tipi() []Tipo {
	kinds := make([]Tipo, len(tipi))
	for i, t := range tipi {
		kinds[i] = t.tipo
	}
	return kinds
}

// Offered says whether t is one of the kinds on offer.
func (t Tipo) Offered() bool { return slices.Contains(Tipi(), t) }

// Title returns the kind's name as documents and people write it: "Residenza".
// A kind that is not on offer has none.
func (t Tipo) Title() string {
	for _, known := range tipi {
		if known.tipo == t {
			return known.title
		}
	}
	return ""
}
