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
	stops  []domain.Tipo       // types that are not issued where it is a flag
	warns  []domain.Tipo       // types that are issued with the text where it is a flag
	text   string              // of the warning, free of personal data
}

const (
	final         = domain.FailureFinal
	configuration = domain.FailureConfiguration
	retry         = domain.FailureRetry
	unknown       = domain.FailureUnknown
)

// The types that codes are about.
var (
	every = []domain.Tipo{
		domain.Nascita, domain.EsistenzaInVita, domain.Morte, domain.Cittadinanza, domain.Matrimonio, domain.StatoLibero, domain.Residenza, domain.StatoCivile,
		domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE, domain.ResidenzaAIRE, domain.CittadinanzaStorica, domain.ResidenzaStorica,
	}
	ofTheRegistered = but(every, domain.Morte, domain.CittadinanzaStorica, domain.ResidenzaStorica)
	ofResidents     = but(every, domain.Nascita, domain.Matrimonio, domain.StatoFamigliaAIRE, domain.ResidenzaAIRE)
	ofAIRE          = []domain.Tipo{domain.StatoFamigliaAIRE, domain.ResidenzaAIRE}
	ofFamilies      = []domain.Tipo{domain.StatoFamiglia, domain.StatoFamigliaParentela, domain.StatoFamigliaAIRE}
	ofKinship       = []domain.Tipo{domain.StatoFamigliaParentela}
	ofCivilStatus   = []domain.Tipo{domain.StatoCivile, domain.StatoLibero, domain.Matrimonio}
	ofMarriage      = []domain.Tipo{domain.Matrimonio, domain.StatoCivile}
	ofCittadinanza  = []domain.Tipo{domain.Cittadinanza, domain.CittadinanzaStorica}
	ofAddresses     = slices.Concat([]domain.Tipo{domain.Residenza, domain.ResidenzaAIRE, domain.ResidenzaStorica}, ofFamilies)
	ofBirth         = []domain.Tipo{domain.Nascita}
	ofDeath         = []domain.Tipo{domain.Morte}
)

// but are types without some.
func but(types []domain.Tipo, without ...domain.Tipo) []domain.Tipo {
	return slices.DeleteFunc(slices.Clone(types), func(t domain.Tipo) bool { return slices.Contains(without, t) })
}

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
func ReasonOf(t domain.Tipo, codes []string) string {
	for _, m := range meanings {
		if m.reason != "" && slices.ContainsFunc(codes, func(c string) bool { return among(m.codes, c) }) {
			return neutral(t, m.reason)
		}
	}
	for _, code := range codes {
		if m, _ := meaningOf(code); m.reason != "" {
			return m.reason
		}
	}
	return domain.ReasonRefusedByANPR
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
