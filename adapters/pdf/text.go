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
	for _, s := range []*string{&d.Titolo, &d.Comune, &d.Provincia, &d.Ufficio, &d.Sottotitolo, &d.VerifyURL} {
		*s = c.text(*s)
	}
	d.Estremi, d.Richiedente = c.righe(d.Estremi), c.righe(d.Richiedente)
	d.Avvertenze, d.Piede = c.texts(d.Avvertenze), c.texts(d.Piede)
	d.Sezioni = slices.Clone(d.Sezioni)
	for i, s := range d.Sezioni {
		s.Titolo, s.Testo, s.Righe, s.Tabella = c.text(s.Titolo), c.texts(s.Testo), c.righe(s.Righe), c.tabella(s.Tabella)
		d.Sezioni[i] = s
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

func (c cleaner) texts(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = c.text(s)
	}
	return out
}

func (c cleaner) righe(in []documento.Riga) []documento.Riga {
	out := make([]documento.Riga, len(in))
	for i, r := range in {
		out[i] = documento.Riga{Etichetta: c.text(r.Etichetta), Valore: c.text(r.Valore)}
	}
	return out
}

func (c cleaner) tabella(in *documento.Tabella) *documento.Tabella {
	if in == nil {
		return nil
	}
	out := &documento.Tabella{Colonne: slices.Clone(in.Colonne)}
	for i := range out.Colonne {
		out.Colonne[i].Titolo = c.text(out.Colonne[i].Titolo)
	}
	for _, row := range in.Righe {
		out.Righe = append(out.Righe, c.texts(row))
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
	}, s)
}

func (r *Renderer) has(char rune) bool {
	_, ok := r.faces[regular].glyphs[char]
	return ok
}
