// Package documento is the document: the catalogue of the types on offer, the
// rules that refuse or warn, the blocks and words that are printed, and Compose,
// which applies them to one request and the registry's answer. It is pure: equal
// input makes equal documents.
package documento

import "github.com/visure-anagrafiche/visure/domain"

// Documento is what is to be printed: sections of words, no layout. The same
// Documento always makes the same bytes.
type Documento struct {
	Numero      domain.CIUV
	Titolo      string // "Visura anagrafica – Residenza"
	Comune      string // "Comune di …"
	Provincia   string
	Ufficio     string
	Sottotitolo string
	Estremi     []Riga
	Richiedente []Riga
	Sezioni     []Sezione
	Avvertenze  []string
	Piede       []string
	VerifyURL   string // what the QR holds
	Creato      string // RFC 3339, for the PDF's own dates
}

// Sezione is one block of the body: a heading and any of prose, labelled
// values and a table, in that order.
type Sezione struct {
	Titolo  string
	Testo   []string
	Righe   []Riga
	Tabella *Tabella
}

// Riga is a labelled value.
type Riga struct{ Etichetta, Valore string }

// Tabella is rows of cells under columns of relative widths.
type Tabella struct {
	Colonne []Colonna
	Righe   [][]string
}

// Colonna is the heading of a table's column and its share of the width.
type Colonna struct {
	Titolo string
	Peso   float64
}
