package documento_test

import (
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

func TestReasonOf(t *testing.T) {
	t.Parallel()
	for codes, want := range map[string]string{
		"EN122": domain.ReasonNotFound, "ES003": domain.ReasonNotFound, "EN130": domain.ReasonNotFound, "EN043": domain.ReasonSeveralSubjects,
		"EN175": domain.ReasonSeveralSubjects, "EN068": domain.ReasonMismatch, "EN075": domain.ReasonMismatch, "EN090": domain.ReasonMismatch,
		"EN047": domain.ReasonNotInForce, "EN413": domain.ReasonCancelled, "EN054": domain.ReasonDeceased, "EN055": domain.ReasonConvivenza,
		"EN221": domain.ReasonFamilyIncomplete, "EN410": domain.ReasonBornAbroad, "EN167": domain.ReasonAccessDenied, "EN493": domain.ReasonAccessDenied,
		"EN212": domain.ReasonKinship, "EN222": domain.ReasonKinship, "EN170": domain.ReasonRefusedByANPR, "EN228 EN170": domain.ReasonDeceased,
		"EC007": domain.ReasonRegistryData, "EC777": domain.ReasonRegistryData, "EN340": domain.ReasonRegistryData, "EN122 EC056": domain.ReasonNotFound,
		"EHR09": domain.ReasonRefusedByANPR, "EN492": domain.ReasonFamilyInProgress, "EN469": domain.ReasonDoubleEntry, "EN148": domain.ReasonRefusedByANPR, "": domain.ReasonRefusedByANPR,
		"EN044": domain.ReasonAIRE, "EN164": domain.ReasonNotAIRE, "EN181": domain.ReasonOpenProcedure, "ENT01": domain.ReasonSeveralSubjects,
		"EN046": domain.ReasonNotCertifiable, "EN045": domain.ReasonLegameClosed, "EN434": domain.ReasonNoResidenza, "EN1": domain.ReasonRefusedByANPR,
		"EN527 EN071": domain.ReasonMismatch, "EN122 EN228": domain.ReasonDeceased,
	} {
		if got := documento.ReasonOf(domain.Residenza, strings.Fields(codes)); got != want {
			t.Errorf("%q means %s, want %s", codes, got, want)
		}
	}
	if got := documento.ReasonOf(domain.ResidenzaAIRE, []string{"EN122"}); got != domain.ReasonNotFoundAIRE {
		t.Errorf("nobody among Italians abroad tells %s", got)
	}
	for _, code := range []string{"EN054", "EN228", "EN047"} {
		if got := documento.ReasonOf(domain.EsistenzaInVita, []string{code}); got != domain.ReasonLifeNotStated {
			t.Errorf("esistenza in vita refused by %s tells %s", code, got)
		}
	}
}

// What the registry finds wrong with its own words is not the requester's fault.
func TestReasonOfWhatWasCopied(t *testing.T) {
	t.Parallel()
	for codes, want := range map[string]string{
		"EN068": domain.ReasonRegistryData, "EN072": domain.ReasonRegistryData, "EN183": domain.ReasonRegistryData, "ES003": domain.ReasonRegistryData,
		"EN067": domain.ReasonRegistryData, "EC009": domain.ReasonRegistryData, "EN434": domain.ReasonNoResidenza, "EN228": domain.ReasonDeceased,
		"EN777": domain.ReasonRefusedByANPR,
	} {
		if got := documento.ReasonOfCopied(domain.ResidenzaStorica, strings.Fields(codes)); got != want {
			t.Errorf("%q means %s, want %s", codes, got, want)
		}
	}
}
