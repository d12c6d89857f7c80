package api

import (
	"bytes"
	"strconv"

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
// each in it. Empty lines are left out. Of workbooks, which take more memory than their
// bytes, one is read at a time.
func (a *API) ReadPeople(file []byte) (people []commands.SoggettoRichiesto, lines []int, _ error) {
	read := readCSV
	if bytes.HasPrefix(file, []byte("PK")) {
		a.reading.Lock()
		defer a.reading.Unlock()
		read = readXLSX
	}
	rows, problem := read(file, ofSoggetti)
	if problem != nil {
		return nil, nil, problem
	}
	for _, row := range rows {
		people, lines = append(people, row.soggetto()), append(lines, row.line)
	}
	return people, lines, nil
}

// soggetto is the person of a row, not yet checked.
func (r importRow) soggetto() commands.SoggettoRichiesto {
	return commands.SoggettoRichiesto{
		CodiceFiscale: r.cells["codice_fiscale"], Cognome: r.cells["cognome"], SenzaCognome: r.cells["senza_cognome"] != "",
		Nome: r.cells["nome"], SenzaNome: r.cells["senza_nome"] != "", Sesso: r.cells["sesso"], DataNascita: isoDate(r.cells["data_nascita"]),
	}
}

// unzipped bounds the bytes a workbook may come to, and one of its parts. Equal, so that no
// part is written to a file meanwhile.
const unzipped = 6 << 20

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
		}
		row := newRow(line, names, cells)
		switch problem := row.dated(book); {
		case problem != nil:
			return nil, problem
		case row.empty():
			continue
		case len(rows) == want.most:
			return nil, want.tooMany()
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
func (r importRow) dated(book *excelize.File) *edge.Problem {
	const column = "data_nascita"
	days, err := strconv.ParseFloat(r.cells[column], 64)
	if err != nil {
		return nil
	}
	props, err := book.GetWorkbookProps()
	day, unread := excelize.ExcelDateToTime(days, err == nil && props.Date1904 != nil && *props.Date1904)
	if days < earliest || unread != nil {
		return unreadable(r.line, "la data di nascita è un numero: scriverla come testo, AAAA-MM-GG o GG/MM/AAAA; di chi ha il solo anno, AAAA-00-00")
	}
	r.cells[column] = domain.DateOf(day).String()
	return nil
}
