package domain

import "slices"

// The reasons why no document can be made: the codes of VisuraNotIssuable,
// stored for ever. NotIssuableText says each in Italian.
const (
	ReasonNotFound            = "soggetto_non_trovato"
	ReasonSeveralSubjects     = "piu_soggetti"
	ReasonDoubleEntry         = "doppia_iscrizione"
	ReasonMismatch            = "dati_incongruenti"
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
	ReasonCittadinanzaUnknown = "cittadinanza_non_definita"
	ReasonNoCittadinanza      = "cittadinanza_mancante"
	ReasonNotItalian          = "cittadinanza_non_italiana"
	ReasonNoResidenza         = "residenza_mancante"
	ReasonNoDecorrenza        = "decorrenza_mancante"
	ReasonNoBirth             = "dati_nascita_mancanti"
	ReasonBornAbroad          = "nascita_fuori_italia"
	ReasonNoDeath             = "dati_decesso_mancanti"
	ReasonRefusedByANPR       = "rifiuto_anpr"
	ReasonUnknownTipo         = "tipo_non_disponibile"
)

var notIssuable = map[string]string{
	ReasonNotFound:            "ANPR non trova alcun soggetto con i dati indicati, nell'ambito richiesto. Controllare i dati; chi è deceduto o è stato cancellato prima dell'ingresso del Comune in ANPR non vi è registrato.",
	ReasonSeveralSubjects:     "ANPR trova più soggetti con i dati indicati. Ripetere la richiesta con il codice fiscale.",
	ReasonDoubleEntry:         "Il soggetto risulta registrato in ANPR più di una volta, con schede in contrasto tra loro. L'Ufficio Anagrafe deve prima sanare la posizione.",
	ReasonMismatch:            "I dati indicati non coincidono con quelli registrati in ANPR. Controllare codice fiscale, cognome, nome, sesso e data di nascita.",
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
	ReasonConvivenza:          "Il soggetto appartiene a una convivenza anagrafica e non a una famiglia.",
	ReasonNoFamily:            "In ANPR non risulta la famiglia anagrafica del soggetto.",
	ReasonNoHead:              "La famiglia anagrafica del soggetto non ha un intestatario in ANPR.",
	ReasonSingleMember:        "La famiglia anagrafica ha un solo componente: non vi sono rapporti di parentela da indicare. Richiedere lo stato di famiglia.",
	ReasonLegameClosed:        "Nella famiglia AIRE è registrata una relazione con l'intestatario non più ammessa.",
	ReasonHomeless:            "Il soggetto è iscritto come senza fissa dimora: lo stato di famiglia non può essere emesso.",
	ReasonNoStatoCivile:       "Lo stato civile del soggetto manca in ANPR o non è definito.",
	ReasonNotMarried:          "Dallo stato civile del soggetto non risulta un matrimonio.",
	ReasonNotFree:             "Lo stato civile del soggetto non è tra quelli di stato libero.",
	ReasonNoSpouse:            "In ANPR mancano del tutto i dati del matrimonio e del coniuge.",
	ReasonNoProof:             "In ANPR mancano del tutto i dati dell'evento da cui dipende lo stato civile del soggetto (matrimonio, unione civile, vedovanza o cessazione).",
	ReasonCittadinanzaUnknown: "La cittadinanza del soggetto non è definita in ANPR.",
	ReasonNoCittadinanza:      "In ANPR manca la cittadinanza del soggetto.",
	ReasonNotItalian:          "Il soggetto non risulta cittadino italiano: la storica di cittadinanza riguarda la cittadinanza italiana.",
	ReasonNoResidenza:         "In ANPR manca la residenza del soggetto.",
	ReasonNoDecorrenza:        "In ANPR manca la decorrenza di una o più residenze: la storia non può essere ricostruita.",
	ReasonNoBirth:             "In ANPR mancano la data o il luogo di nascita del soggetto.",
	ReasonBornAbroad:          "Il soggetto è iscritto all'AIRE e non risulta nato in Italia.",
	ReasonNoDeath:             "Il soggetto risulta deceduto ma in ANPR mancano la data e il luogo del decesso.",
	ReasonRefusedByANPR:       "ANPR ha rifiutato la richiesta per questo soggetto. Rivolgersi all'Ufficio Anagrafe.",
	ReasonUnknownTipo:         "Il tipo di visura richiesto non è disponibile.",
}

