package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	point "image/color"
	"image/jpeg"
	"image/png"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// What a file with a coat of arms may be at most, before it is drawn anew.
const (
	largestStemmaFile = 2 << 20 // bytes
	largestStemmaSide = 2048    // points
)

// Stemma draws the coat of arms of a PNG or JPEG file anew: on white, since paper does not
// shine through a document that is kept, in eight bits of red, green and blue, no larger
// than commands.KeepStemma takes it. What else the file holds, it loses. The result is
// PNG; equal files make equal ones.
func Stemma(file []byte) ([]byte, error) {
	if len(file) > largestStemmaFile {
		return nil, domain.FieldErrorf(domain.Invalid, "stemma", "il file dello stemma supera i %d MB", largestStemmaFile>>20)
	}
	size, decode := png.DecodeConfig, png.Decode
	if bytes.HasPrefix(file, []byte{0xff, 0xd8}) {
		size, decode = jpeg.DecodeConfig, jpeg.Decode
	}
	head, err := size(bytes.NewReader(file))
	if err != nil {
		return nil, domain.FieldErrorf(domain.Invalid, "stemma", "lo stemma è un'immagine PNG o JPEG: il file non lo è")
	}
	if max(head.Width, head.Height) > largestStemmaSide || min(head.Width, head.Height) < 1 {
		return nil, domain.FieldErrorf(domain.Invalid, "stemma", "l'immagine dello stemma misura %d × %d punti: al più %d per lato", head.Width, head.Height, largestStemmaSide)
	}
	drawn, err := decode(bytes.NewReader(file))
	if err != nil {
		return nil, domain.FieldErrorf(domain.Invalid, "stemma", "il file dello stemma è danneggiato")
	}
	paper := onWhite(drawn)
	// What has too much detail for its size on paper is made smaller until it has not.
	for side := commands.MaxStemmaSide; ; side = side * 3 / 4 {
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, reduced(paper, side)); err != nil {
			return nil, fmt.Errorf("write a coat of arms: %w", err)
		}
		if b.Len() <= commands.MaxStemma {
			return b.Bytes(), nil
		}
	}
}

// onWhite lays an image on white.
func onWhite(i image.Image) *image.RGBA {
	bounds := i.Bounds()
	paper := image.NewRGBA(image.Rect(0, 0, bounds.Dx(), bounds.Dy()))
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			r, g, b := laid(i.At(bounds.Min.X+x, bounds.Min.Y+y))
			paper.SetRGBA(x, y, point.RGBA{R: r, G: g, B: b, A: 255})
		}
	}
	return paper
}

// laid is a colour as it looks on white.
func laid(c point.Color) (r, g, b byte) {
	r16, g16, b16, alpha := c.RGBA() // sixteen bits, darkened by their transparency
	part := func(v uint32) byte { return byte((v + 0xFFFF - alpha) >> 8) }
	return part(r16), part(g16), part(b16)
}

// reduced is an image no side of which has more points than so many: each is the mean of
// those it stands for.
func reduced(i *image.RGBA, side int) *image.RGBA {
	w, h := i.Bounds().Dx(), i.Bounds().Dy()
	longer := max(w, h)
	if longer <= side {
		return i
	}
	small := image.NewRGBA(image.Rect(0, 0, max(1, w*side/longer), max(1, h*side/longer)))
	for y := range small.Rect.Dy() {
		for x := range small.Rect.Dx() {
			small.SetRGBA(x, y, mean(i, span(x, small.Rect.Dx(), w), span(y, small.Rect.Dy(), h)))
		}
	}
	return small
}

// span are the points, from and to, of which one of n is made if there are all.
func span(at, n, all int) [2]int {
	from := at * all / n
	return [2]int{from, max(from+1, (at+1)*all/n)}
}

// mean is the mean colour of a part of an image.
func mean(i *image.RGBA, across, down [2]int) point.RGBA {
	var sum [3]int
	for y := down[0]; y < down[1]; y++ {
		for x := across[0]; x < across[1]; x++ {
			c := i.RGBAAt(x, y)
			sum[0], sum[1], sum[2] = sum[0]+int(c.R), sum[1]+int(c.G), sum[2]+int(c.B)
		}
	}
	n := (across[1] - across[0]) * (down[1] - down[0])
	part := func(v int) byte { return byte((v + n/2) / n) }
	return point.RGBA{R: part(sum[0]), G: part(sum[1]), B: part(sum[2]), A: 255}
}

// The parts of a PNG file.
const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	chunkFrame   = 12 // length, kind and checksum of a part
	pngHead      = 13
)

// errNoStemma is returned for what Stemma does not make.
var errNoStemma = errors.New("coat of arms: it is no PNG of eight bits of red, green and blue")

// readPNG takes the picture out of a PNG file that Stemma made. A document holds it as it
// is there, so that it looks the same for ever and costs no drawing.
func readPNG(file []byte) (*picture, error) {
	rest, ok := bytes.CutPrefix(file, []byte(pngSignature))
	p := &picture{}
	for ok && len(rest) >= chunkFrame {
		n := int(binary.BigEndian.Uint32(rest))
		if n > len(rest)-chunkFrame {
			break
		}
		kind, content := string(rest[4:8]), rest[8:8+n]
		switch {
		case kind == "IHDR" && n == pngHead && string(content[8:]) == "\x08\x02\x00\x00\x00": // eight bits, colours, not interlaced
			p.width, p.height = int(binary.BigEndian.Uint32(content)), int(binary.BigEndian.Uint32(content[4:]))
		case kind == "IDAT":
			p.data = append(p.data, content...)
		case kind == "IEND" && p.width > 0 && p.height > 0 && len(p.data) > 0:
			p.parms = fmt.Sprintf("/DecodeParms <</Predictor 15 /Colors 3 /BitsPerComponent 8 /Columns %d>>\n", p.width)
			return p, nil
		}
		rest = rest[n+chunkFrame:]
	}
	return nil, errNoStemma
}
