package api

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// columns are those a file may have, and how many rows.
type columns struct {
	wanted, optional []string
	most             int
}

// ofUtenti are those of a file of persons who are to be entered.
var ofUtenti = columns{
	wanted:   []string{"codice_fiscale", "cognome", "nome", "ente", "comune", "ruolo"},
	optional: []string{"email", "ufficio", "mansione", "atto", "data", "profilo", "motivo"},
	most:     2000,
}

// importRow is one line of a file: its number and its cells by column.
type importRow struct {
	line  int
	cells map[string]string
}

// readCSV reads a file as spreadsheets write it: UTF-8, with or without its mark,
// cells separated by semicolons or commas, columns in any order. Empty lines are left out.
func readCSV(file []byte, want columns) ([]importRow, *edge.Problem) {
	file = bytes.TrimPrefix(file, []byte("\ufeff"))
	if !edge.Printable(strings.NewReplacer("\n", "", "\r", "", "\t", "").Replace(string(file))) {
		return nil, unreadable(0, "il file ha caratteri che non sono di un testo in UTF-8")
	}
	first, _, _ := bytes.Cut(file, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(file))
	if r.Comma = ','; bytes.ContainsRune(first, ';') {
		r.Comma = ';'
	}
	names, err := r.Read()
	if err != nil {
		return nil, unreadable(1, "manca la riga con i nomi delle colonne")
	}
	if problem := want.check(names); problem != nil {
		return nil, problem
	}
	var rows []importRow
	for {
		record, err := r.Read()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, unreadableCSV(err)
		}
		line, _ := r.FieldPos(0)
		switch row := newRow(line, names, record); {
		case row.empty():
		case len(rows) == want.most:
			return nil, want.tooMany()
		default:
			rows = append(rows, row)
		}
	}
}

func (r importRow) empty() bool {
	for _, cell := range r.cells {
		if cell != "" {
			return false
		}
	}
	return true
}

// newRow is a line whose cells have names.
func newRow(line int, names, cells []string) importRow {
	row := importRow{line, map[string]string{}}
	for i, cell := range cells {
		row.cells[names[i]] = strings.TrimSpace(cell)
	}
	return row
}

func (c columns) tooMany() *edge.Problem {
	return unreadable(0, fmt.Sprintf("il file ha più di %d righe", c.most))
}

// check writes the names of the columns as they are compared, and refuses those that are
// none, are there twice or are missing.
func (c columns) check(names []string) *edge.Problem {
	for i, name := range names {
		names[i] = strings.ToLower(strings.TrimSpace(name))
	}
	for i, name := range names {
		if known := slices.Contains(c.wanted, name) || slices.Contains(c.optional, name); !known || slices.Contains(names[:i], name) {
			return unreadable(1, fmt.Sprintf("la colonna %d non è tra quelle ammesse, o è ripetuta", i+1))
		}
	}
	for _, name := range c.wanted {
		if !slices.Contains(names, name) {
			return unreadable(1, "manca la colonna "+name)
		}
	}
	return nil
}

// unreadableCSV says where a file stops being one, without quoting it.
func unreadableCSV(err error) *edge.Problem {
	var at *csv.ParseError
	if !errors.As(err, &at) {
		return unreadable(0, "il file non è leggibile")
	}
	if errors.Is(err, csv.ErrFieldCount) {
		return unreadable(at.Line, "la riga non ha tante celle quante sono le colonne")
	}
	return unreadable(at.Line, "le virgolette non sono in ordine")
}

func unreadable(line int, message string) *edge.Problem {
	return edge.NewProblem(string(domain.Invalid), "Il file non è leggibile.", edge.Offender{Field: rowField(line, ""), Message: message})
}

// rowField names a cell.
func rowField(line int, column string) string {
	switch {
	case line == 0:
		return "file"
	case column == "":
		return fmt.Sprintf("riga %d", line)
	}
	return fmt.Sprintf("riga %d, %s", line, column)
}

