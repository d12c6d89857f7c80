package documento_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Whatever the registry answers, each type ends with a document that is legible,
// or with a reason.
func TestComposeOverAnyCard(t *testing.T) {
	t.Parallel()
	issued := map[domain.Tipo]int{}
	for range 10 { // of a hundred answers each, unless -rapid.checks says otherwise
		rapid.Check(t, func(t *rapid.T) {
			for tipo := range composed(t) {
				issued[tipo]++
			}
		})
	}
	for _, tipo := range documento.Tipi() {
		if issued[tipo] == 0 {
			t.Errorf("no document of the type %s was made", tipo)
		}
	}
	t.Log(issued)
}

func FuzzCompose(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { composed(t) }))
}

// composed draws an answer, composes every type of it and returns the documents.
func composed(t *rapid.T) map[domain.Tipo]documento.Documento {
	answer := answers().Draw(t, "answer")
	before, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	documents := map[domain.Tipo]documento.Documento{}
	for _, tipo := range documento.Tipi() {
		doc, warnings, refusal := documento.Compose(caso(tipo, answer))
		again, warned, refused := documento.Compose(caso(tipo, answer))
		if !cmp.Equal(doc, again) || !cmp.Equal(warnings, warned) || !cmp.Equal(refusal, refused) {
			t.Fatalf("%s: one answer is judged twice differently", tipo)
		}
		if refusal == nil {
			legible(t, tipo, doc)
			documents[tipo] = doc
		}
	}
	if doc, ok := documents[domain.ResidenzaStorica]; ok {
		inOrder(t, doc, answer)
	}
	if after, _ := json.Marshal(answer); string(after) != string(before) {
		t.Fatal("composing changed the answer")
	}
	return documents
}

// legible: no label or value is empty, no code of what is no State stands for
// its name, nothing of the program shows.
func legible(t *rapid.T, tipo domain.Tipo, doc documento.Documento) {
	for _, s := range doc.Sections {
		if s.Title == "" || len(s.Text)+len(s.Rows) == 0 && (s.Table == nil || len(s.Table.Rows) == 0) {
			t.Errorf("%s: the section %q is empty", tipo, s.Title)
		}
		text := slices.Clone(s.Text)
		for _, r := range s.Rows {
			text = append(text, r.Label, r.Value)
		}
		if s.Table != nil {
			for _, row := range s.Table.Rows {
				if len(row) != len(s.Table.Columns) || row[0] == "" || row[1] == "" {
					t.Errorf("%s, %s: the row %q", tipo, s.Title, row)
				}
				text = append(text, strings.Join(row, " "))
			}
		}
		for _, line := range append(text, doc.Warnings...) {
			switch {
			case strings.TrimSpace(line) == "":
				t.Errorf("%s, %s: an empty label, value or line", tipo, s.Title)
			case strings.Contains(line, "codice Stato 99"), strings.Contains(line, "%!"), strings.Contains(line, "<nil>"), strings.Contains(line, "()"):
				t.Errorf("%s, %s: says %q", tipo, s.Title, line)
			}
		}
	}
}

// inOrder: two periods of residence never overlap, and none is after the death.
func inOrder(t *rapid.T, doc documento.Documento, answer scheda.Scheda) {
	i := slices.IndexFunc(doc.Sections, func(s documento.Section) bool { return s.Title == "Storia della residenza" })
	var last domain.Date
	lasts := false
	for _, row := range doc.Sections[i].Table.Rows {
		if row[0] == "–" {
			continue
		}
		from, to := printedDate(t, row[1]), printedDate(t, row[2])
		if lasts || certainlyAfter(last, from) || certainlyAfter(from, to) {
			t.Errorf("a period overlaps the one before: %q after %v", row, last)
		}
		lasts, last = row[2] == "attuale", from
		if !to.IsZero() {
			last = to
		}
		for _, p := range answer.Persone {
			if p.Decesso != nil && !p.Decesso.Data.IsZero() && (lasts || certainlyAfter(from, p.Decesso.Data) || certainlyAfter(to, p.Decesso.Data)) {
				t.Errorf("a period after the death on %v: %q", p.Decesso.Data, row)
			}
		}
	}
}

// printedDate reads a date as documents write it; words are no date.
func printedDate(t *rapid.T, text string) domain.Date {
	if text == "attuale" || text == "fine non nota" {
		return domain.Date{}
	}
	parts := strings.Split(text, "/")
	slices.Reverse(parts)
	d, err := domain.ParseDate(strings.Join(parts, "-"))
	if err != nil {
		t.Errorf("%q is printed for a date", text)
	}
	return d
}

// certainlyAfter compares the parts that both dates have.
func certainlyAfter(a, b domain.Date) bool {
	for _, part := range [][2]int{{a.Year, b.Year}, {a.Month, b.Month}, {a.Day, b.Day}} {
		switch {
		case part[0] == 0 || part[1] == 0:
			return false
		case part[0] != part[1]:
			return part[0] > part[1]
		}
	}
	return false
}
