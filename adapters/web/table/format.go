package table

import (
	"bytes"
	"encoding/csv"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// Format is how a table is written.
type Format struct {
	Kind      string // its media type
	Extension string // of its file
	begin     func() (sheet, error)
}

// CSV is text in UTF-8, cells between semicolons, as spreadsheets in Italian expect.
var CSV = Format{"text/csv; charset=utf-8", "csv", newCSV}

// XLSX is a workbook of Office Open XML (ECMA-376) of one sheet, whose cells are all text.
var XLSX = Format{"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", newXLSX}

// Formats are all there are.
var Formats = []Format{CSV, XLSX}

// sheet takes the lines of a table, the titles of its columns first.
type sheet interface {
	line(cells []string) error
	bytes() ([]byte, error)
}

// byteOrderMark has spreadsheets read a file as UTF-8.
const byteOrderMark = "\uFEFF"

type csvSheet struct {
	text  bytes.Buffer
	cells *csv.Writer
}

func newCSV() (sheet, error) {
	s := &csvSheet{}
	s.text.WriteString(byteOrderMark)
	s.cells = csv.NewWriter(&s.text)
	s.cells.Comma, s.cells.UseCRLF = ';', true
	return s, nil
}

func (s *csvSheet) line(cells []string) error {
	inert := make([]string, len(cells))
	for i, text := range cells {
		inert[i] = harmless(text)
	}
	return s.cells.Write(inert)
}

func (s *csvSheet) bytes() ([]byte, error) {
	s.cells.Flush()
	return s.text.Bytes(), s.cells.Error()
}

type xlsxSheet struct {
	book  *excelize.File
	lines *excelize.StreamWriter
	last  int // line written
}

// sheetName is the one of a workbook's only sheet.
const sheetName = "Elenco"

func newXLSX() (sheet, error) {
	s := &xlsxSheet{book: excelize.NewFile()}
	if err := s.book.SetSheetName("Sheet1", sheetName); err != nil {
		return nil, fmt.Errorf("begin a workbook: %w", err)
	}
	var err error
	if s.lines, err = s.book.NewStreamWriter(sheetName); err != nil {
		return nil, fmt.Errorf("begin a workbook: %w", err)
	}
	// The titles stay in sight; columns are as wide as most of what they hold.
	err = s.lines.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"})
	if err == nil {
		err = s.lines.SetColWidth(1, excelize.MaxColumns, 22)
	}
	if err != nil {
		return nil, fmt.Errorf("begin a workbook: %w", err)
	}
	return s, nil
}

func (s *xlsxSheet) line(cells []string) error {
	s.last++
	texts := make([]any, len(cells))
	for i, text := range cells {
		texts[i] = text
	}
	return s.lines.SetRow(fmt.Sprintf("A%d", s.last), texts)
}

func (s *xlsxSheet) bytes() ([]byte, error) {
	defer s.book.Close()
	if err := s.lines.Flush(); err != nil {
		return nil, err
	}
	text, err := s.book.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}
