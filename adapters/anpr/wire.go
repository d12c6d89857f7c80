package anpr

// The answers of the registry, as much of them as a visura needs. Elements are
// matched by local name, so an unknown or newly qualified one does no harm;
// everything is text, so no value can make an answer unreadable.

type wireAnswer struct {
	R3002 *struct {
		OK *wireOK3002 `xml:"Risposta3002_OK"`
		KO *wireKO     `xml:"rispostaKO"`
	} `xml:"http://sogei.it/ANPR/3000consultazione Risposta3002"`
	R6001 *struct {
		OK *wireOK6001 `xml:"Risposta6001OK"`
		KO *wireKO     `xml:"Risposta6001KO"`
	} `xml:"http://sogei.it/ANPR/6001certificazione Risposta6001"`
	Fault *wireFault `xml:"Fault"`
}

// operation is the id that the registry gave an answer; empty without one.
func (a *wireAnswer) operation() string {
	var of wireTestata
	switch {
	case a.R3002 != nil && a.R3002.OK != nil:
		of = a.R3002.OK.Testata
	case a.R3002 != nil && a.R3002.KO != nil:
		of = a.R3002.KO.Testata
	case a.R6001 != nil && a.R6001.OK != nil:
		of = a.R6001.OK.Testata
	case a.R6001 != nil && a.R6001.KO != nil:
		of = a.R6001.KO.Testata
	}
	return trim(of.IDANPR)
}

// wireFault is a SOAP 1.1 fault, or a SOAP 1.2 one.
type wireFault struct {
	Code11   string `xml:"faultcode"`
	String11 string `xml:"faultstring"`
	Code12   string `xml:"Code>Value"`
	Text12   string `xml:"Reason>Text"`
}

type wireTestata struct {
	IDComune string `xml:"idOperazioneComune"`
	IDANPR   string `xml:"idOperazioneANPR"`
}

type wireKO struct {
	Testata wireTestata  `xml:"testataRisposta"`
	Errori  []wireErrore `xml:"listaErrori>errore"`
}

type wireErrore struct {
	Codice string `xml:"codiceErroreAnomalia"`
	Tipo   string `xml:"tipoErroreAnomalia"`
	Testo  string `xml:"testoErroreAnomalia"`
}

type wireOK3002 struct {
	Testata  wireTestata    `xml:"testataRisposta"`
	Soggetti []wireSoggetto `xml:"listaSoggetti>datiSoggetto"`
	Famiglia *struct {
		Residenza *wireResidenza `xml:"residenza"`
		Famiglia  *wireFamiglia  `xml:"famigliaConvivenza"`
	} `xml:"datiFamigliaConvivenza"`
	Anomalie []wireErrore `xml:"listaAnomalie>errore"`
}

type wireOK6001 struct {
	Testata      wireTestata `xml:"testataRisposta"`
	Intestatario *struct {
		Generalita wireGeneralita `xml:"generalita"`
	} `xml:"soggettoIntestatario"`
	Dati *struct {
		Generalita   *wireGeneralita    `xml:"generalitaAttuali"`
		Residenze    []wireResidenza    `xml:"residenza"`
		Cittadinanze []wireCittadinanza `xml:"cittadinanza"`
	} `xml:"datiCertificato"`
	Errori   []wireErrore `xml:"listaErrori>errore"`
	Anomalie []wireErrore `xml:"listaAnomalie>anomalie"`
}

type wireSoggetto struct {
	IDANPR        string                 `xml:"identificativi>idANPR"`
	Generalita    wireGeneralita         `xml:"generalita"`
	StatoCivile   wireStatoCivile        `xml:"statoCivile"`
	FissaDimora   string                 `xml:"attributiSoggetto>senzaFissaDimora"`
	Certificabile string                 `xml:"attributiSoggetto>soggettoCertificabile"`
	AttoNascita   wireAtto               `xml:"attoNascita"`
	AttoNascitaA  wireAttoANPR           `xml:"attoNascitaANPR"`
	Cittadinanze  []wireCittadinanza     `xml:"cittadinanza"`
	Residenze     []wireResidenza        `xml:"residenza"`
	Matrimonio    *wireMatrimonio        `xml:"matrimonio"`
	Vedovanza     *wireEvento            `xml:"vedovanza>datiMorteconiuge"`
	OrdineMorte   string                 `xml:"vedovanza>ordineMatrimonioPrecedente"`
	Annullamento  *wireAnnullamento      `xml:"annullamentoMatrimonio"`
	UnioneCivile  *wireUnioneCivile      `xml:"unioneCivile"`
	Legame        *wireLegame            `xml:"legameSoggetto"`
	Famiglia      *wireFamiglia          `xml:"famigliaConvivenza"`
	Iscrizione    *wireIscrizione        `xml:"datiIscrizione"`
	Provenienza   *wireComune            `xml:"provenienza>comune"`
	Cancellazione *wireDatiCancellazione `xml:"datiCancellazione"`
	Decesso       *wireEvento            `xml:"datiDecesso"`
	Anomalie      []wireErrore           `xml:"erroriAnomalie"`
}

