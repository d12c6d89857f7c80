package documento

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// finalErrors are ANPR's refusals that settle a request (ANPR.md section 6 and
// the list of errors). Of several that ANPR names the first in this order is
// the reason given.
var finalErrors = []struct{ reason, codes string }{
	{domain.ReasonDeceased, "EN054 EN170 EN228"},
	{domain.ReasonCancelled, "EN047 EN049 EN160 EN229 EN413 EN435"},
	{domain.ReasonDoubleEntry, "EN469 EN470 EN471 EN472"},
	{domain.ReasonAIRE, "EN044 EN417 EN418"},
	{domain.ReasonNotAIRE, "EN057 EN164"},
	{domain.ReasonNotDeceased, "EN061"},
	{domain.ReasonNotCertifiable, "EN046 EN048"},
	{domain.ReasonFamilyIncomplete, "EN213 EN221"},
	{domain.ReasonFamilyInProgress, "EN212 EN214 EN492"},
	{domain.ReasonConvivenza, "EN055"},
	{domain.ReasonSingleMember, "EN059"},
	{domain.ReasonNoHead, "EN062"},
	{domain.ReasonLegameClosed, "EN045 EN222"},
	{domain.ReasonNoFamily, "EN058 EN137"},
	{domain.ReasonNotFree, "EN060"},
	{domain.ReasonNoStatoCivile, "EN138"},
	{domain.ReasonNoSpouse, "EN161 EN162"},
	{domain.ReasonNoProof, "EN353"},
	{domain.ReasonNotItalian, "EN110"},
	{domain.ReasonNoCittadinanza, "EN407"},
	{domain.ReasonNoDecorrenza, "EN422"},
	{domain.ReasonNoResidenza, "EN434"},
	{domain.ReasonBornAbroad, "EN410"},
	{domain.ReasonOpenProcedure, "EN176 EN181 EN203"},
	{domain.ReasonSeveralSubjects, severalCodes},
	{domain.ReasonMismatch, "EN068 EN069 EN070 EN071 EN072 EN073 EN074 EN075 EN083 EN084 EN085 EN086 EN087 EN088 EN089 EN090 EN183"},
	{domain.ReasonAccessDenied, "EN119 EN134 EN135 EN136 EN167 EN180 EN204 EN210 EN493"},
	{domain.ReasonNotFound, "EN042 EN122 EN130 EN133 EN185 ENT04 EF001 EF002 ES003 ES100 ES101 ES102"},
}

// severalCodes say that more than one person fits.
const severalCodes = "EN043 EN067 EN095 EN115 EN131 EN175 EN313 ENT01"

func among(codes, code string) bool { return slices.Contains(strings.Fields(codes), code) }

// ReasonOf returns the reason of VisuraNotIssuable for the final errors ANPR
// answered to a request of type t. All codes count, since the first may not be
// the cause; where none is known the reason is domain.ReasonRefusedByANPR.
func ReasonOf(t domain.Tipo, codes []string) string {
	for _, f := range finalErrors {
		if slices.ContainsFunc(codes, func(c string) bool { return among(f.codes, c) }) {
			return neutral(t, f.reason)
		}
	}
	return domain.ReasonRefusedByANPR
}

// neutral returns the reason a requester of type t may read: a refused
// esistenza in vita does not say whether the person is dead or cancelled, which
// is another type; a person not found among Italians abroad was sought nowhere
// else.
func neutral(t domain.Tipo, reason string) string {
	switch reason {
	case domain.ReasonNotFound:
		if entry, _ := Lookup(t); entry.Consultazione.AIRE {
			return domain.ReasonNotFoundAIRE
		}
	case domain.ReasonDeceased, domain.ReasonCancelled, domain.ReasonUntraceable:
		if t == domain.EsistenzaInVita {
			return domain.ReasonLifeNotStated
		}
	}
	return reason
}

// warningTexts are what a document prints for ANPR's warnings; for all others it
// prints the code.
var warningTexts = []struct{ codes, text string }{
	{"EN176 EN181 EN203", "Per il soggetto risulta aperto in ANPR un procedimento anagrafico: i dati potrebbero cambiare."},
	{"EN213", "La famiglia anagrafica del soggetto risulta incompleta in ANPR."},
	{"EN271 EN277", "In ANPR lo stato civile del soggetto non è congruente con gli altri dati."},
	{"EN333 EN336 EN338", "In ANPR il comune di nascita non è verificato alla data di nascita."},
}

// ignored are ANPR's warnings about the call and not about the person.
const ignored = "EN148 EN527"

// anprWarnings returns what is printed for ANPR's warnings, each once. ANPR's own
// text may name people and is not printed.
func anprWarnings(anomalie []scheda.Anomalia) []Finding {
	var out []Finding
	for _, a := range anomalie {
		known := func(f Finding) bool { return f.Code == a.Codice || f.Text == anprWarning(a.Codice) }
		if a.Codice != "" && !among(ignored, a.Codice) && !slices.ContainsFunc(out, known) {
			out = append(out, warn(a.Codice, anprWarning(a.Codice)))
		}
	}
	return out
}

func anprWarning(code string) string {
	for _, w := range warningTexts {
		if among(w.codes, code) {
			return w.text
		}
	}
	return "ANPR segnala un'anomalia sui dati (codice " + code + "): verificare con l'Ufficio Anagrafe."
}
