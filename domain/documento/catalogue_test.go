package documento_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

func TestCataloguePromises(t *testing.T) {
	t.Parallel()
	certificates := map[domain.Tipo]int{
		domain.Nascita: 1, domain.EsistenzaInVita: 7, domain.Morte: 2, domain.Cittadinanza: 5, domain.Matrimonio: 3, domain.StatoLibero: 17,
		domain.Residenza: 8, domain.StatoCivile: 11, domain.StatoFamiglia: 12, domain.StatoFamigliaParentela: 16, domain.StatoFamigliaAIRE: 15,
		domain.ResidenzaAIRE: 10, domain.CittadinanzaStorica: 6, domain.ResidenzaStorica: 9,
	}
	for _, v := range documento.Catalogue() {
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
		case v.Title == "" || !strings.HasPrefix(v.Heading, "Visura ") || !strings.HasSuffix(strings.ToLower(v.Heading), strings.ToLower(v.Title)) || len(v.Body) < 2 || len(v.Rules) < 4:
			t.Errorf("%s is not complete", v.Tipo)
		}
		if found, ok := documento.Lookup(v.Tipo); !ok || found.Tipo != v.Tipo {
			t.Errorf("%s cannot be found", v.Tipo)
		}
	}
	if _, ok := documento.Lookup("catastale"); ok {
		t.Error("a kind nobody offers is found")
	}
}

// What may be asked is listed in the manual, in the words of the documents.
func TestTheManualListsEveryType(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/manuale/codici.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, tipo := range documento.Tipi() {
		if row := "| `" + string(tipo) + "` | " + documento.Title(tipo) + " |"; !strings.Contains(string(text), row) {
			t.Errorf("missing: %s", row)
		}
	}
}
