package domain_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestReasonOf(t *testing.T) {
	t.Parallel()
	for codes, want := range map[string]string{
		"EN122": domain.ReasonNotFound, "ES003": domain.ReasonNotFound, "EN130": domain.ReasonNotFound, "EN043": domain.ReasonSeveralSubjects,
		"EN175": domain.ReasonSeveralSubjects, "EN068": domain.ReasonMismatch, "EN075": domain.ReasonMismatch, "EN090": domain.ReasonMismatch,
		"EN047": domain.ReasonCancelled, "EN413": domain.ReasonCancelled, "EN054": domain.ReasonDeceased, "EN055": domain.ReasonConvivenza,
		"EN221": domain.ReasonFamilyIncomplete, "EN410": domain.ReasonBornAbroad, "EN167": domain.ReasonAccessDenied, "EN493": domain.ReasonAccessDenied,
		"EN492": domain.ReasonFamilyInProgress, "EN469": domain.ReasonDoubleEntry, "EN148": domain.ReasonRefusedByANPR, "": domain.ReasonRefusedByANPR,
		"EN044": domain.ReasonAIRE, "EN164": domain.ReasonNotAIRE, "EN181": domain.ReasonOpenProcedure, "ENT01": domain.ReasonSeveralSubjects,
		"EN046": domain.ReasonNotCertifiable, "EN045": domain.ReasonLegameClosed, "EN434": domain.ReasonNoResidenza, "EN1": domain.ReasonRefusedByANPR,
		"EN527 EN071": domain.ReasonMismatch, "EN122 EN228": domain.ReasonDeceased,
	} {
		if got := domain.ReasonOf(domain.ResidenzaTipo, strings.Fields(codes)); got != want {
			t.Errorf("%q means %s, want %s", codes, got, want)
		}
	}
	if got := domain.ReasonOf(domain.ResidenzaAIRE, []string{"EN122"}); got != domain.ReasonNotFoundAIRE {
		t.Errorf("nobody among Italians abroad tells %s", got)
	}
	for _, code := range []string{"EN054", "EN228", "EN047"} {
		if got := domain.ReasonOf(domain.EsistenzaInVita, []string{code}); got != domain.ReasonLifeNotStated {
			t.Errorf("esistenza in vita refused by %s tells %s", code, got)
		}
	}
}

// reasons are all the codes of VisuraNotIssuable.
var reasons = []string{
	domain.ReasonNotFound, domain.ReasonNotFoundAIRE, domain.ReasonSeveralSubjects, domain.ReasonDoubleEntry, domain.ReasonMismatch, domain.ReasonAccessDenied,
	domain.ReasonOtherComune, domain.ReasonAIRE, domain.ReasonNotAIRE, domain.ReasonDeceased, domain.ReasonNotDeceased, domain.ReasonLifeNotStated,
	domain.ReasonUntraceable, domain.ReasonCancelled, domain.ReasonNotCertifiable, domain.ReasonFamilyIncomplete, domain.ReasonFamilyInProgress,
	domain.ReasonConvivenza, domain.ReasonNoFamily, domain.ReasonNoHead, domain.ReasonSingleMember, domain.ReasonLegameClosed, domain.ReasonHomeless,
	domain.ReasonNoStatoCivile, domain.ReasonNotMarried, domain.ReasonNotFree, domain.ReasonNoSpouse, domain.ReasonNoProof,
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
	for _, r := range domain.RejectReasons() {
		if text, ok := domain.RejectText(r.Code); !ok || text != r.Testo || text == "" || seen[r.Code] {
			t.Errorf("ground %s reads %q", r.Code, text)
		}
		seen[r.Code] = true
	}
	if _, ok := domain.RejectText("simpatia"); ok {
		t.Error("an officer may refuse on any ground")
	}
}

func TestCataloguePromises(t *testing.T) {
	t.Parallel()
	certificates := map[domain.Tipo]int{
		domain.Nascita: 1, domain.EsistenzaInVita: 7, domain.Morte: 2, domain.CittadinanzaTipo: 5, domain.Matrimonio: 3, domain.StatoLibero: 17,
		domain.ResidenzaTipo: 8, domain.StatoCivile: 11, domain.StatoFamiglia: 12, domain.StatoFamigliaParentela: 16, domain.StatoFamigliaAIRE: 15,
		domain.ResidenzaAIRE: 10, domain.CittadinanzaStorica: 6, domain.ResidenzaStorica: 9,
	}
	for _, v := range domain.Voci() {
		q := v.Consultazione
		switch {
		case v.Certificato != certificates[v.Tipo]:
			t.Errorf("%s is certificate %d", v.Tipo, v.Certificato)
		case q.Famiglia != (len(q.Blocchi) == 0):
			t.Errorf("%s: blocks are asked for one person, never for a family (EN050, EN052)", v.Tipo)
		case slices.Contains(q.Blocchi, 1) && len(q.Blocchi) > 1:
			t.Errorf("%s: the whole card stands alone (EC020)", v.Tipo)
		case len(slices.Compact(slices.Sorted(slices.Values(q.Blocchi)))) != len(q.Blocchi):
			t.Errorf("%s asks for a block twice (EC026)", v.Tipo)
		case v.Titolo == "" || len(v.Corpo) < 2 || len(v.Regole) < 4:
			t.Errorf("%s is not complete", v.Tipo)
		}
		if found, ok := domain.Trova(v.Tipo); !ok || found.Titolo != v.Titolo {
			t.Errorf("%s cannot be found", v.Tipo)
		}
	}
	if _, ok := domain.Trova("catastale"); ok {
		t.Error("a kind nobody offers is found")
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
	for _, voce := range domain.Voci() {
		rows[string(voce.Tipo)] = voce.Titolo
	}
	for _, r := range domain.RejectReasons() {
		rows[r.Code] = r.Testo
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
