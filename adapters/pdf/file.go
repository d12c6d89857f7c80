package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf16"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// file writes the objects of a PDF and remembers where each began.
type file struct {
	bytes.Buffer
	offsets []int // by number of the object; no object has number 0
}

// The objects whose numbers others must know before they are written.
const (
	pagesObject     = 1
	resourcesObject = 2
)

// armsResource is what pages call the coat of arms.
const armsResource = "Stemma"

// write makes a PDF of what was drawn with the given fonts, in the order of
// their first use, and with the coat of arms, if there is one.
func write(d documento.Documento, title string, created time.Time, pages [][]byte, fonts []*cut, arms *picture) []byte {
	f := &file{offsets: make([]int, resourcesObject+1)}
	f.Grow(sizeOf(pages, fonts, arms))
	f.line("%%PDF-1.7")
	f.pages(pages)
	f.resources(f.fonts(fonts), f.arms(arms))
	info := f.info(d, title, created)
	f.end(info, f.catalog())
	return f.Bytes()
}

// sizeOf estimates the size of the file: pages shrink to a third at least.
func sizeOf(pages [][]byte, fonts []*cut, arms *picture) int {
	size := 6 << 10
	if arms != nil {
		size += len(arms.data)
	}
	for _, content := range pages {
		size += len(content)/3 + 256
	}
	for _, c := range fonts {
		size += len(c.file) + 2<<10
	}
	return size
}

func (f *file) line(format string, args ...any) {
	fmt.Fprintf(f, format, args...)
	f.WriteByte('\n')
}

// begin writes the head of a new object, and returns its number.
func (f *file) begin() int {
	f.offsets = append(f.offsets, 0)
	n := len(f.offsets) - 1
	f.beginAs(n)
	return n
}

func (f *file) beginAs(n int) {
	f.offsets[n] = f.Len()
	f.line("%d 0 obj", n)
}

// stream ends an object with data.
func (f *file) stream(data []byte) {
	f.WriteString("stream\n")
	f.Write(data)
	f.WriteString("\nendstream\nendobj\n")
}

func (f *file) pages(pages [][]byte) {
	var kids strings.Builder
	var deflated bytes.Buffer
	for _, content := range pages {
		n := f.begin()
		f.line("<</Type /Page\n/Parent %d 0 R\n/Resources %d 0 R\n/Contents %d 0 R>>\nendobj", pagesObject, resourcesObject, n+1)
		fmt.Fprintf(&kids, "%d 0 R ", n)
		f.begin()
		deflated.Reset()
		deflate(&deflated, content)
		f.line("<</Filter /FlateDecode /Length %d>>", deflated.Len())
		f.stream(deflated.Bytes())
	}
	f.beginAs(pagesObject)
	f.line("<</Type /Pages\n/Kids [%s]\n/Count %d\n/MediaBox [0 0 595.28 841.89]\n>>\nendobj", kids.String(), len(pages))
}

// deflaters are kept because one takes more memory than a whole document.
var deflaters = sync.Pool{New: func() any {
	w, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed) // the level is a valid one
	return w
}}

func deflate(to *bytes.Buffer, data []byte) {
	w := deflaters.Get().(*zlib.Writer)
	w.Reset(to)
	w.Write(data) // a buffer never fails
	w.Close()
	deflaters.Put(w)
}

