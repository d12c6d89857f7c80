package domain

// catalogo is the fourteen kinds. Blocks of table 16 that appear nowhere in a
// body are there to be judged: 4 for certifiability and homelessness, 26 for
// the competent Comune, 27 and 28 for cancellation and death.
var catalogo = []Voce{
	{
		Tipo: ResidenzaTipo, Titolo: "Residenza", Certificato: 8,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 10, 26, 27, 28}},
		Regole:        regole(iscritto, residente, conResidenza, senzaDimora, decorrenzaNota),
		Corpo:         []Blocco{generalita, residenzaAttuale, iscrizione},
	},
}
