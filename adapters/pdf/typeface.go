package pdf

import (
	"bytes"
	"compress/zlib"
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:generate go run fonts/generate.go fonts

//go:embed fonts/*.ttf fonts/*.json fonts/*.map
var fontFiles embed.FS

// weight chooses between the two faces of the documents.
type weight int

const (
	regular weight = iota
	bold
)

// sets are the cuts of a face, in the order of their use: a PDF font of one
// byte a character holds at most 224, so a face is three fonts, of which a
// document embeds those it needs.
var sets = [...]string{"latin", "extended", "additional"}

// face is one weight: where each character is, how wide it is, and the fonts.
type face struct {
	glyphs map[rune]glyph
	cuts   [len(sets)]cut
}

// glyph is the place of a character: the cut, its code there, and its advance
// in thousandths of the font's size.
type glyph struct {
	set   uint8
	code  byte
	width uint16
}

// cut is one font as gofpdf takes it, ready to be copied into a document.
type cut struct {
	family string
	def    []byte // metrics and encoding, JSON
	file   []byte // the TrueType file, deflated
}

// loadFaces reads the embedded fonts. It is done once: nothing of it depends
// on a document, and gofpdf's own reading costs more than a whole page.
func loadFaces() (faces [2]face, err error) {
	for w, name := range [...]string{regular: "regular", bold: "bold"} {
		f := face{glyphs: make(map[rune]glyph, 700)}
		for i, set := range sets {
			if err := f.load(uint8(i), set, name+"-"+set); err != nil {
				return faces, fmt.Errorf("font %s-%s: %w", name, set, err)
			}
		}
		faces[w] = f
	}
	return faces, nil
}

func (f *face) load(index uint8, set, base string) error {
	def, err := fontFiles.ReadFile("fonts/" + base + ".json")
	if err != nil {
		return err
	}
	ttf, err := fontFiles.ReadFile("fonts/" + base + ".ttf")
	if err != nil {
		return err
	}
	encoding, err := fontFiles.ReadFile("fonts/" + set + ".map")
	if err != nil {
		return err
	}
	widths, err := advances(def)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(encoding)) {
		var code byte
		var char rune
		var name string
		if _, err := fmt.Sscanf(line, "!%x U+%x %s", &code, &char, &name); err != nil {
			return fmt.Errorf("encoding line %q: %w", line, err)
		}
		f.glyphs[char] = glyph{set: index, code: code, width: widths[code]}
	}
	f.cuts[index] = cut{family: base, def: def, file: deflate(ttf)}
	return nil
}

func deflate(data []byte) []byte {
	var b bytes.Buffer
	w, _ := zlib.NewWriterLevel(&b, zlib.BestCompression) // the level is a valid one
	w.Write(data)                                         // a buffer never fails
	w.Close()
	return b.Bytes()
}

// advances reads the widths out of a definition, by code.
func advances(def []byte) (widths [256]uint16, err error) {
	var metrics struct{ Cw [256]uint16 }
	err = json.Unmarshal(def, &metrics)
	return metrics.Cw, err
}
