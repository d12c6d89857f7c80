package pdf

import (
	"embed"
	"fmt"
	"strings"
)

//go:generate go -C fonts/generate run . ..

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

// cut is one font, with all that a document says of it, written once.
type cut struct {
	family     string // names the font's files
	resource   string // its name on the pages
	name       string // as viewers show it
	encoding   string // how its codes differ from those of Windows, "" if they do not
	widths     string // of the codes from 32 on
	descriptor string
	file       []byte // the TrueType file, deflated
	length     int    // of the TrueType file
}

// loadFaces reads the embedded fonts. It is done once: nothing of it depends
// on a document, and it costs more than a whole page.
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
	m, err := readMetrics(def)
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
		f.glyphs[char] = glyph{set: index, code: code, width: m.Cw[code]}
	}
	f.cuts[index] = m.cut(base, ttf)
	return nil
}