// fonts writes the encodings, the font programs and what describes them, and
// returns the names by which pages call them.
func (f *file) fonts(used []*cut) (names []string) {
	encodings := map[string]int{}
	for _, c := range used {
		if _, ok := encodings[c.encoding]; !ok && c.encoding != "" {
			encodings[c.encoding] = f.begin()
			f.line("<</Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [%s]>>\nendobj", c.encoding)
		}
	}
	fonts := slices.SortedFunc(slices.Values(used), func(a, b *cut) int { return strings.Compare(a.family, b.family) })
	programs := make([]int, len(fonts))
	for i, c := range fonts {
		programs[i] = f.begin()
		f.line("<</Length %d\n/Filter /FlateDecode\n/Length1 %d\n>>", len(c.file), c.length)
		f.stream(c.file)
	}
	for i, c := range fonts {
		encoding := "/WinAnsiEncoding"
		if c.encoding != "" {
			encoding = fmt.Sprintf("%d 0 R", encodings[c.encoding])
		}
		n := f.begin()
		names = append(names, fmt.Sprintf("/%s %d 0 R\n", c.resource, n))
		f.line("<</Type /Font\n/BaseFont /%s\n/Subtype /TrueType\n/FirstChar 32 /LastChar 255\n/Widths %d 0 R\n/FontDescriptor %d 0 R\n/Encoding %s\n>>\nendobj",
			c.name, n+1, n+2, encoding)
		f.begin()
		f.line("%s\nendobj", c.widths)
		f.begin()
		f.line("<</Type /FontDescriptor %s/FontFile2 %d 0 R>>\nendobj", c.descriptor, programs[i])
	}
	slices.Sort(names)
	return names
}

// arms writes the coat of arms, and returns the name by which pages call it.
func (f *file) arms(p *picture) (name string) {
	if p == nil {
		return ""
	}
	n := f.begin()
	f.line("<</Type /XObject\n/Subtype /Image\n/Width %d /Height %d\n/ColorSpace /DeviceRGB /BitsPerComponent 8\n%s/Filter /FlateDecode /Length %d>>",
		p.width, p.height, p.parms, len(p.data))
	f.stream(p.data)
	return fmt.Sprintf("/%s %d 0 R\n", armsResource, n)
}

// resources writes what pages call by names.
func (f *file) resources(fonts []string, arms string) {
	f.beginAs(resourcesObject)
	f.line("<<\n/ProcSet [/PDF /Text /ImageB /ImageC /ImageI]\n/Font <<\n%s>>\n/XObject <<\n%s>>\n/ColorSpace <<\n>>\n>>\nendobj", strings.Join(fonts, ""), arms)
}

// info writes the properties that viewers show.
func (f *file) info(d documento.Documento, title string, created time.Time) int {
	const program = "Visure anagrafiche"
	n := f.begin()
	f.WriteString("<<\n")
	for _, property := range [][2]string{
		{"Producer", program}, {"Title", title},
		{"Subject", d.Subtitle}, {"Author", d.Comune}, {"Creator", program},
	} {
		f.line("/%s (%s)", property[0], escape(nil, unicodeText(property[1])))
	}
	date := created.UTC().Format("20060102150405")
	f.line("/CreationDate (D:%sZ)\n/ModDate (D:%sZ)\n>>\nendobj", date, date)
	return n
}

// unicodeText is UTF-16 with its mark, the form in which properties may hold
// any character.
func unicodeText(s string) []byte {
	out := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(s)) {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return out
}

// catalog writes the root of the document: its language, and that viewers show
// the title.
func (f *file) catalog() int {
	n := f.begin()
	f.line("<<\n/Type /Catalog\n/Pages %d 0 R\n/Names <<\n/EmbeddedFiles << /Names [\n  \n] >>\n>>\n"+
		"/Lang (it-IT)\n/ViewerPreferences <</DisplayDocTitle true>>\n>>\nendobj", pagesObject)
	return n
}

// end writes where the objects are, and an identifier made of the content.
func (f *file) end(info, root int) {
	id := sha256.Sum256(f.Bytes())
	xref := f.Len()
	f.line("xref\n0 %d\n0000000000 65535 f ", len(f.offsets))
	for _, offset := range f.offsets[1:] {
		f.line("%010d 00000 n ", offset)
	}
	f.line("trailer\n<<\n/Size %d\n/Root %d 0 R\n/Info %d 0 R\n/ID [<%x> <%x>]\n>>\nstartxref\n%d\n%%%%EOF",
		len(f.offsets), root, info, id[:16], id[:16], xref)
}
