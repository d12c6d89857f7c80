package pdf

import (
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/lettera"
)

// Lettera prints l, which bears neither a number nor a QR code: it is worth what the
// signatures at its end are. Characters that the fonts lack are as in Render. It
// fails for a date that is none and a table with uneven rows.
func (r *Renderer) Lettera(l lettera.Lettera) (pdf []byte, err error) {
	s, err := r.begin(documento.Documento{
		Title: l.Title, Subtitle: l.Subtitle, ISTAT: l.ISTAT, Comune: l.Intestazione, Provincia: l.Provincia, Ufficio: l.Ufficio, Righe: l.Righe, Stemma: l.Stemma,
		Sections: l.Sections, Foot: l.Firme[:], Created: l.Created,
	})
	if err != nil {
		return nil, err
	}
	for _, section := range s.doc.Sections {
		s.section(section)
	}
	s.avvertenze(s.doc.Warnings)
	s.signatures(s.doc.Foot)
	of := l.Title + " di " + l.Codice
	pdf, _ = s.end(of, of)
	return pdf, nil
}

// signatures writes places to sign side by side: who signs, and a line.
func (s *sheet) signatures(who []string) {
	const gap, height, pen = 14.0, 32.0, 16.0
	st, w := style{regular, 9, 4.2, ink}, (width-gap)/2
	s.room(height) // a place to sign is whole on a page
	var lines [][]string
	most := 0
	for _, text := range who {
		lines = append(lines, s.wrap(st, text, w))
		most = max(most, len(lines[len(lines)-1]))
	}
	end := s.y + float64(most)*st.lead + pen
	for i, text := range lines {
		x := left + float64(i)*(w+gap)
		for n, line := range text {
			s.write(st, x, s.y+(float64(n)+0.74)*st.lead, line)
		}
		s.line(x, x+w, end, 0.2, ink)
	}
	s.y = end
}
