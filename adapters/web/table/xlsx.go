package table

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strconv"

	"github.com/klauspost/compress/flate"
)

// xlsxSheet writes a workbook as its lines come: nothing of it is kept, in memory or on disk.
type xlsxSheet struct {
	file   *zip.Writer
	lines  *bufio.Writer // of the sheet that is being written; nil: none is
	sheets int           // begun
	last   int           // line written of the last
	titles []string
}

// mostLines is how many lines a sheet has at most (ECMA-376 18.3.1.73).
const mostLines = 1 << 20

const (
	spreadsheet   = `http://schemas.openxmlformats.org/spreadsheetml/2006/main`
	relationships = `http://schemas.openxmlformats.org/package/2006/relationships`
	documentary   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
	kinds         = `application/vnd.openxmlformats-officedocument.spreadsheetml.`
)

// contentTypes says that every part in XML is a sheet but the workbook: how many there are is
// known last.
const contentTypes = xml.Header + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
	`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
	`<Default Extension="xml" ContentType="` + kinds + `worksheet+xml"/>` +
	`<Override PartName="/xl/workbook.xml" ContentType="` + kinds + `sheet.main+xml"/></Types>`

const workbookAt = xml.Header + `<Relationships xmlns="` + relationships + `"><Relationship Id="rId1" Type="` + documentary + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`

// sheetHead keeps the titles in sight; columns are as wide as most of what they hold.
const sheetHead = xml.Header + `<worksheet xmlns="` + spreadsheet + `"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>` +
	`<sheetFormatPr defaultRowHeight="15"/><cols><col min="1" max="16384" width="22" customWidth="1"/></cols><sheetData>`

func newXLSX(w io.Writer) (sheet, error) {
	s := &xlsxSheet{file: zip.NewWriter(w)}
	s.file.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	if err := s.part("[Content_Types].xml", contentTypes); err != nil {
		return nil, err
	}
	return s, s.part("_rels/.rels", workbookAt)
}

func (s *xlsxSheet) part(name, text string) error {
	w, err := s.file.Create(name)
	if err == nil {
		_, err = io.WriteString(w, text)
	}
	return err
}

func (s *xlsxSheet) line(cells []string) error {
	switch {
	case s.titles == nil:
		s.titles = append([]string{}, cells...)
		fallthrough
	case s.last == mostLines:
		if err := s.begin(); err != nil || s.sheets == 1 {
			return err
		}
	}
	return s.write(cells)
}

// begin begins a sheet with the titles of its columns, and ends the one before.
func (s *xlsxSheet) begin() error {
	if err := s.end(); err != nil {
		return err
	}
	s.sheets++
	w, err := s.file.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", s.sheets))
	if err != nil {
		return err
	}
	s.lines, s.last = bufio.NewWriterSize(w, 64<<10), 0
	_, _ = s.lines.WriteString(sheetHead) // an error is told again by end
	return s.write(s.titles)
}

func (s *xlsxSheet) write(cells []string) error {
	s.last++
	row := strconv.Itoa(s.last)
	_, _ = s.lines.WriteString(`<row r="` + row + `">`)
	for i, text := range cells {
		if text == "" {
			continue
		}
		_, _ = s.lines.WriteString(`<c r="`)
		_, _ = s.lines.WriteString(letters(i))
		_, _ = s.lines.WriteString(row)
		_, _ = s.lines.WriteString(`" t="inlineStr"><is><t xml:space="preserve">`)
		if plain(text) {
			_, _ = s.lines.WriteString(text)
		} else {
			_ = xml.EscapeText(s.lines, []byte(text))
		}
		_, _ = s.lines.WriteString(`</t></is></c>`)
	}
	_, err := s.lines.WriteString(`</row>`)
	return err
}

// plain says whether a text stands in XML as it is.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '<' || c == '>' || c == '&' || c == '"' || c == '\'' {
			return false
		}
	}
	return true
}

// letters name the column of an index.
func letters(i int) string {
	if i < 26 {
		return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[i : i+1]
	}
	return letters(i/26-1) + letters(i%26)
}

func (s *xlsxSheet) end() error {
	if s.lines == nil {
		return nil
	}
	_, _ = s.lines.WriteString(`</sheetData></worksheet>`)
	return s.lines.Flush()
}

func (s *xlsxSheet) close() error {
	if err := s.end(); err != nil {
		return err
	}
	book, rels := xml.Header+`<workbook xmlns="`+spreadsheet+`" xmlns:r="`+documentary+`"><sheets>`, xml.Header+`<Relationships xmlns="`+relationships+`">`
	for n := 1; n <= s.sheets; n++ {
		name := "Elenco"
		if n > 1 {
			name = fmt.Sprintf("Elenco %d", n)
		}
		book += fmt.Sprintf(`<sheet name="%s" sheetId="%d" r:id="rId%[2]d"/>`, name, n)
		rels += fmt.Sprintf(`<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%[1]d.xml"/>`, n, documentary)
	}
	if err := s.part("xl/workbook.xml", book+`</sheets></workbook>`); err != nil {
		return err
	}
	if err := s.part("xl/_rels/workbook.xml.rels", rels+`</Relationships>`); err != nil {
		return err
	}
	return s.file.Close()
}
