package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"strings"
)

// metrics is the definition of a font that lies beside its file. Its fields
// stand in an order that makes the name of the font on the pages.
type metrics struct {
	Tp, Name string
	Desc     struct {
		Ascent, Descent, CapHeight, Flags int
		FontBBox                          struct{ Xmin, Ymin, Xmax, Ymax int }
		ItalicAngle, StemV, MissingWidth  int
	}
	Up, Ut                               int
	Cw                                   [256]uint16 // widths by code
	Enc, Diff, File                      string
	Size1, Size2, OriginalSize, N, DiffN int
}

func readMetrics(definition []byte) (m metrics, err error) {
	err = json.Unmarshal(definition, &m)
	return m, err
}

// cut is what a document says of the font.
func (m metrics) cut(family string, ttf []byte) cut {
	d, box := m.Desc, m.Desc.FontBBox
	return cut{
		family:   family,
		resource: m.resource(),
		name:     m.Name,
		encoding: m.Diff,
		widths:   strings.Replace(fmt.Sprint(m.Cw[32:]), "]", " ]", 1),
		descriptor: fmt.Sprintf("/FontName /%s /Ascent %d /Descent %d /CapHeight %d /Flags %d /FontBBox [%d %d %d %d] /ItalicAngle %d /StemV %d /MissingWidth %d ",
			m.Name, d.Ascent, d.Descent, d.CapHeight, d.Flags, box.Xmin, box.Ymin, box.Xmax, box.Ymax, d.ItalicAngle, d.StemV, d.MissingWidth),
		file:   compact(ttf),
		length: len(ttf),
	}
}

// resource is an F and a digest of the definition: the same font has the same
// name in every document.
func (m metrics) resource() string {
	m.File = ""
	text, _ := json.Marshal(m) // numbers and texts only
	return fmt.Sprintf("F%x", sha1.Sum(text))
}

// compact deflates as well as can be: it is done once.
func compact(data []byte) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression) // the level is a valid one
	w.Write(data)                                         // a buffer never fails
	w.Close()
	return b.Bytes()
}
