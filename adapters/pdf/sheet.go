package pdf

import (
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// The page: A4 with equal side margins; the footer lies below bottom.
const (
	pageWidth  = 210.0
	left       = 20.0
	width      = pageWidth - 2*left
	top        = 13.0
	bottom     = 281.0
	footerLine = 284.0
)

var (
	black = rgb(0, 0, 0)
	ink   = rgb(26, 26, 26)
	grey  = rgb(71, 85, 99)
	navy  = rgb(23, 50, 77)
	rule  = rgb(176, 186, 197)
	panel = rgb(235, 239, 244)
	faint = rgb(226, 228, 231)
)

// sheet is the paper of one document and where the pen is on it. What is
// written goes below y; a page is broken before it would run into the footer.
type sheet struct {
	*Renderer
	canvas  *canvas
	doc     documento.Documento
	created time.Time
	stemma  *picture // coat of arms, nil: none
	y       float64
	fonts   []*cut // embedded, in the order of their first use

	frame  *frame // the open box, drawn again on every page it reaches
	repeat func() // what every further page of a table opens with
}

// write puts a clean text with its baseline at y, and returns where it ends.
func (s *sheet) write(st style, x, y float64, text string) float64 {
	f := &s.faces[st.weight]
	codes := make([]byte, 0, len(text))
	var set uint8
	units := 0
	flush := func() {
		if len(codes) > 0 {
			s.selectFont(st, set)
			s.canvas.text(st.color, x, y, codes)
			x += float64(units) * st.size / 1000 / pointsPerMM
		}
		codes, units = codes[:0], 0
	}
	for _, char := range text {
		g := f.glyphs[char]
		if g.set != set {
			flush()
			set = g.set
		}
		codes, units = append(codes, g.code), units+int(g.width)
	}
	flush()
	return x
}

// selectFont makes a cut current, embedding it when the document first needs it.
func (s *sheet) selectFont(st style, set uint8) {
	c := &s.faces[st.weight].cuts[set]
	if !slices.Contains(s.fonts, c) {
		s.fonts = append(s.fonts, c)
	}
	s.canvas.selectFont(c.resource, st.size)
}

// line draws a rule from left to right.
func (s *sheet) line(x1, x2, y, thickness float64, c color) {
	s.canvas.stroke(c)
	s.canvas.thick(thickness)
	s.canvas.rule(x1, x2, y)
}

// fill paints a rectangle.
func (s *sheet) fill(x, y, w, h float64, c color) {
	s.canvas.fill(c)
	s.canvas.rectangle(x, y, w, h, "f")
}

// newPage begins a page with what stands across it.
func (s *sheet) newPage() {
	s.canvas.newPage()
	if s.doc.Across == "" {
		return
	}
	// From the lower left to the upper right, clear of the QR code.
	const slope, length = 0.92, 230.0 // radians, millimetres
	st := style{weight: bold, size: 10, color: faint}
	st.size *= length / s.width(st, s.doc.Across)
	s.canvas.across(s.doc.Across, slope, pageWidth/2, pageHeight/2, func() {
		s.write(st, -length/2, pageHeight+st.size*0.35/pointsPerMM, s.doc.Across)
	})
}

// room breaks the page unless h millimetres are left on it. More than a page
// is never there: who writes as much must go on line by line.
func (s *sheet) room(h float64) {
	if s.y+h > bottom && s.y > s.fresh() {
		s.breakPage()
	}
}

// fresh is where the text of a further page begins.
func (s *sheet) fresh() float64 { return top + 9 }

// breakPage goes on to a new page, with the box and the table header that are
// being written.
func (s *sheet) breakPage() {
	if s.frame != nil {
		s.frame.stroke(s)
	}
	s.newPage()
	running := style{regular, 8, 4, grey}
	title := s.fit(running, s.doc.Title+" (segue)", width)
	s.write(running, left, top+2, title)
	s.line(left, left+width, top+4, 0.2, rule)
	s.y = s.fresh()
	if s.frame != nil {
		s.frame.top = s.y
		s.y += 1.5
	}
	if s.repeat != nil {
		s.repeat()
	}
}

// cell is one column of a row: lines at a place.
type cell struct {
	style style
	x     float64
	lines []string
}

// row writes cells side by side, column after column as they are read. A row
// that fits a page is kept together; a longer one goes on over the pages.
func (s *sheet) row(lead float64, cells ...cell) {
	rest := 0
	for _, c := range cells {
		rest = max(rest, len(c.lines))
	}
	if h := float64(rest) * lead; h < (bottom-top)/2 {
		s.room(h)
	} else {
		s.room(lead)
	}
	for from := 0; rest > 0; {
		n := min(rest, max(1, int((bottom-s.y)/lead+1e-6)))
		for _, c := range cells {
			for i := from; i < min(from+n, len(c.lines)); i++ {
				s.write(c.style, c.x, s.y+float64(i-from)*lead+lead*0.74, c.lines[i])
			}
		}
		s.y += float64(n) * lead
		from, rest = from+n, rest-n
		if rest > 0 {
			s.breakPage()
		}
	}
}

// paragraph writes running text.
func (s *sheet) paragraph(st style, x, w float64, text string) {
	s.row(st.lead, cell{st, x, s.wrap(st, text, w)})
}
