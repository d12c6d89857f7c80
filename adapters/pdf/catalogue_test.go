package pdf_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// catalogue reads the documents that the domain's own tests hold golden: every
// kind of visura, for every kind of person.
func catalogue(t *testing.T) map[string]documento.Documento {
	t.Helper()
	files, err := filepath.Glob("../../domain/documento/testdata/documents/*.json")
	if err != nil || len(files) < 14 {
		t.Fatalf("%d documents found (%v), want one a kind at least", len(files), err)
	}
	out := map[string]documento.Documento{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var d documento.Documento
		if err := json.Unmarshal(data, &d); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		out[strings.TrimSuffix(filepath.Base(file), ".json")] = d
	}
	return out
}

func TestEveryKindOfVisuraComesOutWhole(t *testing.T) {
	t.Parallel()
	for name, d := range catalogue(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file, _ := render(t, d)
			tool(t, "qpdf", "--check", file)
			printed := strings.Join(strings.Fields(tool(t, "pdftotext", "-raw", file, "-")), "")
			for _, text := range wordsOf(d) {
				for _, word := range strings.Fields(text) {
					if !strings.Contains(printed, word) {
						t.Errorf("%q is not printed", word)
					}
				}
			}
			if strings.ContainsRune(printed, '\uFFFD') {
				t.Error("a character is not in the fonts")
			}
		})
	}
}

// Only a long table goes on over a second page: all else fits one, even when two
// of the requester's texts take a line more.
func TestOnlyAFamilyOfTwelveNeedsASecondPage(t *testing.T) {
	t.Parallel()
	line := documento.Row{Label: "Finalità", Value: "Verifica d’ufficio dei requisiti per l’esenzione dalla spesa"}
	for name, d := range catalogue(t) {
		want := 1
		if name == "stato_famiglia_parentela-dodici" {
			want = 2
		}
		d.Richiedente = append(d.Richiedente, line, line)
		if _, pages := render(t, d); pages != want {
			t.Errorf("%s has %d pages, want %d", name, pages, want)
		}
	}
}

// wordsOf lists the texts of a document that are printed as they are.
func wordsOf(d documento.Documento) (out []string) {
	out = append(out, string(d.Numero), d.Ufficio, d.Subtitle, d.VerifyURL)
	righe := append(append([]documento.Row{}, d.Estremi...), d.Richiedente...)
	for _, s := range d.Sections {
		out, righe = append(append(out, s.Title), s.Text...), append(righe, s.Rows...)
		if s.Table == nil {
			continue
		}
		for _, c := range s.Table.Columns {
			out = append(out, c.Title)
		}
		for _, row := range s.Table.Rows {
			out = append(out, row...)
		}
	}
	for _, r := range righe {
		out = append(out, r.Label, r.Value)
	}
	return append(append(out, d.Warnings...), d.Foot...)
}
