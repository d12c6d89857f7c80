package pdf

import (
	"fmt"
	"math"
	"slices"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

const cellPadding = 1.4

var (
	headStyle = style{bold, 8.5, 4, navy}
	cellStyle = style{regular, 9, 4.2, ink}
)

// table writes a table. Cells wrap, rows are ruled, and the headings stand
// again on top of every page the table reaches.
func (s *sheet) table(t *documento.Table) {
	widths := s.columnWidths(t)
	head := func() { s.tableHead(t.Columns, widths) }
	s.room(headStyle.lead*float64(s.headLines(t.Columns, widths)) + 3*cellStyle.lead)
	head()
	if float64(s.headLines(t.Columns, widths))*headStyle.lead < (bottom-top)/4 {
		s.repeat = head
	}
	for _, row := range t.Rows {
		cells, x := make([]cell, len(row)), left
		lines := 0
		for i, text := range row {
			cells[i] = cell{cellStyle, x + cellPadding, s.wrap(cellStyle, text, widths[i]-2*cellPadding)}
			lines = max(lines, len(cells[i].lines))
			x += widths[i]
		}
		if h := float64(lines)*cellStyle.lead + 2*cellPadding; h < (bottom-top)/2 {
			s.room(h)
		}
		s.y += 1
		s.row(cellStyle.lead, cells...)
		s.y += 1
		s.line(left, left+width, s.y, 0.15, rule)
	}
	s.repeat = nil
	s.y += 2
}

func (s *sheet) headLines(columns []documento.Column, widths []float64) int {
	n := 1
	for i, c := range columns {
		n = max(n, len(s.wrap(headStyle, c.Title, widths[i]-2*cellPadding)))
	}
	return n
}

// tableHead writes the headings. It may be called while a page is being broken,
// so it must not ask for itself again.
func (s *sheet) tableHead(columns []documento.Column, widths []float64) {
	again := s.repeat
	s.repeat = nil
	cells, x := make([]cell, len(columns)), left
	for i, c := range columns {
		cells[i] = cell{headStyle, x + cellPadding, s.wrap(headStyle, c.Title, widths[i]-2*cellPadding)}
		x += widths[i]
	}
	h := float64(s.headLines(columns, widths))*headStyle.lead + 2
	if s.y+h <= bottom {
		s.fill(left, s.y, width, h, panel)
	}
	s.y += 1
	s.row(headStyle.lead, cells...)
	s.y += 1
	s.line(left, left+width, s.y, 0.3, navy)
	s.repeat = again
}

// columnWidths shares the width by weight, but gives a column at least its
// longest word, at the cost of the columns with room to spare. Words too long
// for that are broken, the longest first.
func (s *sheet) columnWidths(t *documento.Table) []float64 {
	n := len(t.Columns)
	widths, least := make([]float64, n), make([]float64, n)
	weights := 0.0
	for i, c := range t.Columns {
		word := s.longestWord(headStyle, c.Title)
		for _, row := range t.Rows {
			word = max(word, s.longestWord(cellStyle, row[i]))
		}
		least[i] = word + 2*cellPadding + 0.1
		widths[i] = weightOf(c)
		weights += widths[i]
	}
	level(least, width)
	lacking, spare := 0.0, 0.0
	for i := range widths {
		widths[i] *= width / weights
		lacking += max(0, least[i]-widths[i])
		spare += max(0, widths[i]-least[i])
	}
	for i := range widths {
		if widths[i] < least[i] {
			widths[i] = least[i]
		} else if spare > 0 {
			widths[i] -= (widths[i] - least[i]) * lacking / spare
		}
	}
	return widths
}

// level lowers the highest values to one height so that the sum is at most total.
func level(values []float64, total float64) {
	sorted := slices.Sorted(slices.Values(values))
	for i, v := range sorted {
		if share := total / float64(len(sorted)-i); v > share {
			for j := range values {
				values[j] = min(values[j], share)
			}
			return
		}
		total -= v
	}
}

// weightOf is the share of a column, one for a share that makes no sense.
func weightOf(c documento.Column) float64 {
	if c.Weight > 0 && c.Weight < math.MaxFloat32 {
		return c.Weight
	}
	return 1
}

// checkTable refuses a table whose rows do not fill its columns: printing it
// would drop cells or put them under a wrong heading.
func checkTable(t *documento.Table) error {
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d has %d cells for %d columns", i, len(row), len(t.Columns))
		}
	}
	return nil
}
