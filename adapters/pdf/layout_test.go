package pdf_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/visure-anagrafiche/visure/domain/documento"
)

type wordBox struct {
	page           int
	x1, y1, x2, y2 float64 // points from the top left
	word           string
}

var boxes = regexp.MustCompile(`<page |<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>`)

func words(t *testing.T, d documento.Documento) (out []wordBox) {
	file, _ := render(t, d)
	page := 0
	for _, m := range boxes.FindAllStringSubmatch(tool(t, "pdftotext", "-bbox", file, "-"), -1) {
		if strings.HasPrefix(m[0], "<page") {
			page++
			continue
		}
		b := wordBox{page: page, word: m[5]}
		if b.word == d.Across { // lies under all else
			continue
		}
		for i, v := range []*float64{&b.x1, &b.y1, &b.x2, &b.y2} {
			*v, _ = strconv.ParseFloat(m[i+1], 64)
		}
		out = append(out, b)
	}
	return out
}

func TestNoTextLeavesThePageOrCoversAnother(t *testing.T) {
	t.Parallel()
	all := samples()
	all["crowded"], all["a full model"] = crowded(), fullModello()
	for name, d := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ws := words(t, d)
			if len(ws) < 100 {
				t.Fatalf("only %d words found", len(ws))
			}
			apart(t, ws)
		})
	}
}

// crowded is a document in which everything is too long for its place.
func crowded() documento.Documento {
	d := famiglia(40)
	word := strings.Repeat("Ŵilhelmshöhe", 12)
	d.Comune, d.Ufficio = "Comune di "+word, strings.Repeat("Ufficio Anagrafe ", 20)
	d.Title += " " + strings.Repeat("e altro ", 30)
	d.Estremi = append(d.Estremi, documento.Row{Label: word, Value: word}, documento.Row{Label: strings.Repeat("etichetta ", 40), Value: strings.Repeat("valore ", 900)})
	t := d.Sections[2].Table
	t.Rows[3][4] = strings.Repeat("luogo lontano ", 400)
	t.Rows[5][1] = word
	for range 60 {
		d.Warnings = append(d.Warnings, strings.Repeat("avvertenza importante ", 12))
	}
	return d
}
