package pdf

import (
	"fmt"
	"math"
	"strconv"
)

// canvas holds what is drawn on the pages of one document, as operators of PDF
// content streams. Places are in millimetres from the upper left corner of a
// page. What is selected stays so on the pages that follow.
type canvas struct {
	pages [][]byte
	page  int // the one drawn on, from 0

	stroked, filled color
	thickness       float64
	join            int

	font string  // the resource that is selected, "" before any is
	size float64 // in points
	on   int     // the page it was selected on
}

// pageHeight is a variable so that places are computed as floats are.
var pageHeight = 841.89 / pointsPerMM

func newCanvas() *canvas {
	return &canvas{stroked: black, filled: black, thickness: 0.2}
}

// newPage begins a page after the last. The font is selected again before and
// after the colours, as in all documents so far.
func (c *canvas) newPage() {
	c.pages = append(c.pages, make([]byte, 0, 16<<10))
	c.page = len(c.pages) - 1
	c.put("0 J")
	c.put(strconv.Itoa(c.join) + " j")
	c.put("w", c.thickness*pointsPerMM)
	c.reselect()
	c.put(c.stroked.stroke)
	c.put(c.filled.fill)
	c.reselect()
}

// put writes an operator after its operands.
func (c *canvas) put(operator string, operands ...float64) {
	b := c.pages[c.page]
	for _, v := range operands {
		b = append(strconv.AppendFloat(b, v, 'f', 2, 64), ' ')
	}
	c.pages[c.page] = append(append(b, operator...), '\n')
}

// stroke selects the colour of lines.
func (c *canvas) stroke(co color) {
	c.stroked = co
	c.put(co.stroke)
}

// thick selects the thickness of lines.
func (c *canvas) thick(thickness float64) {
	c.thickness = thickness
	c.put("w", thickness*pointsPerMM)
}

// fill selects the colour of surfaces.
func (c *canvas) fill(co color) {
	c.filled = co
	c.put(co.fill)
}

// roundJoins makes the corners of lines round.
func (c *canvas) roundJoins() {
	c.join = 1
	c.put("1 j")
}

// selectFont makes a font current, unless it is on this page.
func (c *canvas) selectFont(resource string, size float64) {
	if c.font != resource || c.size != size || c.on != c.page {
		c.font, c.size, c.on = resource, size, c.page
		c.reselect()
	}
}

// reselect selects the current font on this page, if there is one.
func (c *canvas) reselect() {
	if c.font != "" {
		c.put(fmt.Sprintf("BT /%s %.2f Tf ET", c.font, c.size))
	}
}

// text writes characters of the current font with their baseline at y.
func (c *canvas) text(co color, x, y float64, codes []byte) {
	b := c.pages[c.page]
	if co != c.filled {
		b = append(append(append(b, "q "...), co.fill...), ' ')
	}
	b = append(b, "BT "...)
	b = append(strconv.AppendFloat(b, x*pointsPerMM, 'f', 2, 64), ' ')
	b = strconv.AppendFloat(b, (pageHeight-y)*pointsPerMM, 'f', 2, 64)
	b = append(escape(append(b, " Td ("...), codes), ") Tj ET"...)
	if co != c.filled {
		b = append(b, " Q"...)
	}
	c.pages[c.page] = append(b, '\n')
}

// across turns what draw draws counterclockwise around a place of the page, which
// is then the lower left corner, at (0, pageHeight). Who extracts the text reads
// it in one piece, since turned letters would be scattered over the lines.
func (c *canvas) across(text string, angle, x, y float64, draw func()) {
	sin, cos := math.Sincos(angle)
	c.put(fmt.Sprintf("q %.4f %.4f %.4f %.4f", cos, sin, -sin, cos))
	c.put("cm", x*pointsPerMM, (pageHeight-y)*pointsPerMM)
	c.put(fmt.Sprintf("/Span <</ActualText <%X>>> BDC", unicodeText(text)))
	draw()
	c.put("EMC Q")
	c.font = "" // Q has forgotten it
}

// picture draws the coat of arms, which text describes to who does not see it.
func (c *canvas) picture(text string, x, y, w, h float64) {
	if text != "" {
		c.put(fmt.Sprintf("/Span <</Alt <%X>>> BDC", unicodeText(text)))
		defer c.put("EMC")
	}
	c.put("q")
	c.put("cm", w*pointsPerMM, 0, 0, h*pointsPerMM, x*pointsPerMM, (pageHeight-y-h)*pointsPerMM)
	c.put("/" + armsResource + " Do Q")
}

// escape appends the content of a PDF string.
func escape(b, text []byte) []byte {
	for _, char := range text {
		switch char {
		case '\\', '(', ')':
			b = append(b, '\\', char)
		case '\r':
			b = append(b, '\\', 'r')
		default:
			b = append(b, char)
		}
	}
	return b
}

// move begins a path, draw goes on with it.
func (c *canvas) move(x, y float64) { c.put("m", x*pointsPerMM, (pageHeight-y)*pointsPerMM) }
func (c *canvas) draw(x, y float64) { c.put("l", x*pointsPerMM, (pageHeight-y)*pointsPerMM) }

// rule strokes a level line.
func (c *canvas) rule(x1, x2, y float64) {
	up := strconv.FormatFloat((pageHeight-y)*pointsPerMM, 'f', 2, 64)
	b := strconv.AppendFloat(c.pages[c.page], x1*pointsPerMM, 'f', 2, 64)
	b = append(append(append(b, ' '), up...), " m "...)
	b = strconv.AppendFloat(b, x2*pointsPerMM, 'f', 2, 64)
	c.pages[c.page] = append(append(append(b, ' '), up...), " l S\n"...)
}

// rectangle paints one with the operator: S strokes, f fills.
func (c *canvas) rectangle(x, y, w, h float64, operator string) {
	c.put("re "+operator, x*pointsPerMM, (pageHeight-y)*pointsPerMM, w*pointsPerMM, -h*pointsPerMM)
}

// color is one of the document's, as the operators that select it.
type color struct{ fill, stroke string }

// rgb returns a colour by its parts, up to 255.
func rgb(r, g, b int) color {
	part := func(v int) string { return strconv.FormatFloat(float64(v)/255, 'f', 3, 64) }
	if r == g && g == b {
		return color{part(r) + " g", part(r) + " G"}
	}
	mixed := part(r) + " " + part(g) + " " + part(b)
	return color{mixed + " rg", mixed + " RG"}
}
