package domain

import "slices"

// The reasons why no document can be made: the codes of VisuraNotIssuable.
// They are stored in events and never change. NotIssuableText says each in
// Italian.
const (
	ReasonNotFound            = "soggetto_non_trovato"
	ReasonNotFoundAIRE        = "soggetto_non_trovato_aire"
	ReasonSeveralSubjects     = "piu_soggetti"
	ReasonDoubleEntry         = "doppia_iscrizione"
	ReasonMismatch            = "dati_incongruenti"
	ReasonName                = "nome_non_ammesso"
	ReasonCodeOfAnother       = "codice_fiscale_di_altri"
	ReasonRegistryData        = "dati_anpr_in_contrasto"
	ReasonAccessDenied        = "accesso_negato"
	ReasonOtherComune         = "altro_comune"
	ReasonAIRE                = "soggetto_aire"
	ReasonNotAIRE             = "soggetto_non_aire"
	ReasonDeceased            = "soggetto_deceduto"
	ReasonNotDeceased         = "decesso_non_risultante"
	ReasonLifeNotStated       = "esistenza_in_vita_non_attestabile"
	ReasonUntraceable         = "soggetto_irreperibile"
	ReasonCancelled           = "soggetto_cancellato"
	ReasonNotCertifiable      = "soggetto_non_certificabile"
	ReasonFamilyIncomplete    = "famiglia_incompleta"
	ReasonFamilyInProgress    = "famiglia_in_registrazione"
	ReasonKinship             = "famiglia_non_certificabile"
	ReasonNotInForce          = "posizione_non_in_vigore"
	ReasonConvivenza          = "convivenza"
	ReasonNoFamily            = "famiglia_mancante"
	ReasonNoHead              = "intestatario_mancante"
	ReasonSingleMember        = "componente_unico"
	ReasonLegameClosed        = "legame_non_ammesso"
	ReasonHomeless            = "senza_fissa_dimora"
	ReasonNoStatoCivile       = "stato_civile_mancante"
	ReasonNotMarried          = "matrimonio_non_risultante"
	ReasonNotFree             = "stato_libero_non_risultante"
	ReasonNoSpouse            = "dati_coniuge_mancanti"
	ReasonNoProof             = "dati_stato_civile_mancanti"
	ReasonUndocumented        = "stato_civile_non_documentato"
	ReasonDiscordant          = "stato_civile_discorde"
	ReasonCittadinanzaUnknown = "cittadinanza_non_definita"
	ReasonNoCittadinanza      = "cittadinanza_mancante"
	ReasonNotItalian          = "cittadinanza_non_italiana"
	ReasonNoResidenza         = "residenza_mancante"
	ReasonNoDecorrenza        = "decorrenza_mancante"
	ReasonNoBirth             = "dati_nascita_mancanti"
	ReasonBornAbroad          = "nascita_fuori_italia"
	ReasonNoDeath             = "dati_decesso_mancanti"
	ReasonOpenProcedure       = "procedimento_aperto"
	ReasonRefusedByANPR       = "rifiuto_anpr"
	ReasonUnknownTipo         = "tipo_non_disponibile"
)

