package pdf_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// pagesOf returns the text of every page.
func pagesOf(t *testing.T, d documento.Documento) []string {
	t.Helper()
	file, pages := render(t, d)
	text := strings.Split(strings.TrimSuffix(tool(t, "pdftotext", "-raw", file, "-"), "\f"), "\f")
	if len(text) != pages {
		t.Fatalf("%d pages reported, %d found", pages, len(text))
	}
	return text
}

// long are documents of several pages, each for another reason.
func long() map[string]documento.Documento {
	prose := frame("Esistenza in vita")
	prose.Sections = []documento.Section{{Title: "Testo", Text: []string{strings.Repeat("Dalla consultazione di ANPR risulta quanto segue. ", 300)}}}
	rows := residenza()
	for i := range 150 {
		rows.Sections[1].Rows = append(rows.Sections[1].Rows, documento.Row{Label: fmt.Sprintf("Voce %03d", i), Value: fmt.Sprintf("valore %03d", i)})
	}
	warned := avvertenze()
	for i := range 80 {
		warned.Warnings = append(warned.Warnings, fmt.Sprintf("Avvertenza numero %03d: i dati possono variare alla conclusione del procedimento in corso.", i))
	}
	cell := famiglia(3)
	cell.Sections[2].Table.Rows[1][4] = strings.Repeat("luogo di nascita assai lontano ", 300)
	feet := residenza()
	for i := range 60 {
		feet.Foot = append(feet.Foot, fmt.Sprintf("Nota a piè di documento numero %03d, che non si può omettere.", i))
	}
	return map[string]documento.Documento{
		"many rows of a table": storica(200), "a family of forty": famiglia(40), "long prose": prose,
		"many labelled values": rows, "many warnings": warned, "a cell longer than a page": cell, "a long foot": feet,
	}
}

// Head and foot tell of every page whose it is and which of how many.
func TestEveryPageSaysWhoseItIsAndWhichOfHowMany(t *testing.T) {
	t.Parallel()
	for name, d := range long() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pages := pagesOf(t, d)
			if len(pages) < 2 {
				t.Fatalf("it has %d page", len(pages))
			}
			for i, text := range pages {
				of := fmt.Sprintf("pagina %d di %d", i+1, len(pages))
				if strings.Count(text, of) != 1 || strings.Count(text, "pagina ") != 1 {
					t.Errorf("page %d does not say %q once", i+1, of)
				}
				if !strings.Contains(text, d.Comune+" – visura n. "+string(d.Numero)) {
					t.Errorf("page %d does not say whose it is", i+1)
				}
				if got, want := strings.Contains(text, d.Title+" (segue)"), i > 0; got != want {
					t.Errorf("page %d says that it goes on: %v", i+1, got)
				}
			}
			// A foot of more than a page goes on after the code.
			if at := slices.IndexFunc(pages, func(text string) bool { return strings.Contains(text, "Codice di verifica") }); at != len(pages)-1 && name != "a long foot" {
				t.Errorf("page %d of %d bears the verification code", at+1, len(pages))
			}
		})
	}
}

// All that is in a long document is in it once, in its order.
func TestBreakingPagesNeitherLosesNorRepeatsNorReorders(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		doc  documento.Documento
		mark func(i int) string
		n    int
	}{
		"labelled values": {long()["many labelled values"], func(i int) string { return fmt.Sprintf("Voce %03d valore %03d", i, i) }, 150},
		"warnings":        {long()["many warnings"], func(i int) string { return fmt.Sprintf("Avvertenza numero %03d:", i) }, 80},
		"feet":            {long()["a long foot"], func(i int) string { return fmt.Sprintf("numero %03d,", i) }, 60},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Join(strings.Fields(strings.Join(pagesOf(t, tc.doc), " ")), " ")
			last := -1
			for i := range tc.n {
				if n := strings.Count(text, tc.mark(i)); n != 1 {
					t.Errorf("%q stands there %d times", tc.mark(i), n)
				}
				at := strings.Index(text, tc.mark(i))
				if at <= last {
					t.Errorf("%q stands before its predecessor", tc.mark(i))
				}
				last = at
			}
		})
	}
}

// The headings of a table stand on every page that has rows of it, and on no
// other.
func TestTheHeadingsOfATableStandOnEachPageItReaches(t *testing.T) {
	t.Parallel()
	for _, periods := range []int{1, 5, 12, 13, 14, 15, 16, 30, 60, 120} {
		pages := pagesOf(t, storica(periods))
		for i, text := range pages {
			rows := strings.Contains(text, "VIALE DELLA") || strings.Contains(text, "REPUBBLICA")
			if head := strings.Contains(text, "Dal Al Indirizzo"); head != rows {
				t.Errorf("%d periods: page %d of %d has rows %v, headings %v", periods, i+1, len(pages), rows, head)
			}
		}
	}
}

