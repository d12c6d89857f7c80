package table

import (
	"encoding/csv"
	"io"
)

// Format is how a table is written.
type Format struct {
	Kind      string // its media type
	Extension string // of its file
	begin     func(io.Writer) (sheet, error)
}

// CSV is text in UTF-8, cells between semicolons, as spreadsheets in Italian expect.
var CSV = Format{"text/csv; charset=utf-8", "csv", newCSV}

// XLSX is a workbook of Office Open XML (ECMA-376), whose cells are all text; of one sheet, and of
// another after each 1,048,576 lines.
var XLSX = Format{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", newXLSX}

// Formats are all there are.
var Formats = []Format{CSV, XLSX}

// sheet takes the lines of a table, the titles of its columns first; what it writes is
// complete once it is closed.
type sheet interface {
	line(cells []string) error
	close() error
}

// byteOrderMark has spreadsheets read a file as UTF-8.
const byteOrderMark = "\uFEFF"

type csvSheet struct{ cells *csv.Writer }

func newCSV(w io.Writer) (sheet, error) {
	if _, err := io.WriteString(w, byteOrderMark); err != nil {
		return nil, err
	}
	s := &csvSheet{csv.NewWriter(w)}
	s.cells.Comma, s.cells.UseCRLF = ';', true
	return s, nil
}

func (s *csvSheet) line(cells []string) error {
	for i, text := range cells {
		cells[i] = harmless(text)
	}
	return s.cells.Write(cells)
}

func (s *csvSheet) close() error {
	s.cells.Flush()
	return s.cells.Error()
}