type wireStatoCivile struct {
	Codice         string `xml:"statoCivile"`
	Note           string `xml:"noteStatoCivile"`
	NonDocumentato string `xml:"statoCivileND"`
}

type wireGeneralita struct {
	CodiceFiscale struct {
		CodFiscale string `xml:"codFiscale"`
		Validita   string `xml:"validitaCF"`
	} `xml:"codiceFiscale"`
	Cognome         string     `xml:"cognome"`
	Nome            string     `xml:"nome"`
	SenzaCognome    string     `xml:"senzaCognome"`
	SenzaNome       string     `xml:"senzaNome"`
	Sesso           string     `xml:"sesso"`
	DataNascita     string     `xml:"dataNascita"`
	SenzaGiorno     string     `xml:"senzaGiorno"`
	SenzaGiornoMese string     `xml:"senzaGiornoMese"`
	LuogoNascita    *wireLuogo `xml:"luogoNascita"`
	AIRE            string     `xml:"soggettoAIRE"`
	AnnoEspatrio    string     `xml:"annoEspatrio"`
	SchedaComune    *struct {
		Istat  string `xml:"idSchedaSoggettoComuneIstat"`
		Scheda string `xml:"idSchedaSoggetto"`
	} `xml:"idSchedaSoggettoComune"`
	SchedaANPR string `xml:"idSchedaSoggettoANPR"`
}

type wireLuogo struct {
	Eccezionale string        `xml:"luogoEccezionale"`
	Comune      *wireComune   `xml:"comune"`
	Localita    *wireLocalita `xml:"localita"`
}

type wireComune struct {
	Nome      string `xml:"nomeComune"`
	Istat     string `xml:"codiceIstat"`
	Provincia string `xml:"siglaProvinciaIstat"`
	Localita  string `xml:"descrizioneLocalita"`
}

type wireLocalita struct {
	Nome        string `xml:"descrizioneLocalita"`
	Stato       string `xml:"descrizioneStato"`
	CodiceStato string `xml:"codiceStato"`
	Contea      string `xml:"provinciaContea"`
}

type wireAtto struct {
	Comune     wireComune `xml:"comuneRegistrazione"`
	Ufficio    string     `xml:"ufficioMunicipio"`
	Anno       string     `xml:"anno"`
	Parte      string     `xml:"parte"`
	Serie      string     `xml:"serie"`
	Numero     string     `xml:"numeroAtto"`
	Volume     string     `xml:"volume"`
	Formazione string     `xml:"dataFormazioneAtto"`
	Trascritto string     `xml:"trascritto"`

	IDANSC         string `xml:"idANSC"`         // of a digital record only
	NumeroComunale string `xml:"numeroComunale"` // of a digital record only
}

type wireAttoANPR struct {
	Atto wireAtto `xml:"atto"`
	ANSC wireAtto `xml:"attoANSC"`
}

type wireEvento struct {
	Data            string       `xml:"dataEvento"`
	SenzaGiorno     string       `xml:"senzaGiorno"`
	SenzaGiornoMese string       `xml:"senzaGiornoMese"`
	Luogo           *wireLuogo   `xml:"luogoEvento"`
	Atto            wireAtto     `xml:"attoEvento"`
	AttoANPR        wireAttoANPR `xml:"attoEventoANPR"`
}

type wireMatrimonio struct {
	Coniuge *wireGeneralita `xml:"coniuge"`
	Dati    *wireEvento     `xml:"datiMatrimonio"`
	Ordine  string          `xml:"ordineMatrimonio"`
}

type wireSentenza struct {
	Data     string `xml:"data"`
	Validita string `xml:"dataValidita"`
	Numero   string `xml:"numero"`
	Autorita string `xml:"autorita"`
}

type wireAnnullamento struct {
	Tipo     string       `xml:"tipoCessazione"`
	Sentenza wireSentenza `xml:"sentenza"`
	Atto     wireAtto     `xml:"attoAnnullamentoMatrimonio"`
	AttoANPR wireAttoANPR `xml:"attoAnnullamentoMatrimonioANPR"`
}

