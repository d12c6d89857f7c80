package pdf

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// substitute stands for every character that the fonts lack.
const substitute = '\uFFFD'

// cleaner makes text printable and remembers what it could not keep.
type cleaner struct {
	*Renderer
	lost map[rune]struct{}
}

// clean returns d with all its texts in characters of the fonts, and the
// characters for which the substitute had to be put, in order.
func (r *Renderer) clean(d documento.Documento) (documento.Documento, []rune) {
	c := cleaner{r, map[rune]struct{}{}}
	d.Numero = domain.CIUV(c.text(string(d.Numero)))
	for _, s := range []*string{&d.Across, &d.Title, &d.Comune, &d.Provincia, &d.Ufficio, &d.Subtitle, &d.VerifyURL} {
		*s = c.text(*s)
	}
	d.Estremi, d.Richiedente = c.rows(d.Estremi), c.rows(d.Richiedente)
	d.Righe, d.Warnings, d.Foot = c.texts(d.Righe), c.texts(d.Warnings), c.texts(d.Foot)
	d.Sections = slices.Clone(d.Sections)
	for i, s := range d.Sections {
		s.Title, s.Text, s.Rows, s.Table = c.text(s.Title), c.texts(s.Text), c.rows(s.Rows), c.table(s.Table)
		d.Sections[i] = s
	}
	lost := make([]rune, 0, len(c.lost))
	for char := range c.lost {
		lost = append(lost, char)
	}
	slices.Sort(lost)
	return d, lost
}

// text composes accents, drops what is invisible by nature, turns every blank
// into a space, and puts the substitute where the fonts have no character.
func (c cleaner) text(s string) string {
	if plain(s) {
		return s
	}
	out := make([]rune, 0, len(s))
	for _, char := range norm.NFC.String(s) {
		switch {
		case unicode.IsSpace(char):
			out = append(out, ' ')
		case char == '\u2010', char == '\u2011':
			out = append(out, '-')
		case unicode.Is(unicode.Cf, char), unicode.Is(unicode.Variation_Selector, char):
		case char != substitute && c.has(char):
			out = append(out, char)
		default:
			c.lost[char] = struct{}{}
			out = append(out, substitute)
		}
	}
	return string(out)
}

// plain says whether s is made of printable ASCII, all of which the fonts have.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

func (c cleaner) texts(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = c.text(s)
	}
	return out
}

func (c cleaner) rows(in []documento.Row) []documento.Row {
	out := make([]documento.Row, len(in))
	for i, r := range in {
		out[i] = documento.Row{Label: c.text(r.Label), Value: c.text(r.Value)}
	}
	return out
}

func (c cleaner) table(in *documento.Table) *documento.Table {
	if in == nil {
		return nil
	}
	out := &documento.Table{Columns: slices.Clone(in.Columns)}
	for i := range out.Columns {
		out.Columns[i].Title = c.text(out.Columns[i].Title)
	}
	for _, row := range in.Rows {
		out.Rows = append(out.Rows, c.texts(row))
	}
	return out
}

// upper returns a clean text in capitals, where the fonts have them.
func (r *Renderer) upper(s string) string {
	return strings.Map(func(char rune) rune {
		if capital := unicode.ToUpper(char); r.has(capital) {
			return capital
		}
		return char
	}, strings.ReplaceAll(s, "ß", "ss"))
}

func (r *Renderer) has(char rune) bool {
	_, ok := r.faces[regular].glyphs[char]
	return ok
}
