package documento

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
)

// meaning is what some of the registry's codes say, wherever they stand: as a
// refusal of either operation, on an answer, or on a person's card.
type meaning struct {
	codes  string
	class  domain.FailureClass // of a refusal
	reason string              // of a refusal, and of a flag that stops; "" for the general one
	family bool                // the whole family is meant, on whichever member's card it stands
	stops  types               // those that are not issued where it is a flag
	warns  types               // those that are issued with the text where it is a flag
	text   string              // of the warning, free of personal data
}

const (
	final         = domain.FailureFinal
	configuration = domain.FailureConfiguration
	retry         = domain.FailureRetry
	unknown       = domain.FailureUnknown
)

// types are some types of visura, or all but some; the zero value is none.
type types struct {
	allBut bool
	named  []domain.Tipo
}

func only(named ...domain.Tipo) types { return types{named: named} }

func allBut(named ...domain.Tipo) types { return types{allBut: true, named: named} }

func (s types) has(t domain.Tipo) bool { return s.allBut != slices.Contains(s.named, t) }

func (s types) none() bool { return !s.allBut && len(s.named) == 0 }

// The types that codes are about.
var (
	every           = allBut()
	ofTheRegistered = allBut(domain.Morte, domain.CittadinanzaStorica, domain.ResidenzaStorica)
	ofResidents     = allBut(domain.Nascita, domain.Matrimonio, domain.StatoFamigliaAIRE, domain.ResidenzaAIRE)
	ofAIRE          = only(domain.StatoFamigliaAIRE, domain.ResidenzaAIRE)
	ofFamilies      = only(domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE)
	ofKinship       = only(domain.StatoFamigliaParentela)
	ofCivilStatus   = only(domain.StatoCivile, domain.StatoLibero, domain.Matrimonio)
	ofMarriage      = only(domain.Matrimonio, domain.StatoCivile)
	ofCittadinanza  = only(domain.Cittadinanza, domain.CittadinanzaStorica)
	ofAddresses     = only(domain.Residenza, domain.ResidenzaAIRE, domain.ResidenzaStorica, domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE)
	ofBirth         = only(domain.Nascita)
	ofDeath         = only(domain.Morte)
)

func among(codes, code string) bool { return slices.Contains(strings.Fields(codes), code) }

// meaningOf returns what a code means: as the table says, else by its prefix, else
// nothing in particular. Codes absent from the decoding tables (EC) are of data that
// the registry holds, since a request has few codes of its own and these are named;
// what begins with EHR and SP is about the request.
func meaningOf(code string) (m meaning, named bool) {
	if i := slices.IndexFunc(meanings, func(m meaning) bool { return among(m.codes, code) }); i >= 0 {
		return meanings[i], true
	}
	switch {
	case strings.HasPrefix(code, "EC"):
		return meaning{class: final, reason: domain.ReasonRegistryData}, false
	case strings.HasPrefix(code, "EHR"), strings.HasPrefix(code, "SP"):
		return meaning{class: configuration}, false
	}
	return meaning{class: final}, false
}

// ClassOf returns what to do after a refusal with a code of the registry, and
// whether the code is one that is known.
func ClassOf(code string) (class domain.FailureClass, known bool) {
	m, known := meaningOf(code)
	return m.class, known
}

// ReasonOf returns the reason of VisuraNotIssuable for the final errors ANPR
// answered to a request of type t. All codes count, since the first may not be
// the cause; where none is known the reason is domain.ReasonRefusedByANPR.
func ReasonOf(t domain.Tipo, codes []string) string { return neutral(t, reasonOf(codes)) }

// CodesElsewhere says of final errors ANPR answered about the Comune's own what Elsewhere
// says of a reason.
func CodesElsewhere(codes []string) bool { return Elsewhere(reasonOf(codes)) }

func reasonOf(codes []string) string {
	for _, m := range meanings {
		if m.reason != "" && slices.ContainsFunc(codes, func(c string) bool { return among(m.codes, c) }) {
			return m.reason
		}
	}
	for _, code := range codes {
		if m, _ := meaningOf(code); m.reason != "" {
			return m.reason
		}
	}
	return domain.ReasonRefusedByANPR
}

// Elsewhere says whether a reason why the Comune's own register gives nothing leaves that
// another has the person: they are not in it, or no longer.
func Elsewhere(reason string) bool {
	switch reason {
	case domain.ReasonNotFound, domain.ReasonOtherComune, domain.ReasonAccessDenied, domain.ReasonCancelled, domain.ReasonUntraceable:
		return true
	}
	return false
}

// ReasonOfCopied returns the reason where the request gave back what ANPR itself
// had answered: what does not fit is then no error of the requester's.
func ReasonOfCopied(t domain.Tipo, codes []string) string {
	switch reason := ReasonOf(t, codes); reason {
	case domain.ReasonMismatch, domain.ReasonSeveralSubjects, domain.ReasonNotFound, domain.ReasonNotFoundAIRE:
		return domain.ReasonRegistryData
	default:
		return reason
	}
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
	case domain.ReasonDeceased, domain.ReasonCancelled, domain.ReasonUntraceable, domain.ReasonNotInForce:
		if t == domain.EsistenzaInVita {
			return domain.ReasonLifeNotStated
		}
	}
	return reason
}