var notIssuable = map[string]string{
	ReasonNotFound:            "ANPR non trova alcun soggetto con i dati indicati, nell'ambito richiesto. Controllare i dati: chi è iscritto in un altro Comune si trova solo con una richiesta nazionale; chi è deceduto o è stato cancellato prima dell'ingresso del Comune in ANPR non vi è registrato.",
	ReasonNotFoundAIRE:        "ANPR non trova il soggetto tra gli iscritti all'AIRE di questo Comune: questo tipo di visura riguarda i cittadini italiani residenti all'estero.",
	ReasonSeveralSubjects:     "ANPR trova più soggetti con i dati indicati. Ripetere la richiesta con il codice fiscale.",
	ReasonDoubleEntry:         "Il soggetto risulta registrato in ANPR più di una volta, con schede in contrasto tra loro. L'Ufficio Anagrafe deve prima sanare la posizione.",
	ReasonMismatch:            "I dati indicati non coincidono con quelli registrati in ANPR. Controllare codice fiscale, cognome, nome, sesso e data di nascita.",
	ReasonName:                "Il cognome o il nome indicato ha lettere che ANPR non ammette: ANPR non è stata interrogata. Ripetere la richiesta con il cognome e il nome come risultano in anagrafe.",
	ReasonCodeOfAnother:       "In ANPR il codice fiscale indicato è di una persona con data di nascita, sesso o nome diversi da quelli che il codice esprime: non si può dire che sia la persona cercata. Controllare il codice, oppure ripetere la richiesta con cognome, nome, sesso e data di nascita.",
	ReasonNotInForce:          "ANPR segnala che la posizione del soggetto non è in vigore: può essere cancellato, deceduto o non certificabile. L'Ufficio Anagrafe può dire quale.",
	ReasonRegistryData:        "ANPR trova il soggetto, ma segnala in contrasto tra loro i dati che essa stessa ne conserva: la richiesta non contiene errori. L'Ufficio Anagrafe deve prima sanare la posizione.",
	ReasonAccessDenied:        "ANPR non consente a questo Comune di consultare il soggetto indicato.",
	ReasonOtherComune:         "Il soggetto non è iscritto nell'anagrafe di questo Comune e la richiesta è di ambito comunale.",
	ReasonAIRE:                "Il soggetto è iscritto all'AIRE: questo tipo di visura riguarda i residenti in Italia.",
	ReasonNotAIRE:             "Il soggetto non è iscritto all'AIRE: questo tipo di visura riguarda i cittadini italiani residenti all'estero.",
	ReasonDeceased:            "Il soggetto risulta deceduto: questo tipo di visura non può essere emesso.",
	ReasonNotDeceased:         "Dai dati di ANPR non risulta il decesso del soggetto.",
	ReasonLifeNotStated:       "Con i dati presenti in ANPR l'esistenza in vita non può essere attestata. Rivolgersi all'Ufficio Anagrafe.",
	ReasonUntraceable:         "Il soggetto è stato cancellato dall'anagrafe per irreperibilità.",
	ReasonCancelled:           "Il soggetto è stato cancellato dall'anagrafe.",
	ReasonNotCertifiable:      "I dati del soggetto sono segnalati in ANPR come non certificabili. Rivolgersi all'Ufficio Anagrafe.",
	ReasonFamilyIncomplete:    "La famiglia anagrafica del soggetto risulta incompleta in ANPR.",
	ReasonFamilyInProgress:    "La famiglia anagrafica del soggetto è in corso di registrazione o di aggiornamento in ANPR. Ripetere la richiesta nei prossimi giorni.",
	ReasonKinship:             "La famiglia anagrafica del soggetto non è certificabile: in ANPR i rapporti di parentela risultano in contrasto tra loro e deve prima rivederli l'Ufficio Anagrafe.",
	ReasonConvivenza:          "Il soggetto appartiene a una convivenza anagrafica e non a una famiglia.",
	ReasonNoFamily:            "In ANPR non risulta la famiglia anagrafica del soggetto.",
	ReasonNoHead:              "La famiglia anagrafica del soggetto non ha un intestatario in ANPR.",
	ReasonSingleMember:        "La famiglia anagrafica ha un solo componente: non vi sono rapporti di parentela da indicare. Può bastare lo stato di famiglia.",
	ReasonLegameClosed:        "Nella famiglia è registrata una relazione con l'intestatario non più ammessa: deve prima rivederla l'Ufficio Anagrafe.",
	ReasonHomeless:            "Il soggetto è iscritto come senza fissa dimora: lo stato di famiglia non può essere emesso.",
	ReasonNoStatoCivile:       "Lo stato civile del soggetto manca in ANPR o non è definito.",
	ReasonNotMarried:          "Dallo stato civile del soggetto non risulta un matrimonio.",
	ReasonNotFree:             "Lo stato civile del soggetto non è tra quelli di stato libero.",
	ReasonNoSpouse:            "In ANPR mancano del tutto i dati del matrimonio e del coniuge.",
	ReasonNoProof:             "In ANPR mancano del tutto i dati dell'evento da cui dipende lo stato civile del soggetto (matrimonio, unione civile, vedovanza o cessazione).",
	ReasonUndocumented:        "In ANPR lo stato civile del soggetto è registrato come non documentato: lo stato libero non può essere attestato. Rivolgersi all'Ufficio Anagrafe.",
	ReasonDiscordant:          "In ANPR lo stato civile del soggetto è in contrasto con i matrimoni o le unioni civili registrati. Rivolgersi all'Ufficio Anagrafe.",
	ReasonCittadinanzaUnknown: "La cittadinanza del soggetto non è definita in ANPR.",
	ReasonNoCittadinanza:      "In ANPR manca la cittadinanza del soggetto.",
	ReasonNotItalian:          "Il soggetto non risulta cittadino italiano: la storica di cittadinanza riguarda la cittadinanza italiana.",
	ReasonNoResidenza:         "In ANPR manca la residenza del soggetto.",
	ReasonNoDecorrenza:        "In ANPR manca la decorrenza di una o più residenze: la storia non può essere ricostruita.",
	ReasonNoBirth:             "In ANPR mancano la data o il luogo di nascita del soggetto.",
	ReasonBornAbroad:          "Il soggetto è iscritto all'AIRE e non risulta nato in Italia.",
	ReasonNoDeath:             "Il soggetto risulta deceduto ma in ANPR mancano la data e il luogo del decesso.",
	ReasonOpenProcedure:       "Per il soggetto è aperto in ANPR un procedimento anagrafico. Rivolgersi all'Ufficio Anagrafe.",
	ReasonRefusedByANPR:       "ANPR ha rifiutato la richiesta per questo soggetto. Rivolgersi all'Ufficio Anagrafe.",
	ReasonUnknownTipo:         "Il tipo di visura richiesto non è disponibile.",
}

// NotIssuableText returns why no document could be made, in Italian, for the
// operator, free of personal data; for an unknown code a general text.
func NotIssuableText(code string) string {
	if text, ok := notIssuable[code]; ok {
		return text
	}
	return "La visura non può essere emessa. Rivolgersi all'Ufficio Anagrafe."
}

// NobodyFoundReasons are the reasons of a request that found nobody.
var NobodyFoundReasons = []string{ReasonNotFound, ReasonNotFoundAIRE}

// NobodyFound says whether a reason is that nobody was found.
func NobodyFound(reason string) bool { return slices.Contains(NobodyFoundReasons, reason) }