// A row that fits a page is not torn: what it says of one period is read in one
// place.
func TestARowOfATableIsNotTorn(t *testing.T) {
	t.Parallel()
	d := frame("Storica di residenza")
	table := &documento.Table{Columns: []documento.Column{{Title: "N.", Weight: 1}, {Title: "Indirizzo", Weight: 4}}}
	for i := range 60 {
		lines := i%5 + 1
		table.Rows = append(table.Rows, []string{fmt.Sprintf("inizio%d", i), strings.Repeat("VIALE DELLA REPUBBLICA ITALIANA UNA E INDIVISIBILE SCALA ESTERNA DI LEVANTE ", lines) + fmt.Sprintf("fine%d", i)})
	}
	d.Sections = []documento.Section{{Title: "Residenze", Table: table}}
	for page, text := range pagesOf(t, d) {
		words := strings.Fields(text)
		for i := range 60 {
			from, to := slices.Contains(words, fmt.Sprintf("inizio%d", i)), slices.Contains(words, fmt.Sprintf("fine%d", i))
			if from != to {
				t.Errorf("row %d is torn at page %d", i, page+1)
			}
		}
	}
}

// A section's title is never the last thing on a page.
func TestATitleIsNotLeftAloneAtTheFootOfAPage(t *testing.T) {
	t.Parallel()
	for lines := 30; lines < 52; lines += 2 {
		d := frame("Residenza")
		d.Sections = []documento.Section{{Title: "Primo", Text: slices.Repeat([]string{"riga"}, lines)}, {Title: "TITOLO-SECONDO", Text: []string{"contenuto-secondo"}}}
		for page, text := range pagesOf(t, d) {
			if title, body := strings.Contains(text, "TITOLO-SECONDO"), strings.Contains(text, "contenuto-secondo"); title != body {
				t.Errorf("after %d lines: page %d has the title %v, its content %v", lines, page+1, title, body)
			}
		}
	}
}

// However a table is built, words stay inside the margins and apart.
func TestTablesOfAnyShapeKeepTheirWordsApart(t *testing.T) {
	t.Parallel()
	word := "SUPERCALIFRAGILISTIC"
	for name, table := range map[string]documento.Table{
		"one column":               {Columns: columns(1, 1), Rows: [][]string{{strings.Repeat(word, 30)}}},
		"twelve columns":           {Columns: columns(12, 1), Rows: [][]string{slices.Repeat([]string{word}, 12)}},
		"a column of no weight":    {Columns: columns(3, 0), Rows: [][]string{{"a", word, "b"}}},
		"a negative weight":        {Columns: columns(3, -2), Rows: [][]string{{"a", word, "b"}}},
		"one weight beyond others": {Columns: append(columns(3, 1), documento.Column{Title: "Largo", Weight: 1e6}), Rows: [][]string{{word, word, word, "b"}}},
		"empty cells":              {Columns: columns(4, 1), Rows: [][]string{{"", "", "", ""}, {"", word, "", ""}}},
		"a long heading":           {Columns: []documento.Column{{Title: strings.Repeat(word+" ", 9), Weight: 1}, {Title: "Altro", Weight: 1}}, Rows: [][]string{{"a", "b"}}},
		"no rows":                  {Columns: columns(3, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := residenza()
			d.Sections = append(d.Sections, documento.Section{Title: "Tabella", Table: &table})
			apart(t, words(t, d))
		})
	}
	for name, d := range long() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			apart(t, words(t, d))
		})
	}
}

func columns(n int, weight float64) (out []documento.Column) {
	for i := range n {
		out = append(out, documento.Column{Title: fmt.Sprintf("Colonna%d", i), Weight: weight})
	}
	return out
}

// apart fails for words outside the margins and for words that cover others.
func apart(t *testing.T, ws []wordBox) {
	t.Helper()
	slices.SortFunc(ws, func(a, b wordBox) int {
		if a.page != b.page {
			return a.page - b.page
		}
		return int(a.y1*100) - int(b.y1*100)
	})
	for i, a := range ws {
		if a.x1 < 56 || a.x2 > 540 || a.y1 < 28 || a.y2 > 826 {
			t.Errorf("%q on page %d is outside the margins: %+v", a.word, a.page, a)
		}
		for _, b := range ws[i+1:] {
			if a.page != b.page || b.y1 > a.y2 {
				break
			}
			// Boxes reach over ascenders and descenders, so lines touch a little.
			if min(a.x2, b.x2)-max(a.x1, b.x1) > 0.5 && min(a.y2, b.y2)-max(a.y1, b.y1) > 4 {
				t.Errorf("page %d: %q covers %q", a.page, a.word, b.word)
			}
		}
	}
}
