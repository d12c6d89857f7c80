package pdf_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

// Every letter that ANPR writes names with (Latin-1, Latin Extended-A, and the
// comma-below letters of Romanian) is printed in both faces and can be copied
// out of the document as itself.
func TestEveryLatinLetterIsPrintedAndReadBack(t *testing.T) {
	t.Parallel()
	var letters []rune
	for _, span := range [][2]rune{{0x00C0, 0x00FF}, {0x0100, 0x017F}, {0x0218, 0x021B}} {
		for letter := span[0]; letter <= span[1]; letter++ {
			letters = append(letters, letter)
		}
	}
	d := frame("Residenza")
	d.Sections = []documento.Section{{Title: "Lettere"}}
	for i, letter := range letters {
		value := fmt.Sprintf("x%cy", letter)
		d.Sections[0].Rows = append(d.Sections[0].Rows, documento.Row{Label: fmt.Sprintf("n%03d", i), Value: value})
		d.Sections = append(d.Sections, documento.Section{Title: fmt.Sprintf("t%03d %s", i, value)})
	}
	file, _ := render(t, d)
	text := tool(t, "pdftotext", "-raw", file, "-")
	if strings.Contains(text, "AVVERTENZE") {
		t.Error("the document warns of letters it cannot print")
	}
	for i, letter := range letters {
		for _, mark := range []string{"n", "t"} {
			want := fmt.Sprintf("%s%03d x%cy", mark, i, letter)
			if !strings.Contains(text, want) {
				t.Errorf("%U %c is not read back beside %s%03d", letter, letter, mark, i)
			}
		}
	}
}

// A name is the same name however its accents are coded.
func TestComposedAndDecomposedNamesPrintAlike(t *testing.T) {
	t.Parallel()
	r := newRenderer(t)
	for _, pair := range [][2]string{{"NICOLÒ", "NICOLO\u0300"}, {"ŠČEKIĆ", "S\u030CC\u030CEKIC\u0301"}, {"ÅNGSTRÖM", "A\u030ANGSTRO\u0308M"}} {
		var out [2]string
		for i, name := range pair {
			d := residenza()
			d.Sections[0].Rows[0].Value = name
			bytes, _, err := r.Render(d)
			if err != nil {
				t.Fatal(err)
			}
			out[i] = string(bytes)
		}
		if out[0] != out[1] {
			t.Errorf("%s and %q make different documents", pair[0], pair[1])
		}
	}
}

var notice = regexp.MustCompile(`(?s)sostituiti dal\s+segno\s+�:(.*?)\.`)

// What cannot be printed is counted and named, once each, however often and
// wherever it stands.
func TestEveryCharacterThatIsLostIsNamedOnce(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		values []string
		want   string
	}{
		"one, twice":             {[]string{"王", "王王"}, "U+738B"},
		"in order of their code": {[]string{"龍", "王", "一"}, "U+4E00, U+738B, U+9F8D"},
		"beyond the first plane": {[]string{"𝔘"}, "U+1D518"},
		"a control character":    {[]string{"A\x07B"}, "U+0007"},
		"the substitute itself":  {[]string{"A�B"}, "U+FFFD"},
		"as many as are shown":   {[]string{"一丁丂七丄丅丆万丈三上下"}, "U+4E00, U+4E01, U+4E02, U+4E03, U+4E04, U+4E05, U+4E06, U+4E07, U+4E08, U+4E09, U+4E0A, U+4E0B"},
		"more than are shown":    {[]string{"一丁丂七丄丅丆万丈三上下丌不"}, "U+4E00, U+4E01, U+4E02, U+4E03, U+4E04, U+4E05, U+4E06, U+4E07, U+4E08, U+4E09, U+4E0A, U+4E0B e altri 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := residenza()
			for i, value := range tc.values {
				d.Sections[0].Rows[i].Value = value
			}
			file, _ := render(t, d)
			text := tool(t, "pdftotext", "-raw", file, "-")
			found := notice.FindStringSubmatch(text)
			if found == nil {
				t.Fatalf("nothing is said of it:\n%s", text)
			}
			if got := strings.Join(strings.Fields(found[1]), " "); got != tc.want {
				t.Errorf("it names %s, want %s", got, tc.want)
			}
		})
	}
}

// Names of any letters of the fonts come out as they went in: nothing is lost,
// doubled, or exchanged by breaking lines and pages.
func TestAnyNameOfTheFontsLettersIsReadBack(t *testing.T) {
	t.Parallel()
	r, dir := newRenderer(t), t.TempDir()
	tool(t, "pdftotext", "-v")
	// rapid may draw many: each is a process, so a case holds many names.
	letter := rapid.OneOf(rapid.RuneFrom(nil, latin("AZ")), rapid.RuneFrom(nil, latin("ÀÖ")), rapid.RuneFrom(nil, latin("Āľ")))
	name := rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(letter, 2, 60).Draw(t, "letters"))
	})
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfN(name, 1, 60).Draw(rt, "names")
		if n++; n > 12 {
			return
		}
		d := frame("Residenza")
		d.Sections = []documento.Section{{Title: "Nomi", Table: &documento.Table{Columns: []documento.Column{{Title: "N.", Weight: 1}, {Title: "Nome", Weight: 9}}}}}
		for i, name := range names {
			d.Sections[0].Table.Rows = append(d.Sections[0].Table.Rows, []string{fmt.Sprintf("(%d)", i), name})
		}
		out, _, err := r.Render(d)
		if err != nil {
			rt.Fatal(err)
		}
		file := filepath.Join(dir, "names.pdf")
		if err := os.WriteFile(file, out, 0o600); err != nil {
			rt.Fatal(err)
		}
		printed := strings.Join(strings.Fields(tool(t, "pdftotext", "-raw", file, "-")), "")
		for i, name := range names {
			if !strings.Contains(printed, fmt.Sprintf("(%d)%s", i, name)) {
				rt.Errorf("%q is not read back", name)
			}
		}
	})
}

// latin is the letters between two, both included.
func latin(ends string) *unicode.RangeTable {
	span := []rune(ends)
	return &unicode.RangeTable{R16: []unicode.Range16{{Lo: uint16(span[0]), Hi: uint16(span[1]), Stride: 1}}}
}