type wireUnioneCivile struct {
	Unito        *wireGeneralita `xml:"unitoCivilmente"`
	Atto         *wireEvento     `xml:"attoUnione"`
	Scioglimento *struct {
		Motivo   string       `xml:"motivoScioglimento"`
		Sentenza wireSentenza `xml:"sentenza"`
		Evento   wireEvento   `xml:"datiEvento"`
	} `xml:"scioglimentoUnione"`
	Ordine string `xml:"ordineUnione"`
}

type wireCittadinanza struct {
	Stato       string `xml:"descrizioneStato"`
	CodiceStato string `xml:"codiceStato"`
	Note        string `xml:"noteStato"`
	Dal         string `xml:"dataValidita"`
}

type wireResidenza struct {
	Tipo       string         `xml:"tipoIndirizzo"`
	Note       string         `xml:"noteIndirizzo"`
	Indirizzo  *wireIndirizzo `xml:"indirizzo"`
	Estera     *wireEstera    `xml:"localitaEstera"`
	Presso     string         `xml:"presso"`
	Decorrenza string         `xml:"dataDecorrenzaResidenza"`
}

type wireIndirizzo struct {
	CAP      string     `xml:"cap"`
	Comune   wireComune `xml:"comune"`
	Frazione string     `xml:"frazione"`
	Toponimo struct {
		CodSpecie     string `xml:"codSpecie"`
		Specie        string `xml:"specie"`
		Denominazione string `xml:"denominazioneToponimo"`
	} `xml:"toponimo"`
	Civico wireCivico `xml:"numeroCivico"`
}

type wireCivico struct {
	Numero    string      `xml:"numero"`
	Metrico   string      `xml:"metrico"`
	SNC       string      `xml:"progSNC"`
	Lettera   string      `xml:"lettera"`
	Esponente string      `xml:"esponente1"`
	Colore    string      `xml:"colore"`
	Interno   wireInterno `xml:"civicoInterno"`
}

type wireInterno struct {
	Corte        string `xml:"corte"`
	Scala        string `xml:"scala"`
	Interno1     string `xml:"interno1"`
	Esponente1   string `xml:"espInterno1"`
	Interno2     string `xml:"interno2"`
	Esponente2   string `xml:"espInterno2"`
	ScalaEsterna string `xml:"scalaEsterna"`
	Secondario   string `xml:"secondario"`
	Piano        string `xml:"piano"`
	NUI          string `xml:"nui"`
	Isolato      string `xml:"isolato"`
}

type wireEstera struct {
	CAP       string       `xml:"indirizzoEstero>cap"`
	Localita  wireLocalita `xml:"indirizzoEstero>localita"`
	Via       string       `xml:"indirizzoEstero>toponimo>denominazione"`
	Civico    string       `xml:"indirizzoEstero>toponimo>numeroCivico"`
	Consolato string       `xml:"consolato>descrizioneConsolato"`
}

type wireLegame struct {
	Tipo        string `xml:"tipoLegame"`
	Decorrenza  string `xml:"dataDecorrenza"`
	Codice      string `xml:"codiceLegame"`
	Progressivo string `xml:"progressivoComponente"`
}

type wireFamiglia struct {
	IDComune      string `xml:"idFamigliaConvivenzaComune>idFamigliaConvivenza"`
	IDANPR        string `xml:"idFamigliaConvivenzaANPR"`
	AIRE          string `xml:"famigliaAire"`
	Origine       string `xml:"dataOrigineFamigliaConvivenza"`
	Denominazione string `xml:"denominazioneConvivenza"`
	TipoScheda    string `xml:"tipoScheda"`
}

type wireIscrizione struct {
	Data       string     `xml:"datiIscrizioneComune>dataIscrizione"`
	Comune     wireComune `xml:"datiIscrizioneComune>comune"`
	Motivo     string     `xml:"iscrizioneResidente>motivoIscrizione"`
	MotivoAIRE string     `xml:"tipoIscrizioneAIRE>motivoIscrizione"`
}

type wireDatiCancellazione struct {
	Motivo     string `xml:"motivoCancellazione"`
	Note       string `xml:"notecancellazione"`
	Decorrenza string `xml:"dataDecorrenzaCancellazione"`
	Sentenza   *struct {
		Data       string `xml:"data"`
		Numero     string `xml:"numero"`
		Autorita   string `xml:"autorita"`
		Decorrenza string `xml:"dataValidita"`
	} `xml:"datiSentenza"`
}
