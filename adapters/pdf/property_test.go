package pdf_test

import (
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Whatever the registry answers, the file is sound and bears a page number.
func TestAnyTextMakesASoundFile(t *testing.T) {
	r, dir := newRenderer(t), t.TempDir()
	tool(t, "qpdf", "--version")
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		d := garbage(rt)
		out, pages, err := r.Render(d)
		if err != nil || pages < 1 {
			rt.Fatalf("%d pages, error %v", pages, err)
		}
		if n++; n%4 != 0 { // a process each time would take most of a minute
			return
		}
		file := filepath.Join(dir, "garbage.pdf")
		if err := os.WriteFile(file, out, 0o600); err != nil {
			rt.Fatal(err)
		}
		tool(t, "qpdf", "--check", file)
	})
}

func garbage(rt *rapid.T) documento.Documento {
	text := rapid.OneOf(rapid.String(), rapid.StringN(0, 3000, -1),
		rapid.Custom(func(t *rapid.T) string { return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) }),
		rapid.SampledFrom([]string{"", " ", ")(\\", "\r\n", "{nb}", "endstream\nendobj", "µſŉẞ", "\u0301", "𝔘𝔫𝔦"}))
	texts := rapid.SliceOfN(text, 0, 5)
	riga := rapid.Custom(func(t *rapid.T) documento.Row {
		return documento.Row{Label: text.Draw(t, "label"), Value: text.Draw(t, "value")}
	})
	righe := rapid.SliceOfN(riga, 0, 5)
	tabella := rapid.Custom(func(t *rapid.T) *documento.Table {
		out := &documento.Table{Columns: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) documento.Column {
			return documento.Column{Title: text.Draw(t, "title"), Weight: rapid.Float64().Draw(t, "weight")}
		}), 0, 30).Draw(t, "columns")}
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			row := make([]string, len(out.Columns))
			for i := range row {
				row[i] = text.Draw(t, "cell")
			}
			out.Rows = append(out.Rows, row)
		}
		return out
	})
	sezione := rapid.Custom(func(t *rapid.T) documento.Section {
		s := documento.Section{Title: text.Draw(t, "title"), Text: texts.Draw(t, "prose"), Rows: righe.Draw(t, "rows")}
		if rapid.Bool().Draw(t, "with table") {
			s.Table = tabella.Draw(t, "table")
		}
		return s
	})
	return documento.Documento{
		Numero: domain.CIUV(text.Draw(rt, "number")), Title: text.Draw(rt, "title"), Comune: text.Draw(rt, "comune"),
		Provincia: text.Draw(rt, "province"), Ufficio: text.Draw(rt, "office"), Subtitle: text.Draw(rt, "subtitle"),
		Estremi: righe.Draw(rt, "particulars"), Richiedente: righe.Draw(rt, "requester"),
		Sections: rapid.SliceOfN(sezione, 0, 3).Draw(rt, "sections"), Warnings: texts.Draw(rt, "warnings"), Foot: texts.Draw(rt, "foot"),
		VerifyURL: "https://" + rapid.StringN(0, 200, 500).Draw(rt, "url"), Created: "2025-03-14T10:42:07+01:00",
	}
}
