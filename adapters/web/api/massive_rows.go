package api

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// ofSoggetti are the columns of a file of people who are asked about: the codice fiscale,
// or all that RequestVisura wants in its place.
var ofSoggetti = columns{
	optional: []string{"codice_fiscale", "cognome", "nome", "sesso", "data_nascita", "senza_cognome", "senza_nome"},
	most:     domain.RigheMassime,
}

// ReadPeople reads a file of people, CSV or XLSX as its first bytes say, and the line of
// each in it. Empty lines are left out.
func (a *API) ReadPeople(file []byte) (people []commands.SoggettoRichiesto, lines []int, _ error) {
	read := readCSV
	if bytes.HasPrefix(file, []byte("PK")) {
		read = readXLSX
	}
	rows, problem := read(file, ofSoggetti)
	if problem != nil {
		return nil, nil, problem
	}
	for _, row := range rows {
		if row.empty() {
			continue
		}
		people, lines = append(people, row.soggetto()), append(lines, row.line)
	}
	return people, lines, nil
}

func (r importRow) empty() bool {
	for _, cell := range r.cells {
		if cell != "" {
			return false
		}
	}
	return true
}

// soggetto is the person of a row, not yet checked.
func (r importRow) soggetto() commands.SoggettoRichiesto {
	return commands.SoggettoRichiesto{
		CodiceFiscale: r.cells["codice_fiscale"], Cognome: r.cells["cognome"], SenzaCognome: r.cells["senza_cognome"] != "",
		Nome: r.cells["nome"], SenzaNome: r.cells["senza_nome"] != "", Sesso: r.cells["sesso"], DataNascita: isoDate(r.cells["data_nascita"]),
	}
}

// isoDate writes a day as it is exchanged, where it is written as spreadsheets here do.
func isoDate(text string) string {
	day, rest, ok := strings.Cut(text, "/")
	month, year, complete := strings.Cut(rest, "/")
	if !ok || !complete {
		return text
	}
	return fmt.Sprintf("%s-%02s-%02s", year, month, day)
}

// unzipped bounds what a workbook may come to, and one of its sheets.
const unzipped = 32 << 20

// readXLSX reads the first sheet of a workbook as readCSV reads a file.
func readXLSX(file []byte, want columns) ([]importRow, *edge.Problem) {
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{RawCellValue: true, UnzipSizeLimit: unzipped, UnzipXMLSizeLimit: unzipped})
	if err != nil {
		return nil, unreadable(0, "il file non è una cartella di lavoro XLSX leggibile")
	}
	defer book.Close()
	sheet := book.GetSheetName(0)
	lines, err := book.Rows(sheet)
	if err != nil {
		return nil, unreadable(0, "il file non ha un foglio leggibile")
	}
	defer lines.Close()
	var names []string
	var rows []importRow
	for line := 1; lines.Next(); line++ {
		cells, err := lines.Columns(excelize.Options{RawCellValue: true})
		switch {
		case err != nil:
			return nil, unreadable(line, "la riga non è leggibile")
		case line == 1:
			names = cells
			if problem := want.check(names); problem != nil {
				return nil, problem
			}
			continue
		case len(cells) > len(names):
			return nil, unreadable(line, "la riga ha più celle di quante sono le colonne")
		case len(rows) == want.most:
			return nil, want.tooMany()
		}
		row := newRow(line, names, cells)
		if problem := row.dated(book, sheet, names); problem != nil {
			return nil, problem
		}
		rows = append(rows, row)
	}
	if names == nil {
		return nil, unreadable(1, "manca la riga con i nomi delle colonne")
	}
	return rows, nil
}

// earliest is the first day that a number in a cell is taken for: smaller ones may be years.
const earliest = 3000

// dated writes the date of birth of a row as text: in a workbook it may be a number of
// days.
func (r importRow) dated(book *excelize.File, sheet string, names []string) *edge.Problem {
	const column = "data_nascita"
	days, err := strconv.ParseFloat(r.cells[column], 64)
	if err != nil {
		return nil
	}
	if days < earliest {
		for i, name := range names {
			at, _ := excelize.CoordinatesToCellName(i+1, r.line)
			if kind, err := book.GetCellType(sheet, at); name == column && err == nil && kind == excelize.CellTypeSharedString {
				return nil // a year, written as text
			}
		}
		return unreadable(r.line, "la data di nascita è un numero: scriverla come testo, AAAA-MM-GG o GG/MM/AAAA")
	}
	props, err := book.GetWorkbookProps()
	day, err2 := excelize.ExcelDateToTime(days, err == nil && props.Date1904 != nil && *props.Date1904)
	if err2 != nil {
		return unreadable(r.line, "la data di nascita non è leggibile: scriverla come testo, AAAA-MM-GG o GG/MM/AAAA")
	}
	r.cells[column] = domain.DateOf(day).String()
	return nil
}
