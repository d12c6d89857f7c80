package pdf_test

import (
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// What a document that is of no value bears stands on every page, for people and
// for programs, and hides nothing.
func TestEveryPageOfATestDocumentSaysSo(t *testing.T) {
	t.Parallel()
	for name, d := range samples() {
		d.Across = ""
		plain, _ := render(t, d)
		want := tool(t, "pdftotext", "-raw", plain, "-")
		d.Across = documento.DiProva
		file, pages := render(t, d)
		text := tool(t, "pdftotext", "-raw", file, "-")
		if n := strings.Count(text, documento.DiProva); n != pages {
			t.Errorf("%s: it stands %d times on %d pages", name, n, pages)
		}
		if got := strings.ReplaceAll(text, documento.DiProva+"\n", ""); got != want {
			t.Errorf("%s: the rest reads otherwise:\n%s", name, got)
		}
	}
}

func TestADocumentOfValueDoesNotSaySo(t *testing.T) {
	t.Parallel()
	file, _ := render(t, residenza())
	if text := tool(t, "pdftotext", "-raw", file, "-"); strings.Contains(text, "PROVA") {
		t.Error("it says that it is a test")
	}
}
