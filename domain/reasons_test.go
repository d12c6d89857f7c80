package domain_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

// reasons are all the codes of VisuraNotIssuable.
var reasons = []string{
	domain.ReasonNotFound, domain.ReasonNotFoundAIRE, domain.ReasonSeveralSubjects, domain.ReasonDoubleEntry, domain.ReasonMismatch, domain.ReasonAccessDenied,
	domain.ReasonName, domain.ReasonCodeOfAnother, domain.ReasonRegistryData, domain.ReasonKinship,
	domain.ReasonOtherComune, domain.ReasonAIRE, domain.ReasonNotAIRE, domain.ReasonDeceased, domain.ReasonNotDeceased, domain.ReasonLifeNotStated,
	domain.ReasonUntraceable, domain.ReasonCancelled, domain.ReasonNotCertifiable, domain.ReasonFamilyIncomplete, domain.ReasonFamilyInProgress,
	domain.ReasonConvivenza, domain.ReasonNoFamily, domain.ReasonNoHead, domain.ReasonSingleMember, domain.ReasonLegameClosed, domain.ReasonHomeless,
	domain.ReasonNoStatoCivile, domain.ReasonNotMarried, domain.ReasonNotFree, domain.ReasonNoSpouse, domain.ReasonNoProof, domain.ReasonUndocumented, domain.ReasonDiscordant,
	domain.ReasonCittadinanzaUnknown, domain.ReasonNoCittadinanza, domain.ReasonNotItalian, domain.ReasonNoResidenza, domain.ReasonNoDecorrenza,
	domain.ReasonNoBirth, domain.ReasonBornAbroad, domain.ReasonNoDeath, domain.ReasonOpenProcedure, domain.ReasonRefusedByANPR, domain.ReasonUnknownTipo,
}

func TestEveryReasonIsSaidInItalian(t *testing.T) {
	t.Parallel()
	general := domain.NotIssuableText("nessuno")
	for _, code := range reasons {
		if text := domain.NotIssuableText(code); text == general || !strings.HasSuffix(text, ".") {
			t.Errorf("%s reads %q", code, text)
		}
	}
	seen := map[string]bool{}
	for _, r := range domain.Motivi() {
		if text, ok := domain.MotivoText(r.Code); !ok || text != r.Text || text == "" || seen[r.Code] {
			t.Errorf("ground %s reads %q", r.Code, text)
		}
		seen[r.Code] = true
	}
	if _, ok := domain.MotivoText("simpatia"); ok {
		t.Error("an officer may refuse on any ground")
	}
	if _, ok := domain.MotivoRevocaText("fuori_convenzione"); ok {
		t.Error("an officer may revoke on any ground")
	}
	for _, r := range domain.MotiviRevoca() {
		if text, ok := domain.MotivoRevocaText(r.Code); !ok || text != r.Text || text == "" {
			t.Errorf("%s is said as %q", r.Code, text)
		}
	}
}

// What an operator may meet is explained in the manual, in the words of the
// program.
func TestTheManualExplainsEveryCode(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/manuale/codici.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]string{}
	for _, r := range slices.Concat(domain.Motivi(), domain.MotiviRevoca()) {
		rows[r.Code] = r.Text
	}
	for _, code := range reasons {
		rows[code] = domain.NotIssuableText(code)
	}
	for code, words := range rows {
		if row := "| `" + code + "` | " + words + " |"; !strings.Contains(string(text), row) {
			t.Errorf("missing: %s", row)
		}
	}
}
