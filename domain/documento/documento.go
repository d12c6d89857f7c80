// Package documento is the document: the catalogue of the types on offer, the
// rules that refuse or warn, the blocks and words that are printed, and Compose,
// which applies them to one request and the registry's answer. It is pure: equal
// input makes equal documents.
package documento

import "github.com/visure-anagrafiche/visure/domain"

// Documento is what is to be printed: words without layout. Equal documents make
// equal bytes.
type Documento struct {
	Numero      domain.CIUV
	Across      string             // printed across every page; empty on a document of value
	Title       string             // "Visura anagrafica di nascita"
	ISTAT       domain.CodiceISTAT // whose coat of arms stands in the heading, if there is one
	Comune      string             // "Comune di …", in both languages where there are two
	Provincia   string
	Ufficio     string
	Righe       []string `json:",omitempty"` // of the heading, under the office
	Stemma      *Stemma  `json:",omitempty"` // in place of the installation's for ISTAT
	Subtitle    string
	Estremi     []Row
	Richiedente []Row
	Sections    []Section
	Warnings    []string
	Foot        []string
	VerifyURL   string // what the QR holds
	Created     string // RFC 3339, for the PDF's own dates
}

// Section is one part of the body: a heading and any of prose, labelled
// values and a table, in that order.
type Section struct {
	Title string
	Text  []string
	Rows  []Row
	Table *Table
}

// Row is a labelled value.
type Row struct{ Label, Value string }

// Table is rows of cells under columns of relative widths.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Column is the heading of a table's column and its share of the width.
type Column struct {
	Title  string
	Weight float64
}
