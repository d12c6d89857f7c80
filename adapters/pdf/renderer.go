// Package pdf prints a documento.Documento or a lettera.Lettera as a PDF: A4, selectable text in
// reading order, embedded fonts. It reads no clock and keeps no
// state, so equal documents make equal bytes, with the same coats of arms.
package pdf

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Renderer implements commands.Renderer. It is safe for concurrent use.
type Renderer struct {
	faces [2]face
	arms  Arms
}

// New returns a renderer with the fonts read, which heads documents with arms.
// An error means that the program was built with damaged fonts.
func New(arms Arms) (*Renderer, error) {
	faces, err := loadFaces()
	if err != nil {
		return nil, err
	}
	return &Renderer{faces: faces, arms: arms}, nil
}

// Render prints d and says on how many pages. Characters that the fonts lack
// are printed as � and the document itself says so among its warnings. It fails
// when d could not be printed faithfully: no verification address or one too
// long for a QR code, a date that is none, a table with uneven rows, a coat of
// arms that is no picture.
func (r *Renderer) Render(d documento.Documento) (pdf []byte, pages int, err error) {
	code, err := encodeQR(d.VerifyURL)
	if err != nil {
		return nil, 0, err
	}
	s, err := r.begin(d)
	if err != nil {
		return nil, 0, err
	}
	d = s.doc
	s.box("Estremi", func() { s.rows(d.Estremi) })
	s.box("Richiedente", func() { s.rows(d.Richiedente) })
	for _, section := range d.Sections {
		s.section(section)
	}
	s.avvertenze(d.Warnings)
	s.verification(code)
	pdf, pages = s.end(d.Title+" n. "+string(d.Numero), "visura n. "+string(d.Numero))
	return pdf, pages, nil
}

// begin returns a sheet with the heading written, and d in characters of the fonts on
// it. It refuses a date that is none, a table with uneven rows and a coat of arms that is
// no picture.
func (r *Renderer) begin(d documento.Documento) (*sheet, error) {
	created, err := time.Parse(time.RFC3339, d.Created)
	if err != nil {
		return nil, errors.New("creation date is not RFC 3339")
	}
	for _, section := range d.Sections {
		if section.Table != nil {
			if err := checkTable(section.Table); err != nil {
				return nil, fmt.Errorf("table: %w", err)
			}
		}
	}
	d, lost := r.clean(d)
	if len(lost) > 0 {
		d.Warnings = append(d.Warnings, lossNotice(lost))
	}
	s := &sheet{Renderer: r, canvas: newCanvas(), doc: d, created: created, stemma: r.arms[d.ISTAT], y: top}
	if d.Stemma != nil {
		if s.stemma, err = readPNG(d.Stemma.PNG); err != nil {
			return nil, err
		}
	}
	s.newPage()
	s.heading()
	return s, nil
}

// end signs every page with what it is of, and returns the file under its title.
func (s *sheet) end(title, of string) (pdf []byte, pages int) {
	s.footers(of)
	return write(s.doc, title, s.created, s.canvas.pages, s.fonts, s.stemma), len(s.canvas.pages)
}

// lossNotice tells the reader which characters are not as in the registry.
func lossNotice(lost []rune) string {
	const shown = 12
	var codes []string
	for _, char := range lost[:min(len(lost), shown)] {
		codes = append(codes, fmt.Sprintf("U+%04X", char))
	}
	text := "Alcuni caratteri non sono stampabili e sono sostituiti dal segno �: " + strings.Join(codes, ", ")
	if len(lost) > shown {
		text += fmt.Sprintf(" e altri %d", len(lost)-shown)
	}
	return text + "."
}
