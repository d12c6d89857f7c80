package pdf

import (
	"fmt"
	"strings"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// heading writes who issues the document, what it is and what it is not.
func (s *sheet) heading() {
	s.issuer()
	s.line(left, left+width, s.y, 0.6, navy)
	s.y += 3.4
	s.paragraph(style{bold, 15, 7, ink}, left, width, s.doc.Title)
	s.paragraph(style{regular, 8.2, 4, grey}, left, width, s.doc.Subtitle)
	s.y += 2.8
}

// issuer writes the Comune, its office and what stands under it, beside the coat of arms
// if there is one.
func (s *sheet) issuer() {
	const armsHeight, armsWidth, gap = 16.0, 24.0, 4.0 // millimetres at most
	x, end := left, s.y
	if arms := s.stemma; arms != nil {
		scale := min(armsHeight/float64(arms.height), armsWidth/float64(arms.width))
		w, h := scale*float64(arms.width), scale*float64(arms.height)
		text := ""
		if s.doc.Stemma != nil {
			text = s.doc.Stemma.Descrizione
		}
		s.canvas.picture(text, left, s.y, w, h)
		x, end = left+w+gap, s.y+h
		s.y += 1.5
	}
	comune := s.upper(s.doc.Comune)
	if s.doc.Provincia != "" {
		comune += " (" + s.doc.Provincia + ")"
	}
	big, lines := style{bold, 14, 6, navy}, []string{comune}
	if s.width(big, comune) > left+width-x { // each language on lines of its own
		lines = strings.Split(comune, " / ")
	}
	for _, text := range lines {
		s.paragraph(big, x, left+width-x, text)
	}
	s.paragraph(style{regular, 10.5, 5, ink}, x, left+width-x, s.doc.Ufficio)
	for _, text := range s.doc.Righe {
		s.paragraph(style{regular, 9, 4.2, ink}, x, left+width-x, text)
	}
	s.y = max(s.y, end) + 1.6
}

// section writes one block of the body.
func (s *sheet) section(sec documento.Section) {
	if sec.Title != "" {
		s.room(18) // a title is not left alone at the foot of a page
		s.paragraph(style{bold, 11, 5, navy}, left, width, sec.Title)
		s.y += 0.5
		s.line(left, left+width, s.y, 0.3, navy)
		s.y += 1.2
	}
	for _, text := range sec.Text {
		s.paragraph(style{regular, 10, 4.9, ink}, left, width, text)
		s.y += 0.8
	}
	s.rows(sec.Rows)
	if sec.Table != nil && len(sec.Table.Columns) > 0 {
		s.table(sec.Table)
	}
	s.y += 2.4
}

// verification ends the document, at the foot of its last page if anything else
// is on it: the QR code, the number as text beside it, and the legal foot.
func (s *sheet) verification(code qrCode) {
	const side, gap = 29.0, 5.0
	x, w := left+side+gap, width-side-gap
	label := style{regular, 7.6, 3.8, grey}
	number := style{bold, 11, 5, ink}
	legal := style{regular, 7.5, 3.4, ink}
	address := s.wrap(label, "Verifica del documento: "+s.doc.VerifyURL, w)
	height := number.lead + float64(len(address))*label.lead + 1
	feet := make([][]string, len(s.doc.Foot))
	for i, text := range s.doc.Foot {
		feet[i] = s.wrap(legal, text, w)
		height += float64(len(feet[i]))*legal.lead + 0.5
	}
	height = max(height, side) + 3
	s.room(height)
	if s.y > s.fresh() { // alone on a page it stands at its head
		s.y = max(s.y, bottom-height)
	}
	s.line(left, left+width, s.y, 0.2, rule)
	s.y += 3
	s.qr(code, left, s.y, side)
	end := s.write(label, x, s.y+number.lead*0.74, "Codice di verifica ")
	s.write(number, end, s.y+number.lead*0.74, string(s.doc.Numero))
	s.y += number.lead
	s.row(label.lead, cell{label, x, address})
	s.y += 1
	for _, lines := range feet {
		s.row(legal.lead, cell{legal, x, lines})
		s.y += 0.5
	}
}

// footers writes on every page what it is of, now that their number is known.
func (s *sheet) footers(what string) {
	st := style{regular, 8, 4, grey}
	pages := len(s.canvas.pages)
	for n := range pages {
		s.canvas.page = n
		s.line(left, left+width, footerLine, 0.2, rule)
		of := fmt.Sprintf("pagina %d di %d", n+1, pages)
		room := s.width(st, of)
		which := s.fit(st, what, width/2)
		who := s.fit(st, s.doc.Comune, width-room-s.width(st, which)-12)
		s.write(st, left, footerLine+4, who+" – "+which)
		s.write(st, left+width-room, footerLine+4, of)
	}
}
