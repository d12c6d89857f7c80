package simulator

// testata is the header every request begins with (tipoDatoTestataRichiesta).
var testataShape = group("testataRichiesta", 1,
	one("idOperazioneComune", pattern(`[0-9a-zA-Z]`, 1, 30)),
	one("codMittente", pattern(`[0-9a-zA-Z ]`, 1, 6)),
	one("codDestinatario", pattern(`[0-9a-zA-Z ]`, 1, 6)),
	one("operazioneRichiesta", sized(4, 4)),
	one("dataOraRichiesta", dateTime),
	one("tipoOperazione", sized(1, 1)),
	opt("protocolloComune", pattern(`[0-9a-zA-Z\-_/]`, 1, 20)),
	opt("dataProtocolloComune", date),
	one("tipoInvio", sized(1, 20)),
	opt("dataDecorrenza", date),
	opt("dataDefinizionePratica", date),
	opt("nomeApplicativo", pattern(`[0-9a-zA-Z. ]`, 1, 80)),
	opt("versioneApplicativo", pattern(`[0-9a-zA-Z.\- ]`, 1, 80)),
	opt("fornitoreApplicativo", pattern(`[0-9a-zA-Z.\- ]`, 1, 80)),
)

func comuneShape(name string) shape {
	return group(name, 0, one("nomeComune", comune), opt("codiceIstat", istat),
		one("siglaProvinciaIstat", provincia), opt("descrizioneLocalita", noSlash))
}

func localitaShape(name string) shape {
	return group(name, 0, opt("descrizioneLocalita", places), one("descrizioneStato", noSlash),
		one("codiceStato", digits(3, 3)), opt("provinciaContea", county))
}

func localCard(name string) shape {
	return group(name, 0, one("idSchedaSoggettoComuneIstat", istat), one("idSchedaSoggetto", cardID))
}

// consultation is Richiesta3002.
var consultation = group("Richiesta3002", 1,
	testataShape,
	group("criteriRicerca", 1,
		opt("codiceFiscale", fiscal),
		opt("cognome", names), opt("senzaCognome", flag),
		opt("nome", names), opt("senzaNome", flag),
		opt("sesso", sex), opt("soggettoAIRE", sn),
		localCard("idSchedaSoggettoComune"),
		opt("idSchedaSoggettoANPR", digits(1, 16)),
		opt("tipoScheda", digit),
		group("idFamigliaConvivenzaComune", 0, one("idFamigliaConvivenzaComuneIstat", istat), one("idFamigliaConvivenza", familyID)),
		opt("identificativoANPR", sized(1, 20)),
		shape{name: "cartaIdentita3000", any: true}, // refused later, whatever they hold
		shape{name: "permessoDiSoggiorno3000", any: true},
		opt("idANPR", anyText),
	),
	group("datiNascita", 0, one("dataEvento", date), opt("senzaGiorno", flag), opt("senzaGiornoMese", flag),
		group("luogoNascita", 0, opt("luogoEccezionale", sn), either(1, comuneShape("comune"), localitaShape("localita")))),
	group("residenzaIscrizioneAIRE", 0, comuneShape("comune"), localitaShape("localita"), opt("codiceConsolato", sized(1, 7))),
	group("datiRichiesta", 1,
		one("schedaAnagraficaRichiesta", digit),
		one("dataRiferimentoRichiesta", date),
		shape{name: "datiAnagraficiRichiesti", many: true, text: digits2},
		opt("ricercaNazionale", digit),
		comuneShape("comuneResidenza"),
		shape{name: "parametriANPR", many: true, text: anyText},
	),
)

func generalitaShape(name string) shape {
	return group(name, 1,
		group("codiceFiscale", 0, one("codFiscale", fiscal), opt("validitaCF", digits2), opt("dataAttribuzioneValidita", date)),
		either(1, one("cognome", names), one("senzaCognome", flag)),
		either(1, one("nome", names), one("senzaNome", flag)),
		opt("sesso", sex), opt("dataNascita", date), opt("senzaGiorno", flag), opt("senzaGiornoMese", flag),
		group("luogoNascita", 0, opt("luogoEccezionale", places), comuneShape("comune"), localitaShape("localita")),
		opt("soggettoAIRE", pattern(`[a-zA-Z ]`, 1, 1)), opt("annoEspatrio", digits(4, 4)),
		localCard("idSchedaSoggettoComune"), opt("idSchedaSoggettoANPR", digits(1, 16)), opt("note", notes))
}

// certification is Richiesta6001.
var certification = group("Richiesta6001", 1,
	testataShape,
	group("linguaCertificato", 0, shape{name: "tipoLinguaCertificato", min: 1, many: true, text: pattern(`[a-zA-Z]`, 2, 2)}),
	group("listaTipiCertificati", 1, shape{name: "tipoCertificato", min: 1, many: true, text: digits2}),
	group("generalitaRichiedente", 0, generalitaShape("generalita"),
		group("docRiconoscimento", 0, one("estDocRiconoscimento", sized(1, 40)), one("dataRilascio", date))),
	group("soggettoIntestatario", 1, generalitaShape("generalita")),
	group("datiControllo", 1,
		one("cognomeUffAnagrafe", names), one("nomeUffAnagrafe", names),
		one("tipoRichiedente", digit), one("tipoRichiesta", digit), one("paEstera", digits2), one("emissione", digit),
		one("bollo", digits(1, 5)), opt("bolloVirtuale", digit), opt("esenzioneDiritti", digit), one("diritti", digits(1, 5)),
		opt("esenzioneBollo", digits2), opt("descrizioneEsenzioneBollo", sized(1, 256)),
		group("listaAnnotazioni", 0, shape{name: "rigaAnnotazione", min: 1, many: true, text: pattern(`[0-9À-žƉa-zA-Z\- '/.,()€]`, 1, 240)}),
		opt("forzaCertificazione", digit), opt("modalita", digit), opt("tipoFirmaElettorale", digit)),
)
