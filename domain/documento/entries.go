package documento

import "github.com/visure-anagrafiche/visure/domain"

// entries are the fourteen types. Blocks of table 16 that no body prints are
// asked for because rules judge them: 4 for certifiability and homelessness, 26
// for the competent Comune, 27 and 28 for cancellation and death, 29 for where the
// person came from. Civil unions have no block of their own and come with the whole
// card (1) only, which stato libero needs too: a union may contradict it. The blocks of
// a history are those of the walk; operation 6001 takes none.
var entries = []Entry{
	{
		Tipo: domain.Nascita, Title: "Nascita", Heading: "Visura anagrafica di nascita", Certificato: 1,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 5, 26, 27, 28}},
		Rules:         rules(registered, birthKnown, bornInItaly, birthStateKnown, attoNascitaKnown),
		Body:          []Block{generalita, attoNascita},
	},
	{
		Tipo: domain.EsistenzaInVita, Title: "Esistenza in vita", Heading: "Visura di esistenza in vita", Certificato: 7,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 26, 27, 28}},
		Rules:         rules(registered, resident),
		Body:          []Block{generalita, esistenzaInVita},
	},
	{
		Tipo: domain.Morte, Title: "Morte", Heading: "Visura anagrafica di morte", Certificato: 2,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 26, 27, 28}},
		Rules:         rules(resident, dead, attoMorteKnown),
		Body:          []Block{generalita, decesso, sentenzaMorte, attoMorte},
	},
	{
		Tipo: domain.Cittadinanza, Title: "Cittadinanza", Heading: "Visura di cittadinanza", Certificato: 5,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 6, 7, 26, 27, 28}},
		Rules:         rules(registered, resident, cittadinanzaKnown),
		Body:          []Block{generalita, cittadinanze},
	},
	{
		Tipo: domain.Matrimonio, Title: "Matrimonio", Heading: "Visura anagrafica di matrimonio", Certificato: 3,
		Consultazione: Consultazione{Blocchi: []int{2, 3, 4, 13, 14, 15, 26, 27, 28}},
		Rules:         rules(registered, statoCivileKnown, onceMarried, matrimonioKnown, residentWhenMarried, cessazioneKnown, documented, concordant, endingInForce),
		Body:          []Block{generalita, coniuge, matrimonio, attoMatrimonio, cessazioneMatrimonio, attoCessazione, vedovanza, attoVedovanza},
	},
	{
		Tipo: domain.StatoLibero, Title: "Stato libero", Heading: "Visura di stato libero", Certificato: 17,
		Consultazione: Consultazione{Blocchi: []int{1}},
		Rules:         rules(registered, resident, statoCivileKnown, free, freeBeyondDoubt),
		Body:          []Block{generalita, statoLibero},
	},
	{
		Tipo: domain.Residenza, Title: "Residenza", Heading: "Visura di residenza", Certificato: 8,
		Consultazione: Consultazione{Blocchi: []int{2, 4, 10, 26, 27, 28}},
		Rules:         rules(registered, resident, residenzaKnown, warnIfHomeless, decorrenzaKnown),
		Body:          []Block{generalita, residenza, iscrizione},
	},
	{
		Tipo: domain.StatoCivile, Title: "Stato civile", Heading: "Visura di stato civile", Certificato: 11,
		Consultazione: Consultazione{Blocchi: []int{1}},
		Rules:         rules(registered, resident, statoCivileKnown, statoCivileProven, documented, concordant, endingInForce),
		Body:          []Block{generalita, statoCivile},
	},
	{
		Tipo: domain.StatoFamiglia, Title: "Stato di famiglia", Heading: "Visura di stato di famiglia", Certificato: 12,
		Consultazione: Consultazione{Famiglia: true},
		Rules:         rules(registered, resident, notStopped, inFamily, hasFixedAddress, hasIntestatario, membersCertifiable),
		Body:          []Block{generalita, indirizzoFamiglia, componenti},
	},
	{
		Tipo: domain.StatoFamigliaParentela, Title: "Stato di famiglia con rapporti di parentela", Heading: "Visura di stato di famiglia con rapporti di parentela", Certificato: 16,
		Consultazione: Consultazione{Famiglia: true},
		Rules:         rules(registered, resident, notStopped, inFamily, hasIntestatario, severalMembers, warnIfHomeless, legamiKnown, membersCertifiable),
		Body:          []Block{generalita, indirizzoFamiglia, parentela},
	},
	{
		Tipo: domain.StatoFamigliaAIRE, Title: "Stato famiglia AIRE", Heading: "Visura di stato famiglia AIRE", Certificato: 15,
		Consultazione: Consultazione{Famiglia: true, AIRE: true},
		Rules:         rules(registered, inAIRE, notStopped, inFamily, hasIntestatario, legamiAdmitted, membersCertifiable),
		Body:          []Block{generalita, famigliaEstera, componenti},
	},
	{
		Tipo: domain.ResidenzaAIRE, Title: "Residenza AIRE", Heading: "Visura di residenza AIRE", Certificato: 10,
		Consultazione: Consultazione{AIRE: true, Blocchi: []int{2, 4, 10, 26, 27, 28}},
		Rules:         rules(registered, inAIRE, residenzaEsteraKnown),
		Body:          []Block{generalita, residenzaEstera, iscrizione},
	},
	{
		Tipo: domain.CittadinanzaStorica, Title: "Storica di cittadinanza", Heading: "Visura storica di cittadinanza", Certificato: 6,
		Consultazione: Consultazione{Storica: true, Blocchi: []int{2, 4, 6, 7, 26, 27, 28}},
		Rules:         rules(resident, cittadinanzaStoricaKnown, cittadinanzeDated, cittadinanzeNamed, warnIfGone),
		Body:          []Block{generalita, cittadinanzaStorica},
	},
	{
		Tipo: domain.ResidenzaStorica, Title: "Storica di residenza", Heading: "Visura storica di residenza", Certificato: 9,
		Consultazione: Consultazione{Storica: true, Blocchi: []int{2, 4, 10, 26, 27, 28, 29}},
		Rules:         rules(resident, residenzaStoricaKnown, warnIfGone, livedUntilDeath),
		Body:          []Block{generalita, residenzaStorica, iscrizione},
	},
}
