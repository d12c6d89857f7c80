// Package table is rows of read models as tables that spreadsheets open: the columns of
// each, and how they are written.
package table

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// Column is one of a table: its title, and what it says of a row.
type Column[R any] struct {
	Title string
	Of    func(R) string
}

// Table is one that is being written.
type Table[R any] struct {
	columns []Column[R]
	cells   []string
	sheet   sheet
	text    *bytes.Buffer
	err     error
}

// New begins a table, which Bytes returns, with the titles of its columns.
func New[R any](format Format, columns []Column[R]) *Table[R] {
	text := &bytes.Buffer{}
	t := To(text, format, columns)
	t.text = text
	return t
}

// To begins a table that is written to w as its rows come.
func To[R any](w io.Writer, format Format, columns []Column[R]) *Table[R] {
	t := &Table[R]{columns: columns, cells: make([]string, len(columns))}
	if t.sheet, t.err = format.begin(w); t.err == nil {
		t.line(func(c Column[R]) string { return c.Title })
	}
	return t
}

// Add writes rows. What hinders it is told by Close and by Bytes.
func (t *Table[R]) Add(rows ...R) {
	for _, row := range rows {
		t.line(func(c Column[R]) string { return c.Of(row) })
	}
}

// Close ends the table.
func (t *Table[R]) Close() error {
	if t.err == nil {
		t.err = t.sheet.close()
	}
	if t.err != nil {
		return fmt.Errorf("write a table: %w", t.err)
	}
	return nil
}

// Bytes ends the table that New began and returns it.
func (t *Table[R]) Bytes() ([]byte, error) {
	if err := t.Close(); err != nil {
		return nil, err
	}
	return t.text.Bytes(), nil
}

func (t *Table[R]) line(of func(Column[R]) string) {
	if t.err != nil {
		return
	}
	for i, c := range t.columns {
		t.cells[i] = of(c)
	}
	t.err = t.sheet.line(t.cells)
}

// harmless is a text that no spreadsheet that reads CSV takes for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// clock writes an instant as Italian clocks show it; empty if there is none.
func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return domain.ItalianTime(t).Format("02/01/2006 15:04")
}

// yes writes what is so.
func yes(so bool) string {
	if so {
		return "sì"
	}
	return ""
}

// joined writes several texts in one cell.
func joined[T ~string](all []T) string {
	texts := make([]string, len(all))
	for i, one := range all {
		texts[i] = string(one)
	}
	return strings.Join(texts, ", ")
}

// clockOf writes an instant that may not have come.
func clockOf(t *time.Time) string {
	if t == nil {
		return ""
	}
	return clock(*t)
}

// number writes a count; none is left out.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
