// Package table is rows of read models as tables that spreadsheets open: the columns of
// each, and how they are written.
package table

import (
	"fmt"
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
	sheet   sheet
	err     error
}

// New begins a table with the titles of its columns.
func New[R any](format Format, columns []Column[R]) *Table[R] {
	t := &Table[R]{columns: columns}
	if t.sheet, t.err = format.begin(); t.err == nil {
		t.line(func(c Column[R]) string { return c.Title })
	}
	return t
}

// Add writes rows. What hinders it is told by Bytes.
func (t *Table[R]) Add(rows ...R) {
	for _, row := range rows {
		t.line(func(c Column[R]) string { return c.Of(row) })
	}
}

// Bytes ends the table and returns it.
func (t *Table[R]) Bytes() ([]byte, error) {
	if t.err != nil {
		return nil, fmt.Errorf("write a table: %w", t.err)
	}
	file, err := t.sheet.bytes()
	if err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	return file, nil
}

func (t *Table[R]) line(of func(Column[R]) string) {
	if t.err != nil {
		return
	}
	cells := make([]string, len(t.columns))
	for i, c := range t.columns {
		cells[i] = of(c)
	}
	t.err = t.sheet.line(cells)
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
