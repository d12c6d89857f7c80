package domain

// Tipo is the wire code of a type of visura.
type Tipo string

// The fourteen types on offer.
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