// person reads what a row wants of somebody; ipa finds an Ente by its IPA code.
func (r importRow) person(ipa func(string) (domain.EnteID, error)) (c commands.ImportUtente, err error) {
	cf, err := domain.ParseCodiceFiscale(r.cells["codice_fiscale"])
	if err != nil {
		return c, err
	}
	c.Register = commands.RegisterUtente{CodiceFiscale: cf, Cognome: r.cells["cognome"], Nome: r.cells["nome"], Email: r.cells["email"]}
	pair, err := r.pair(ipa)
	if err != nil {
		return c, err
	}
	c.Register.Comune = pair.Comune
	c.Give = commands.GiveRole{Role: domain.Role(strings.ToLower(r.cells["ruolo"])), Ente: pair.Ente, Comune: pair.Comune}
	if c.Appoint, err = r.appointment(pair); err != nil {
		return c, err
	}
	c.Assign, err = r.assignment(pair)
	return c, err
}

// assignment reads the profile of a person; without one there is none, nor a reason for
// it.
func (r importRow) assignment(pair domain.Pair) (c commands.AssignProfile, err error) {
	if r.cells["profilo"] == "" {
		if r.cells["motivo"] != "" {
			err = domain.FieldErrorf(domain.Invalid, "motivo", "è di chi riceve un profilo: indicarlo, o lasciare vuota la colonna")
		}
		return c, err
	}
	id, err := domain.ParseProfileID(r.cells["profilo"])
	if err != nil {
		return c, edge.At("profilo", err)
	}
	return commands.AssignProfile{Ente: pair.Ente, Comune: pair.Comune, Profile: id, Motivo: r.cells["motivo"]}, nil
}

// appointment reads the record of a person; without a duty there is none, nor what
// belongs to it.
func (r importRow) appointment(pair domain.Pair) (c commands.AppointUtente, err error) {
	for _, column := range []string{"ufficio", "atto", "data"} {
		if r.cells[column] != "" && r.cells["mansione"] == "" {
			return c, domain.FieldErrorf(domain.Invalid, column, "è della nomina, che vuole la mansione: indicarla, o lasciare vuota la colonna")
		}
	}
	c = commands.AppointUtente{Ente: pair.Ente, Comune: pair.Comune, Ufficio: r.cells["ufficio"], Mansione: r.cells["mansione"], Atto: r.cells["atto"]}
	c.Data, err = date8601(r.cells["data"])
	return c, err
}

// pair reads where the person is to act. An Ente is given by its id, its codice fiscale
// or its IPA code.
func (r importRow) pair(ipa func(string) (domain.EnteID, error)) (p domain.Pair, err error) {
	if p.Comune, err = domain.ParseCodiceISTAT(r.cells["comune"]); err != nil {
		return p, err
	}
	given := r.cells["ente"]
	if given == "" {
		return p, nil
	}
	if p.Ente, err = domain.ParseEnteID(given); err == nil {
		return p, nil
	}
	if p.Ente, err = domain.BodyID(given); err == nil {
		return p, nil
	}
	p.Ente, err = ipa(given)
	return p, edge.At("ente", err)
}

// isoDate writes a day as it is exchanged, where it is written as spreadsheets here do.
func isoDate(text string) string {
	day, rest, ok := strings.Cut(text, "/")
	if !ok {
		return text
	}
	month, year, _ := strings.Cut(rest, "/")
	return fmt.Sprintf("%s-%02s-%02s", year, month, day)
}

// date8601 reads a day as it is exchanged, or as spreadsheets here write it.
func date8601(text string) (domain.Date, error) {
	if text == "" {
		return domain.Date{}, nil
	}
	d, err := domain.ParseDate(isoDate(text))
	if err == nil && !d.Complete() {
		err = domain.FieldErrorf(domain.Invalid, "data", "la data ha giorno, mese e anno")
	}
	return d, err
}
