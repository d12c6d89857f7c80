package documento

import "github.com/visure-anagrafiche/visure/domain"

// catalogo is the entries of the fourteen kinds. Blocks of table 16 that appear nowhere in a
// body are there to be judged: 4 for certifiability and homelessness, 26 for
// the competent Comune, 27 and 28 for cancellation and death. Civil unions
// have no code of their own: who needs them asks for the whole card (1). The
// blocks of a history are those of the walk; 6001 needs none.
var catalogo = []Voce{
	{
		Tipo: domain.Nascita, Certificato: 1,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 5, 26, 27, 28}},
		Regole:        regole(iscritto, natoNoto, natoInItalia, attoNascitaNoto),
		Corpo:         []Blocco{generalita, attoNascita},
	},
	{
		Tipo: domain.EsistenzaInVita, Certificato: 7,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 26, 27, 28}},
		Regole:        regole(iscritto, residente),
		Corpo:         []Blocco{generalita, inVita},
	},
	{
		Tipo: domain.Morte, Certificato: 2,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 26, 27, 28}},
		Regole:        regole(residente, morto, attoMorteNoto),
		Corpo:         []Blocco{generalita, decesso, attoMorte},
	},
	{
		Tipo: domain.CittadinanzaTipo, Certificato: 5,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 6, 7, 26, 27, 28}},
		Regole:        regole(iscritto, residente, cittadino),
		Corpo:         []Blocco{generalita, cittadinanze},
	},
	{
		Tipo: domain.Matrimonio, Certificato: 3,
		Consultazione: Consultazione{Blocchi: []int{2, 3, 4, 13, 14, 15, 26, 27, 28}},
		Regole:        regole(iscritto, statoCivileNoto, coniugatoUnTempo, conMatrimonio, residenteAlMatrimonio, cessazioneNota),
		Corpo:         []Blocco{generalita, coniuge, matrimonio, attoMatrimonio, cessazioneMatrimonio, attoCessazione, vedovanza, attoVedovanza},
	},
	{
		Tipo: domain.StatoLibero, Certificato: 17,
		Consultazione: Consultazione{Blocchi: []int{2, 3, 4, 26, 27, 28}},
		Regole:        regole(iscritto, residente, statoCivileNoto, libero),
		Corpo:         []Blocco{generalita, statoLibero},
	},
	{
		Tipo: domain.ResidenzaTipo, Certificato: 8,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 10, 26, 27, 28}},
		Regole:        regole(iscritto, residente, conResidenza, senzaDimora, decorrenzaNota),
		Corpo:         []Blocco{generalita, residenzaAttuale, iscrizione},
	},
	{
		Tipo: domain.StatoCivile, Certificato: 11,
		Consultazione: Consultazione{Blocchi: []int{1}},
		Regole:        regole(iscritto, residente, statoCivileNoto, provato),
		Corpo:         []Blocco{generalita, statoCivile},
	},
	{
		Tipo: domain.StatoFamiglia, Certificato: 12,
		Consultazione: Consultazione{Famiglia: true},
		Regole:        regole(iscritto, residente, famigliaPronta, inFamiglia, conDimora, conIntestatario),
		Corpo:         []Blocco{generalita, indirizzoFamiglia, componenti},
	},
	{
		Tipo: domain.StatoFamigliaParentela, Certificato: 16,
		Consultazione: Consultazione{Famiglia: true},
		Regole:        regole(iscritto, residente, famigliaPronta, inFamiglia, conIntestatario, inPiu, senzaDimora, legamiNoti),
		Corpo:         []Blocco{generalita, indirizzoFamiglia, parenti},
	},
	{
		Tipo: domain.StatoFamigliaAIRE, Certificato: 15,
		Consultazione: Consultazione{Famiglia: true, AIRE: true},
		Regole:        regole(iscritto, iscrittoAIRE, famigliaPronta, inFamiglia, conIntestatario, legamiAmmessi),
		Corpo:         []Blocco{generalita, famigliaEstera, componenti},
	},
	{
		Tipo: domain.ResidenzaAIRE, Certificato: 10,
		Consultazione: Consultazione{AIRE: true, Blocchi: []int{2, 4, 10, 26, 27, 28}},
		Regole:        regole(iscritto, iscrittoAIRE, conResidenzaEstera),
		Corpo:         []Blocco{generalita, residenzaEstera, iscrizione},
	},
	{
		Tipo: domain.CittadinanzaStorica, Certificato: 6,
		Consultazione: Consultazione{Storica: true, Blocchi: []int{2, 4, 6, 7, 26, 27, 28}},
		Regole:        regole(residente, conStoriaCittadinanza, notaCancellazione),
		Corpo:         []Blocco{generalita, storiaCittadinanza},
	},
	{
		Tipo: domain.ResidenzaStorica, Certificato: 9,
		Consultazione: Consultazione{Storica: true, Blocchi: []int{2, 4, 10, 26, 27, 28}},
		Regole:        regole(residente, conStoriaResidenza, notaCancellazione),
		Corpo:         []Blocco{generalita, storiaResidenza},
	},
}