// NotIssuableText says in Italian, to the operator and free of personal data,
// why no document could be made. A code it does not know gets a general answer.
func NotIssuableText(code string) string {
	if text, ok := notIssuable[code]; ok {
		return text
	}
	return "La visura non può essere emessa. Rivolgersi all'Ufficio Anagrafe."
}

// finalErrors are ANPR's refusals that settle a request (ANPR.md section 6),
// the most telling reason first.
var finalErrors = []struct {
	reason string
	codes  []string
}{
	{ReasonDeceased, []string{"EN054", "EN170", "EN228"}},
	{ReasonCancelled, []string{"EN047", "EN049", "EN160", "EN229", "EN413"}},
	{ReasonDoubleEntry, []string{"EN469", "EN470", "EN471", "EN472"}},
	{ReasonFamilyIncomplete, []string{"EN213", "EN221"}},
	{ReasonFamilyInProgress, []string{"EN214", "EN492"}},
	{ReasonConvivenza, []string{"EN055"}},
	{ReasonBornAbroad, []string{"EN410"}},
	{ReasonSeveralSubjects, severalCodes},
	{ReasonMismatch, []string{"EN068", "EN069", "EN070", "EN071", "EN072", "EN073", "EN074", "EN075",
		"EN083", "EN084", "EN085", "EN086", "EN087", "EN088", "EN089", "EN090"}},
	{ReasonAccessDenied, []string{"EN167", "EN204", "EN210", "EN493"}},
	{ReasonNotFound, []string{"EN122", "EN130", "EN133", "ES003", "ES100", "ES101", "ES102"}},
}

// severalCodes say that more than one person fits.
var severalCodes = []string{"EN043", "EN067", "EN095", "EN115", "EN131", "EN175"}

// ReasonOf returns the reason behind ANPR's final errors for a kind of visura.
// All codes count, since the first may not be the cause; codes it does not know
// are a refusal of ANPR.
func ReasonOf(t Tipo, codes []string) string {
	for _, f := range finalErrors {
		if slices.ContainsFunc(codes, func(c string) bool { return slices.Contains(f.codes, c) }) {
			return neutral(t, f.reason)
		}
	}
	return ReasonRefusedByANPR
}

// neutral keeps a refused esistenza in vita from telling a death, or anything
// else, to who may not ask for it.
func neutral(t Tipo, reason string) string {
	switch reason {
	case ReasonDeceased, ReasonCancelled, ReasonUntraceable:
		if t == EsistenzaInVita {
			return ReasonLifeNotStated
		}
	}
	return reason
}

// RejectReason is a ground on which an officer may refuse a request.
type RejectReason struct {
	Code  string `json:"code"`
	Testo string `json:"testo"` // Italian, as the requester reads it
}

// RejectReasons returns the grounds on which an officer may refuse a request,
// in the order they are offered. Codes are stored for ever.
func RejectReasons() []RejectReason {
	return []RejectReason{
		{"finalita_non_pertinente", "La finalità dichiarata non giustifica la consultazione richiesta"},
		{"pratica_non_riscontrata", "Il numero di pratica non è riscontrabile"},
		{"tipo_eccedente", "Il tipo di visura richiesto eccede quanto necessario alla finalità"},
		{"soggetto_non_pertinente", "Il soggetto non risulta collegato alla pratica indicata"},
		{"dati_insufficienti", "Le indicazioni fornite non bastano a valutare la richiesta"},
		{"fuori_convenzione", "La richiesta non rientra nella convenzione"},
		{"altro", "Altro motivo, indicato nel testo"},
	}
}

// RejectText says a ground of refusal in Italian; ok is false when there is no
// such ground.
func RejectText(code string) (text string, ok bool) {
	for _, r := range RejectReasons() {
		if r.Code == code {
			return r.Testo, true
		}
	}
	return "", false
}
