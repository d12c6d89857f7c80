package pdf

import (
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// frame is the border of a box. It is drawn when the box ends or its page does,
// since only then is its height known.
type frame struct {
	top       float64
	thickness float64
	color     color
}

func (f *frame) stroke(s *sheet) {
	s.canvas.stroke(f.color)
	s.canvas.thick(f.thickness)
	s.canvas.rectangle(left, f.top, width, s.y-f.top, "S")
}

const boxTitleHeight = 5.6

// box writes a titled box around body.
func (s *sheet) box(title string, body func()) {
	s.room(boxTitleHeight + 12)
	s.fill(left, s.y, width, boxTitleHeight, panel)
	s.write(style{bold, 9.5, 4.6, navy}, left+3, s.y+3.95, title)
	s.frame = &frame{top: s.y, thickness: 0.2, color: rule}
	s.y += boxTitleHeight + 1
	body()
	s.y += 1
	s.frame.stroke(s)
	s.frame = nil
	s.y += 3
}

var (
	labelStyle = style{regular, 8.5, 4.25, grey}
	valueStyle = style{regular, 9.5, 4.25, ink}
)

const labelWidth = 40.0

// rows writes labelled values, label and value side by side, two on a line
// where both are short.
func (s *sheet) rows(rows []documento.Row) {
	const half = (width - 6) / 2
	short := func(i int) bool {
		return i < len(rows) && s.width(labelStyle, rows[i].Label) <= labelWidth-1 &&
			s.width(valueStyle, rows[i].Value) <= half-labelWidth-2
	}
	for i := 0; i < len(rows); i++ {
		cells := s.labelled(rows[i], left+3, width-6)
		if short(i) && short(i+1) {
			i++
			cells = append(cells, s.labelled(rows[i], left+3+half, half)...)
		}
		s.row(valueStyle.lead, cells...)
	}
}

func (s *sheet) labelled(r documento.Row, x, w float64) []cell {
	return []cell{
		{labelStyle, x, s.wrap(labelStyle, r.Label, labelWidth-1)},
		{valueStyle, x + labelWidth, s.wrap(valueStyle, r.Value, w-labelWidth)},
	}
}

// avvertenze writes the warnings: a thick frame, a sign and the word itself, so
// that they are noticed without colour too.
func (s *sheet) avvertenze(texts []string) {
	if len(texts) == 0 {
		return
	}
	body := style{regular, 9.5, 4.6, ink}
	var lines [][]string
	height := 11.0
	for _, t := range texts {
		l := s.wrap(body, t, width-13)
		lines = append(lines, l)
		height += float64(len(l)) * body.lead
	}
	s.room(min(height, 40))
	s.frame = &frame{top: s.y, thickness: 0.7, color: ink}
	s.sign(left+3, s.y+2)
	s.write(style{bold, 10.5, 5, ink}, left+11, s.y+6.2, "AVVERTENZE")
	s.y += 9
	for _, l := range lines {
		s.row(body.lead, cell{body, left + 5, []string{"•"}}, cell{body, left + 9, l})
		s.y += 0.4
	}
	s.y += 1.6
	s.frame.stroke(s)
	s.frame = nil
	s.y += 3.5
}

// sign draws a triangle with an exclamation mark, six millimetres wide.
func (s *sheet) sign(x, y float64) {
	c := s.canvas
	c.stroke(ink)
	c.fill(ink)
	c.thick(0.6)
	c.roundJoins()
	c.move(x+3, y)
	c.draw(x+6, y+5.3)
	c.draw(x, y+5.3)
	c.put("h")
	c.put("S")
	c.rectangle(x+2.65, y+1.8, 0.7, 1.6, "f")
	c.rectangle(x+2.65, y+3.8, 0.7, 0.7, "f")
}
